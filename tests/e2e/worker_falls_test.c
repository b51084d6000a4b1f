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

static void a_worker_that_never_speaks_is_one_line_after_one_deadline(void **state)
{
    (void)state;
    setenv("MEMWALL_WORKER", DOUBLE, 1);
    setenv("MW_DOUBLE", "mute", 1);
    outcome result = program_run("", MEMWALL, "run", "04", "--plain", "--no-progress", NULL);
    unsetenv("MEMWALL_WORKER");
    unsetenv("MW_DOUBLE");
    assert_true(program_is_one_line(&result, "said nothing within 20 s"));
    assert_int_equal(result.code, 1);
    program_free(&result);
}

static void a_worker_of_another_version_is_one_line(void **state)
{
    (void)state;
    setenv("MEMWALL_WORKER", DOUBLE, 1);
    setenv("MW_DOUBLE", "version", 1);
    outcome result = program_run("", MEMWALL, "run", "04", "--plain", "--no-progress", NULL);
    unsetenv("MEMWALL_WORKER");
    unsetenv("MW_DOUBLE");
    assert_true(program_is_one_line(&result, "install both from the same release"));
    assert_string_equal(result.out, "");
    assert_int_equal(result.code, 1);
    program_free(&result);
}

static char *said_by(const char *behaviour, const char *command)
{
    setenv("MEMWALL_WORKER", DOUBLE, 1);
    setenv("MW_DOUBLE", behaviour, 1);
    const char *lab = strcmp(command, "run") == 0 ? "04" : NULL;
    outcome result = program_run("", MEMWALL, command, lab, NULL);
    unsetenv("MEMWALL_WORKER");
    unsetenv("MW_DOUBLE");
    char *out = program_unwrapped(result.out);
    program_free(&result);
    assert_non_null(strstr(out, lab ? "Step" : "clean"));
    return out;
}

/* Where nobody asked, a doubt would only be noise. */
static void a_doubt_about_the_machine_is_said_where_it_is_asked_for_only(void **state)
{
    (void)state;
    static const char doubt[] = "it cannot be told now whether the machine is as it was: other "
                                "work disturbed the check";
    static const char fact[] = "L1 is 50 % slower than remembered";
    static const struct {
        const char *behaviour, *command, *said;
    } cases[] = {
        {"untold", "machine", doubt}, {"untold", "doctor", doubt}, {"untold", "run", NULL},
        {"changed", "machine", fact}, {"changed", "doctor", fact}, {"changed", "run", fact},
        {"same", "machine", NULL},    {"same", "doctor", NULL},    {"same", "run", NULL}};
    remember_the_machine_of_the_double();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = said_by(cases[i].behaviour, cases[i].command);
        if (cases[i].said && !strstr(out, cases[i].said))
            fail_msg("%s when %s: %s", cases[i].command, cases[i].behaviour, out);
        if (!cases[i].said && (strstr(out, "cannot be told") || strstr(out, "remembered:")))
            fail_msg("%s when %s: %s", cases[i].command, cases[i].behaviour, out);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_doubt_about_the_machine_is_said_where_it_is_asked_for_only),
        cmocka_unit_test(a_worker_that_never_speaks_is_one_line_after_one_deadline),
        cmocka_unit_test(a_worker_of_another_version_is_one_line),
        cmocka_unit_test(a_death_in_the_check_of_the_roofs_is_said_and_the_lab_goes_on),
    };
    return cmocka_run_group_tests(tests, program_begin, program_end);
}
