/* roofline_test.c: plans of rooflines: where lines, points and words stand, also at random. */
#include "labs/chart/roofline_chart.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static mw_roofline_plan plan;

static void add_roof(mw_roofline_chart *chart, bool compute, double value, const char *name)
{
    chart->roofs[chart->roof_count++] = (mw_chart_roof){
        .compute = compute, .value = value, .low = value, .high = value, .texts = {name}};
}

static mw_roofline_chart printed_machine(void)
{
    mw_roofline_chart chart = {.ridge_word = "ridge"};
    static const char *const levels[][3] = {{"L1 412 GB/s", "L1 412", "L1"},
                                            {"L2 163 GB/s", "L2 163", "L2"},
                                            {"LLC 29.6 GB/s", "LLC 29.6", "LLC"},
                                            {"DRAM 15.8 GB/s", "DRAM 15.8", "DRAM"}};
    static const double rates[] = {412e9, 163e9, 29.6e9, 15.8e9};
    for (int i = 0; i < 4; i++) {
        add_roof(&chart, false, rates[i], levels[i][0]);
        chart.roofs[i].texts[1] = levels[i][1];
        chart.roofs[i].texts[2] = levels[i][2];
    }
    add_roof(&chart, true, 192e9, "AVX-512 f32 192");
    return chart;
}

static void add_point(mw_roofline_chart *chart, double x, double y, const char *label)
{
    chart->points[chart->point_count++] = (mw_chart_point){.x = x, .y = y, .label = label};
}

static const mw_chart_label *find_label(mw_label_owner owner, int index)
{
    for (int i = 0; i < plan.label_count; i++)
        if (plan.labels[i].owner == owner && plan.labels[i].index == index)
            return &plan.labels[i];
    return NULL;
}

static void the_ridge_is_where_peak_meets_the_slowest_memory(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    assert_true(mw_roofline_plan_make(&chart, 60, 20, &plan));
    assert_true(fabs(plan.ridge_value - 192 / 15.8) < 1e-9);
    assert_true(plan.ridge.visible);
    assert_true(fabs(plan.ridge.x0 - plan.roofs[3].x1) < 1e-6); /* DRAM ends where it reaches it */
    assert_true(fabs(plan.roofs[3].y1 - plan.roofs[4].y0) < 1e-6);
}

static void an_active_roof_moves_the_ridge(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    chart.roofs[2].active = true;
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    assert_true(fabs(plan.ridge_value - 192 / 29.6) < 1e-9);
}

static void memory_roofs_are_parallel_on_log_axes(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    mw_roofline_plan_make(&chart, 80, 24, &plan);
    double slope = NAN;
    for (int i = 0; i < 4; i++) {
        const mw_segment *s = &plan.roofs[i];
        assert_true(s->visible);
        double its = (s->y1 - s->y0) / (s->x1 - s->x0);
        assert_true(i == 0 || fabs(its - slope) < 1e-6);
        slope = its;
    }
}

static void a_point_under_the_roof_is_drawn_under_it(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    add_point(&chart, 0.5, 7.9e9, "on");
    add_point(&chart, 0.5, 4e9, "under");
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    const mw_segment *dram = &plan.roofs[3];
    double part = (plan.points[0].x - dram->x0) / (dram->x1 - dram->x0);
    assert_true(fabs(dram->y0 + part * (dram->y1 - dram->y0) - plan.points[0].y) < 0.01);
    assert_true(plan.points[1].y > plan.points[0].y);
}

static void a_copy_without_flop_stays_off_the_axes(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    add_point(&chart, 0, 0, "copy");
    add_point(&chart, NAN, 1e9, "lost");
    add_point(&chart, 0.25, INFINITY, "absent");
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    for (int i = 0; i < 3; i++) {
        assert_false(plan.points[i].visible);
        assert_null(find_label(MW_LABEL_POINT, i));
    }
}

