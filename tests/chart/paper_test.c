/* Charts on paper: what was really drawn, by cairo's own measures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/chart/series_chart.h"
#include "labs/chart/sheet.h"
#include "tests/chart/paper_scene.h"

static void check_drawn(double width, double height)
{
    for (int i = 0; i < drawn_count; i++) {
        double x[4], y[4];
        mw_box_corners(&drawn[i].ink, x, y);
        for (int k = 0; k < 4; k++)
            if (x[k] < -0.5 || y[k] < -0.5 || x[k] > width + 0.5 || y[k] > height + 0.5)
                fail_msg("'%s' leaves the paper of %g×%g at %g, %g", drawn[i].text, width, height,
                         x[k], y[k]);
        for (int k = 0; k < i; k++)
            if (mw_box_overlaps(&drawn[i].ink, &drawn[k].ink))
                fail_msg("'%s' and '%s' overlap on %g×%g", drawn[i].text, drawn[k].text, width,
                         height);
    }
}

static void words_on_a_roofline_never_overlap_and_stay_on_the_paper(void **state)
{
    (void)state;
    srand(23);
    int labels = 0;
    for (int trial = 0; trial < 60; trial++) {
        mw_roofline_chart chart = random_roofline();
        mw_paper paper = paper_of(MW_PAPER_PNG, 200 + rand() % 500, 160 + rand() % 300);
        paper.dark = trial % 2;
        mw_bytes bytes;
        mw_error error;
        drawn_count = 0;
        if (draw_roofline(&paper, &chart, trial % 5 == 0, &bytes, &error) != MW_OK)
            fail_msg("%s", error.message);
        check_drawn(paper.width, paper.height);
        labels += drawn_count;
        free(bytes.data);
    }
    assert_true(labels > 60 * 15);
}

static json_t *random_series(int count)
{
    json_t *points = json_array();
    double y = any(1e-6, 10);
    for (int i = 0; i < count; i++) {
        y *= any(0.8, 1.4);
        json_array_append_new(points, json_pack("[i, f, f, f, b]", 1 + i * i, y, y * 0.9,
                                                y * any(1, 1.5), rand() % 3 == 0));
    }
    return json_pack("{s:s, s:s, s:o}", "kind", mw_kind_name((mw_kind)(rand() % 6)), "label",
                     a_word(), "points", points);
}

static mw_status draw_sweep(const mw_paper *paper, json_t *chart, mw_bytes *bytes, mw_error *error)
{
    mw_picture *picture = mw_picture_new(chart, NULL, &mw_medium_cells);
    mw_status status = mw_paper_draw(paper, &picture->drawing, bytes, error);
    free(picture);
    return status;
}

static void words_on_a_sweep_never_overlap_and_stay_on_the_paper(void **state)
{
    (void)state;
    srand(29);
    int drawings = 0;
    for (int trial = 0; trial < 60; trial++) {
        json_t *series = json_array(), *marks = json_array();
        for (int s = rand() % MW_SERIES_MAX; s >= 0; s--)
            json_array_append_new(
                series, random_series(trial % 4 ? 1 + rand() % 12 : 1 + rand() % MW_SERIES_POINTS));
        for (int i = rand() % 5; i > 0; i--)
            json_array_append_new(
                marks, json_pack("{s:f, s:s}", "x", any(1, 140), "label", "predicted 21"));
        json_t *chart =
            json_pack("{s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}, s:o, s:o}", "kind", "sweep", "x",
                      "label", "batch", "unit", rand() % 2 ? "1" : "B", "scale",
                      rand() % 2 ? "log" : "linear", "y", "label", "", "unit", "s", "scale",
                      trial % 2 ? "log" : "linear", "series", series, "marks", marks);
        mw_paper paper = paper_of(MW_PAPER_PNG, 200 + rand() % 500, 170 + rand() % 300);
        mw_bytes bytes;
        mw_error error;
        drawn_count = 0;
        if (draw_sweep(&paper, chart, &bytes, &error) == MW_OK)
            check_drawn(paper.width, paper.height);
        else
            assert_int_equal(error.code, MW_INVALID); /* no room below the legend */
        drawings += bytes.data != NULL;
        free(bytes.data);
        json_decref(chart);
    }
    assert_true(drawings > 40);
}

static int times_drawn(const char *word)
{
    int times = 0;
    for (int i = 0; i < drawn_count; i++)
        times += strcmp(drawn[i].text, word) == 0;
    return times;
}

static char *drawn_roofline(const mw_roofline_chart *chart)
{
    mw_paper paper = paper_of(MW_PAPER_SVG, 400, 300);
    paper.note = "";
    mw_bytes bytes;
    mw_error error;
    drawn_count = 0;
    assert_int_equal(draw_roofline(&paper, chart, false, &bytes, &error), MW_OK);
    char *text = calloc(1, bytes.size + 1);
    memcpy(text, bytes.data, bytes.size);
    free(bytes.data);
    return text;
}

