/* A toy picture, which only the list of this test has, is shown, drawn, written and told by code
 * that names no picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/figure/figure.h"
#include "tests/tui/view/screen.h"
#include "tui/plain/figures.h"

static json_t *tries(const char *kind)
{
    return json_pack("{s:s, s:s, s:s, s:[{s:s, s:s, s:i}, {s:s, s:s, s:i}]}", "kind", kind, "id",
                     "tries", "title", "Tries", "bars", "id", "wall", "label", "Which wall?",
                     "value", 4, "id", "end", "label", "The end", "value", 1);
}

/* A view with the pictures of a lab and this one. */
static json_t *view_with(const char *kind)
{
    json_t *view = screen_fixture("15-serve-done");
    json_array_append_new(json_object_get(view, "pictures"), tries(kind));
    return view;
}

/* How many rows of the screen have a bar in this column. */
static int rows_of_bar(int column)
{
    int rows = 0;
    for (int y = 0; y < screen_grid()->height; y++)
        rows += mw_grid_at((mw_grid *)screen_grid(), column, y)->glyph == 0x2588;
    return rows;
}

static void a_small_screen_has_a_panel_for_it(void **state)
{
    (void)state;
    mw_model *model = screen_model(view_with("tries"));
    screen_draw(model, 60, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("[text]─ roofline ─ chart ─ tries ─ numbers ─"));
    for (int i = 0; i < 3; i++)
        model->panel = mw_view_next_panel(model, screen_grid());
    screen_draw(model, 60, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("[tries]") && screen_shows("Which wall?") && screen_shows("The end"));
    assert_true(screen_is_sound());
    int first = rows_of_bar(15), second = rows_of_bar(45);
    assert_true(second >= 3 && first >= 4 * second - 3 && first <= 4 * second + 3);
    screen_draw(model, 60, 24, MW_CHARSET_ASCII);
    assert_true(screen_is_sound() && screen_shows("####"));
    screen_free(model);
}

static void a_wide_screen_shows_it_among_the_others(void **state)
{
    (void)state;
    mw_model *model = screen_model(view_with("tries"));
    screen_draw(model, 150, 50, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("─ Tries ─") && screen_shows("Which wall?"));
    assert_true(screen_shows("GFLOP/s") && screen_shows("time per vector"));
    assert_true(screen_is_sound());
    screen_free(model);
}

static char *written(const char *ending)
{
    char path[] = "/tmp/memwall-kinds-XXXXXX", named[64];
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    unlink(path);
    snprintf(named, sizeof named, "%s%s", path, ending);
    json_t *view = view_with("tries");
    mw_figure figure = {.name = "tries", .view = view};
    mw_error error;
    assert_true(mw_figure_known("tries") && mw_figure_present("tries", view));
    mw_status status = mw_figure_write(&figure, named, &error);
    json_decref(view);
    if (status == MW_UNSUPPORTED) /* a build without cairo */
        return NULL;
    assert_int_equal(status, MW_OK);
    FILE *stream = fopen(named, "r");
    char *text = calloc(1, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, stream) > 0);
    fclose(stream);
    unlink(named);
    return text;
}

static void a_file_has_it_drawn_with_its_words(void **state)
{
    (void)state;
    char *svg = written(".svg");
    if (!svg)
        skip();
    assert_non_null(strstr(svg, "<title>Tries</title>"));
    assert_non_null(strstr(svg, "Which wall?: 4 (counted)")); /* for a screen reader */
    assert_non_null(strstr(svg, ">The end</text>"));
    assert_non_null(strstr(svg, "fill:rgb(0%,44.705882%,69.803922%)")); /* the ink of counted */
    free(svg);
}

static void its_rows_are_csv_and_json_and_plain_text(void **state)
{
    (void)state;
    char *csv = written(".csv"), *json = written(".json"), *text = NULL;
    assert_non_null(strstr(csv, "id,label,value,unit,kind,machine"));
    assert_non_null(strstr(csv, "wall,Which wall?,4,1,counted"));
    assert_non_null(strstr(json, "\"figure\": \"tries\""));
    size_t size;
    mw_lines lines = {.file = open_memstream(&text, &size), .utf8 = true, .width = 80};
    json_t *view = view_with("tries");
    mw_figures_pictures(&lines, view, false);
    fclose(lines.file);
    assert_non_null(strstr(text, "Roofline"));
    assert_non_null(strstr(text, "Tries"));
    assert_non_null(strstr(text, "wall  Which wall?  4"));
    json_decref(view);
    free(csv);
    free(json);
    free(text);
}

static void a_kind_that_is_not_listed_is_no_picture(void **state)
{
    (void)state;
    json_t *view = view_with("brought by a lab");
    assert_false(mw_figure_known("brought by a lab"));
    assert_false(mw_picture_present(json_array_get(json_object_get(view, "pictures"), 2)));
    mw_model *model = screen_model(view);
    screen_draw(model, 60, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("[text]─ roofline ─ chart ─ numbers ─"));
    screen_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_screen_has_a_panel_for_it),
        cmocka_unit_test(a_wide_screen_shows_it_among_the_others),
        cmocka_unit_test(a_file_has_it_drawn_with_its_words),
        cmocka_unit_test(its_rows_are_csv_and_json_and_plain_text),
        cmocka_unit_test(a_kind_that_is_not_listed_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
