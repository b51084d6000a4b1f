/* lab_test.c: the lab screen of recorded views, at every size and without colour. */
#include "screen.h"

#include "labs/view/pictures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/form/form.h"

static void the_head_says_where_we_are(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_int_equal(screen_find("The Memory Wall › 04 One user or many"), 0);
    assert_int_equal(screen_find("sweep · step 6 of 10"), 0);
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_int_equal(screen_find("04 One user or many"), 0);
    assert_int_equal(screen_find("sweep · 6/10"), 0);
    screen_free(model);
}

static void everything_is_on_a_large_screen(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    static const char *const wanted[] = {"What does a second user cost?",
                                         "batch",
                                         "GFLOP/s",
                                         "FLOP/byte",
                                         "ridge",
                                         "DRAM",
                                         "LLC",
                                         "L1",
                                         "avx512 f32",
                                         "predicted 21",
                                         "measured 32",
                                         "▪ count",
                                         "bytes loaded",
                                         "no PMU here",
                                         "time per vector",
                                         "?",
                                         "◀",
                                         "▶"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!screen_shows(wanted[i]))
            fail_msg("\"%s\" is missing", wanted[i]);
    mw_grid grid = *screen_grid();
    assert_int_equal(mw_view_next_panel(model, &grid), MW_PANEL_AUTO);
    screen_free(model);
}

static void small_screens_show_one_panel_at_a_time(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("You predicted") && !screen_shows("GFLOP/s"));
    bool seen[MW_PANEL_COUNT] = {false};
    for (int i = 0; i < 4; i++) {
        mw_panel next = mw_view_next_panel(model, screen_grid());
        assert_true(next != MW_PANEL_AUTO && !seen[next]);
        seen[next] = true;
        model->panel = next;
        screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
        static const char *const sign[] = {[MW_PANEL_TEXT] = "You predicted",
                                           [MW_PANEL_PICTURE] = "FLOP/byte",
                                           [MW_PANEL_PICTURE + 1] = "time per vector",
                                           [MW_PANEL_NUMBERS] = "bytes stored"};
        assert_true(screen_shows(sign[next]));
    }
    screen_free(model);
}

/* A view whose time is noisy and whose links were not simulated, in the sentences of a real run. */
static json_t *with_long_notes(void)
{
    json_t *view = screen_fixture("15-serve-done"), *row;
    size_t i;
    json_array_foreach(json_object_get(view, "counters"), i, row)
    {
        const char *id = json_string_value(json_object_get(row, "id"));
        if (strcmp(id, "seconds") == 0)
            json_object_set_new(row, "note",
                                json_string("noisy: another program ran on this CPU: 95 "
                                            "involuntary switches per second"));
        if (strcmp(id, "intensity") == 0 || strcmp(id, "bytes") == 0)
            json_object_set_new(row, "note",
                                json_string("its simulation takes more than 20 s: memwall model"));
    }
    return view;
}

/* The words of the screen in their order, whatever lines they stand in. */
static bool says(const char *wanted)
{
    const mw_grid *grid = screen_grid();
    char words[8192] = "";
    size_t used = 0;
    for (int y = 0; y < grid->height; y++) {
        for (int x = grid->width > 100 ? 54 : 40; x < grid->width && used < 8000; x++) {
            uint32_t glyph = grid->cells[y * grid->width + x].glyph;
            char letter = glyph < 0x80 ? (char)glyph : '.';
            if (letter != ' ' || (used > 0 && words[used - 1] != ' '))
                words[used++] = letter;
        }
        if (used > 0 && words[used - 1] != ' ')
            words[used++] = ' ';
    }
    return strstr(words, wanted) != NULL;
}

static void remarks_on_the_numbers_can_be_read_whole(void **state)
{
    (void)state;
    static const char noisy[] = "time: noisy: another program ran on this CPU: 95 involuntary "
                                "switches per second",
                      late[] = "its simulation takes more than 20 s: memwall model";
    mw_model *model = screen_model(with_long_notes());
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(says(noisy) && says(late));
    assert_false(screen_shows("…"));
    assert_true(screen_shows("bandwidth") && screen_shows("ms noisy"));
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_false(says(noisy));
    for (int i = 0; i < 3 && model->panel != MW_PANEL_NUMBERS; i++)
        model->panel = mw_view_next_panel(model, screen_grid());
    assert_int_equal(model->panel, MW_PANEL_NUMBERS);
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(says(noisy) && says(late) && screen_shows("You predicted"));
    assert_false(screen_shows("…"));
    assert_true(screen_is_sound());
    mw_panel next = mw_view_next_panel(model, screen_grid());
    assert_true(next == MW_PANEL_PICTURE || next == MW_PANEL_PICTURE + 1);
    screen_free(model);
}

