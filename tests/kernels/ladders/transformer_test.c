/* The transformer blocks beside published profiles, and what they refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "registry.h"
#include "transformer/arrays.h"

static mw_args args_of(const char *name, const mw_kernel **kernel, int64_t tokens)
{
    mw_args args;
    assert_int_equal(mw_registry_find(name, kernel, NULL), MW_OK);
    mw_args_preset(*kernel, &args);
    args.value[MW_BLOCK_TOKENS] = tokens;
    return args;
}

/* BERT-Base: 12 blocks of d = 768, 12 heads, ff = 3072; Kim et al. (arXiv:2302.14017), table 3. */
static void products_of_an_encoder_are_those_of_the_published_profile(void **state)
{
    (void)state;
    static const struct {
        int64_t tokens;
        double projections, ffn; /* GFLOP */
    } published[] = {{128, 7.25, 14.50}, {512, 28.99, 57.98}, {4096, 231.93, 463.86}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        const mw_kernel *kernel;
        mw_args args = args_of("encoder/block", &kernel, published[i].tokens);
        mw_block_sizes s = mw_block_sizes_of(kernel, &args);
        mw_block_flops flops = mw_block_flops_of(&s);
        assert_true(12e-9 * (double)flops.projections - published[i].projections < 0.006);
        assert_true(12e-9 * (double)flops.projections - published[i].projections > -0.006);
        assert_true(12e-9 * (double)flops.ffn - published[i].ffn < 0.006);
        assert_true(12e-9 * (double)flops.ffn - published[i].ffn > -0.006);
    }
}

/* What the softmax is not: 4·context·d for one token, 4·n²·d for n. */
static void attention_of_a_text_is_that_of_its_tokens_one_by_one(void **state)
{
    (void)state;
    const mw_kernel *decoder, *encoder;
    mw_args text = args_of("encoder/block", &encoder, 64),
            token = args_of("decoder/step", &decoder, 63);
    mw_block_sizes whole = mw_block_sizes_of(encoder, &text),
                   one = mw_block_sizes_of(decoder, &token);
    assert_int_equal(whole.context, one.context);
    assert_int_equal(mw_block_flops_of(&whole).attention, 64 * mw_block_flops_of(&one).attention);
    assert_int_equal(mw_block_flops_of(&whole).other, 64 * mw_block_flops_of(&one).other);
}

static void the_parts_are_the_whole(void **state)
{
    (void)state;
    static const char *const names[] = {"encoder/block", "decoder/step"};
    for (size_t i = 0; i < 6; i++) {
        const mw_kernel *kernel;
        mw_args args = args_of(names[i % 2], &kernel, 100);
        args.value[MW_BLOCK_THREADS] = (int64_t)i / 2 + 1;
        mw_block_sizes s = mw_block_sizes_of(kernel, &args);
        mw_block_flops f = mw_block_flops_of(&s);
        assert_int_equal(kernel->work(kernel, &args).flops,
                         f.projections + f.attention + f.ffn + f.other);
    }
}

static void a_decoder_reads_far_more_for_each_flop_than_an_encoder(void **state)
{
    (void)state;
    const mw_kernel *decoder, *encoder;
    mw_args text = args_of("encoder/block", &encoder, 128),
            token = args_of("decoder/step", &decoder, 127);
    double slow = (double)decoder->work(decoder, &token).flops /
                  (double)decoder->compulsory_bytes(decoder, &token);
    double fast = (double)encoder->work(encoder, &text).flops /
                  (double)encoder->compulsory_bytes(encoder, &text);
    assert_true(slow < 0.6);
    assert_true(fast > 50);
}

/* Of 6 elements in 2 heads, after 50000 others: far more rows of V than are summed between two tile
 * ends, and 2.3 MiB of them. */
static mw_args long_cache(const mw_kernel **kernel, int threads)
{
    mw_args args = args_of("decoder/step", kernel, 50000);
    args.value[MW_BLOCK_D] = 6;
    args.value[MW_BLOCK_HEADS] = 2;
    args.value[MW_BLOCK_THREADS] = threads;
    return args;
}

