/* The words between a prediction and what was measured: "you: ×1.3 too high". */
#include "labs/chart/roofline_chart.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static mw_roofline_plan plan;

static mw_roofline_chart machine(void)
{
    static const double rates[] = {412e9, 163e9, 29.6e9, 15.8e9, 192e9};
    static const char *const names[] = {"L1 412", "L2 163", "LLC 29.6", "DRAM 15.8", "AVX-512 f32"};
    mw_roofline_chart chart = {.ridge_word = "ridge", .roof_count = 5};
    for (int i = 0; i < 5; i++)
        chart.roofs[i] = (mw_chart_roof){.compute = i == 4,
                                         .value = rates[i],
                                         .low = rates[i],
                                         .high = rates[i],
                                         .texts = {names[i]}};
    return chart;
}

static const mw_chart_label *label_of(mw_label_owner owner, int index)
{
    for (int i = 0; i < plan.label_count; i++)
        if (plan.labels[i].owner == owner && plan.labels[i].index == index)
            return &plan.labels[i];
    return NULL;
}

/* 1 at most for what stands beside each other or on the next row. */
static double gap(const mw_medium *medium, const mw_box *a, const mw_box *b)
{
    double across = fmax(a->x - b->x - b->width, b->x - a->x - a->width) / (2 * medium->letter);
    double down = fmax(a->y - b->y - b->height, b->y - a->y - a->height) / (0.6 * medium->line);
    return fmax(fmax(across, down), 0);
}

static bool stands_by_its_link(const mw_medium *medium, const mw_chart_label *label)
{
    const mw_segment *link = &plan.links[0]; /* it stands upright */
    const mw_box line = {
        .x = link->x0, .y = fmin(link->y0, link->y1), .height = fabs(link->y1 - link->y0)};
    bool near = gap(medium, &label->box, &line) <= 1.001;
    for (int i = 0; i < 2 && !near; i++) {
        const mw_chart_label *name = label_of(MW_LABEL_POINT, i);
        near = gap(medium, &label->box, &plan.points[i].mark) <= 1.001 ||
               (name && gap(medium, &label->box, &name->box) <= 1.001);
    }
    return near;
}

static void the_words_of_a_link_stand_by_it(void **state)
{
    (void)state;
    const mw_medium paper = {.slants = true, .line = 11, .letter = 5, .mark = 8, .grain = 0.4};
    int placed = 0, named = 0, far = 0;
    for (int trial = 0; trial < 200; trial++) {
        const mw_medium *medium = trial % 2 ? &paper : &mw_medium_cells;
        mw_roofline_chart chart = machine();
        double off = 1 + trial % 25 / 20.0, width = 32 + trial % 50, height = 10 + trial % 17;
        chart.medium = medium;
        chart.points[0] =
            (mw_chart_point){.x = 0.5, .y = 8e9, .label = "You", .kind = MW_PREDICTED};
        chart.points[1] = (mw_chart_point){
            .x = 0.5, .y = 8e9 / off, .label = "prefetch", .kind = MW_MEASURED, .active = true};
        chart.point_count = 2;
        chart.links[0] = (mw_chart_link){0, 1, "you: ×1.3 too high"};
        chart.link_count = 1;
        mw_roofline_plan_make(&chart, width * medium->letter, height * medium->line, &plan);
        const mw_chart_label *label = label_of(MW_LABEL_LINK, 0);
        placed += label != NULL;
        named += label_of(MW_LABEL_POINT, 0) != NULL;
        far += label && !stands_by_its_link(medium, label);
    }
    assert_true(placed > 190 && named > 190); /* the words do not take the place of the name */
    assert_int_equal(far, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_of_a_link_stand_by_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
