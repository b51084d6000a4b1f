/* noise_test.c: made-up snapshots, and the words for what they show. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "meter/noise.h"

static void cpu_times_are_read_per_processor(void **state)
{
    (void)state;
    char root[] = "/tmp/memwall-noise-XXXXXX", path[128];
    assert_non_null(mkdtemp(root));
    snprintf(path, sizeof path, "%s/proc", root);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/proc/stat", root);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("cpu  111 2 33 4000 5 6 7 8 0 0\ncpu0 100 2 30 2000 5 6 7 3 0 0\n"
          "cpu3 11 0 3 2000 0 0 0 5 0 0\nintr 12345\n",
          file);
    fclose(file);
    mw_cpu_times times[8];
    assert_true(mw_cpu_times_read(root, times, 8));
    assert_int_equal(times[0].busy, 100 + 2 + 30 + 6 + 7);
    assert_int_equal(times[0].steal, 3);
    assert_int_equal(times[1].busy, 0);
    assert_int_equal(times[3].busy, 14);
    assert_int_equal(times[3].steal, 5);
    assert_true(mw_cpu_times_read(root, times, 1));
    assert_int_equal(times[0].steal, 3);
    unlink(path);
    assert_false(mw_cpu_times_read(root, times, 8));
    snprintf(path, sizeof path, "%s/proc", root);
    rmdir(path);
    rmdir(root);
}

static const mw_noise quiet = {
    .wall_seconds = 2, .cpu_seconds = 1.99, .span_seconds = 2.1, .switches = 10, .threads = 1};

static void expect(const mw_noise *noise, bool clean, const char *words)
{
    char text[MW_REASON_TEXT];
    mw_reason reason = mw_noise_reason(noise);
    assert_int_equal(!mw_reason_is(&reason), clean);
    mw_reason_english(&reason, text);
    if (words)
        assert_non_null(strstr(text, words));
    else
        assert_string_equal(text, "");
}

static void a_quiet_machine_is_clean(void **state)
{
    (void)state;
    expect(&quiet, true, NULL);
}

static void involuntary_switches_count_while_a_processor_is_left_free(void **state)
{
    (void)state;
    mw_noise noise = quiet;
    noise.switches = 300;
    expect(&noise, false, "involuntary switches");
    noise.whole_machine = true;
    expect(&noise, true, NULL);
}

static void stolen_time_is_noise(void **state)
{
    (void)state;
    mw_noise noise = quiet;
    noise.steal_ticks = 17;
    expect(&noise, false, "hypervisor");
    noise.steal_ticks = 1;
    expect(&noise, true, NULL);
}

static void waiting_shows_as_wall_time_above_cpu_time(void **state)
{
    (void)state;
    mw_noise noise = quiet;
    noise.cpu_seconds = 1.6;
    expect(&noise, false, "25 % above");
    noise.threads = 2;
    noise.cpu_seconds = 3.8;
    expect(&noise, true, NULL);
    noise.cpu_seconds = 2.0;
    expect(&noise, false, "waited");
    assert_true(mw_noise_wall_over_cpu(&noise) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_times_are_read_per_processor),
        cmocka_unit_test(a_quiet_machine_is_clean),
        cmocka_unit_test(involuntary_switches_count_while_a_processor_is_left_free),
        cmocka_unit_test(stolen_time_is_noise),
        cmocka_unit_test(waiting_shows_as_wall_time_above_cpu_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
