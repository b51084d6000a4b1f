/* caches_test.c: measured sizes beside those of a chip that hwloc is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/caches.h"

enum { KIB = 1 << 10, MIB = 1 << 20 };

/* A chip of 48 KiB, 2 MiB and 32 MiB, as hwloc describes one that it cannot see. */
static int name_the_chip(void **state)
{
    (void)state;
    return setenv("HWLOC_SYNTHETIC",
                  "pack:1 l3:1(size=33554432) l2:1(size=2097152) l1d:1(size=49152) pu:1", 1);
}

static int forget_the_chip(void **state)
{
    (void)state;
    return unsetenv("HWLOC_SYNTHETIC");
}

/* Bytes of the levels that come of these measured ones. */
static void check(double l1, double l2, double llc, uint64_t want_l1, uint64_t want_l2,
                  uint64_t want_llc)
{
    mw_calibration calibration = {.level_count = 4,
                                  .levels = {{.name = "L1", .effective_bytes = l1},
                                             {.name = "L2", .effective_bytes = l2},
                                             {.name = "LLC", .effective_bytes = llc},
                                             {.name = "DRAM"}}};
    mw_cache_geometry levels[MW_CACHE_LEVELS];
    const char *source = NULL;
    assert_int_equal(mw_caches_effective(&calibration, levels, &source), 3);
    assert_string_equal(source, "effective");
    assert_int_equal(mw_cache_bytes(&levels[0]), want_l1);
    assert_int_equal(mw_cache_bytes(&levels[1]), want_l2);
    assert_int_equal(mw_cache_bytes(&levels[2]), want_llc);
}

static void a_blurred_edge_is_the_cache_that_the_system_names(void **state)
{
    (void)state;
    check(49.1 * KIB, 2.8 * MIB, 40 * MIB, 48 * KIB, 2 * MIB, 32 * MIB);
    check(40 * KIB, 1.7 * MIB, 63 * MIB, 48 * KIB, 2 * MIB, 32 * MIB);
}

static void what_is_far_from_the_name_is_believed(void **state)
{
    (void)state;
    check(32 * KIB, 1 * MIB, 8 * MIB, 32 * KIB, 1 * MIB, 8 * MIB);
    check(48 * KIB, 8 * MIB, 128 * MIB, 48 * KIB, 8 * MIB, 128 * MIB);
}

static void without_a_calibration_the_names_stand(void **state)
{
    (void)state;
    mw_cache_geometry levels[MW_CACHE_LEVELS];
    const char *source = NULL;
    assert_int_equal(mw_caches_effective(NULL, levels, &source), 3);
    assert_string_equal(source, "nominal");
    assert_int_equal(mw_cache_bytes(&levels[0]), 48 * KIB);
    assert_int_equal(mw_cache_bytes(&levels[1]), 2 * MIB);
    assert_int_equal(mw_cache_bytes(&levels[2]), 32 * MIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blurred_edge_is_the_cache_that_the_system_names),
        cmocka_unit_test(what_is_far_from_the_name_is_believed),
        cmocka_unit_test(without_a_calibration_the_names_stand),
    };
    return cmocka_run_group_tests(tests, name_the_chip, forget_the_chip);
}