static void axes_widen_for_points_but_not_for_the_live_one(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    chart.x_low = 0.1;
    chart.x_high = 100;
    chart.y_low = 1e9;
    chart.y_high = 3e11;
    add_point(&chart, 500, 2e8, "far");
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    assert_true(plan.points[0].visible && plan.x.high > 500 && plan.y.low < 2e8);
    chart.points[0].live = true;
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    assert_true(fabs(plan.x.high - 100) < 1e-9 && fabs(plan.y.low - 1e9) < 1);
    assert_true(plan.points[0].visible);
    assert_int_equal((int)plan.points[0].mark.y, 19);
    assert_int_equal((int)plan.points[0].mark.x, 59);
}

static void marks_of_two_kinds_never_cover_each_other(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    add_point(&chart, 0.5, 7.9e9, "you");
    add_point(&chart, 0.5001, 7.8999e9, "run");
    chart.points[0].kind = 4;
    chart.points[1].active = true;
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    assert_true(plan.points[0].mark.y == plan.points[1].mark.y);
    assert_int_equal((int)fabs(plan.points[0].mark.x - plan.points[1].mark.x), 1);
}

static void the_trail_skips_what_has_no_place(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    add_point(&chart, 0.5, 7e9, "1");
    add_point(&chart, 0, 7e9, "2");
    add_point(&chart, 2, 3e10, "4");
    for (int i = 0; i < 3; i++)
        chart.trail[chart.trail_count++] = i;
    chart.links[chart.link_count++] = (mw_chart_link){0, 1, "to nowhere"};
    chart.links[chart.link_count++] = (mw_chart_link){-1, 99, "from nowhere"};
    mw_roofline_plan_make(&chart, 60, 20, &plan);
    assert_int_equal(plan.trail_count, 1);
    assert_true(plan.trail[0].x1 == plan.points[2].x);
    assert_false(plan.links[0].visible);
    assert_false(plan.links[1].visible);
}

static void every_roof_of_a_common_machine_gets_its_name(void **state)
{
    (void)state;
    mw_roofline_chart chart = printed_machine();
    static const int sizes[][2] = {{60, 24}, {48, 16}, {70, 30}};
    for (size_t s = 0; s < 3; s++) {
        mw_roofline_plan_make(&chart, sizes[s][0], sizes[s][1], &plan);
        for (int i = 0; i < chart.roof_count; i++)
            assert_non_null(find_label(MW_LABEL_ROOF, i));
        assert_non_null(find_label(MW_LABEL_RIDGE, 0));
    }
}

static void the_name_of_a_lower_peak_never_stands_above_a_higher_one(void **state)
{
    (void)state;
    for (int height = 7; height < 40; height++) {
        mw_roofline_chart chart = printed_machine();
        add_roof(&chart, true, 96e9, "AVX-512 f64 96");
        mw_roofline_plan_make(&chart, 60, height, &plan);
        const mw_chart_label *high = find_label(MW_LABEL_ROOF, 4),
                             *low = find_label(MW_LABEL_ROOF, 5);
        int high_row = (int)plan.roofs[4].y0, low_row = (int)plan.roofs[5].y0;
        if (high && high_row != low_row)
            assert_true(high->box.y < low_row);
        if (low && high_row != low_row)
            assert_true(low->box.y > high_row);
    }
}

static double any(double least, double most)
{
    return least * pow(most / least, rand() / (double)RAND_MAX);
}

static mw_roofline_chart random_chart(void)
{
    static const char *const words[] = {
        "",
        "1",
        "16",
        "gemv/simd",
        "DRAM 15.8 GB/s",
        "a long name of a roof",
        "one name that is far too long to stand in any small picture at all"};
    mw_roofline_chart chart = {.ridge_word = "ridge"};
    for (int i = rand() % (MW_CHART_ROOFS + 1); i > 0; i--) {
        add_roof(&chart, rand() % 2, any(1e8, 1e13), words[rand() % 7]);
        mw_chart_roof *roof = &chart.roofs[chart.roof_count - 1];
        roof->low = roof->value * any(0.5, 1);
        roof->high = roof->value * any(1, 2);
    }
    for (int i = rand() % (MW_CHART_POINTS + 1); i > 0; i--) {
        add_point(&chart, rand() % 20 ? any(1e-3, 1e4) : 0, rand() % 20 ? any(1e6, 1e13) : NAN,
                  words[rand() % 7]);
        chart.points[chart.point_count - 1].kind = rand() % 3;
        chart.points[chart.point_count - 1].active = rand() % 10 == 0;
    }
    for (int i = 0; chart.point_count > 1 && i < MW_CHART_LINKS; i++)
        chart.links[chart.link_count++] = (mw_chart_link){
            rand() % chart.point_count, rand() % chart.point_count, words[rand() % 7]};
    return chart;
}

