/* series_test.c: plans of series: gaps, ticks, and words of marks that cannot be misread. */
#include "labs/chart/series_chart.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static mw_series_plan plan;

static void what_is_missing_is_a_gap(void **state)
{
    (void)state;
    static const mw_series_point points[] = {{1, 2, NAN, NAN, false},
                                             {2, NAN, NAN, NAN, false},
                                             {0, 3, NAN, NAN, false},
                                             {4, 5, 4, 6, false},
                                             {8, INFINITY, 1, 2, false}};
    mw_series_chart chart = {.x_scale = MW_SCALE_LOG, .series_count = 1};
    chart.series[0].points = points;
    chart.series[0].count = 5;
    assert_true(mw_series_plan_make(&chart, 40, 10, &plan));
    static const bool visible[] = {true, false, false, true, false};
    for (int i = 0; i < 5; i++)
        assert_int_equal(plan.spots[0][i].visible, visible[i]);
    assert_true(plan.spots[0][3].spread && !plan.spots[0][0].spread);
    assert_true(plan.spots[0][3].y_low > plan.spots[0][3].y);
    assert_true(plan.spots[0][3].y > plan.spots[0][3].y_high);
}

static void a_linear_y_axis_starts_at_nothing(void **state)
{
    (void)state;
    static const mw_series_point points[] = {{1, 0.020, NAN, NAN, false},
                                             {2, 0.021, NAN, NAN, false}};
    mw_series_chart chart = {.x_scale = MW_SCALE_LOG, .series_count = 1};
    chart.series[0].points = points;
    chart.series[0].count = 2;
    mw_series_plan_make(&chart, 40, 10, &plan);
    assert_true(plan.y.low == 0);
    assert_string_equal(plan.y_prefix, "m");
}

static void values_that_were_run_are_the_ticks(void **state)
{
    (void)state;
    mw_series_point points[12];
    static const double batches[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128};
    for (int i = 0; i < 12; i++)
        points[i] = (mw_series_point){batches[i], 1 + i, NAN, NAN, false};
    mw_series_chart chart = {.x_scale = MW_SCALE_LOG, .series_count = 1};
    chart.series[0].points = points;
    chart.series[0].count = 12;
    mw_series_plan_make(&chart, 60, 10, &plan);
    assert_int_equal(plan.x_tick_count, 12);
    for (int i = 0; i < 12; i++)
        assert_true(plan.x_ticks[i].value == batches[i]);
}

static void nothing_to_draw_still_has_axes(void **state)
{
    (void)state;
    mw_series_chart chart = {.x_scale = MW_SCALE_LOG, .y_scale = MW_SCALE_LOG};
    assert_false(mw_series_plan_make(&chart, 40, 10, &plan));
    assert_true(plan.x.low < plan.x.high && plan.y.low < plan.y.high);
}

static void check_inside(int count, int width, int height)
{
    for (int i = 0; i < count; i++) {
        const mw_series_spot *s = &plan.spots[0][i];
        if (!s->visible)
            continue;
        assert_true(s->x > -1e-6 && s->x < width + 1e-6);
        assert_true(s->y > -1e-6 && s->y < height + 1e-6);
        if (s->spread)
            assert_true(s->y_high > -1e-6 && s->y_low < height + 1e-6);
    }
    if (plan.marks[0].visible)
        assert_true(plan.marks[0].x > -1e-6 && plan.marks[0].x < width + 1e-6);
}

static void every_spot_and_mark_stays_inside(void **state)
{
    (void)state;
    static mw_series_point points[MW_SERIES_POINTS];
    srand(9);
    for (int trial = 0; trial < 600; trial++) {
        mw_series_chart chart = {.x_scale = (mw_scale)(rand() % 3),
                                 .y_scale = (mw_scale)(rand() % 2)};
        int count = rand() % (MW_SERIES_POINTS + 1);
        for (int i = 0; i < count; i++) {
            double y = rand() % 30 ? pow(10, rand() % 30 - 15) * (rand() % 9 ? 1 : -1) : NAN;
            points[i] = (mw_series_point){pow(2, rand() % 60 - 20), y, y / 2, y * 40, false};
        }
        chart.series[chart.series_count].points = points;
        chart.series[chart.series_count++].count = count;
        chart.marks[chart.mark_count++] = pow(2, rand() % 80 - 30);
        int width = 1 + rand() % 100, height = 1 + rand() % 30;
        mw_series_plan_make(&chart, width, height, &plan);
        check_inside(count, width, height);
    }
}

