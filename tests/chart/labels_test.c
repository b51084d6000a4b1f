/* Where words may stand: boxes that may be turned. */
#include "labs/chart/labels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const mw_medium paper = {.slants = true, .line = 10, .letter = 5, .mark = 6, .grain = 0.4};

static double between(double low, double high)
{
    return low + (high - low) * (rand() / (double)RAND_MAX);
}

static bool holds(const mw_box *box, double x, double y)
{
    double dx = x - box->x - box->width / 2, dy = y - box->y - box->height / 2;
    double c = cos(box->angle), s = sin(box->angle);
    return fabs(dx * c + dy * s) < box->width / 2 && fabs(dy * c - dx * s) < box->height / 2;
}

/* Points strewn over the one box: some lie in the other exactly when the two overlap. */
static void overlap_is_what_points_in_both_say(void **state)
{
    (void)state;
    srand(11);
    int overlapping = 0;
    for (int trial = 0; trial < 400; trial++) {
        mw_box a = {between(0, 50), between(0, 50), between(5, 40), between(3, 20), 0};
        mw_box b = {between(0, 50), between(0, 50), between(5, 40), between(3, 20),
                    trial % 3 ? between(-M_PI, M_PI) : 0};
        bool both = false;
        double x[4], y[4];
        mw_box_corners(&b, x, y);
        for (int i = 0; i <= 60 && !both; i++)
            for (int k = 0; k <= 60 && !both; k++) {
                double u = i / 60.0, v = k / 60.0;
                double px = x[0] + u * (x[1] - x[0]) + v * (x[3] - x[0]);
                double py = y[0] + u * (y[1] - y[0]) + v * (y[3] - y[0]);
                both = holds(&a, px, py);
            }
        assert_int_equal(mw_box_overlaps(&a, &b), mw_box_overlaps(&b, &a));
        if (both)
            assert_true(mw_box_overlaps(&a, &b));
        /* A touch that falls between the points may be an overlap; nothing larger may be. */
        mw_box smaller = {a.x + 1, a.y + 1, fmax(a.width - 2, 0.1), fmax(a.height - 2, 0.1), 0};
        if (!both)
            assert_false(mw_box_overlaps(&smaller, &b));
        overlapping += both;
    }
    assert_true(overlapping > 50 && overlapping < 350);
}

static void words_do_not_leave_the_picture(void **state)
{
    (void)state;
    mw_label_map *map = mw_label_map_new(&paper, 100, 60);
    assert_true(mw_label_map_price(map, &(mw_box){0, 0, 100, 10, 0}, -1) == 0);
    assert_true(mw_label_map_price(map, &(mw_box){1, 0, 100, 10, 0}, -1) < 0);
    assert_true(mw_label_map_price(map, &(mw_box){0, 0, 100, 10, 0.3}, -1) < 0);
    assert_true(mw_label_map_price(map, &(mw_box){30, 25, 40, 10, 0.3}, -1) == 0);
    mw_label_map_free(map);
}

static void what_is_taken_keeps_its_distance_except_from_its_own_words(void **state)
{
    (void)state;
    mw_label_map *map = mw_label_map_new(&paper, 100, 60);
    int mark = mw_label_map_take(map, (mw_box){50, 20, 6, 6, 0});
    const mw_box beside = {56, 18, 20, 10, 0}, far = {61.5, 18, 20, 10, 0};
    assert_true(mw_label_map_price(map, &beside, -1) < 0);
    assert_true(mw_label_map_price(map, &beside, mark) == 0);
    assert_true(mw_label_map_price(map, &far, -1) == 0);
    assert_true(mw_label_map_price(map, &(mw_box){52, 18, 20, 10, 0}, mark) < 0);
    mw_label_map_free(map);
}

static void a_line_costs_as_much_as_it_is_covered(void **state)
{
    (void)state;
    mw_label_map *map = mw_label_map_new(&paper, 200, 60);
    mw_label_map_line(map, 0, 30, 200, 30);
    assert_true(fabs(mw_label_map_price(map, &(mw_box){20, 25, 50, 10, 0}, -1) - 30) < 1e-9);
    assert_true(mw_label_map_price(map, &(mw_box){20, 31, 50, 10, 0}, -1) == 0);
    /* Crossed at a right angle: the least price. */
    assert_true(fabs(mw_label_map_price(map, &(mw_box){75, 25, 50, 10, M_PI_2}, -1) - 3) < 1e-6);
    mw_label_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlap_is_what_points_in_both_say),
        cmocka_unit_test(words_do_not_leave_the_picture),
        cmocka_unit_test(what_is_taken_keeps_its_distance_except_from_its_own_words),
        cmocka_unit_test(a_line_costs_as_much_as_it_is_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
