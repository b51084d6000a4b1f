/* Number formats: noise, what odd data becomes, what is read back. */
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
#include "random.h"

enum { BLOCK = 32, SAMPLES = 131072 };

static mw_scaling scaling_for(mw_format format, const float *x, size_t count)
{
    mw_scaling scaling;
    if (format == MW_FORMAT_CODEBOOK) {
        assert_int_equal(mw_codebook_train(&scaling, x, count, NULL), MW_OK);
        return scaling;
    }
    mw_survey survey = mw_survey_begin();
    mw_survey_add(&survey, x, count);
    return mw_scaling_of(format, &survey);
}

static void round_trip(mw_format format, const float *x, size_t count, float *back)
{
    mw_scaling scaling = scaling_for(format, x, count);
    uint8_t *codes = malloc(mw_format_bytes(format, count) + 1);
    codes[mw_format_bytes(format, count)] = 0xa5;
    mw_format_encode(format, &scaling, x, count, codes);
    assert_int_equal(codes[mw_format_bytes(format, count)], 0xa5);
    mw_format_decode(format, &scaling, codes, count, back);
    free(codes);
}

static void noise_on_normal_data_is_what_is_published(void **state)
{
    (void)state;
    /* Where the largest of all samples sets the step, its luck is worth a decibel. */
    static const struct {
        double db, within;
    } published[MW_FORMAT_COUNT] = {
        [MW_FORMAT_BF16] = {55.60, 0.1},           [MW_FORMAT_FP16] = {73.66, 0.1},
        [MW_FORMAT_Q8_0] = {45.40, 0.1},           [MW_FORMAT_Q4_0] = {21.27, 0.1},
        [MW_FORMAT_Q4_1] = {22.15, 0.1},           [MW_FORMAT_Q1_0] = {4.43, 0.05},
        [MW_FORMAT_LOG2] = {13.83, 0.1},           [MW_FORMAT_BINARY] = {4.40, 0.05},
        [MW_FORMAT_CODEBOOK] = {20.22, 0.1},       [MW_FORMAT_INT8_SYMMETRIC] = {38.92, 1.5},
        [MW_FORMAT_INT8_ASYMMETRIC] = {39.63, 1.5}};
    float *x = malloc(SAMPLES * sizeof *x), *back = malloc(SAMPLES * sizeof *back);
    for (int i = 0; i < SAMPLES; i++)
        x[i] = normal();
    for (int format = 0; format < MW_FORMAT_COUNT; format++) {
        round_trip((mw_format)format, x, SAMPLES, back);
        double db = mw_sqnr(x, back, SAMPLES);
        if (!(fabs(db - published[format].db) <= published[format].within))
            fail_msg("%s: %.2f dB, published %.2f", mw_format_layout_of((mw_format)format)->name,
                     db, published[format].db);
    }
    free(x);
    free(back);
}

static void noise_of_uniform_steps_follows_from_the_largest_weight(void **state)
{
    (void)state;
    static const struct {
        mw_format format;
        double steps;
    } uniform_steps[] = {{MW_FORMAT_Q8_0, 127}, {MW_FORMAT_Q4_0, 8}};
    float *x = malloc(SAMPLES * sizeof *x), *back = malloc(SAMPLES * sizeof *back);
    double squares = 0;
    for (int block = 0; block < SAMPLES / BLOCK; block++) {
        double amax = 0;
        for (int j = 0; j < BLOCK; j++) {
            x[block * BLOCK + j] = normal();
            amax = fmax(amax, fabs((double)x[block * BLOCK + j]));
        }
        squares += amax * amax / (SAMPLES / BLOCK);
    }
    for (size_t i = 0; i < 2; i++) {
        double steps = uniform_steps[i].steps;
        round_trip(uniform_steps[i].format, x, SAMPLES, back);
        assert_true(fabs(mw_sqnr(x, back, SAMPLES) - 10 * log10(12 * steps * steps / squares)) <
                    0.2);
    }
    free(x);
    free(back);
}

