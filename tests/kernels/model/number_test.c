/* number_test.c: how values, prefixes, spreads and absences are spelt. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "model/number.h"

static void assert_reads(double value, mw_unit unit, int digits, const char *expected)
{
    char text[64];
    int length = mw_value_format(value, unit, digits, text, sizeof text);
    assert_string_equal(text, expected);
    assert_int_equal(length, (int)__builtin_strlen(expected));
}

static void values_take_the_prefix_that_people_expect(void **state)
{
    (void)state;
    const double mib = 1024.0 * 1024.0;
    assert_reads(256 * mib, MW_UNIT_BYTE, 3, "256 MiB");
    assert_reads(15.8e9, MW_UNIT_BYTE_PER_SECOND, 3, "15.8 GB/s");
    assert_reads(2.147483648e9, MW_UNIT_FLOP, 4, "2.147 GFLOP");
    assert_reads(192e9, MW_UNIT_FLOP_PER_SECOND, 3, "192 GFLOP/s");
    assert_reads(20.94e-3, MW_UNIT_SECOND, 3, "20.9 ms");
    assert_reads(3.64e9, MW_UNIT_HERTZ, 3, "3.64 GHz");
    assert_reads(0.4873, MW_UNIT_FLOP_PER_BYTE, 3, "0.487 FLOP/B");
    assert_reads(8192, MW_UNIT_ONE, 3, "8192");
    assert_reads(1.8743, MW_UNIT_ONE, 3, "1.87");
    assert_reads(1.39e-9, MW_UNIT_SECOND, 3, "1.39 ns");
    assert_reads(35.5e-6, MW_UNIT_SECOND, 2, "36 µs");
    assert_reads(125, MW_UNIT_SECOND, 3, "125 s");
    assert_reads(4096, MW_UNIT_BYTE, 3, "4 KiB");
    assert_reads(3.2e-12, MW_UNIT_JOULE, 3, "3.2 pJ");
    assert_reads(4.5e9, MW_UNIT_JOULE, 3, "4.5 GJ");
    assert_reads(0, MW_UNIT_JOULE, 3, "0 J");
    assert_reads(1.5e6, MW_UNIT_DOLLAR, 3, "1.5 M$");
    assert_reads(16384, MW_UNIT_WORD, 3, "16 384 word");
    assert_reads(12.34, MW_UNIT_TOKEN_PER_SECOND, 3, "12.3 token/s");
    assert_reads(49.8, MW_UNIT_DECIBEL, 3, "49.8 dB");
}

static void plain_numbers_are_grouped_and_never_cut_before_the_point(void **state)
{
    (void)state;
    assert_reads(64313.6, MW_UNIT_ONE, 4, "64 314");
    assert_reads(64313.6, MW_UNIT_ONE, 6, "64 313.6");
    assert_reads(-1234567, MW_UNIT_ONE, 3, "-1 234 567");
    assert_reads(123456789012345.0, MW_UNIT_ONE, 4, "123 456 789 012 345");
    assert_reads(12345.6, MW_UNIT_FLOP_PER_BYTE, 4, "12 346 FLOP/B");
    assert_reads(0.0001234, MW_UNIT_ONE, 3, "0.000123");
    assert_reads(2e15, MW_UNIT_ONE, 4, "2e+15");
    assert_reads(12345, MW_UNIT_SECOND, 4, "12345 s");
}

static void the_shortest_decimal_reads_back_as_the_same_number(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1667, "0.1667"}, {0.1 + 0.2, "0.30000000000000004"}, {1.0 / 3, NULL}, {7, "7"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[40];
        mw_value_spell(cases[i].value, text, sizeof text);
        assert_true(strtod(text, NULL) == cases[i].value);
        if (cases[i].text)
            assert_string_equal(text, cases[i].text);
    }
}

static void rounding_up_to_the_next_prefix_uses_that_prefix(void **state)
{
    (void)state;
    assert_reads(999.96e6, MW_UNIT_BYTE_PER_SECOND, 3, "1.00 GB/s");
    assert_reads(1023.99 * 1024, MW_UNIT_BYTE, 3, "1.00 MiB");
    assert_reads(1000.0 * 1024, MW_UNIT_BYTE, 3, "1000 KiB");
    assert_reads(0.9999999, MW_UNIT_SECOND, 3, "1.00 s");
    assert_reads(9.996e9, MW_UNIT_BYTE_PER_SECOND, 3, "10.0 GB/s");
}

static void exact_values_drop_trailing_zeros_and_rounded_ones_keep_them(void **state)
{
    (void)state;
    assert_reads(1.5 * 1024 * 1024, MW_UNIT_BYTE, 4, "1.5 MiB");
    assert_reads(0.5, MW_UNIT_FLOP_PER_BYTE, 3, "0.5 FLOP/B");
    assert_reads(2.0001, MW_UNIT_ONE, 3, "2.00");
    assert_reads(0, MW_UNIT_BYTE, 3, "0 B");
    assert_reads(0, MW_UNIT_SECOND, 3, "0 s");
    assert_reads(0, MW_UNIT_FLOP, 3, "0 FLOP");
    assert_reads(-15.8e9, MW_UNIT_BYTE_PER_SECOND, 3, "-15.8 GB/s");
}

static void values_that_are_not_finite_are_a_dash(void **state)
{
    (void)state;
    assert_reads(NAN, MW_UNIT_ONE, 3, "–");
    assert_reads(INFINITY, MW_UNIT_BYTE, 3, "–");
    mw_number number = mw_number_of(0.0 / 1.0 + INFINITY, MW_UNIT_SECOND, MW_MEASURED);
    assert_true(number.absent);
    assert_int_equal(number.reason.id, MW_REASON_NOT_FINITE);
}

static void spread_is_shown_when_above_half_a_per_cent(void **state)
{
    (void)state;
    char text[64];
    mw_number number =
        mw_number_with_spread(20.9e-3, 20.7e-3, 21.1e-3, MW_UNIT_SECOND, MW_MEASURED);
    mw_number_format(&number, text, sizeof text);
    assert_string_equal(text, "20.9 ms ±1 %");
    number = mw_number_with_spread(20.9e-3, 20.85e-3, 20.95e-3, MW_UNIT_SECOND, MW_MEASURED);
    mw_number_format(&number, text, sizeof text);
    assert_string_equal(text, "20.9 ms");
    number = mw_number_with_spread(10, 9.93, 10.07, MW_UNIT_SECOND, MW_MEASURED);
    mw_number_format(&number, text, sizeof text);
    assert_string_equal(text, "10 s ±0.7 %");
    number = mw_number_with_spread(100e9, 80e9, 120e9, MW_UNIT_BYTE_PER_SECOND, MW_MEASURED);
    mw_number_format(&number, text, sizeof text);
    assert_string_equal(text, "100 GB/s ±20 %");
    number = mw_number_of(2147483648.0, MW_UNIT_FLOP, MW_COUNTED);
    mw_number_format(&number, text, sizeof text);
    assert_string_equal(text, "2.147 GFLOP");
}

static void an_absent_number_is_a_dash_with_its_reason(void **state)
{
    (void)state;
    char text[64];
    mw_number number = mw_number_absent(MW_UNIT_BYTE, MW_COUNTED,
                                        MW_BECAUSE(NOT_INSTRUMENTED, {.word = "OpenBLAS"}));
    mw_number_format(&number, text, sizeof text);
    assert_string_equal(text, "–");
    assert_int_equal(number.reason.id, MW_REASON_NOT_INSTRUMENTED);
    assert_string_equal(number.reason.word[0], "OpenBLAS");
}

static void names_of_kinds_and_units_parse_back(void **state)
{
    (void)state;
    for (int i = MW_GIVEN; i <= MW_PUBLISHED; i++) {
        mw_kind kind = MW_GIVEN;
        assert_true(mw_kind_parse(mw_kind_name((mw_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    for (int i = MW_UNIT_ONE; i < MW_UNITS; i++) {
        mw_unit unit = MW_UNIT_ONE;
        assert_true(mw_unit_parse(mw_unit_name((mw_unit)i), &unit));
        assert_int_equal(unit, i);
    }
    mw_kind kind;
    mw_unit unit;
    assert_false(mw_kind_parse("guessed", &kind));
    assert_false(mw_unit_parse("furlong", &unit));
    assert_false(mw_unit_parse(NULL, &unit));
}

static void a_short_buffer_is_cut_and_terminated(void **state)
{
    (void)state;
    char text[4];
    int length = mw_value_format(256.0 * 1024 * 1024, MW_UNIT_BYTE, 3, text, sizeof text);
    assert_int_equal(length, 7);
    assert_string_equal(text, "256");
}

static void what_is_not_finite_is_absent_for_a_reason_of_its_own(void **state)
{
    (void)state;
    mw_reason why;
    mw_number number = mw_number_of(1, MW_UNIT_ONE, MW_COUNTED);
    assert_false(mw_number_is_absent(&number, &why));
    number.value = NAN;
    assert_true(mw_number_is_absent(&number, &why));
    assert_int_equal(why.id, MW_REASON_NOT_FINITE);
    number = mw_number_absent(MW_UNIT_ONE, MW_COUNTED, mw_reason_told("because"));
    assert_true(mw_number_is_absent(&number, &why));
    assert_int_equal(why.id, MW_REASON_TOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_take_the_prefix_that_people_expect),
        cmocka_unit_test(plain_numbers_are_grouped_and_never_cut_before_the_point),
        cmocka_unit_test(the_shortest_decimal_reads_back_as_the_same_number),
        cmocka_unit_test(rounding_up_to_the_next_prefix_uses_that_prefix),
        cmocka_unit_test(exact_values_drop_trailing_zeros_and_rounded_ones_keep_them),
        cmocka_unit_test(values_that_are_not_finite_are_a_dash),
        cmocka_unit_test(spread_is_shown_when_above_half_a_per_cent),
        cmocka_unit_test(an_absent_number_is_a_dash_with_its_reason),
        cmocka_unit_test(what_is_not_finite_is_absent_for_a_reason_of_its_own),
        cmocka_unit_test(names_of_kinds_and_units_parse_back),
        cmocka_unit_test(a_short_buffer_is_cut_and_terminated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
