/*
 * What students had before this program was built: their progress, a recording and a remembered
 * machine, opened by it.
 */
#include "tests/host/kept.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double earned_of(const json_t *summary)
{
    return json_number_value(json_object_get(json_object_get(summary, "score"), "earned"));
}

static json_t *summary_of_run(const char *input)
{
    outcome result =
        program_run(input, MEMWALL, "run", "04", "--json", "--measurements", KEPT_RECORDING, NULL);
    if (result.code != 0 && result.code != 1)
        fail_msg("code %d signal %d: %s", result.code, result.signal, result.err);
    json_t *summary = kept_summary(result.out);
    program_free(&result);
    return summary;
}

static void the_course_map_knows_where_a_lab_was_left(void **state)
{
    (void)state;
    outcome result = program_run("", MEMWALL, "course", "--json", NULL);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.out, "\"state\": \"open\""));
    assert_non_null(strstr(result.out, "\"step\": \"point\""));
    program_free(&result);
}

static void an_attempt_goes_on_where_it_was_left(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    json_t *summary = summary_of_run("");
    assert_float_equal(earned_of(summary), 1, 1e-9);
    const json_t *steps = json_object_get(summary, "steps");
    assert_string_equal(json_string_value(json_object_get(json_array_get(steps, 0), "state")),
                        "committed");
    assert_string_equal(json_string_value(json_object_get(json_array_get(steps, 1), "state")),
                        "open");
    json_decref(summary);
    assert_int_equal(kept_number("SELECT count(*) FROM event WHERE attempt = 2 AND event NOT LIKE "
                                 "'{\"e\":\"machine\"%'"),
                     3);
}

static void a_finished_attempt_is_finished_with_all_its_points(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    kept_finished();
    json_t *summary = summary_of_run("");
    assert_float_equal(earned_of(summary), 9, 1e-9);
    assert_true(json_is_true(json_object_get(summary, "finished")));
    json_decref(summary);
}

/* The fourth of ten samples of the sweep, upon which three answers follow. */
static void a_sample_that_cannot_be_read_costs_no_points(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    kept_finished();
    kept_execute("DROP TRIGGER event_is_final;"
                 "UPDATE event SET event = substr(event, 1, 60) WHERE attempt = 1 AND seq = 18;"
                 "CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN"
                 " SELECT RAISE (ABORT, 'events are only added'); END");
    for (int i = 0; i < 2; i++) {
        json_t *summary = summary_of_run("");
        assert_float_equal(earned_of(summary), 9, 1e-9);
        assert_false(json_is_true(json_object_get(summary, "finished")));
        json_decref(summary);
        assert_int_equal(kept_number("SELECT count(*) FROM dropped"), 1);
    }
}

static void the_labs_of_today_open_it_and_keep_its_points(void **state)
{
    (void)state;
    kept_finished();
    json_t *summary = summary_of_run("");
    assert_float_equal(earned_of(summary), 9, 1e-9);
    json_decref(summary);
}

static void a_recording_and_a_machine_are_drawn(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    static const char *const figures[][4] = {{"sweep", KEPT_RECORDING, NULL, NULL},
                                             {"roofline", KEPT_MACHINE, "machine", NULL},
                                             {"sweep", "last", NULL, NULL}};
    kept_finished();
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        const char *path = program_file("figure.json", "");
        outcome result = program_run("", MEMWALL, "export", figures[i][0], "--from", figures[i][1],
                                     "-o", path, figures[i][2], NULL);
        if (result.code != 0)
            fail_msg("%s: code %d: %s", figures[i][1], result.code, result.err);
        program_free(&result);
        json_t *figure = json_load_file(path, 0, NULL);
        assert_true(json_array_size(json_object_get(figure, "rows")) > 4);
        json_decref(figure);
    }
}

/* What a command of a shell says, with the program as $0. */
static outcome in_shell(const char *command)
{
    return program_run("", "/bin/sh", "-c", command, MEMWALL, NULL);
}