static void count_long_cache(int threads)
{
    const mw_kernel *kernel;
    mw_error error = {0};
    mw_args args = long_cache(&kernel, threads);
    assert_int_equal(mw_block_sizes_of(kernel, &args).threads, threads);
    mw_run run = {.kernel = kernel, .args = args, .ledger = mw_ledger_process()};
    assert_int_equal(kernel->prepare(&run, &error), MW_OK);
    mw_ledger_begin(run.ledger);
    assert_int_equal(kernel->execute(&run), MW_OK);
    mw_work counted = mw_ledger_work(run.ledger), form = kernel->work(kernel, &args);
    assert_int_equal(counted.flops, form.flops);
    assert_int_equal(counted.load_bytes, form.load_bytes);
    assert_int_equal(counted.store_bytes, form.store_bytes);
    mw_verification verification;
    assert_int_equal(kernel->verify(&run, &verification, &error), MW_OK);
    assert_true(verification.passed);
    kernel->release(&run);
}

static void a_long_cache_is_summed_in_pieces_and_counted_exactly(void **state)
{
    (void)state;
    count_long_cache(1);
    count_long_cache(2);
}

static void the_accesses_are_those_of_one_thread(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        const mw_kernel *kernel;
        mw_args args = long_cache(&kernel, threads), one = long_cache(&kernel, 1);
        mw_work form = kernel->work(kernel, &one);
        mw_trace_sum sum = mw_trace_sum_sink();
        assert_int_equal(kernel->trace(kernel, &args, &sum.trace), MW_OK);
        assert_int_equal(sum.load_bytes, form.load_bytes);
        assert_int_equal(sum.store_bytes, form.store_bytes);
    }
}

static int threads_of(const char *name, int64_t tokens, int64_t d, int threads)
{
    const mw_kernel *kernel;
    mw_args args = args_of(name, &kernel, tokens);
    args.value[MW_BLOCK_D] = d;
    args.value[MW_BLOCK_HEADS] = 4;
    args.value[MW_BLOCK_THREADS] = threads;
    return mw_block_sizes_of(kernel, &args).threads;
}

/* To wake a thread takes longer than a small block does. */
static void a_block_takes_no_more_threads_than_have_a_share_worth_waking_for(void **state)
{
    (void)state;
    assert_int_equal(threads_of("decoder/step", 0, 64, 8), 1);
    assert_int_equal(threads_of("decoder/step", 0, 256, 2), 2);
    assert_int_equal(threads_of("decoder/step", 0, 256, 8), 3); /* 3 MiB of weights */
    assert_int_equal(threads_of("decoder/step", 0, 768, 8), 8);
    assert_int_equal(threads_of("decoder/step", 1 << 14, 64, 8), 8); /* a long cache */
    assert_int_equal(threads_of("encoder/block", 4, 32, 8), 1);
    assert_int_equal(threads_of("encoder/block", 128, 64, 8), 8);
    assert_int_equal(threads_of("encoder/block", 1, 768, 1), 1);
}

static void heads_must_share_d_evenly(void **state)
{
    (void)state;
    const mw_kernel *kernel;
    mw_error error = {0};
    mw_args args = args_of("decoder/step", &kernel, 1);
    args.value[MW_BLOCK_HEADS] = 7;
    assert_int_equal(mw_args_check(kernel, &args, &error), MW_INVALID);
    assert_string_equal(error.message, "decoder/step: d=768 cannot be shared by heads=7: d is a "
                                       "multiple of heads, such as 770");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_of_an_encoder_are_those_of_the_published_profile),
        cmocka_unit_test(attention_of_a_text_is_that_of_its_tokens_one_by_one),
        cmocka_unit_test(the_parts_are_the_whole),
        cmocka_unit_test(a_decoder_reads_far_more_for_each_flop_than_an_encoder),
        cmocka_unit_test(a_long_cache_is_summed_in_pieces_and_counted_exactly),
        cmocka_unit_test(the_accesses_are_those_of_one_thread),
        cmocka_unit_test(a_block_takes_no_more_threads_than_have_a_share_worth_waking_for),
        cmocka_unit_test(heads_must_share_d_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
