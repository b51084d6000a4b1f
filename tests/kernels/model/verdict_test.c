/* verdict_test.c: intervals on either side of a target, and what is no measurement. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/verdict.h"

static void the_median_and_its_interval_decide(void **state)
{
    (void)state;
    static const struct {
        double median, low, high;
        mw_verdict quiet, noisy;
    } table[] = {
        {1.05, 1.01, 1.08, MW_VERDICT_MET, MW_VERDICT_MET},
        {1.00, 1.00, 1.00, MW_VERDICT_MET, MW_VERDICT_MET},
        {1.02, 0.99, 1.05, MW_VERDICT_MET, MW_VERDICT_NOISY},
        {0.99, 0.97, 1.01, MW_VERDICT_CLOSE, MW_VERDICT_NOISY},
        {0.99, 0.97, 1.00, MW_VERDICT_CLOSE, MW_VERDICT_NOISY},
        {0.95, 0.93, 0.97, MW_VERDICT_MISSED, MW_VERDICT_NOISY},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(mw_verdict_of(table[i].median, table[i].low, table[i].high, 1, false),
                         table[i].quiet);
        assert_int_equal(mw_verdict_of(table[i].median, table[i].low, table[i].high, 1, true),
                         table[i].noisy);
    }
}

static void what_is_no_measurement_is_absent(void **state)
{
    (void)state;
    assert_int_equal(mw_verdict_of(NAN, 1, 1, 1, false), MW_VERDICT_ABSENT);
    assert_int_equal(mw_verdict_of(1, NAN, 1, 1, false), MW_VERDICT_ABSENT);
    assert_int_equal(mw_verdict_of(1, 1, INFINITY, 1, false), MW_VERDICT_ABSENT);
    assert_int_equal(mw_verdict_of(2, 1, 1.5, 1, false), MW_VERDICT_ABSENT);
    assert_int_equal(mw_verdict_of(0.5, 1, 1.5, 1, false), MW_VERDICT_ABSENT);
    assert_string_equal(mw_verdict_name(MW_VERDICT_ABSENT), "absent");
    assert_string_equal(mw_verdict_name(MW_VERDICT_CLOSE), "close");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_and_its_interval_decide),
        cmocka_unit_test(what_is_no_measurement_is_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