static void holds(const outcome *result, const char *text)
{
    if (!strstr(result->out, text) && !strstr(result->err, text))
        fail_msg("'%s' is not said; code %d out: %s err: %s", text, result->code, result->out,
                 result->err);
}

/* No file may grow: nothing can be made beside the progress, as on a disk that is full. */
static void progress_that_cannot_be_written_is_still_read(void **state)
{
    (void)state;
    outcome map = in_shell("ulimit -f 0; $0 course");
    assert_int_equal(map.code, 0);
    holds(&map, "begun, at step point");
    holds(&map, "your progress is read, and not added to");
    program_free(&map);
    outcome lab = in_shell("ulimit -f 8; MEMWALL_COURSES=" KEPT_COURSES
                           " $0 run 04 --plain --measurements " KEPT_RECORDING " </dev/null");
    holds(&lab, "Score: 1 of 10 points");
    holds(&lab, "your progress is read, and not added to");
    program_free(&lab);
    assert_int_equal(kept_number("SELECT count(*) FROM event WHERE attempt = 2"), 4);
}

/* A lab whose progress is not known is not new. */
static void progress_that_cannot_be_read_is_unknown_and_left_alone(void **state)
{
    (void)state;
    static const struct {
        const char *make, *why;
    } cases[] = {
        {"mv $p $p.good && mkfifo $p", "progress.sqlite is no regular file"},
        {"mkfifo $p-wal", "progress.sqlite-wal is no regular file"},
        {"mv $p $p.good && ln -s /dev/zero $p", "is no regular file"},
        {"", "it holds tables, views or triggers that memwall does not make"},
        {"", "written by a newer memwall"},
    };
    static const char *const changes[] = {
        [3] = "CREATE VIEW endless AS SELECT * FROM event",
        [4] = "PRAGMA user_version = 2",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[512];
        kept_end(state);
        assert_int_equal(kept_begin(state), 0);
        if (i >= 3)
            kept_execute(changes[i]);
        snprintf(command, sizeof command, "p=%s; %s; $0 course --plain", kept_file(),
                 *cases[i].make ? cases[i].make : ":");
        outcome result = in_shell(command);
        assert_int_equal(result.code, 0);
        holds(&result, cases[i].why);
        holds(&result, "unknown");
        assert_null(strstr(result.out, " new"));
        program_free(&result);
    }
    assert_int_equal(kept_number("SELECT count(*) FROM event"), 37);
}

/* What a first run on a full disk leaves: the reason is the disk, and not what the file holds. */
static void a_file_that_was_only_begun_is_not_foreign(void **state)
{
    (void)state;
    char command[512];
    snprintf(command, sizeof command,
             "p=%s; rm -f $p-wal $p-shm; : > $p; ulimit -f 0; $0 course --plain", kept_file());
    outcome result = in_shell(command);
    assert_int_equal(result.code, 0);
    holds(&result, "progress is not kept");
    assert_null(strstr(result.out, "it holds tables"));
    assert_null(strstr(result.err, "it holds tables"));
    holds(&result, " new");
    assert_null(strstr(result.out, "unknown"));
    program_free(&result);
}

/* In the moment between making the file and the tables in it. */
static void while_another_memwall_makes_the_file_every_lab_is_new(void **state)
{
    (void)state;
    char command[768];
    snprintf(command, sizeof command,
             "p=%s; rm -f $p-wal $p-shm; : > $p; flock $(dirname $p)/progress.lock $0 course "
             "--plain",
             kept_file());
    outcome result = in_shell(command);
    assert_int_equal(result.code, 0);
    holds(&result, "another memwall is open");
    holds(&result, " new");
    assert_null(strstr(result.out, "unknown"));
    program_free(&result);
}