static void a_row_takes_the_bits_that_its_layout_says(void **state)
{
    (void)state;
    static const double bits[MW_FORMAT_COUNT] = {
        [MW_FORMAT_BF16] = 16,          [MW_FORMAT_FP16] = 16,          [MW_FORMAT_Q8_0] = 8.5,
        [MW_FORMAT_Q4_0] = 4.5,         [MW_FORMAT_Q4_1] = 5,           [MW_FORMAT_Q1_0] = 1.125,
        [MW_FORMAT_LOG2] = 4,           [MW_FORMAT_BINARY] = 1,         [MW_FORMAT_CODEBOOK] = 4,
        [MW_FORMAT_INT8_SYMMETRIC] = 8, [MW_FORMAT_INT8_ASYMMETRIC] = 8};
    for (int f = 0; f < MW_FORMAT_COUNT; f++) {
        mw_format format = (mw_format)f;
        assert_true(mw_format_bits(format, 64, 4096, 0) == bits[f]);
        double beside = mw_format_layout_of(format)->scaling_bytes;
        assert_true(mw_format_bits(format, 64, 4096, 64) == bits[f] + 8 * beside / 4096);
    }
    assert_int_equal(mw_format_bytes(MW_FORMAT_Q4_0, 33), 36);
    assert_int_equal(mw_format_bytes(MW_FORMAT_Q1_0, 129), 36);
    assert_int_equal(mw_format_bytes(MW_FORMAT_INT8_SYMMETRIC, 33), 33);
    assert_int_equal(mw_format_bytes(MW_FORMAT_FP16, 33), 66);
}

static void what_was_read_back_is_written_the_same_again(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 31, 32, 33, 127, 500};
    for (int f = 0; f < MW_FORMAT_COUNT; f++) {
        mw_format format = (mw_format)f;
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            if (counts[c] % mw_format_layout_of(format)->block_elements && format == MW_FORMAT_Q1_0)
                continue; /* the zeros that fill the last block up lower its mean */
            float x[512], back[512], again[512];
            for (size_t i = 0; i < counts[c]; i++)
                x[i] = normal();
            round_trip(format, x, counts[c], back);
            mw_scaling scaling = scaling_for(format, x, counts[c]);
            uint8_t codes[2048];
            mw_format_encode(format, &scaling, back, counts[c], codes);
            mw_format_decode(format, &scaling, codes, counts[c], again);
            for (size_t i = 0; i < counts[c]; i++) {
                /* A block's scale may round once more, by a bit of fp16. */
                float slack = mw_format_layout_of(format)->scaling_bytes ? 0 : 0x1p-10f;
                if (!(fabsf(again[i] - back[i]) <= slack * 4))
                    fail_msg("%s: %g became %g", mw_format_layout_of(format)->name, (double)back[i],
                             (double)again[i]);
            }
        }
    }
}

static void zeros_come_back_as_zeros(void **state)
{
    (void)state;
    float zeros[200] = {0}, back[200];
    for (int format = 0; format < MW_FORMAT_COUNT; format++) {
        memset(back, 1, sizeof back);
        round_trip((mw_format)format, zeros, 200, back);
        for (int i = 0; i < 200; i++)
            assert_true(back[i] == 0);
    }
}

static void what_cannot_be_held_is_not_a_number_and_spoils_only_its_own_scale(void **state)
{
    (void)state;
    static const float odd[] = {NAN, INFINITY, -INFINITY};
    for (int f = 0; f < MW_FORMAT_COUNT; f++) {
        mw_format format = (mw_format)f;
        const mw_format_layout *layout = mw_format_layout_of(format);
        for (size_t o = 0; o < 3; o++) {
            float x[256], back[256];
            for (int i = 0; i < 256; i++)
                x[i] = normal();
            x[77] = odd[o];
            round_trip(format, x, 256, back);
            if (layout->block_elements == 1 && layout->scaling_bytes == 0) {
                assert_true(isnan(odd[o]) ? isnan(back[77]) : back[77] == odd[o]);
                assert_true(isfinite(back[76]) && isfinite(back[78]));
                continue;
            }
            size_t first = 77 / layout->block_elements * layout->block_elements;
            for (size_t i = 0; i < 256; i++) {
                bool shares =
                    layout->scaling_bytes > 0 || (i >= first && i < first + layout->block_elements);
                if (isnan(back[i]) != shares)
                    fail_msg("%s: element %zu is %g", layout->name, i, (double)back[i]);
            }
        }
    }
}

static void the_smallest_and_the_largest_floats_have_an_answer(void **state)
{
    (void)state;
    static const float sizes[] = {0x1p-149f, 0x1p-130f, 0x1p-126f,      0x1p-30f,
                                  0x1p15f,   0x1p100f,  0x1.fffffep127f};
    for (int format = 0; format < MW_FORMAT_COUNT; format++) {
        const mw_format_layout *layout = mw_format_layout_of((mw_format)format);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            float x[128], back[128];
            for (int i = 0; i < 128; i++)
                x[i] = (float)(i % 17 - 8) / 8 * sizes[s];
            round_trip((mw_format)format, x, 128, back);
            for (int i = 0; i < 128; i++) {
                bool fits_half = sizes[s] < 60000;
                bool keeps_fp16 = layout->scaling_bytes == 0 && format != MW_FORMAT_BF16;
                if (keeps_fp16 && !fits_half)
                    assert_true(!isfinite(back[i]) || fabsf(back[i]) <= 65504 * 128.0f);
                else if (!(fabsf(back[i]) <= 2 * sizes[s]))
                    fail_msg("%s: %g became %g", layout->name, (double)x[i], (double)back[i]);
            }
        }
    }
}

