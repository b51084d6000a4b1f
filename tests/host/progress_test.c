/* progress_test.c: progress across restarts, kills, a second instance, and bad files. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/engine/host/progress.h"
#include "tests/host/scene.h"

static const char submit[] = "{\"e\":\"submit\",\"step\":\"x\"}";

static void a_lab_is_found_tomorrow_as_it_was_left(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, true);
    assert_null(mw_host_notice(s.host));
    scene_open_lab(&s, NULL);
    scene_send(&s, submit);
    scene_send(&s, "{\"e\":\"run\",\"step\":\"r\"}");
    scene_until(&s, 4);
    char *view = json_dumps(s.view, JSON_SORT_KEYS);
    scene_reopen(&s, true);
    scene_open_lab(&s, NULL);
    scene_until(&s, 4);
    char *again = json_dumps(s.view, JSON_SORT_KEYS);
    assert_string_equal(view, again);
    assert_int_equal(s.views, 1); /* replay paints once */
    free(view);
    free(again);
    scene_end(&s);
}

static void records_that_do_not_fit_any_more_are_told_once_and_the_rest_replays(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, true);
    scene_open_lab(&s, NULL);
    scene_send(&s, "{\"e\":\"outdated\"}");
    scene_send(&s, submit);
    scene_send(&s, "{\"e\":\"outdated\"}"); /* the last of all: a view comes all the same */
    scene_until(&s, 4);
    for (int opening = 0; opening < 2; opening++) {
        scene_reopen(&s, true);
        scene_open_lab(&s, NULL);
        scene_until(&s, 2);
        assert_int_equal(scene_taken(&s), 2);
        assert_int_equal(json_array_size(mw_host_transcript(s.host)), 2);
        assert_int_equal(s.left_out, opening == 0 ? 2 : 0);
        assert_string_equal(s.whats, opening == 0 ? "input\n" : "");
    }
    /* What is done now follows what is there, and nothing takes the place of what was left out. */
    scene_send(&s, submit);
    scene_until(&s, 3);
    scene_reopen(&s, true);
    scene_open_lab(&s, NULL);
    scene_until(&s, 3);
    scene_end(&s);
}

static void another_seed_or_a_fresh_start_is_another_attempt(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    scene_begin(&s, NULL, true);
    mw_lab_options options = {.dir = s.folder, .locale = "en", .seed = "one"};
    assert_int_equal(mw_host_lab_open(s.host, &options, &error), MW_OK);
    scene_send(&s, submit);
    scene_until(&s, 2);
    options.seed = "two";
    assert_int_equal(mw_host_lab_open(s.host, &options, &error), MW_OK);
    assert_int_equal(json_array_size(mw_host_transcript(s.host)), 0);
    scene_pump_for(&s, 200);
    assert_int_equal(scene_taken(&s), 1);
    options.seed = NULL;
    options.fresh = true;
    assert_int_equal(mw_host_lab_open(s.host, &options, &error), MW_OK);
    assert_int_equal(json_array_size(mw_host_transcript(s.host)), 0);
    scene_end(&s);
}

/* The child paints views and is killed right after one of them; whatever it painted must be there.
 */
static void play_and_die(const mw_scene *s, int die_after, int painted)
{
    mw_scene mine = *s;
    mw_host_options options = {&mine.paths, true};
    mw_error error;
    signal(SIGALRM, SIG_DFL);
    alarm(30);
    mine.seen = json_array();
    if (mw_host_open(&mine.host, &options, &error) != MW_OK)
        _exit(1);
    scene_open_lab(&mine, NULL);
    for (int taken = 1;; taken++) {
        scene_until(&mine, (size_t)taken);
        char count = (char)scene_taken(&mine);
        if (write(painted, &count, 1) != 1)
            _exit(1);
        if (taken == die_after)
            kill(getpid(), SIGKILL);
        scene_send(&mine, submit);
    }
}

static void a_host_killed_after_any_painted_view_has_lost_nothing_that_was_painted(void **state)
{
    (void)state;
    for (int die_after = 1; die_after <= 12; die_after++) {
        mw_scene s;
        int ends[2];
        scene_begin(&s, NULL, false);
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            play_and_die(&s, die_after, ends[1]);
        close(ends[1]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        char painted = 0;
        while (read(ends[0], &painted, 1) == 1)
            ;
        close(ends[0]);
        assert_int_equal(painted, die_after);

        scene_reopen(&s, true);
        assert_null(mw_host_notice(s.host));
        scene_open_lab(&s, NULL);
        assert_true(json_array_size(mw_host_transcript(s.host)) >= (size_t)painted);
        scene_until(&s, (size_t)painted);
        scene_end(&s);
    }
}

static void a_second_instance_reads_and_does_not_write(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, true);
    scene_open_lab(&s, NULL);
    scene_send(&s, submit);
    scene_until(&s, 2);

    mw_scene second = s;
    second.view = NULL;
    second.seen = json_array();
    mw_host_options options = {&second.paths, true};
    mw_error error;
    assert_int_equal(mw_host_open(&second.host, &options, &error), MW_OK);
    assert_true(mw_host_readonly(second.host));
    assert_non_null(strstr(mw_host_notice(second.host), "another memwall is open"));
    scene_open_lab(&second, NULL);
    scene_until(&second, 2);
    scene_send(&second, submit);
    scene_until(&second, 3);
    mw_host_close(second.host);
    json_decref(second.view);
    json_decref(second.seen);

    scene_reopen(&s, true);
    assert_false(mw_host_readonly(s.host));
    scene_open_lab(&s, NULL);
    assert_int_equal(json_array_size(mw_host_transcript(s.host)), 2);
    scene_end(&s);
}

