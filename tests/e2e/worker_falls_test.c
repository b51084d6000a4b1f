/* A worker that falls before any lab is open takes nothing with it: the next one goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/engine/host/host.h"
#include "tests/harness/program.h"

/* The stand-in at the first start, which has measured a machine before, and then the real one. */
static const char *falling_worker(const char *behaviour)
{
    char text[1024];
    snprintf(text, sizeof text,
             "#!/bin/sh\n"
             "if mkdir '%s/fell' 2>/dev/null; then MW_DOUBLE=%s exec '%s' \"$@\"; fi\n"
             "exec '%s' \"$@\"\n",
             getenv("XDG_CACHE_HOME"), behaviour, DOUBLE, MW_WORKER);
    const char *path = program_file("worker", text);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

static void remember_the_machine_of_the_double(void)
{
    mw_paths paths;
    mw_error error = {0};
    mw_host *host;
    setenv("MEMWALL_WORKER", DOUBLE, 1);
    assert_int_equal(mw_paths_find(&paths, &error), MW_OK);
    mw_host_options options = {.paths = &paths};
    assert_int_equal(mw_host_open(&host, &options, &error), MW_OK);
    json_t *machine = json_pack("{s:s, s:[{s:s, s:f}], s:[]}", "verdict", "clean", "levels", "name",
                                "L1", "bytes_per_second", 1e11, "compute");
    assert_int_equal(mw_host_machine_store(host, machine, &error), MW_OK);
    json_decref(machine);
    mw_host_close(host);
}

static void a_death_in_the_check_of_the_roofs_is_said_and_the_lab_goes_on(void **state)
{
    (void)state;
    remember_the_machine_of_the_double();
    setenv("MEMWALL_WORKER", falling_worker("falls-in-check"), 1);
    outcome result = program_run("quit\n", MEMWALL, "run", "04", "--plain", "--no-progress", NULL);
    unsetenv("MEMWALL_WORKER");
    assert_non_null(strstr(result.out, "the worker was ended by signal 9 (KILL) while spot check "
                                       "ran"));
    assert_non_null(strstr(result.out, "Step 1 of"));
    assert_string_equal(result.err, "");
    assert_int_equal(result.code, 1); /* it was left before its end */
    program_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_death_in_the_check_of_the_roofs_is_said_and_the_lab_goes_on),
    };
    return cmocka_run_group_tests(tests, program_begin, program_end);
}