static void check_words(const mw_roofline_chart *chart, int width, int height)
{
    for (int i = 0; i < plan.label_count; i++) {
        const mw_chart_label *a = &plan.labels[i];
        assert_true(a->box.x >= 0 && a->box.y >= 0 && a->box.y < height &&
                    a->box.x + a->box.width <= width);
        assert_true(a->box.width == (double)strlen(a->text));
        for (int k = 0; k < i; k++) {
            const mw_chart_label *b = &plan.labels[k];
            assert_true(a->box.y != b->box.y || a->box.x + a->box.width <= b->box.x ||
                        b->box.x + b->box.width <= a->box.x);
        }
        for (int k = 0; k < chart->point_count; k++)
            assert_false(plan.points[k].visible && plan.points[k].mark.y == a->box.y &&
                         plan.points[k].mark.x >= a->box.x &&
                         plan.points[k].mark.x < a->box.x + a->box.width);
    }
}

static void check_lines(int width, int height)
{
    const mw_segment *groups[] = {plan.roofs, plan.roof_low, plan.roof_high, plan.trail,
                                  plan.links};
    for (size_t g = 0; g < 5; g++)
        for (int i = 0; i < MW_CHART_ROOFS; i++) {
            const mw_segment *s = &groups[g][i];
            if (!s->visible)
                continue;
            assert_true(fmin(s->x0, s->x1) > -1e-6 && fmax(s->x0, s->x1) < width + 1e-6);
            assert_true(fmin(s->y0, s->y1) > -1e-6 && fmax(s->y0, s->y1) < height + 1e-6);
        }
}

static void words_never_overlap_and_all_stays_inside(void **state)
{
    (void)state;
    srand(3);
    for (int trial = 0; trial < 1500; trial++) {
        mw_roofline_chart chart = random_chart();
        int width = 1 + rand() % 120, height = 1 + rand() % 40;
        mw_roofline_plan_make(&chart, width, height, &plan);
        check_words(&chart, width, height);
        check_lines(width, height);
    }
}

/* Cells and paper whose lines and letters are as many: the same plan, only larger. */
static void paper_has_the_plan_of_the_cells(void **state)
{
    (void)state;
    static mw_roofline_plan large;
    const mw_medium paper = {.slants = true, .line = 12, .letter = 6, .mark = 8, .grain = 0.5 * 12};
    srand(7);
    for (int trial = 0; trial < 300; trial++) {
        mw_roofline_chart chart = random_chart();
        int width = 20 + rand() % 100, height = 7 + rand() % 33;
        mw_roofline_plan_make(&chart, width, height, &plan);
        chart.medium = &paper;
        mw_roofline_plan_make(&chart, 6.0 * width, 12.0 * height, &large);
        assert_true(large.x.low == plan.x.low && large.x.high == plan.x.high);
        assert_true(fabs(large.y.low / plan.y.low - 1) < 1e-12);
        assert_true(fabs(large.y.high / plan.y.high - 1) < 1e-12);
        assert_true(large.ridge_value == plan.ridge_value);
        assert_int_equal(large.x_tick_count, plan.x_tick_count);
        assert_int_equal(large.y_tick_count, plan.y_tick_count);
        for (int i = 0; i < plan.x_tick_count; i++) {
            assert_true(large.x_ticks[i].value == plan.x_ticks[i].value);
            assert_string_equal(large.x_ticks[i].label, plan.x_ticks[i].label);
            assert_int_equal(large.x_ticks[i].labelled, plan.x_ticks[i].labelled);
        }
        for (int i = 0; i < plan.y_tick_count; i++)
            assert_int_equal(large.y_ticks[i].labelled, plan.y_ticks[i].labelled);
        for (int i = 0; i < chart.point_count; i++) {
            assert_int_equal(large.points[i].visible, plan.points[i].visible);
            assert_true(fabs(large.points[i].x - 6 * plan.points[i].x) < 1e-6);
            assert_true(fabs(large.points[i].y - 12 * plan.points[i].y) < 1e-6);
        }
        for (int i = 0; i < chart.roof_count; i++) {
            assert_int_equal(large.roofs[i].visible, plan.roofs[i].visible);
            assert_true(fabs(large.roofs[i].x1 - 6 * plan.roofs[i].x1) < 1e-6);
            assert_int_equal(large.roof_low[i].visible, plan.roof_low[i].visible);
        }
        assert_int_equal(large.trail_count, plan.trail_count);
    }
}