static void a_damaged_file_is_moved_aside_and_said(void **state)
{
    (void)state;
    static const char *const damages[] = {"garbage that is no database at all", NULL};
    for (size_t i = 0; i < 2; i++) {
        mw_scene s;
        char path[256];
        scene_begin(&s, NULL, true);
        scene_open_lab(&s, NULL);
        for (int n = 0; n < 40; n++)
            scene_send(&s, submit);
        scene_until(&s, 41);
        mw_host_close(s.host);
        s.host = NULL;
        scene_data_path(&s, "progress.sqlite", path);
        struct stat about;
        assert_int_equal(stat(path, &about), 0);
        int fd = open(path, O_RDWR);
        if (damages[i]) {
            assert_int_equal(ftruncate(fd, 0), 0);
            assert_true(write(fd, damages[i], strlen(damages[i])) > 0);
        } else { /* the head is sound, the pages behind it are not */
            char junk[8192];
            memset(junk, 0x5a, sizeof junk);
            assert_true(pwrite(fd, junk, sizeof junk, 4096) > 0);
        }
        close(fd);

        scene_reopen(&s, true);
        assert_non_null(mw_host_notice(s.host));
        assert_non_null(strstr(mw_host_notice(s.host), "was damaged and moved to"));
        assert_non_null(strstr(mw_host_notice(s.host), ".damaged-"));
        scene_open_lab(&s, NULL);
        scene_send(&s, submit);
        scene_until(&s, 2);
        scene_reopen(&s, true);
        assert_null(mw_host_notice(s.host));
        scene_open_lab(&s, NULL);
        assert_int_equal(json_array_size(mw_host_transcript(s.host)), 2);
        char command[256];
        snprintf(command, sizeof command, "ls '%s'/data/memwall/*.damaged-* >/dev/null", s.folder);
        assert_int_equal(system(command), 0);
        scene_end(&s);
    }
}

static void a_folder_that_cannot_be_written_is_said_and_the_lab_runs(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, false);
    char path[256];
    snprintf(path, sizeof path, "%s/data", s.folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0600); /* a file where the folder should be */
    close(fd);
    scene_reopen(&s, true);
    assert_non_null(mw_host_notice(s.host));
    assert_non_null(strstr(mw_host_notice(s.host), "progress is not kept"));
    assert_non_null(strstr(mw_host_notice(s.host), "Not a directory"));
    scene_open_lab(&s, NULL);
    scene_send(&s, submit);
    scene_until(&s, 2);
    scene_end(&s);
}

static void without_a_home_nothing_is_kept_and_nothing_made(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    scene_begin(&s, NULL, false);
    s.paths.data[0] = s.paths.cache[0] = '\0';
    scene_reopen(&s, true);
    assert_non_null(strstr(mw_host_notice(s.host), "HOME is not set"));
    scene_open_lab(&s, NULL);
    scene_send(&s, submit);
    scene_until(&s, 2);
    json_t *machine = json_object();
    assert_int_equal(mw_host_machine_store(s.host, machine, &error), MW_IO);
    assert_non_null(strstr(error.message, "no home is known"));
    assert_null(mw_host_machine_load(s.host, &error));
    json_decref(machine);
    scene_end(&s);
}

static void a_file_of_a_newer_memwall_is_left_alone_and_said(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, true);
    mw_host_close(s.host);
    s.host = NULL;
    scene_execute_sql(&s, "PRAGMA user_version = 99", SQLITE_OK);
    scene_reopen(&s, true);
    assert_non_null(strstr(mw_host_notice(s.host), "newer memwall"));
    scene_open_lab(&s, NULL);
    scene_send(&s, submit);
    scene_until(&s, 2);
    mw_host_close(s.host);
    s.host = NULL;
    scene_execute_sql(&s, "CREATE TABLE proof AS SELECT 1 / (count(*) = 0) AS x FROM event",
                      SQLITE_OK);
    scene_end(&s);
}

