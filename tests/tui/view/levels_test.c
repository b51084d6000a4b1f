/* The roofline by the bytes of each level: whose bytes is said, and no kind is passed off as
 * another. */
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/chart/pictures/roofline.h"
#include "labs/view/pictures.h"
#include "tui/form/actions.h"

/* The last run of the fixture, with places as the engine gives them. */
static mw_model *model_with_places(void)
{
    json_t *view = screen_fixture("15-serve-done");
    json_t *roofline = (json_t *)mw_view_picture(view, "roofline");
    json_t *points = json_object_get(roofline, "points");
    json_t *last = json_array_get(points, json_array_size(points) - 1);
    json_object_set_new(last, "places",
                        json_pack("[{s:s,s:f,s:s},{s:s,s:f,s:s},{s:s,s:f,s:s}]", "level", "L1", "x",
                                  0.5, "kind", "counted", "level", "L2", "x", 8.0, "kind",
                                  "modelled", "level", "DRAM", "x", 30.0, "kind", "measured"));
    json_object_set_new(roofline, "levels", json_pack("[s,s,s]", "L1", "L2", "DRAM"));
    size_t i;
    json_t *roof;
    json_array_foreach(json_object_get(roofline, "memory"), i, roof)
        json_object_set(roof, "level", json_object_get(roof, "label"));
    return screen_model(view);
}

static json_t *roofline_of(const mw_model *model)
{
    return (json_t *)mw_view_picture(model->view, "roofline");
}

static mw_roofline_view *read_by(mw_model *model, const char *level)
{
    mw_roofline_view *view = calloc(1, sizeof *view);
    assert_non_null(view);
    const mw_picture_wish wish = {.level = level,
                                  .live_rate = model->running ? &model->rate_flops : NULL};
    mw_roofline_read(roofline_of(model), &wish, view);
    return view;
}

static const mw_chart_roof *active_memory(const mw_roofline_view *view)
{
    const mw_chart_roof *found = NULL;
    for (int i = 0; i < view->chart.roof_count; i++)
        if (view->chart.roofs[i].active && !view->chart.roofs[i].compute)
            found = &view->chart.roofs[i];
    return found;
}

static void a_point_moves_to_the_bytes_of_a_level_under_that_levels_roof(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    mw_roofline_view *compulsory = read_by(model, "");
    int at = compulsory->chart.point_count - 1;
    assert_true(compulsory->chart.points[at].x > 31);
    mw_roofline_view *l2 = read_by(model, "L2");
    assert_true(l2->chart.points[at].x == 8.0);
    assert_true(l2->chart.points[at].y == compulsory->chart.points[at].y);
    assert_non_null(active_memory(l2));
    assert_string_equal(active_memory(l2)->texts[MW_CHART_NAMES - 1], "L2");
    /* What has no such bytes has no place among them: the student predicted compulsory ones. */
    assert_false(l2->chart.points[0].x > 0);
    assert_false(l2->kind_used[MW_PREDICTED]);
    assert_true(compulsory->kind_used[MW_PREDICTED]);
    free(compulsory);
    free(l2);
    screen_free(model);
}

static void all_levels_stand_side_by_side_each_of_its_kind(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    mw_roofline_view *one = read_by(model, ""), *all = read_by(model, "*");
    assert_int_equal(all->chart.point_count, one->chart.point_count + 3);
    static const struct {
        const char *label;
        double x;
        mw_kind kind;
    } wanted[] = {{"L1", 0.5, MW_COUNTED}, {"L2", 8, MW_MODELLED}, {"DRAM", 30, MW_MEASURED}};
    for (int i = 0; i < 3; i++) {
        const mw_chart_point *p = &all->chart.points[one->chart.point_count + i];
        assert_string_equal(p->label, wanted[i].label);
        assert_true(p->x == wanted[i].x && p->y == one->chart.points[one->chart.point_count - 1].y);
        assert_int_equal(p->kind, wanted[i].kind);
    }
    free(one);
    free(all);
    screen_free(model);
}

static void levels_with_the_same_bytes_are_one_mark_with_all_their_names(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    json_t *points = json_object_get(roofline_of(model), "points");
    json_t *last = json_array_get(points, json_array_size(points) - 1);
    json_object_set_new(last, "places",
                        json_pack("[{s:s,s:f,s:s},{s:s,s:f,s:s},{s:s,s:f,s:s}]", "level", "L1", "x",
                                  8.0, "kind", "counted", "level", "L2", "x", 8.0, "kind",
                                  "modelled", "level", "DRAM", "x", 8.1, "kind", "modelled"));
    mw_roofline_view *one = read_by(model, ""), *all = read_by(model, "*");
    assert_int_equal(all->chart.point_count, one->chart.point_count + 2);
    assert_string_equal(all->chart.points[one->chart.point_count].label, "L1");
    assert_string_equal(all->chart.points[one->chart.point_count + 1].label, "L2 DRAM");
    free(one);
    free(all);
    screen_free(model);
}

static void a_library_beside_the_run_does_not_hide_its_levels(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    json_t *points = json_object_get(roofline_of(model), "points");
    json_t *beside = json_deep_copy(json_array_get(points, json_array_size(points) - 1));
    json_object_del(beside, "places");
    json_array_append_new(points, beside);
    mw_roofline_view *one = read_by(model, ""), *all = read_by(model, "*");
    assert_int_equal(all->chart.point_count, one->chart.point_count + 3);
    free(one);
    free(all);
    screen_free(model);
}

static void a_level_that_is_not_there_means_compulsory_bytes(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    assert_string_equal(mw_picture_level(roofline_of(model), "L9"), "");
    json_object_del((json_t *)mw_view_picture(model->view, "roofline"), "levels");
    assert_string_equal(mw_picture_level(roofline_of(model), "*"), "");
    assert_string_equal(mw_picture_level(roofline_of(model), ""), "");
    screen_free(model);
}

static void the_axis_says_whose_bytes(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    strcpy(model->bytes_level, "L2");
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("FLOP/byte of L2"));
    strcpy(model->bytes_level, "*");
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("FLOP/byte of each level"));
    strcpy(model->bytes_level, "");
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_false(screen_shows("FLOP/byte of"));
    screen_free(model);
}

static void the_key_is_there_only_when_there_are_levels(void **state)
{
    (void)state;
    mw_model *model = model_with_places();
    unsigned context = mw_action_context(model);
    assert_int_equal(mw_action_for(context, mw_action_state(model), 'b'), MW_ACTION_BYTES);
    json_object_del((json_t *)mw_view_picture(model->view, "roofline"), "levels");
    assert_int_equal(mw_action_for(context, mw_action_state(model), 'b'), MW_ACTION_NONE);
    screen_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_moves_to_the_bytes_of_a_level_under_that_levels_roof),
        cmocka_unit_test(all_levels_stand_side_by_side_each_of_its_kind),
        cmocka_unit_test(levels_with_the_same_bytes_are_one_mark_with_all_their_names),
        cmocka_unit_test(a_library_beside_the_run_does_not_hide_its_levels),
        cmocka_unit_test(a_level_that_is_not_there_means_compulsory_bytes),
        cmocka_unit_test(the_axis_says_whose_bytes),
        cmocka_unit_test(the_key_is_there_only_when_there_are_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