static void on_paper_marks_of_several_kinds_at_one_place_surround_each_other(void **state)
{
    (void)state;
    const mw_medium paper = {.slants = true, .line = 11, .letter = 5, .mark = 8, .grain = 0.4};
    mw_roofline_chart chart = {.medium = &paper};
    add_roof(&chart, true, 192e9, "peak");
    add_point(&chart, 1, 10e9, "64");
    chart.points[0].kind = MW_MEASURED;
    chart.points[0].active = true;
    add_point(&chart, 1, 10e9, "L1");
    chart.points[1].kind = MW_COUNTED;
    add_point(&chart, 1.001, 10e9, "L2 LLC DRAM");
    chart.points[2].kind = MW_MODELLED;
    add_point(&chart, 1, 10e9, "You");
    chart.points[3].kind = MW_PREDICTED;
    add_point(&chart, 0.3, 3e9, "1");
    chart.points[4].kind = MW_MEASURED;
    mw_roofline_plan_make(&chart, 400, 250, &plan);
    /* What is in front has its usual size, what lies below is larger than all before it. */
    assert_true(plan.points[0].rim == 1 && plan.points[3].rim == 1 && plan.points[4].rim == 1);
    assert_true(plan.points[2].rim > 1.5 && plan.points[1].rim > plan.points[2].rim + 0.5);
    /* Words keep off the largest, and all of them are there. */
    for (int i = 0; i < 4; i++) {
        const mw_chart_label *word = find_label(MW_LABEL_POINT, i);
        assert_non_null(word);
        assert_true(plan.points[i].mark.width == paper.mark * plan.points[1].rim);
        if (i < 3)
            assert_false(mw_box_overlaps(&word->box, &plan.points[1].mark));
    }
}

static void slanted_words_run_along_their_roof(void **state)
{
    (void)state;
    const mw_medium paper = {.slants = true, .line = 11, .letter = 5, .mark = 8, .grain = 0.4};
    mw_roofline_chart chart = printed_machine();
    chart.medium = &paper;
    mw_roofline_plan_make(&chart, 420, 260, &plan);
    for (int i = 0; i < 4; i++) {
        const mw_segment *roof = &plan.roofs[i];
        const mw_chart_label *label = find_label(MW_LABEL_ROOF, i);
        assert_non_null(label);
        double angle = atan2(roof->y1 - roof->y0, roof->x1 - roof->x0);
        assert_true(fabs(label->box.angle - angle) < 1e-9);
        /* The middle of the words lies half a line from the roof, and a little. */
        double x = label->box.x + label->box.width / 2, y = label->box.y + label->box.height / 2;
        double off = (x - roof->x0) * sin(angle) - (y - roof->y0) * cos(angle);
        assert_true(fabs(fabs(off) - 6) < 1e-6);
    }
    assert_true(find_label(MW_LABEL_ROOF, 4)->box.angle == 0);
}

/* The distance of a box from a line by looking at many places of both. */
static double looked_at(const mw_box *box, const mw_segment *s, double stretch)
{
    enum { PLACES = 200 };
    double c = cos(box->angle), sine = sin(box->angle), least = INFINITY;
    double cx = box->x + box->width / 2, cy = box->y + box->height / 2;
    for (int i = 0; i <= PLACES; i++) {
        double x = s->x0 + (s->x1 - s->x0) * i / PLACES, y = s->y0 + (s->y1 - s->y0) * i / PLACES;
        double along = (x - cx) * c + (y - cy) * sine, across = (y - cy) * c - (x - cx) * sine;
        along = fmin(fmax(along, -box->width / 2), box->width / 2);
        across = fmin(fmax(across, -box->height / 2), box->height / 2);
        double dx = x - cx - along * c + across * sine, dy = y - cy - along * sine - across * c;
        least = fmin(least, hypot(dx, dy * stretch));
    }
    return least;
}

