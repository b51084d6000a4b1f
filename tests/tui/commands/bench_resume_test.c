/* The real program, stopped in the middle of a suite: the next run goes on at the first row that
 * was not finished. Rows and their order are checked, never how fast anything was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness/program.h"

enum { ROWS = 5, WAIT_MS = 60000 };

#define ARGUMENTS "bench", "gemv", "--only", "sgemv in L", "--budget", "0.02", "--json"

static char file[256], errors[256];

static int start_home(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *home = program_home();
    snprintf(file, sizeof file, "%s/XDG_CACHE_HOME/memwall/bench.json", home ? home : "");
    snprintf(errors, sizeof errors, "%s/stderr", home ? home : "");
    return home ? 0 : -1;
}

/* Of all runs in the file. */
static json_t *kept_rows(void)
{
    json_t *json = json_load_file(file, 0, NULL), *rows = json_object(), *run;
    const char *key;
    json_object_foreach(json_object_get(json, "runs"), key, run)
        json_object_update(rows, json_object_get(json_object_get(run, "suites"), "gemv"));
    json_decref(json);
    return rows;
}

/* Starts the suite, waits until `least` rows are kept, sends `number`; the exit status. */
static int stop_after_rows(size_t least, int number, const char *err_path)
{
    pid_t pid = fork();
    if (pid == 0) {
        int out = open("/dev/null", O_WRONLY), err = open(err_path, O_WRONLY | O_CREAT, 0600);
        dup2(out, 1);
        dup2(err, 2);
        execl(MEMWALL, MEMWALL, ARGUMENTS, NULL);
        _exit(127);
    }
    for (int waited = 0; waited < WAIT_MS; waited += 2) {
        json_t *rows = kept_rows();
        size_t count = json_object_size(rows);
        json_decref(rows);
        if (count >= least)
            break;
        poll(NULL, 0, 2);
    }
    kill(pid, number);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

/* Runs to the end and holds the rows against those that were kept; returns how many were. */
static size_t go_on_and_compare(json_t *kept)
{
    outcome result = program_run("", MEMWALL, ARGUMENTS, NULL);
    assert_int_equal(result.signal, 0);
    assert_true(result.code == 0 || result.code == 1); /* what is met here is not the question */
    json_t *json = program_json(result.out);
    json_t *rows = json_object_get(json_array_get(json_object_get(json, "suites"), 0), "rows"),
           *row;
    assert_int_equal(json_array_size(rows), ROWS);
    size_t i, same = 0;
    json_array_foreach(rows, i, row)
    {
        json_t *before = json_object_get(kept, json_string_value(json_object_get(row, "label")));
        if (!before)
            continue;
        assert_int_equal(i, same); /* the kept ones are the first ones */
        same++;
        /* Numbers pass through text with 15 digits. */
        double a = json_number_value(json_object_get(json_object_get(before, "value"), "value"));
        double b = json_number_value(json_object_get(json_object_get(row, "value"), "value"));
        assert_true(a > 0 && a - b < 1e-12 * a && b - a < 1e-12 * a);
    }
    assert_int_not_equal(access(file, F_OK), 0);
    json_decref(json);
    program_free(&result);
    return same;
}

static void a_killed_run_goes_on_where_it_was(void **state)
{
    (void)state;
    int status = stop_after_rows(2, SIGKILL, "/dev/null");
    json_t *kept = kept_rows();
    /* On a fast machine the run may have been over before the signal came. */
    if (WIFSIGNALED(status)) {
        assert_true(json_object_size(kept) >= 2);
        assert_int_equal(go_on_and_compare(kept), json_object_size(kept));
    }
    json_decref(kept);
}

static void an_interrupted_run_says_what_it_keeps(void **state)
{
    (void)state;
    char line[256] = "";
    int status = stop_after_rows(1, SIGINT, errors);
    json_t *kept = kept_rows();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 130) {
        FILE *said = fopen(errors, "r");
        assert_non_null(said);
        assert_non_null(fgets(line, sizeof line, said));
        fclose(said);
        assert_non_null(strstr(line, "the same command goes on from there"));
        assert_int_equal(go_on_and_compare(kept), json_object_size(kept));
    }
    json_decref(kept);
}

static void another_budget_leaves_what_is_kept_alone(void **state)
{
    (void)state;
    int status = stop_after_rows(1, SIGKILL, "/dev/null");
    json_t *before = kept_rows();
    outcome result = program_run("", MEMWALL, "bench", "gemv", "--only", "sgemv in L1", "--budget",
                                 "0.01", "--json", NULL);
    json_t *json = program_json(result.out);
    assert_non_null(json);
    assert_null(strstr(result.err, "taken over"));
    if (WIFSIGNALED(status)) {
        json_t *kept = kept_rows();
        assert_true(json_equal(kept, before));
        json_decref(kept);
        assert_int_equal(go_on_and_compare(before), json_object_size(before));
    }
    json_decref(before);
    json_decref(json);
    program_free(&result);
}

/* The rows of a file that somebody has edited: what is no row of ours is measured again. */
static void a_row_that_was_tampered_with_is_measured_again(void **state)
{
    (void)state;
    int status = stop_after_rows(1, SIGKILL, "/dev/null");
    json_t *json = json_load_file(file, 0, NULL), *run, *row;
    const char *key, *label;
    json_object_foreach(json_object_get(json, "runs"), key, run)
    {
        json_object_foreach(json_object_get(json_object_get(run, "suites"), "gemv"), label, row)
            json_object_set_new(row, "value", json_string("7"));
    }
    if (WIFSIGNALED(status)) {
        assert_int_equal(json_dump_file(json, file, 0), 0);
        json_t *none = json_object();
        go_on_and_compare(none);
        json_decref(none);
    }
    json_decref(json);
}

static void peers_are_found_or_said_to_be_missing(void **state)
{
    (void)state;
    outcome result = program_run("", MEMWALL, "bench", "--peers", "--json", NULL);
    assert_int_equal(result.code, 0);
    json_t *json = program_json(result.out), *peer;
    bool openblas = false, likwid = false;
    size_t i;
    json_array_foreach(json_object_get(json, "peers"), i, peer)
    {
        const char *id = json_string_value(json_object_get(peer, "id"));
        bool found = json_is_true(json_object_get(peer, "found"));
        assert_true(found == (json_string_length(json_object_get(peer, "version")) > 0));
        const json_t *note = json_object_get(peer, "note");
        assert_true(found || json_string_length(json_object_get(note, "id")) > 0);
        openblas = openblas || (strcmp(id, "openblas") == 0 && found);
        likwid = likwid || strcmp(id, "likwid-bench") == 0;
    }
    assert_true(openblas && likwid);
    json_decref(json);
    program_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_run_goes_on_where_it_was),
        cmocka_unit_test(an_interrupted_run_says_what_it_keeps),
        cmocka_unit_test(another_budget_leaves_what_is_kept_alone),
        cmocka_unit_test(a_row_that_was_tampered_with_is_measured_again),
        cmocka_unit_test(peers_are_found_or_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, start_home, program_end);
}