static void events_can_only_be_added(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    scene_execute_sql(&s, "DELETE FROM event", SQLITE_CONSTRAINT);
    scene_execute_sql(&s, "UPDATE event SET event = '{}'", SQLITE_CONSTRAINT);
    scene_end(&s);
}

static void the_course_map_shows_where_a_lab_was_left(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    char command[1024], dir[4096];
    scene_begin(&s, NULL, true);
    snprintf(command, sizeof command,
             "mkdir -p %s/courses/c/04-x && touch %s/courses/c/04-x/lab.lua && echo "
             "'{\"id\":\"course\",\"title\":\"C\",\"units\":[{\"title\":{\"en\":\"U\"},\"labs\":["
             "{\"number\":\"04\",\"id\":\"ex\",\"title\":{\"en\":\"T\",\"zh_CN\":\"Z\"},"
             "\"dir\":\"04-x\"},{\"number\":\"05\",\"id\":\"later\",\"title\":\"L\"},"
             "{\"number\":\"06\",\"id\":\"out\",\"dir\":\"../c/04-x\",\"title\":\"'$(head -c 5000 "
             "/dev/zero | tr '\\0' T)'\"}]}]}' "
             "> %s/courses/c/course.json",
             s.folder, s.folder, s.folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(mw_host_find_lab(s.host, "4", dir, sizeof dir, &error), MW_OK);
    assert_int_equal(mw_host_find_lab(s.host, "ex", dir, sizeof dir, &error), MW_OK);
    mw_lab_options options = {.dir = dir, .locale = "en"};
    assert_int_equal(mw_host_lab_open(s.host, &options, &error), MW_OK);
    scene_send(&s, submit);
    scene_until(&s, 2);
    json_t *courses = mw_host_courses(s.host, "zh_CN", &error);
    const json_t *labs = json_object_get(json_array_get(courses, 0), "labs");
    const json_t *lab = json_array_get(labs, 0), *later = json_array_get(labs, 1);
    assert_string_equal(json_string_value(json_object_get(lab, "title")), "Z");
    assert_string_equal(json_string_value(json_object_get(lab, "state")), "open");
    assert_int_equal(json_integer_value(json_object_get(lab, "earned")), 2);
    assert_string_equal(json_string_value(json_object_get(later, "state")), "absent");
    /* A folder outside of the course's own is none of its labs; a title has its limit. */
    const json_t *outside = json_array_get(labs, 2);
    assert_string_equal(json_string_value(json_object_get(outside, "state")), "absent");
    assert_null(json_object_get(outside, "dir"));
    assert_true(json_string_length(json_object_get(outside, "title")) < 210);
    json_decref(courses);

    assert_int_equal(mw_host_find_lab(s.host, "ey", dir, sizeof dir, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "did you mean ex?"));
    assert_int_equal(mw_host_find_lab(s.host, "05", dir, sizeof dir, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "not in this version"));
    assert_int_equal(mw_host_find_lab(s.host, "./nowhere", dir, sizeof dir, &error), MW_INVALID);
    scene_end(&s);
}

static void a_machine_is_remembered_for_its_key_and_a_torn_file_is_forgotten(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    scene_begin(&s, NULL, false);
    assert_null(mw_host_machine_load(s.host, &error));
    json_t *machine = json_pack("{s:s}", "verdict", "clean");
    assert_int_equal(mw_host_machine_store(s.host, machine, &error), MW_OK);
    scene_reopen(&s, false);
    json_t *loaded = mw_host_machine_load(s.host, &error);
    assert_true(json_equal(loaded, machine));
    json_decref(loaded);
    json_decref(machine);
    char command[256];
    snprintf(command, sizeof command, "for f in '%s'/cache/memwall/*; do echo '{' > \"$f\"; done",
             s.folder);
    assert_int_equal(system(command), 0);
    assert_null(mw_host_machine_load(s.host, &error));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lab_is_found_tomorrow_as_it_was_left),
        cmocka_unit_test(records_that_do_not_fit_any_more_are_told_once_and_the_rest_replays),
        cmocka_unit_test(another_seed_or_a_fresh_start_is_another_attempt),
        cmocka_unit_test(a_host_killed_after_any_painted_view_has_lost_nothing_that_was_painted),
        cmocka_unit_test(a_second_instance_reads_and_does_not_write),
        cmocka_unit_test(a_damaged_file_is_moved_aside_and_said),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_said_and_the_lab_runs),
        cmocka_unit_test(without_a_home_nothing_is_kept_and_nothing_made),
        cmocka_unit_test(a_file_of_a_newer_memwall_is_left_alone_and_said),
        cmocka_unit_test(events_can_only_be_added),
        cmocka_unit_test(the_course_map_shows_where_a_lab_was_left),
        cmocka_unit_test(a_machine_is_remembered_for_its_key_and_a_torn_file_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
