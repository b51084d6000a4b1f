/*
 * What is done while nothing can be written: it is said, kept in memory, and written once it can
 * be.
 */
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "labs/engine/host/progress.h"
#include "tests/host/scene.h"

static const char submit[] = "{\"e\":\"submit\",\"step\":\"x\"}";

/* Somebody else holds the file: nothing hangs, the student hears, the lab goes on. */
static void a_file_that_stops_taking_writes_is_said_and_nothing_hangs(void **state)
{
    (void)state;
    mw_scene s;
    char path[256];
    sqlite3 *other;
    scene_begin_lab(&s, NULL, true);
    scene_data_path(&s, "progress.sqlite", path);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    scene_send(&s, submit);
    scene_until(&s, 2);
    assert_non_null(strstr(s.errors, "progress is no longer kept"));
    assert_non_null(strstr(mw_host_notice(s.host), "progress is no longer kept"));
    sqlite3_close(other);
    scene_end(&s);
}

static void set_file_limit(rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No file may grow, as on a disk that is full. */
static void set_disk_full(bool full)
{
    set_file_limit(full ? 0 : RLIM_INFINITY);
}

/* As under ulimit -f: the log grows until it may not, in the middle of a page. */
static void a_file_that_may_not_grow_is_called_too_large(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    set_file_limit(33000);
    for (size_t taken = 2; taken <= 40 && !strstr(s.whats, "progress"); taken++) {
        scene_send(&s, submit);
        scene_until(&s, taken);
    }
    const char *notice = mw_host_notice(s.host);
    set_file_limit(RLIM_INFINITY);
    assert_non_null(notice);
    assert_non_null(strstr(notice, "File too large"));
    scene_end(&s);
}

static void assert_kept(mw_scene *s, size_t taken)
{
    scene_reopen(s, true);
    assert_null(mw_host_notice(s->host));
    scene_open_lab(s, NULL);
    scene_until(s, taken);
    for (size_t i = 0; i < taken; i++)
        assert_int_equal(json_integer_value(json_object_get(
                             json_array_get(mw_host_transcript(s->host), i), "seq")),
                         i + 1);
    assert_int_equal(json_array_size(mw_host_transcript(s->host)), taken);
}

static void what_a_full_disk_did_not_take_is_written_with_the_next_input_that_it_takes(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    set_disk_full(true);
    for (size_t taken = 2; taken <= 4; taken++) {
        scene_send(&s, submit);
        scene_until(&s, taken);
    }
    assert_string_equal(s.whats, "progress\n"); /* once */
    /* The lab is left and opened again meanwhile. */
    scene_open_lab(&s, NULL);
    assert_int_equal(json_array_size(mw_host_transcript(s.host)), 4);
    set_disk_full(false);
    scene_send(&s, submit);
    scene_until_seen(&s, "kept");
    assert_null(mw_host_notice(s.host));
    scene_until(&s, 5);
    assert_kept(&s, 5);
    scene_end(&s);
}

static void what_a_full_disk_did_not_take_is_written_before_leaving(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    set_disk_full(true);
    scene_send(&s, submit);
    scene_until(&s, 2);
    assert_non_null(strstr(s.errors, "progress is no longer kept"));
    set_disk_full(false);
    assert_kept(&s, 2);
    scene_end(&s);
}

/* The first start of all, and a later one. */
static void a_disk_that_was_full_at_the_start_is_tried_again(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, false);
    for (size_t before = 0; before <= 3; before += 3) {
        set_disk_full(true);
        scene_reopen(&s, true);
        assert_non_null(mw_host_notice(s.host));
        set_disk_full(false); /* a worker is made with a file that grows */
        scene_open_lab(&s, NULL);
        set_disk_full(true);
        scene_send(&s, submit);
        scene_until(&s, before ? before + 1 : 2);
        set_disk_full(false);
        scene_send(&s, submit);
        scene_until_seen(&s, "kept");
        scene_until(&s, before ? before + 2 : 3);
        assert_kept(&s, before ? before + 2 : 3);
    }
    scene_end(&s);
}

