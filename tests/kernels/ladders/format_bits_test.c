/* Number formats: every bit against formulas written down once more. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/formats.h"
#include "formats/half.h"
#include "random.h"

enum { BLOCK = 32 };

/* --- fp16 and bf16 ------------------------------------------------------------------------ */

/* The value of a finite half from its fields, without the library. */
static double half_value(unsigned half)
{
    int exponent = (int)(half >> 10 & 31);
    double fraction = (half & 1023) / 1024.0;
    double size = exponent ? ldexp(1 + fraction, exponent - 15) : ldexp(fraction, -14);
    return half & 0x8000 ? -size : size;
}

/* The nearest half by trying neighbours: ties to the even one. */
static unsigned nearest_half(float value)
{
    unsigned sign = signbit(value) ? 0x8000 : 0, low = 0, high = 0x7c00;
    double size = fabs((double)value);
    if (size >= 65520)
        return sign | 0x7c00;
    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        *(half_value(middle) <= size ? &low : &high) = middle;
    }
    double above = high == 0x7c00 ? 65536 : half_value(high);
    double down = size - half_value(low), up = above - size;
    return sign | (down < up || (down == up && low % 2 == 0) ? low : high);
}

static void fp16_rounds_to_the_nearest_and_even_everywhere(void **state)
{
    (void)state;
    for (unsigned half = 0; half < 0x10000; half++) {
        float value = mw_fp16_value((uint16_t)half);
        if ((half & 0x7fff) > 0x7c00) {
            assert_true(isnan(value));
            continue;
        }
        assert_int_equal(mw_fp16_of(value), half);
        if ((half & 0x7fff) < 0x7c00)
            assert_true((double)value == half_value(half));
        /* Half way to the next one, and the floats beside that. */
        if ((half & 0x7fff) < 0x7bff) {
            float middle = (float)((half_value(half) + half_value(half + 1)) / 2);
            const float around[] = {middle, nextafterf(middle, 1e9f), nextafterf(middle, -1e9f)};
            for (size_t i = 0; i < 3; i++)
                assert_int_equal(mw_fp16_of(around[i]), nearest_half(around[i]));
        }
    }
    for (int i = 0; i < 200000; i++) {
        float value = mw_bits_float(random_bits());
        if (!isnan(value))
            assert_int_equal(mw_fp16_of(value), nearest_half(value));
    }
    assert_int_equal(mw_fp16_of(65519.996f), 0x7bff);
    assert_int_equal(mw_fp16_of(65520.0f), 0x7c00);
    assert_int_equal(mw_fp16_of(-INFINITY), 0xfc00);
    assert_int_equal(mw_fp16_of(NAN) & 0x7e00, 0x7e00);
    assert_int_equal(mw_fp16_of(0x1p-25f), 0);
    assert_int_equal(mw_fp16_of(0x1.000002p-25f), 1);
}