static void a_run_brings_its_picture_to_a_small_screen(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("06-gemv-running"));
    model->running = true;
    screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("FLOP/byte") && screen_shows("starting"));
    model->panel = MW_PANEL_TEXT;
    screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Press run"));
    screen_free(model);
}

static void too_small_screens_say_what_they_need(void **state)
{
    (void)state;
    static const int sizes[][2] = {{59, 20}, {60, 19}, {40, 12}, {20, 5}};
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    for (size_t i = 0; i < 4; i++) {
        screen_draw(model, sizes[i][0], sizes[i][1], MW_CHARSET_BRAILLE);
        assert_true(screen_shows("60×20"));
        assert_false(screen_shows("batch"));
    }
    screen_draw(model, 1, 1, MW_CHARSET_BRAILLE);
    assert_true(screen_is_sound());
    screen_free(model);
}

static void counters_count_up_while_a_kernel_runs(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("06-gemv-running"));
    model->running = model->have_counters = true;
    model->counters = (mw_counters){.phase = MW_PHASE_SAMPLE,
                                    .executions = 7,
                                    .flops = 3210000000,
                                    .load_bytes = 5 << 20,
                                    .kernel_ns = 123000000,
                                    .elapsed_ns = 2000000000,
                                    .progress_ppm = 500000};
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("3.21 G") && screen_shows("in 7 runs so far"));
    assert_true(screen_shows("running 50 %") && screen_shows("2.0 s left"));
    model->counters.flops = 6420000000;
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("6.42 G") && !screen_shows("3.21 G"));
    model->running = false;
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_false(screen_shows("6.42 G") || screen_shows("running"));
    screen_free(model);
}

/* The row of the plot that holds the live mark, or -1. */
static int live_row(mw_model *model, double rate)
{
    model->rate_flops = rate;
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    const mw_grid *grid = screen_grid();
    for (int y = 3; y < 25; y++)
        for (int x = 60; x < grid->width; x++)
            if (grid->cells[y * grid->width + x].glyph == mw_grid_glyph(grid, MW_GLYPH_COUNTED))
                return y;
    return -1;
}

static void the_live_point_stands_where_the_counters_say(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("06-gemv-running"));
    model->running = true;
    int low = live_row(model, 2e9), middle = live_row(model, 8e9), high = live_row(model, 60e9);
    assert_true(low > 0 && low > middle && middle > high);
    screen_free(model);
}

static void cells_of_the_plot_and_values_invert(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("03-point-open"));
    static const int sizes[][2] = {{120, 40}, {80, 24}, {60, 20}, {100, 30}};
    for (size_t s = 0; s < 4; s++) {
        mw_grid grid = {.width = sizes[s][0], .height = sizes[s][1]};
        double x, y, step_x, step_y;
        assert_true(mw_view_plot_step(model, &grid, &step_x, &step_y));
        for (int column = 0; column < 30; column += 7)
            for (int row = 0; row < 6; row++) {
                int c, r;
                assert_true(mw_view_plot_value(model, &grid, column, row, &x, &y));
                assert_true(mw_view_plot_cell(model, &grid, x, y, &c, &r));
                assert_int_equal(c, column);
                assert_int_equal(r, row);
                assert_true(mw_view_plot_cell(model, &grid, x * step_x, y / step_y, &c, &r));
                assert_int_equal(c, column + 1);
                assert_int_equal(r, row + 1);
            }
    }
    screen_free(model);
}

static void a_place_shows_its_units_and_above_a_picture_what_was_said_to_it(void **state)
{
    (void)state;
    static const int sizes[][2] = {{120, 40}, {80, 24}, {70, 60}, {60, 20}};
    mw_model *model = screen_model(screen_fixture("03-point-open"));
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("type x, y [FLOP/B, GFLOP/s]"));
    json_t *field = json_array_get(json_object_get(model->view, "fields"), 0);
    json_object_set_new(
        field, "feedback",
        json_pack("{s:s, s:s}", "tone", "warning", "text", "That is no such place."));
    for (const char *typed = "0.5, 8e9"; *typed; typed++)
        mw_form_key(model, (unsigned char)*typed);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const char *shown = screen_draw(model, sizes[s][0], sizes[s][1], MW_CHARSET_BRAILLE);
        if (!screen_shows("That is no such place.") || !screen_shows("0.5, 8e9") ||
            !screen_shows("GFLOP/s"))
            fail_msg("%dx%d:\n%s", sizes[s][0], sizes[s][1], shown);
    }
    screen_free(model);
}