/* The tables of a file that was just made may stand in its log only. */
static void a_file_whose_log_cannot_be_read_is_not_taken_for_an_empty_one(void **state)
{
    (void)state;
    char command[1024];
    sqlite3 *other;
    assert_int_equal(remove(kept_file()), 0);
    assert_int_equal(sqlite3_open(kept_file(), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "PRAGMA journal_mode = WAL; CREATE TABLE attempt (id)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    snprintf(command, sizeof command, "p=%s; cp $p $p.kept && cp $p-wal $p-wal.kept", kept_file());
    outcome copied = in_shell(command);
    assert_int_equal(copied.code, 0);
    program_free(&copied);
    sqlite3_close(other);
    snprintf(command, sizeof command,
             "p=%s; mv $p.kept $p && mv $p-wal.kept $p-wal && rm -f $p-shm; ulimit -f 0; "
             "$0 course --plain",
             kept_file());
    outcome result = in_shell(command);
    assert_int_equal(result.code, 0);
    holds(&result, "unknown");
    assert_null(strstr(result.out, " new"));
    program_free(&result);
}

static void records_that_cannot_be_replayed_are_said_once_and_the_rest_is_there(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    kept_execute("INSERT INTO event VALUES (2, 5, 0, '1.0', NULL, 'torn {', NULL)");
    kept_execute("INSERT INTO event VALUES (2, 6, 0, '1.0', NULL,"
                 " '{\"e\":\"' || hex(zeroblob(70000)) || '\"}', NULL)");
    kept_execute("INSERT INTO event VALUES (2, 7, 0, '1.0', NULL, zeroblob(3000000), NULL)");
    kept_execute("INSERT INTO event VALUES (2, 8, 0, '0.9+abc', NULL,"
                 " '{\"e\":\"goto\",\"step\":\"renamed\"}', NULL)");
    for (int opening = 0; opening < 2; opening++) {
        outcome result = program_run("", MEMWALL, "run", "04", "--plain", "--measurements",
                                     KEPT_RECORDING, NULL);
        holds(&result, "Score: 1 of 10 points");
        if (opening == 0)
            holds(&result, "left out: 4; the first because it is no record");
        else
            assert_null(strstr(result.out, "left out"));
        program_free(&result);
    }
}

/* The first record of a new attempt meets a full disk, or somebody else who holds the file. */
static void a_store_that_takes_nothing_ends_no_lab(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    outcome full = in_shell(

        "ulimit -f 64; $0 run 04 --plain --fresh --measurements " KEPT_RECORDING " </dev/null");
    holds(&full, "progress is no longer kept");
    assert_null(strstr(strstr(full.out, "no longer kept") + 1, "no longer kept")); /* once */
    holds(&full, "Count before you run");
    program_free(&full);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(kept_file(), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    outcome held = program_run("", MEMWALL, "run", "04", "--plain", "--fresh", "--measurements",
                               KEPT_RECORDING, NULL);
    sqlite3_close(other);
    holds(&held, "database is locked");
    holds(&held, "Count before you run");
    assert_int_equal(held.code, 1); /* it ended too early, and was not refused */
    program_free(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define KEPT(name) cmocka_unit_test_setup_teardown(name, kept_begin, kept_end)
        KEPT(the_course_map_knows_where_a_lab_was_left),
        KEPT(an_attempt_goes_on_where_it_was_left),
        KEPT(a_finished_attempt_is_finished_with_all_its_points),
        KEPT(a_sample_that_cannot_be_read_costs_no_points),
        KEPT(the_labs_of_today_open_it_and_keep_its_points),
        KEPT(a_recording_and_a_machine_are_drawn),
        KEPT(progress_that_cannot_be_written_is_still_read),
        KEPT(progress_that_cannot_be_read_is_unknown_and_left_alone),
        KEPT(a_file_that_was_only_begun_is_not_foreign),
        KEPT(while_another_memwall_makes_the_file_every_lab_is_new),
        KEPT(a_file_whose_log_cannot_be_read_is_not_taken_for_an_empty_one),
        KEPT(records_that_cannot_be_replayed_are_said_once_and_the_rest_is_there),
        KEPT(a_store_that_takes_nothing_ends_no_lab),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