static void bf16_is_a_float_cut_to_nearest_even(void **state)
{
    (void)state;
    static const struct {
        uint32_t bits;
        uint16_t half;
    } cases[] = {
        {0x3f800000, 0x3f80}, {0x3f808000, 0x3f80},                       /* a tie, to even */
        {0x3f818000, 0x3f82}, {0x3f808001, 0x3f81}, {0x7f7fffff, 0x7f80}, /* rounds to infinity */
        {0xff800000, 0xff80}, {0x7f800001, 0x7fc0}, {0x00008001, 0x0001}, {0x80000000, 0x8000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(mw_bf16_of(mw_bits_float(cases[i].bits)), cases[i].half);
    assert_true(mw_bf16_value(0x4049) == 3.140625f);
}

/* --- blocks against their formulas -------------------------------------------------------- */

static void put_half(uint8_t *to, float value)
{
    unsigned half = nearest_half(value);
    to[0] = (uint8_t)(half & 255);
    to[1] = (uint8_t)(half >> 8);
}

static void oracle_q8_0(const float *x, uint8_t *block)
{
    float amax = 0;
    for (int j = 0; j < BLOCK; j++)
        amax = fmaxf(amax, fabsf(x[j]));
    volatile float d = amax / 127, id = d != 0 ? 1.0f / d : 0;
    put_half(block, d);
    for (int j = 0; j < BLOCK; j++) {
        volatile float scaled = x[j] * id;
        block[2 + j] = (uint8_t)(int8_t)roundf(scaled);
    }
}

static void oracle_q4_0(const float *x, uint8_t *block)
{
    float amax = 0, max = 0;
    for (int j = 0; j < BLOCK; j++) {
        if (amax < fabsf(x[j])) {
            amax = fabsf(x[j]);
            max = x[j];
        }
    }
    volatile float d = max / -8, id = d != 0 ? 1.0f / d : 0;
    put_half(block, d);
    for (int j = 0; j < BLOCK / 2; j++) {
        int q[2];
        for (int h = 0; h < 2; h++) {
            volatile float scaled = x[j + 16 * h] * id;
            volatile float moved = scaled + 8.5f;
            q[h] = (int8_t)moved < 15 ? (int8_t)moved : 15;
        }
        block[2 + j] = (uint8_t)(q[0] | q[1] << 4);
    }
}

static void oracle_q4_1(const float *x, uint8_t *block)
{
    float min = x[0], max = x[0];
    for (int j = 1; j < BLOCK; j++) {
        min = fminf(min, x[j]);
        max = fmaxf(max, x[j]);
    }
    volatile float d = (max - min) / 15, id = d != 0 ? 1.0f / d : 0;
    put_half(block, d);
    put_half(block + 2, min);
    for (int j = 0; j < BLOCK / 2; j++) {
        int q[2];
        for (int h = 0; h < 2; h++) {
            volatile float above = x[j + 16 * h] - min;
            volatile float scaled = above * id;
            volatile float moved = scaled + 0.5f;
            q[h] = (int8_t)moved < 15 ? (int8_t)moved : 15;
        }
        block[4 + j] = (uint8_t)(q[0] | q[1] << 4);
    }
}

static void expect_block(mw_format format, const float *x, const uint8_t *expected)
{
    const mw_format_layout *layout = mw_format_layout_of(format);
    uint8_t block[64];
    memset(block, 0xa5, sizeof block);
    mw_format_encode(format, &(mw_scaling){0}, x, layout->block_elements, block);
    for (uint32_t i = 0; i < layout->block_bytes; i++) {
        if (block[i] != expected[i])
            fail_msg("%s: byte %u is %02x, not %02x", layout->name, i, block[i], expected[i]);
    }
    assert_int_equal(block[layout->block_bytes], 0xa5);
}

static void blocks_have_the_bits_worked_out_by_hand(void **state)
{
    (void)state;
    float x[BLOCK];
    /* -8, -7.5 … 7.5: the largest is -8, so d = 1 and code = int(x + 8.5). */
    for (int j = 0; j < BLOCK; j++)
        x[j] = 0.5f * (float)(j - 16);
    static const uint8_t q4_0[18] = {0x00, 0x3c, 0x80, 0x91, 0x91, 0xa2, 0xa2, 0xb3, 0xb3,
                                     0xc4, 0xc4, 0xd5, 0xd5, 0xe6, 0xe6, 0xf7, 0xf7, 0xf8};
    expect_block(MW_FORMAT_Q4_0, x, q4_0);

    /* 0 … 15 twice, up and down: d = 1, m = 0. */
    for (int j = 0; j < 16; j++) {
        x[j] = (float)j;
        x[j + 16] = (float)(15 - j);
    }
    static const uint8_t q4_1[20] = {0x00, 0x3c, 0x00, 0x00, 0xf0, 0xe1, 0xd2, 0xc3, 0xb4, 0xa5,
                                     0x96, 0x87, 0x78, 0x69, 0x5a, 0x4b, 0x3c, 0x2d, 0x1e, 0x0f};
    expect_block(MW_FORMAT_Q4_1, x, q4_1);

    /* 127 sets d = 1; halves go away from zero. */
    memset(x, 0, sizeof x);
    x[0] = 127;
    x[1] = -127;
    x[2] = 0.5f;
    x[3] = -0.5f;
    x[4] = 0.49999997f;
    x[5] = -2.5f;
    x[31] = 3;
    uint8_t q8_0[34] = {0x00, 0x3c, 127, (uint8_t)-127, 1, (uint8_t)-1, 0, (uint8_t)-3};
    q8_0[33] = 3;
    expect_block(MW_FORMAT_Q8_0, x, q8_0);

    /* Nothing but zeros: q4_0 divides 0 by -8, so its scale is -0 and its codes say 0 + 8. */
    memset(x, 0, sizeof x);
    uint8_t zeros[34] = {0};
    expect_block(MW_FORMAT_Q8_0, x, zeros);
    expect_block(MW_FORMAT_Q4_1, x, zeros);
    memset(zeros, 0x88, sizeof zeros);
    zeros[0] = 0x00;
    zeros[1] = 0x80;
    expect_block(MW_FORMAT_Q4_0, x, zeros);
}

static void blocks_of_any_data_have_the_bits_of_the_published_formulas(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        float x[BLOCK];
        float size = ldexpf(1, (int)(random_bits() % 60) - 40);
        for (int j = 0; j < BLOCK; j++) {
            x[j] = normal() * size;
            if (round % 4 == 1)
                x[j] = fabsf(x[j]); /* one side only */
            if (round % 4 == 2)
                x[j] = size * (float)((int)(random_bits() % 31) - 15); /* many ties */
            if (round % 4 == 3 && random_bits() % 3 == 0)
                x[j] = 0;
        }
        uint8_t block[34];
        oracle_q8_0(x, block);
        expect_block(MW_FORMAT_Q8_0, x, block);
        oracle_q4_0(x, block);
        expect_block(MW_FORMAT_Q4_0, x, block);
        oracle_q4_1(x, block);
        expect_block(MW_FORMAT_Q4_1, x, block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fp16_rounds_to_the_nearest_and_even_everywhere),
        cmocka_unit_test(bf16_is_a_float_cut_to_nearest_even),
        cmocka_unit_test(blocks_have_the_bits_worked_out_by_hand),
        cmocka_unit_test(blocks_of_any_data_have_the_bits_of_the_published_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