static void paper_has_the_plan_of_the_cells(void **state)
{
    (void)state;
    static mw_series_plan large;
    const mw_medium paper = {.slants = true, .line = 12, .letter = 6, .mark = 6, .grain = 0.4};
    static const mw_series_point points[] = {{1, 0.020, 0.019, 0.022, false},
                                             {2, 0.021, NAN, NAN, false},
                                             {8, 0.030, 0.029, 0.050, false},
                                             {64, 0.100, 0.09, 0.11, false}};
    for (int scale = MW_SCALE_LINEAR; scale <= MW_SCALE_LOG2; scale++) {
        mw_series_chart chart = {.x_scale = (mw_scale)scale, .series_count = 1, .mark_count = 1};
        chart.series[0].points = points;
        chart.series[0].count = 4;
        chart.marks[0] = 21;
        mw_series_plan_make(&chart, 60, 16, &plan);
        chart.medium = &paper;
        mw_series_plan_make(&chart, 360, 192, &large);
        assert_int_equal(large.x_tick_count, plan.x_tick_count);
        for (int i = 0; i < plan.x_tick_count; i++) {
            assert_true(large.x_ticks[i].value == plan.x_ticks[i].value);
            assert_int_equal(large.x_ticks[i].labelled, plan.x_ticks[i].labelled);
        }
        for (int i = 0; i < 4; i++) {
            assert_int_equal(large.spots[0][i].spread, plan.spots[0][i].spread);
            assert_true(fabs(large.spots[0][i].x - 6 * plan.spots[0][i].x) < 1e-6);
            assert_true(fabs(large.spots[0][i].y - 12 * plan.spots[0][i].y) < 1e-6);
            assert_true(fabs(large.spots[0][i].y_high - 12 * plan.spots[0][i].y_high) < 1e-6);
        }
        assert_true(fabs(large.marks[0].x - 6 * plan.marks[0].x) < 1e-6);
    }
}

static void on_log_axes_what_grows_in_proportion_is_straight(void **state)
{
    (void)state;
    static const mw_series_point points[] = {{1, 0.64, 0.5, 0.7, false},
                                             {4, 0.16, NAN, NAN, false},
                                             {16, 0.04, NAN, NAN, false},
                                             {64, 0.01, NAN, NAN, false}};
    mw_series_chart chart = {.x_scale = MW_SCALE_LOG, .y_scale = MW_SCALE_LOG, .series_count = 1};
    chart.series[0].points = points;
    chart.series[0].count = 4;
    mw_series_plan_make(&chart, 60, 16, &plan);
    const mw_series_spot *spots = plan.spots[0];
    for (int i = 1; i < 3; i++)
        assert_true(fabs(spots[i].y - spots[i - 1].y - (spots[i + 1].y - spots[i].y)) < 1e-6);
    assert_true(spots[0].y_high > 0 && spots[3].y < 16); /* the whole bar, and the last point */
    assert_true(plan.y.low <= 0.01 && plan.y.low > 0.005);
}