static void put_mark(mw_model *model, double x, double y)
{
    mw_draft *draft = mw_form_focused(model).draft;
    draft->placed = true;
    draft->x = x;
    draft->y = y;
}

static void a_placed_point_is_where_it_was_put(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("03-point-open"));
    mw_grid grid = {.width = 120, .height = 40};
    double x, y, left_x, left_y;
    assert_true(mw_view_plot_value(model, &grid, 20, 9, &x, &y));
    put_mark(model, x, y);
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_grid()->cursor_visible);
    int cursor_x = screen_grid()->cursor_x, cursor_y = screen_grid()->cursor_y;
    mw_view_plot_value(model, &grid, 19, 8, &left_x, &left_y);
    put_mark(model, left_x, left_y);
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_int_equal(screen_grid()->cursor_x, cursor_x - 1);
    assert_int_equal(screen_grid()->cursor_y, cursor_y - 1);
    screen_free(model);
}

static void what_is_typed_stands_in_its_field_with_the_cursor(void **state)
{
    (void)state;
    json_t *view = screen_fixture("02-count-answered");
    json_t *field = json_array_get(json_object_get(view, "fields"), 0);
    json_object_set_new(field, "locked", json_false());
    mw_model *model = screen_model(view);
    model->focus = 0;
    mw_draft_set(&model->drafts[0], "4*8192^2");
    model->drafts[0].cursor = 3;
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    int line = screen_find("4*8192^2");
    assert_true(line > 0 && screen_grid()->cursor_visible);
    assert_int_equal(screen_grid()->cursor_y, line);
    const mw_grid *grid = screen_grid();
    assert_int_equal(grid->cells[line * grid->width + grid->cursor_x].glyph, '1');
    screen_free(model);
}

static void choices_show_what_is_chosen_without_colour(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("21-why-open"));
    screen_draw(model, 120, 40, MW_CHARSET_ASCII);
    assert_false(screen_shows("*  ") || screen_shows("* With"));
    mw_form_pick(model, 1);
    screen_draw(model, 120, 40, MW_CHARSET_ASCII);
    assert_true(screen_shows("* Every weight") && screen_shows("o With several"));
    screen_free(model);
}

static void long_text_scrolls_to_its_end(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    char text[4000] = "";
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), 40, "Paragraph %d.\n\n", i);
    json_object_set_new(view, "text", json_string(text));
    mw_model *model = screen_model(view);
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Paragraph 0.") && !screen_shows("Paragraph 59."));
    model->text_scroll = mw_view_scroll_most(model, screen_grid());
    assert_true(model->text_scroll > 60);
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Paragraph 59.") && !screen_shows("Paragraph 0."));
    screen_free(model);
}

static void a_lab_that_cannot_run_says_why(void **state)
{
    (void)state;
    mw_model *model = screen_model(NULL);
    snprintf(model->lab_problem, sizeof model->lab_problem,
             "lab.lua:12: step 'serve': field 'kernel': no kernel is called gemm/skiny");
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("This lab cannot run") && screen_shows("lab.lua:12: step 'serve'"));
    screen_free(model);
}

static void a_finished_lab_says_what_it_was_worth(void **state)
{
    (void)state;
    json_t *view = screen_fixture("21-why-open");
    json_object_set_new(view, "finished", json_true());
    json_object_set_new(view, "score",
                        json_pack("{s:i, s:i, s:i}", "earned", 9, "possible", 10, "pending", 1));
    mw_model *model = screen_model(view);
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("You have done this lab: 9 of 10 points.") &&
                screen_shows("Up to 1 more"));
    screen_free(model);
}

static json_t *many_points(int count)
{
    json_t *points = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(points,
                              json_pack("[f, f, f, f]", pow(1.02, i), 1 + sin(i / 20.0), 0.5, 3.0));
    return points;
}

static void five_hundred_points_and_sixty_marks_fit(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *series = json_array_get(json_object_get(mw_view_picture(view, "sweep"), "series"), 0);
    json_object_set_new(series, "points", many_points(512));
    json_t *points = json_object_get(mw_view_picture(view, "roofline"), "points");
    for (int i = 0; i < 60; i++)
        json_array_append_new(points,
                              json_pack("{s:s, s:s, s:f, s:f, s:s}", "id", "p", "label", "p", "x",
                                        pow(1.1, i), "y", 1e9 * (i + 1), "kind", "modelled"));
    mw_model *model = screen_model(view);
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_is_sound() && screen_shows("○ modelled"));
    screen_free(model);
}