static int count_of(const char *text, const char *piece)
{
    int count = 0;
    while ((text = strstr(text, piece)) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* The dot is one shape more, the whisker three lines. */
static void a_noisy_point_has_a_dot_and_a_word_and_every_interval_a_whisker(void **state)
{
    (void)state;
    mw_roofline_chart chart = {.point_count = 1};
    chart.points[0] = (mw_chart_point){.x = 1, .y = 1e10, .label = "", .kind = MW_MEASURED};
    char *clean = drawn_roofline(&chart);
    assert_int_equal(times_drawn("noisy"), 0);
    chart.points[0].noisy = true;
    char *noisy = drawn_roofline(&chart);
    assert_int_equal(times_drawn("noisy"), 1);
    assert_true(count_of(noisy, "fill-rule") > count_of(clean, "fill-rule"));
    chart.points[0].low = 0.5e10;
    chart.points[0].high = 1.5e10;
    char *certain = drawn_roofline(&chart);
    assert_int_equal(count_of(certain, "<path") - count_of(noisy, "<path"), 3);
    free(clean);
    free(noisy);
    free(certain);
}

static void the_legend_of_a_sweep_names_noisy_samples_where_there_are_some(void **state)
{
    (void)state;
    json_t *chart = json_pack("{s:s, s:[{s:s, s:s, s:[[i,i,i,i],[i,i,i,i],[i,i,i,i]]}]}", "kind",
                              "sweep", "series", "kind", "measured", "label", "time", "points", 1,
                              2, 1, 3, 2, 3, 2, 4, 4, 5, 4, 6);
    json_t *series = json_array_get(json_object_get(chart, "series"), 0);
    for (int noisy = 0; noisy < 2; noisy++) {
        mw_paper paper = paper_of(MW_PAPER_SVG, 400, 300);
        mw_bytes bytes;
        mw_error error;
        if (noisy)
            json_array_append_new(json_array_get(json_object_get(series, "points"), 1),
                                  json_true());
        drawn_count = 0;
        assert_int_equal(draw_sweep(&paper, chart, &bytes, &error), MW_OK);
        assert_int_equal(times_drawn("noisy"), noisy);
        free(bytes.data);
    }
    json_decref(chart);
}

static void a_table_is_as_large_as_it_needs(void **state)
{
    (void)state;
    static const char *const cells[] = {"FLOP",
                                        "2.147 GFLOP",
                                        "",
                                        "time",
                                        "20.9 ms ±1 %",
                                        "noisy: another program ran on this CPU and took so much "
                                        "of it that the median says little"};
    const mw_paper_table table = {
        .columns = {{.heading = ""},
                    {.heading = "measured", .marked = true, .right = true, .kind = MW_MEASURED},
                    {.heading = "", .dim = true}},
        .column_count = 3,
        .row_count = 2,
        .cells = cells};
    mw_paper paper = paper_of(MW_PAPER_SVG, 0, 0);
    mw_bytes bytes;
    mw_error error;
    drawn_count = 0;
    assert_int_equal(mw_paper_table_draw(&paper, &table, &bytes, &error), MW_OK);
    double width = 0, height = 0;
    char *svg = strndup((char *)bytes.data, bytes.size);
    const char *size = strstr(svg, "width=\"");
    assert_int_equal(sscanf(size, "width=\"%lf", &width), 1);
    assert_int_equal(sscanf(strstr(size, "height=\""), "height=\"%lf", &height), 1);
    free(svg);
    check_drawn(width, height);
    int lines = 0;
    for (int i = 0; i < drawn_count; i++)
        lines += strstr(drawn[i].text, "another") != NULL || strstr(drawn[i].text, "median");
    assert_true(lines >= 2); /* the remark is broken */
    free(bytes.data);
    paper.width = paper.height = 20;
    assert_int_equal(mw_paper_table_draw(&paper, &table, &bytes, &error), MW_INVALID);
    assert_null(bytes.data);
}

/* Each part of a mixed text has its own font, and the whole is as wide as its parts. */
static void mixed_text_is_as_wide_as_its_parts(void **state)
{
    (void)state;
    mw_paper paper = paper_of(MW_PAPER_SVG, 400, 300);
    mw_sheet sheet;
    mw_error error;
    mw_bytes bytes;
    const mw_words plain = {0};
    assert_int_equal(mw_sheet_open(&sheet, &paper, &error), MW_OK);
    double latin = mw_sheet_measure(&sheet, "another program", &plain),
           asian = mw_sheet_measure(&sheet, "有干扰：", &plain),
           mixed = mw_sheet_measure(&sheet, "有干扰：another program有干扰：", &plain);
    assert_true(latin > 0 && asian > 0);
    assert_true(fabs(mixed - latin - 2 * asian) < 1e-6);
    assert_int_equal(mw_sheet_finish(&sheet, MW_INVALID, &bytes, &error), MW_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_on_a_roofline_never_overlap_and_stay_on_the_paper),
        cmocka_unit_test(words_on_a_sweep_never_overlap_and_stay_on_the_paper),
        cmocka_unit_test(a_noisy_point_has_a_dot_and_a_word_and_every_interval_a_whisker),
        cmocka_unit_test(the_legend_of_a_sweep_names_noisy_samples_where_there_are_some),
        cmocka_unit_test(a_table_is_as_large_as_it_needs),
        cmocka_unit_test(mixed_text_is_as_wide_as_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