static bool same_line(const mw_segment *a, const mw_segment *b, double near)
{
    return fabs(a->y1 - b->y1) < near && fabs(a->y0 - b->y0) < near && fabs(a->x1 - b->x1) < near;
}

/* From one end of words on cells, which may cover other lines on their way. On paper words run
 * along their line, and may cross one of another slope. */
static double end_looked_at(const mw_box *box, const mw_segment *s, double stretch)
{
    mw_box left = *box, right = *box;
    left.width = right.width = 1;
    right.x += box->width - 1;
    return fmin(looked_at(&left, s, stretch), looked_at(&right, s, stretch));
}

static int check_names(const mw_roofline_chart *chart, double slack, double line)
{
    double stretch = chart->medium ? 1 : 2;
    int covering = 0;
    for (int l = 0; l < plan.label_count; l++) {
        const mw_chart_label *label = &plan.labels[l];
        if (label->owner != MW_LABEL_ROOF)
            continue;
        const mw_segment *own = &plan.roofs[label->index];
        double nearest = looked_at(&label->box, own, stretch) - slack;
        double from_end = end_looked_at(&label->box, own, stretch) - slack;
        for (int i = 0; i < chart->roof_count; i++) {
            const mw_segment *other = &plan.roofs[i];
            if (i == label->index || !other->visible || same_line(own, other, 0.1 * line) ||
                looked_at(&label->box, other, stretch) >= nearest)
                continue;
            bool crossed = (own->y0 == own->y1) != (other->y0 == other->y1);
            if (chart->medium ? !crossed : end_looked_at(&label->box, other, stretch) < from_end)
                fail_msg("'%s' at %g, %g is nearer to roof %d", label->text, label->box.x,
                         label->box.y, i);
            covering++;
            break;
        }
    }
    return covering;
}

static void no_name_is_nearer_to_another_roof_than_to_its_own(void **state)
{
    (void)state;
    const mw_medium paper = {.slants = true, .line = 11, .letter = 5, .mark = 8, .grain = 0.4};
    srand(37);
    int named[2] = {0}, covering = 0;
    for (int trial = 0; trial < 400; trial++) {
        mw_roofline_chart chart = random_chart();
        for (int medium = 0; medium < 2; medium++) {
            double width = 20 + rand() % 100, height = 7 + rand() % 30;
            chart.medium = medium ? &paper : NULL;
            mw_roofline_plan_make(&chart, width * (medium ? 5 : 1), height * (medium ? 11 : 1),
                                  &plan);
            covering += check_names(&chart, medium ? 0.5 : 0.2, medium ? 11 : 1);
            for (int l = 0; l < plan.label_count; l++)
                named[medium] += plan.labels[l].owner == MW_LABEL_ROOF;
        }
    }
    assert_true(named[0] > 1100 && named[1] > 1100); /* and not for want of names */
    assert_true(covering < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ridge_is_where_peak_meets_the_slowest_memory),
        cmocka_unit_test(an_active_roof_moves_the_ridge),
        cmocka_unit_test(memory_roofs_are_parallel_on_log_axes),
        cmocka_unit_test(a_point_under_the_roof_is_drawn_under_it),
        cmocka_unit_test(a_copy_without_flop_stays_off_the_axes),
        cmocka_unit_test(axes_widen_for_points_but_not_for_the_live_one),
        cmocka_unit_test(marks_of_two_kinds_never_cover_each_other),
        cmocka_unit_test(the_trail_skips_what_has_no_place),
        cmocka_unit_test(no_name_is_nearer_to_another_roof_than_to_its_own),
        cmocka_unit_test(every_roof_of_a_common_machine_gets_its_name),
        cmocka_unit_test(the_name_of_a_lower_peak_never_stands_above_a_higher_one),
        cmocka_unit_test(words_never_overlap_and_all_stays_inside),
        cmocka_unit_test(paper_has_the_plan_of_the_cells),
        cmocka_unit_test(on_paper_marks_of_several_kinds_at_one_place_surround_each_other),
        cmocka_unit_test(slanted_words_run_along_their_roof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
