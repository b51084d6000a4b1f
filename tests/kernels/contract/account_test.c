/* account_test.c: peaks, limits and reuse of the accounting allocator, also by threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "account.h"

static mw_account *opened(void)
{
    mw_account *account;
    mw_error error;
    assert_int_equal(mw_account_open(&account, NULL, NULL, &error), MW_OK);
    return account;
}

static mw_piece *take(mw_account *account, mw_purpose purpose, uint64_t bytes)
{
    mw_piece *piece;
    mw_error error;
    assert_int_equal(mw_account_take(account, purpose, bytes, &piece, &error), MW_OK);
    return piece;
}

static void the_peak_is_the_most_that_was_alive_at_once(void **state)
{
    (void)state;
    mw_account *account = opened();
    mw_piece *weights = take(account, MW_PURPOSE_WEIGHTS, 1000);
    mw_piece *a = take(account, MW_PURPOSE_ACTIVATIONS, 300);
    mw_piece *b = take(account, MW_PURPOSE_ACTIVATIONS, 500);
    mw_account_give(account, a);
    mw_piece *scratch = take(account, MW_PURPOSE_WORKSPACE, 100);
    mw_usage usage = mw_account_usage(account);
    assert_int_equal(usage.live, 1600);
    assert_int_equal(usage.peak, 1800);
    assert_int_equal(usage.live_by[MW_PURPOSE_ACTIVATIONS], 500);
    assert_int_equal(usage.peak_by[MW_PURPOSE_ACTIVATIONS], 800);
    assert_int_equal(usage.peak_by[MW_PURPOSE_WORKSPACE], 100);
    assert_int_equal(usage.peak_by[MW_PURPOSE_OPTIMIZER], 0);

    mw_account_give(account, b);
    mw_account_give(account, scratch);
    mw_account_give(account, NULL);
    mw_account_restart(account);
    usage = mw_account_usage(account);
    assert_int_equal(usage.peak, 1000);
    assert_int_equal(usage.peak_by[MW_PURPOSE_ACTIVATIONS], 0);
    mw_account_give(account, weights);
    assert_int_equal(mw_account_usage(account).live, 0);
    mw_account_close(account);
}

static void what_is_given_back_serves_the_next_of_its_size(void **state)
{
    (void)state;
    mw_account *account = opened();
    mw_piece *first = take(account, MW_PURPOSE_ACTIVATIONS, 4096);
    memset(first->data, 7, 4096);
    mw_account_give(account, first);
    mw_piece *other = take(account, MW_PURPOSE_ACTIVATIONS, 4097);
    mw_piece *again = take(account, MW_PURPOSE_GRADIENTS, 4096);
    assert_ptr_equal(again, first);
    assert_ptr_not_equal(other, first);
    assert_ptr_not_equal(other->data, first->data);
    assert_int_equal(again->purpose, MW_PURPOSE_GRADIENTS);
    assert_int_equal(mw_account_usage(account).reserved, 4096 + 4097);
    mw_account_close(account);
}

static void a_piece_that_changes_its_purpose_is_counted_once(void **state)
{
    (void)state;
    mw_account *account = opened();
    mw_error error;
    mw_piece *piece = take(account, MW_PURPOSE_WORKSPACE, 640);
    assert_int_equal(mw_account_move(account, piece, MW_PURPOSE_ACTIVATIONS, &error), MW_OK);
    mw_usage usage = mw_account_usage(account);
    assert_int_equal(usage.live, 640);
    assert_int_equal(usage.peak, 640);
    assert_int_equal(usage.live_by[MW_PURPOSE_WORKSPACE], 0);
    assert_int_equal(usage.live_by[MW_PURPOSE_ACTIVATIONS], 640);
    mw_account_close(account);
}

static void a_limit_refuses_and_says_by_how_much(void **state)
{
    (void)state;
    mw_account *account = opened();
    mw_error error;
    mw_piece *piece;
    mw_account_limit(account, MW_PURPOSE_ACTIVATIONS, 1000);
    take(account, MW_PURPOSE_ACTIVATIONS, 600);
    mw_piece *scratch = take(account, MW_PURPOSE_WORKSPACE, 600);
    assert_int_equal(mw_account_take(account, MW_PURPOSE_ACTIVATIONS, 401, &piece, &error),
                     MW_NO_MEMORY);
    assert_null(piece);
    assert_string_equal(error.message, "activations: 401 bytes more would make 1001 alive, and the "
                                       "limit is 1000: raise it or keep less");
    assert_int_equal(mw_account_move(account, scratch, MW_PURPOSE_ACTIVATIONS, &error),
                     MW_NO_MEMORY);
    assert_int_equal(scratch->purpose, MW_PURPOSE_WORKSPACE);
    assert_int_equal(mw_account_usage(account).live, 1200);
    take(account, MW_PURPOSE_ACTIVATIONS, 400);

    mw_account_limit(account, MW_PURPOSES, 2000);
    assert_int_equal(mw_account_take(account, MW_PURPOSE_WORKSPACE, 401, &piece, &error),
                     MW_NO_MEMORY);
    assert_non_null(strstr(error.message, "memory: 401 bytes more would make 2001 alive"));
    assert_int_equal(mw_account_take(account, MW_PURPOSE_WEIGHTS, UINT64_MAX - 1, &piece, &error),
                     MW_NO_MEMORY);
    assert_null(strchr(error.message, '\n'));
    mw_account_close(account);
}

static uint64_t place(void *context, uint64_t bytes)
{
    uint64_t *next = context, at = *next;
    *next += bytes;
    return at;
}

static void pieces_may_be_addresses_only(void **state)
{
    (void)state;
    uint64_t next = 1 << 20;
    mw_account *account;
    mw_error error;
    assert_int_equal(mw_account_open(&account, place, &next, &error), MW_OK);
    mw_piece *a = take(account, MW_PURPOSE_ACTIVATIONS, (uint64_t)1 << 50);
    mw_piece *b = take(account, MW_PURPOSE_ACTIVATIONS, 64);
    assert_int_equal((uintptr_t)a->data, 1 << 20);
    assert_int_equal((uintptr_t)b->data, ((uint64_t)1 << 50) + (1 << 20));
    assert_int_equal(mw_account_touch(account, 1, mw_ledger_process()), MW_OK);
    mw_account_close(account);
}

enum { THREADS = 4, ROUNDS = 2000 };

static void *take_and_give(void *account)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        mw_piece *piece;
        if (mw_account_take(account, (mw_purpose)(i % MW_PURPOSES), 64 * (1 + i % 3), &piece,
                            NULL) != MW_OK)
            return account;
        mw_account_move(account, piece, MW_PURPOSE_WORKSPACE, NULL);
        mw_account_give(account, piece);
    }
    return NULL;
}

static void threads_leave_no_byte_behind(void **state)
{
    (void)state;
    mw_account *account = opened();
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&threads[t], NULL, take_and_give, account), 0);
    for (int t = 0; t < THREADS; t++) {
        void *failed;
        pthread_join(threads[t], &failed);
        assert_null(failed);
    }
    mw_usage usage = mw_account_usage(account);
    assert_int_equal(usage.live, 0);
    for (int p = 0; p < MW_PURPOSES; p++)
        assert_int_equal(usage.live_by[p], 0);
    assert_true(usage.peak >= 64 && usage.peak <= THREADS * 192);
    mw_account_close(account);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peak_is_the_most_that_was_alive_at_once),
        cmocka_unit_test(what_is_given_back_serves_the_next_of_its_size),
        cmocka_unit_test(a_piece_that_changes_its_purpose_is_counted_once),
        cmocka_unit_test(a_limit_refuses_and_says_by_how_much),
        cmocka_unit_test(pieces_may_be_addresses_only),
        cmocka_unit_test(threads_leave_no_byte_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
