/* geometry_test.c: caches as text, and advice that is itself taken when followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cachesim/geometry.h"

static void a_cache_is_read_as_people_write_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t sets;
        uint32_t ways, line;
    } good[] = {
        {"L1=48K,12,64", 64, 12, 64},        {"L2=2M,16,64", 2048, 16, 64},
        {"LL=112MiB,14,64", 131072, 14, 64}, {"D1=320,5,64", 1, 5, 64},
        {"x=16k,256,64", 1, 256, 64},        {"L3=1G,16,128", 524288, 16, 128},
        {"L4=4G,16,64", 4194304, 16, 64},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        mw_cache_geometry got;
        mw_error error = {0};
        assert_int_equal(mw_cache_parse(good[i].text, &got, &error), MW_OK);
        assert_int_equal(got.sets, good[i].sets);
        assert_int_equal(got.ways, good[i].ways);
        assert_int_equal(got.line, good[i].line);
        assert_int_equal(strncmp(got.name, good[i].text, strlen(got.name)), 0);
    }
}

static void a_cache_that_cannot_be_says_why_and_what_would_do(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "is not NAME=SIZE,WAYS,LINE, as in L1=48K,12,64"},
        {"L1", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=48K", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=48K,12", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=48K,12,64,1", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=48K,12,64x", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=48X,12,64", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=-1,12,64", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=99999999999999999999,1,64", "is not NAME=SIZE,WAYS,LINE"},
        {"L1=9999999999G,1,64", "is not NAME=SIZE,WAYS,LINE"},
        {"=48K,12,64", "a name has 1 to 15 characters"},
        {"averyveryverylongname=48K,12,64", "a name has 1 to 15 characters"},
        {"L1=48K,0,64", "cache L1 has 0 ways"},
        {"L1=48K,12,0", "a line is a power of two"},
        {"L1=48K,12,48", "lines of 48 bytes: a line is a power of two"},
        {"L1=48K,12,8192", "a line is a power of two"},
        {"L1=0,12,64", "cache L1 has 0 bytes"},
        {"L1=256K,2048,64", "2 sets of 2048 ways: up to 1024 ways, or all lines in one set"},
        {"L1=8G,16,64", "1 to 67108864 lines of 64 bytes can be simulated"},
        {"L1=64,99999999999,64", "lines of 64 bytes can be simulated"},
        {"L1=100,1,64", "cannot be cut into sets of 1 ways of 64 bytes: say 64"},
        {"L1=64,8,64", "say 512"},
        {"L1=48K,8,64", "96 sets, which is no power of two: say 12 ways (64 sets), or 32K with 8 "
                        "ways"},
        {"LL=105M,15,64", "114688 sets, which is no power of two: say 60M (65536 sets)"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_cache_geometry got;
        mw_error error = {0};
        assert_int_equal(mw_cache_parse(bad[i].text, &got, &error), MW_INVALID);
        if (!strstr(error.message, bad[i].says))
            fail_msg("%s: %s", bad[i].text, error.message);
    }
}

static void levels_out_of_order_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *says;
    } bad[] = {
        {"L1=64K,8,64", "L2=32K,8,64", "L1 is larger than L2, which is given after it"},
        {"L1=32K,8,64", "L2=64K,16,32", "L2 has shorter lines (32) than L1 (64)"},
        {"L1=32K,8,64", "L1=64K,16,64", "two caches are called L1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_cache_geometry levels[2];
        mw_error error = {0};
        assert_int_equal(mw_cache_parse(bad[i].first, &levels[0], &error), MW_OK);
        assert_int_equal(mw_cache_parse(bad[i].second, &levels[1], &error), MW_OK);
        assert_int_equal(mw_cache_check(levels, 2, &error), MW_INVALID);
        assert_non_null(strstr(error.message, bad[i].says));
    }
    mw_error error = {0};
    assert_int_equal(mw_cache_check(NULL, 0, &error), MW_INVALID);
}

static void a_measured_size_becomes_a_cache_of_about_that_size(void **state)
{
    (void)state;
    static const struct {
        double bytes;
        uint32_t ways;
    } sizes[] = {{49000, 12}, {2.3e6, 16}, {1.15e8, 15}, {100, 8}, {3e8, 20}, {64, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        mw_cache_geometry near = mw_cache_near("LLC", sizes[i].bytes, sizes[i].ways, 64);
        mw_error error = {0};
        assert_int_equal(mw_cache_check(&near, 1, &error), MW_OK);
        double off = (double)mw_cache_bytes(&near) / sizes[i].bytes;
        if (sizes[i].bytes > 1000)
            assert_true(off > 0.9 && off < 1.1);
    }
}

/* Follows the first advice of a message: "say SIZE", "say N ways". */
static void follow(const char *message, uint64_t bytes, unsigned ways)
{
    char text[64], size[24] = "", s;
    unsigned other = 0;
    const char *advice = strstr(message, "say ");
    mw_cache_geometry got;
    mw_error error = {0};
    assert_non_null(advice);
    if (sscanf(advice, "say %u way%c", &other, &s) == 2)
        snprintf(text, sizeof text, "L1=%llu,%u,64", (unsigned long long)bytes, other);
    else if (sscanf(advice, "say %23[0-9KMG]", size) == 1)
        snprintf(text, sizeof text, "L1=%s,%u,64", size, ways);
    if (mw_cache_parse(text, &got, &error) != MW_OK)
        fail_msg("%s\nwas followed by %s: %s", message, text, error.message);
}

static void advice_is_not_refused_in_its_turn(void **state)
{
    (void)state;
    int advised = 0;
    for (uint64_t bytes = 64; bytes < 1 << 20; bytes = bytes * 9 / 8 + 32) {
        for (unsigned ways = 1; ways <= 24; ways++) {
            char text[64];
            mw_cache_geometry got;
            mw_error error = {0};
            snprintf(text, sizeof text, "L1=%llu,%u,64", (unsigned long long)bytes, ways);
            if (mw_cache_parse(text, &got, &error) != MW_OK && strstr(error.message, "say ")) {
                follow(error.message, bytes, ways);
                advised++;
            }
        }
    }
    assert_true(advised > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cache_is_read_as_people_write_it),
        cmocka_unit_test(a_cache_that_cannot_be_says_why_and_what_would_do),
        cmocka_unit_test(advice_is_not_refused_in_its_turn),
        cmocka_unit_test(levels_out_of_order_are_refused),
        cmocka_unit_test(a_measured_size_becomes_a_cache_of_about_that_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