static void log2_takes_the_nearest_power_and_seven_of_them(void **state)
{
    (void)state;
    const float x[] = {8, 5.7f, 5.6f, -1.4f, -1.5f, 0.125f, 0.09f, 0.08f, 0, -8};
    const float expected[] = {8, 8, 4, -1, -2, 0.125f, 0.125f, 0, 0, -8};
    float back[10];
    round_trip(MW_FORMAT_LOG2, x, 10, back);
    for (int i = 0; i < 10; i++)
        assert_true(back[i] == expected[i]);
}

static void asymmetric_codes_hold_zero_and_both_ends(void **state)
{
    (void)state;
    const float x[] = {-1, 3, 0, 0.5f};
    float back[4];
    mw_scaling scaling = scaling_for(MW_FORMAT_INT8_ASYMMETRIC, x, 4);
    assert_int_equal(scaling.zero, 64);
    assert_true(scaling.scale == 4.0f / 255);
    uint8_t codes[4];
    mw_format_encode(MW_FORMAT_INT8_ASYMMETRIC, &scaling, x, 4, codes);
    assert_int_equal(codes[0], 0);
    assert_int_equal(codes[1], 255);
    assert_int_equal(codes[2], 64);
    assert_int_equal(codes[3], 96);
    mw_format_decode(MW_FORMAT_INT8_ASYMMETRIC, &scaling, codes, 4, back);
    assert_true(back[2] == 0);
    /* All on one side: 0 is still there. */
    const float high[] = {5, 7};
    round_trip(MW_FORMAT_INT8_ASYMMETRIC, high, 2, back);
    assert_true(fabsf(back[0] - 5) <= 7.0f / 510 && back[1] == 7);
}

static void a_codebook_does_not_depend_on_the_order_of_its_sample(void **state)
{
    (void)state;
    enum { COUNT = 4001 };
    float x[COUNT], reversed[COUNT];
    for (int i = 0; i < COUNT; i++)
        reversed[COUNT - 1 - i] = x[i] = normal();
    mw_scaling one = scaling_for(MW_FORMAT_CODEBOOK, x, COUNT);
    mw_scaling other = scaling_for(MW_FORMAT_CODEBOOK, reversed, COUNT);
    assert_memory_equal(one.level, other.level, sizeof one.level);
    for (int k = 0; k < 15; k++)
        assert_true(one.level[k] < one.level[k + 1]);
    /* Sixteen numbers are their own codebook. */
    float back[16];
    for (int i = 0; i < 16; i++)
        x[i] = (float)(i * i);
    round_trip(MW_FORMAT_CODEBOOK, x, 16, back);
    assert_memory_equal(x, back, sizeof back);
    mw_error error;
    assert_int_equal(mw_codebook_train(&one, x, 0, &error), MW_INVALID);
}

static void a_survey_of_pieces_is_the_survey_of_the_whole(void **state)
{
    (void)state;
    float x[1000];
    for (int i = 0; i < 1000; i++)
        x[i] = normal();
    mw_survey whole = mw_survey_begin(), pieces = mw_survey_begin(), last = mw_survey_begin();
    mw_survey_add(&whole, x, 1000);
    mw_survey_add(&pieces, x, 333);
    mw_survey_add(&pieces, x + 333, 1);
    mw_survey_add(&last, x + 334, 666);
    mw_survey_merge(&pieces, &last);
    assert_true(pieces.min == whole.min && pieces.max == whole.max && pieces.count == 1000);
    assert_true(fabs(pieces.magnitudes - whole.magnitudes) < 1e-9);
    assert_true(pieces.finite && whole.finite);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_on_normal_data_is_what_is_published),
        cmocka_unit_test(noise_of_uniform_steps_follows_from_the_largest_weight),
        cmocka_unit_test(a_row_takes_the_bits_that_its_layout_says),
        cmocka_unit_test(what_was_read_back_is_written_the_same_again),
        cmocka_unit_test(zeros_come_back_as_zeros),
        cmocka_unit_test(what_cannot_be_held_is_not_a_number_and_spoils_only_its_own_scale),
        cmocka_unit_test(the_smallest_and_the_largest_floats_have_an_answer),
        cmocka_unit_test(log2_takes_the_nearest_power_and_seven_of_them),
        cmocka_unit_test(asymmetric_codes_hold_zero_and_both_ends),
        cmocka_unit_test(a_codebook_does_not_depend_on_the_order_of_its_sample),
        cmocka_unit_test(a_survey_of_pieces_is_the_survey_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
