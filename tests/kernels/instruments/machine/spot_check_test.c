/* spot_check_test.c: what is said of a roof that moved, and when not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/spot_check.h"

static void assert_says(const mw_spot_check *check, const char *english)
{
    char text[MW_REASON_TEXT];
    assert_string_equal(mw_reason_english(&check->what, text), english);
}

static const mw_spot_roof sure = {"L1", {100, 90, 100}, MW_ROW_GOOD};
static const mw_spot_roof unsure = {"LLC", {100, 90, 100}, MW_ROW_FEW};

static void what_lies_near_the_band_is_the_same_machine_however_disturbed(void **state)
{
    (void)state;
    mw_spot_check check = {0};
    mw_spot_note(&check, &sure, 70, false);
    mw_spot_note(&check, &sure, 124, false);
    mw_spot_note(&check, &unsure, 95, true);
    assert_int_equal(check.state, MW_SPOT_SAME);
}

static void a_roof_that_is_slower_is_a_fact_only_when_nothing_disturbed_the_check(void **state)
{
    (void)state;
    mw_spot_check check = {0};
    mw_spot_note(&check, &sure, 45, false);
    assert_int_equal(check.state, MW_SPOT_UNTOLD);
    assert_says(&check, "it cannot be told now whether the machine is as it was: other "
                        "work disturbed the check");
    mw_spot_note(&check, &sure, 45, true);
    assert_int_equal(check.state, MW_SPOT_CHANGED);
    assert_says(&check, "L1 is 50 % slower than remembered");
}

static void no_disturbance_makes_a_roof_faster(void **state)
{
    (void)state;
    mw_spot_check check = {0};
    mw_spot_note(&check, &sure, 150, false);
    assert_int_equal(check.state, MW_SPOT_CHANGED);
    assert_says(&check, "L1 is 50 % faster than remembered");
}

static void a_roof_that_was_not_sure_has_not_changed_for_certain(void **state)
{
    (void)state;
    mw_spot_check check = {0};
    mw_spot_note(&check, &unsure, 200, true);
    mw_spot_note(&check, &unsure, 20, true);
    assert_int_equal(check.state, MW_SPOT_UNTOLD);
    assert_says(&check, "it cannot be told now whether the machine is as it was: a "
                        "roof was not sure when it was measured");
}

static void the_largest_change_is_named_and_facts_go_before_doubts(void **state)
{
    (void)state;
    mw_spot_check check = {0};
    const mw_spot_roof other = {"DRAM", {100, 90, 100}, MW_ROW_GOOD};
    mw_spot_note(&check, &sure, 60, true);
    mw_spot_note(&check, &other, 30, true);
    mw_spot_note(&check, &sure, 10, false);
    mw_spot_note(&check, &sure, 95, true);
    assert_int_equal(check.state, MW_SPOT_CHANGED);
    assert_says(&check, "DRAM is 67 % slower than remembered");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_near_the_band_is_the_same_machine_however_disturbed),
        cmocka_unit_test(a_roof_that_is_slower_is_a_fact_only_when_nothing_disturbed_the_check),
        cmocka_unit_test(no_disturbance_makes_a_roof_faster),
        cmocka_unit_test(a_roof_that_was_not_sure_has_not_changed_for_certain),
        cmocka_unit_test(the_largest_change_is_named_and_facts_go_before_doubts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