static void the_word_of_a_mark_keeps_off_points_and_other_words(void **state)
{
    (void)state;
    mw_series_point points[30];
    for (int i = 0; i < 30; i++)
        points[i] = (mw_series_point){i, i % 7, NAN, NAN, false};
    mw_series_chart chart = {.series_count = 1, .mark_count = 3};
    chart.series[0].points = points;
    chart.series[0].count = 30;
    static const double marks[] = {10, 10, 11};
    for (int i = 0; i < 3; i++) {
        chart.marks[i] = marks[i];
        chart.mark_words[i] = "measured";
    }
    mw_series_plan_make(&chart, 70, 18, &plan);
    for (int i = 0; i < 3; i++) {
        assert_true(plan.marks[i].named);
        const mw_box *word = &plan.marks[i].word;
        for (int k = 0; k < i; k++)
            assert_false(mw_box_overlaps(word, &plan.marks[k].word));
        for (int p = 0; p < 30; p++) {
            const mw_box cell = {.x = floor(plan.spots[0][p].x),
                                 .y = floor(plan.spots[0][p].y),
                                 .width = 1,
                                 .height = 1};
            assert_false(mw_box_overlaps(word, &cell));
        }
    }
}

/* How many columns, or letters, of nothing lie between a word and a vertical; 0: it is touched or
 * covered. */
static double apart(const mw_box *word, double x, bool cells, double letter)
{
    double left = cells ? floor(x) : x, right = cells ? floor(x) + 1 : x;
    return fmax(fmax(word->x - right, left - word->x - word->width), 0) / letter;
}

static void no_word_of_a_mark_stands_beside_another_mark_too(void **state)
{
    (void)state;
    static const mw_medium paper = {.line = 11, .letter = 5, .mark = 8, .grain = 0.4};
    static const char *const words[] = {"L1", "L2", "LLC", "main memory"};
    mw_series_point points[69];
    srand(25);
    int named = 0, covering = 0, visible = 0;
    for (int trial = 0; trial < 400; trial++) {
        const bool cells = trial % 2 == 0;
        const double letter = cells ? 1 : 5;
        mw_series_chart chart = {.x_scale = MW_SCALE_LOG,
                                 .y_scale = MW_SCALE_LOG,
                                 .series_count = 1,
                                 .mark_count = 4,
                                 .medium = cells ? NULL : &paper};
        for (int i = 0; i < 69; i++)
            points[i] = (mw_series_point){pow(2, 12 + i / 4.0), 400.0 / (1 + i), NAN, NAN, false};
        chart.series[0].points = points;
        chart.series[0].count = 69;
        for (int i = 0; i < 4; i++) {
            chart.marks[i] = pow(2, 13 + rand() % 64 / 4.0);
            chart.mark_words[i] = words[i];
        }
        mw_series_plan_make(&chart, (20 + rand() % 60) * letter,
                            (6 + rand() % 20) * (cells ? 1 : 11), &plan);
        for (int i = 0; i < 4; i++) {
            visible += plan.marks[i].visible;
            if (!plan.marks[i].named)
                continue;
            named++;
            const mw_box *word = &plan.marks[i].word;
            assert_true(apart(word, plan.marks[i].x, cells, letter) <= 0.5 + 1e-9);
            for (int k = 0; k < 4; k++) {
                if (floor(plan.marks[k].x) == floor(plan.marks[i].x) ||
                    apart(word, plan.marks[k].x, cells, letter) > (cells ? 0 : 0.5))
                    continue;
                /* The word covers it, and neither of its ends touches it. */
                mw_box inner = *word;
                inner.x += letter;
                inner.width -= 2 * letter;
                assert_true(inner.width > 0 && apart(&inner, plan.marks[k].x, cells, letter) == 0);
                covering++;
            }
        }
    }
    assert_true(named > visible * 3 / 4 && covering < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_a_gap),
        cmocka_unit_test(a_linear_y_axis_starts_at_nothing),
        cmocka_unit_test(values_that_were_run_are_the_ticks),
        cmocka_unit_test(nothing_to_draw_still_has_axes),
        cmocka_unit_test(every_spot_and_mark_stays_inside),
        cmocka_unit_test(paper_has_the_plan_of_the_cells),
        cmocka_unit_test(on_log_axes_what_grows_in_proportion_is_straight),
        cmocka_unit_test(the_word_of_a_mark_keeps_off_points_and_other_words),
        cmocka_unit_test(no_word_of_a_mark_stands_beside_another_mark_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