static void a_message_is_never_cut(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    model->message_tone = "good";
    snprintf(model->message, sizeof model->message,
             "written: memwall-gemv-gemm-serve-{roofline,sweep,counters}.svg in "
             "/home/somebody/where/figures/are/kept/of/the/memory/wall/for/the/report");
    for (int width = 60; width <= 120; width += 20) {
        screen_draw(model, width, 24, MW_CHARSET_BRAILLE);
        assert_true(screen_is_sound() && screen_shows("written:") && screen_shows("report"));
        assert_true(screen_shows("keys")); /* the footer stays */
    }
    model->message[0] = '\0';
    snprintf(model->notice, sizeof model->notice,
             "progress is not kept: the file progress.sqlite is held by another memwall, "
             "which has to be left first");
    screen_draw(model, 60, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("progress is not kept") && screen_shows("left first"));
    screen_free(model);
}

static void a_roof_that_is_unsure_is_marked_with_its_ridge(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done"), *roofs;
    mw_model *model = screen_model(view);
    screen_draw(model, 160, 50, MW_CHARSET_BRAILLE);
    assert_false(screen_shows("15.2 GB/s ?"));
    roofs = json_object_get(mw_view_picture(view, "roofline"), "memory");
    json_object_set_new(json_array_get(roofs, 3), "unsure", json_true());
    screen_draw(model, 160, 50, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("15.2 GB/s ?") && screen_shows("ridge 12.6 ?"));
    screen_free(model);
}

static void plain_terminals_get_plain_characters(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    const char *text = screen_draw(model, 120, 40, MW_CHARSET_ASCII);
    for (; *text; text++)
        assert_true(*text == '\n' || (*text >= ' ' && *text <= '~'));
    assert_true(screen_shows("T time of a step") && screen_shows("M roofline model"));
    assert_true(screen_shows("P predicted") && screen_shows("+-4"));
    screen_free(model);
}

static void what_lies_off_the_axes_is_named_whole_beside_the_legend_or_below_it(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("06-gemv-running"));
    json_t *points = json_object_get(mw_view_picture(model->view, "roofline"), "points");
    static const char *const names[] = {"transposed", "transposed", "naive",
                                        "a copy of the matrix"};
    for (int i = 0; i < 4; i++)
        json_array_append_new(points,
                              json_pack("{s:f, s:f, s:s, s:s, s:s}", "x", 0.0, "y", 0.0, "kind",
                                        "measured", "label", names[i], "id", "off"));
    screen_draw(model, 200, 50, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("off the axis, 0 FLOP: transposed, naive, a copy of the matrix"));
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("off the axis, 0 FLOP: transposed, …"));
    assert_int_equal(screen_find("off the axis"), screen_find("GFLOP/s") + 1);
    assert_int_equal(screen_find("GFLOP/s"), screen_find("predicted"));
    screen_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_says_where_we_are),
        cmocka_unit_test(everything_is_on_a_large_screen),
        cmocka_unit_test(small_screens_show_one_panel_at_a_time),
        cmocka_unit_test(remarks_on_the_numbers_can_be_read_whole),
        cmocka_unit_test(a_run_brings_its_picture_to_a_small_screen),
        cmocka_unit_test(too_small_screens_say_what_they_need),
        cmocka_unit_test(counters_count_up_while_a_kernel_runs),
        cmocka_unit_test(the_live_point_stands_where_the_counters_say),
        cmocka_unit_test(cells_of_the_plot_and_values_invert),
        cmocka_unit_test(a_place_shows_its_units_and_above_a_picture_what_was_said_to_it),
        cmocka_unit_test(a_placed_point_is_where_it_was_put),
        cmocka_unit_test(what_is_typed_stands_in_its_field_with_the_cursor),
        cmocka_unit_test(choices_show_what_is_chosen_without_colour),
        cmocka_unit_test(long_text_scrolls_to_its_end),
        cmocka_unit_test(a_lab_that_cannot_run_says_why),
        cmocka_unit_test(a_finished_lab_says_what_it_was_worth),
        cmocka_unit_test(five_hundred_points_and_sixty_marks_fit),
        cmocka_unit_test(a_message_is_never_cut),
        cmocka_unit_test(a_roof_that_is_unsure_is_marked_with_its_ridge),
        cmocka_unit_test(plain_terminals_get_plain_characters),
        cmocka_unit_test(what_lies_off_the_axes_is_named_whole_beside_the_legend_or_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