/* Records are gone, and there is no room to mend the file at the start. */
static void a_damaged_file_that_is_mended_late_is_said(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    for (size_t taken = 2; taken <= 3; taken++) {
        scene_send(&s, submit);
        scene_until(&s, taken);
    }
    scene_reopen(&s, false);
    scene_execute_sql(&s,
                      "DROP TRIGGER event_stays; DELETE FROM event WHERE seq = 2;"
                      "CREATE TRIGGER event_stays BEFORE DELETE ON event"
                      " BEGIN SELECT RAISE (ABORT, 'events are only added'); END",
                      SQLITE_OK);
    set_disk_full(true);
    scene_reopen(&s, true);
    assert_non_null(strstr(mw_host_notice(s.host), "your progress is read, and not added to"));
    set_disk_full(false); /* a worker is made with a file that grows */
    scene_open_lab(&s, NULL);
    set_disk_full(true);
    scene_send(&s, submit);
    scene_until(&s, 3);
    set_disk_full(false);
    scene_send(&s, submit);
    scene_until_seen(&s, "kept");
    assert_non_null(strstr(s.kept, "records taken over from it: 2, lost: at least 1"));
    assert_non_null(strstr(mw_host_notice(s.host), "records taken over from it: 2"));
    scene_reopen(&s, true);
    assert_null(mw_host_notice(s.host)); /* it is said once */
    scene_open_lab(&s, NULL);
    scene_until(&s, 4);
    scene_end(&s);
}

static void append(mw_progress *progress, int64_t seq)
{
    const mw_attempt attempt = {.id = 1, .seed = "seed"};
    json_t *record = json_pack("{s:{s:s}}", "event", "e", "submit");
    json_t *summary = json_pack("{s:s}", "step", "x");
    assert_true(mw_progress_append(progress, "c/x", &attempt, seq, 0, record, "abc", summary) > 0);
    json_decref(record);
    json_decref(summary);
}

static void assert_read(mw_progress *progress, size_t records)
{
    mw_attempt attempt;
    mw_error error;
    json_t *all = mw_progress_summaries(progress);
    assert_non_null(json_object_get(all, "c/x"));
    json_decref(all);
    assert_int_equal(mw_progress_load(progress, "c/x", &attempt, &error), MW_OK);
    assert_int_equal(attempt.id, 1);
    assert_int_equal(json_array_size(attempt.records), records);
    json_decref(attempt.records);
}

/* Before the thread that writes has written it, and after. */
static void what_is_written_late_is_read_before_anybody_heard_that_it_is(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    mw_progress *progress;
    scene_begin(&s, NULL, false);
    assert_int_equal(mw_progress_open(&progress, s.paths.data, &error), MW_OK);
    append(progress, 1);
    mw_progress_close(progress);
    set_disk_full(true);
    assert_int_equal(mw_progress_open(&progress, s.paths.data, &error), MW_OK);
    append(progress, 2);
    assert_read(progress, 2);
    mw_progress_drop(progress, 1, 1);
    assert_read(progress, 1);
    set_disk_full(false);
    append(progress, 3);
    for (int i = 0; i < 50; i++) {
        assert_read(progress, 2);
        usleep(10000);
    }
    assert_true(mw_progress_failed(progress)); /* nobody asked for news */
    mw_progress_close(progress);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_stops_taking_writes_is_said_and_nothing_hangs),
        cmocka_unit_test(a_file_that_may_not_grow_is_called_too_large),
        cmocka_unit_test(
            what_a_full_disk_did_not_take_is_written_with_the_next_input_that_it_takes),
        cmocka_unit_test(what_a_full_disk_did_not_take_is_written_before_leaving),
        cmocka_unit_test(a_disk_that_was_full_at_the_start_is_tried_again),
        cmocka_unit_test(a_damaged_file_that_is_mended_late_is_said),
        cmocka_unit_test(what_is_written_late_is_read_before_anybody_heard_that_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
