/*
 * A lab's worker and a student's beside each other: what happens to one is nothing to the other.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/engine/host/worker.h"
#include "tests/host/scene.h"

static const char answer_lua[] = "function double(x) return 2 * x end "
                                 "function hang() while true do end end";

/* ---- the student's side ---- */

static json_t *loading(void)
{
    return json_pack("{s:s, s:s}", "name", "answer.lua", "source", answer_lua);
}

static long load(mw_worker *student)
{
    long id;
    mw_error error;
    assert_int_equal(mw_worker_request(student, "load", loading(), &id, &error), MW_OK);
    return id;
}

static long call(mw_worker *student, const char *function, int x)
{
    long id;
    mw_error error;
    json_t *body = json_pack("{s:s, s:[i]}", "function", function, "args", x);
    assert_int_equal(mw_worker_request(student, "call", body, &id, &error), MW_OK);
    return id;
}

static mw_worker *add_student(mw_scene *s)
{
    mw_worker *student;
    mw_error error;
    assert_int_equal(mw_host_worker_add(s->host, MW_WORKER_STUDENT, &student, &error), MW_OK);
    return student;
}

static void assert_doubled(const json_t *reply, int x)
{
    const json_t *answer = json_object_get(reply, "answer");
    if (json_array_size(answer) != 1 ||
        json_integer_value(json_array_get(answer, 0)) != 2 * (json_int_t)x)
        fail_msg("the answer is not twice %d: %s", x, json_dumps(reply, JSON_COMPACT));
}

static void assert_refused(const json_t *reply, const char *status, const char *part)
{
    assert_non_null(json_object_get(reply, "status"));
    assert_string_equal(json_string_value(json_object_get(reply, "status")), status);
    assert_non_null(strstr(json_string_value(json_object_get(reply, "message")), part));
}

/* ---- the lab's ---- */

static const char *const script[] = {
    "{\"e\":\"submit\",\"step\":\"a\",\"values\":{\"x\":\"1\"}}",
    "{\"e\":\"run\",\"step\":\"r\"}",
    "{\"e\":\"submit\",\"step\":\"c\",\"values\":{\"x\":\"3\"}}",
};
enum { STEPS = sizeof script / sizeof *script, TAKEN_AT_THE_END = 5 };

static size_t taken_by(int step)
{
    return strstr(script[step], "\"run\"") ? 2 : 1;
}

static char *events_of(const json_t *transcript)
{
    json_t *events = json_array();
    size_t index;
    json_t *record;
    json_array_foreach(transcript, index, record)
        json_array_append(events, json_object_get(record, "event"));
    char *text = json_dumps(events, JSON_SORT_KEYS);
    json_decref(events);
    return text;
}

/* The script, with a call of the student's code on its way during every step. `fall`: the step
 * before which the student's worker is killed, or -1. */
static void play(mw_scene *s, int fall)
{
    mw_worker *student = add_student(s);
    size_t taken = 1;
    assert_non_null(json_object_get(scene_until_reply(s, load(student)), "answer"));
    scene_open_lab(s, NULL);
    scene_until(s, taken);
    for (int i = 0; i < STEPS; i++) {
        if (i == fall)
            kill(student->process.pid, SIGKILL);
        long asked = call(student, "double", i + 5);
        scene_send(s, script[i]);
        scene_until(s, taken += taken_by(i));
        const json_t *reply = scene_until_reply(s, asked);
        if (i != fall) {
            assert_doubled(reply, i + 5);
            continue;
        }
        assert_refused(reply, "dead", "the student's worker was ended by signal 9 (KILL)");
        assert_non_null(json_object_get(scene_until_reply(s, load(student)), "answer"));
        assert_doubled(scene_until_reply(s, call(student, "double", 7)), 7);
    }
}

/* ---- tests ---- */

static void begin(mw_scene *s, const char *behaviour, bool keep_progress)
{
    scene_begin(s, behaviour, keep_progress);
    strcpy(s->paths.student, STUDENT);
    scene_reopen(s, keep_progress);
}

static void a_student_worker_answers_a_call_beside_the_labs(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    json_t *answer, *body = json_pack("{s:s, s:[i]}", "function", "double", "args", 21);
    begin(&s, NULL, false);
    scene_open_lab(&s, NULL);
    scene_until(&s, 1);
    mw_worker *student = add_student(&s);
    assert_int_equal(
        mw_host_call_worker(s.host, student, "load", loading(), NULL, NULL, &answer, &error),
        MW_OK);
    json_decref(answer);
    assert_int_equal(
        mw_host_call_worker(s.host, student, "call", body, NULL, NULL, &answer, &error), MW_OK);
    assert_int_equal(json_integer_value(json_array_get(answer, 0)), 42);
    json_decref(answer);
    assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_OK);
    json_decref(answer);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    scene_end(&s);
}

static void the_student_loses_nothing_when_the_labs_worker_is_killed_at_any_message(void **state)
{
    (void)state;
    mw_scene s;
    begin(&s, NULL, false);
    play(&s, -1);
    char *transcript = events_of(mw_host_transcript(s.host));
    scene_end(&s);
    bool killed = true;
    int point = 1;
    for (; killed; point++) {
        char behaviour[32], once[96];
        snprintf(behaviour, sizeof behaviour, "kill:%d", point);
        begin(&s, behaviour, true);
        snprintf(once, sizeof once, "%s/killed", s.folder);
        setenv("MW_DOUBLE_ONCE", once, 1);
        play(&s, -1);
        killed = access(once, F_OK) == 0;
        if (killed)
            scene_until_seen(&s, "death");
        size_t index;
        json_t *death;
        json_array_foreach(s.deaths, index, death)
            assert_int_equal(json_integer_value(json_object_get(death, "worker")), 0);
        char *now = events_of(mw_host_transcript(s.host));
        assert_string_equal(now, transcript);
        free(now);
        scene_end(&s);
    }
    assert_true(point > 20);
    free(transcript);
}

static void the_lab_loses_nothing_when_the_students_worker_is_killed(void **state)
{
    (void)state;
    mw_scene s;
    begin(&s, NULL, false);
    play(&s, -1);
    char *transcript = events_of(mw_host_transcript(s.host));
    scene_end(&s);
    for (int fall = 0; fall < STEPS; fall++) {
        begin(&s, NULL, true);
        play(&s, fall);
        assert_int_equal(json_array_size(s.deaths), 1);
        const json_t *death = json_array_get(s.deaths, 0);
        assert_int_equal(json_integer_value(json_object_get(death, "worker")), 1);
        char *now = events_of(mw_host_transcript(s.host));
        assert_string_equal(now, transcript);
        free(now);
        scene_reopen(&s, true); /* and all of it was kept */
        scene_open_lab(&s, NULL);
        scene_until(&s, TAKEN_AT_THE_END);
        scene_end(&s);
    }
    free(transcript);
}

/* The double never answers `calibrate`, so that it is still on its way. */
static void a_request_of_the_labs_worker_outlives_the_students(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    long calibration;
    begin(&s, NULL, false);
    mw_worker *student = add_student(&s);
    scene_until_reply(&s, load(student));
    assert_int_equal(mw_host_request(s.host, "calibrate", NULL, &calibration, &error), MW_OK);
    scene_until_seen(&s, "progress");
    kill(student->process.pid, SIGKILL);
    assert_refused(scene_until_reply(&s, call(student, "double", 1)), "dead", "signal 9");
    assert_int_equal(json_object_size(s.replies), 2);
    mw_worker_cancel(mw_host_lab_worker(s.host), calibration);
    assert_refused(scene_until_reply(&s, calibration), "cancelled", "cancelled");
    assert_false(scene_saw(&s, "terminated"));
    scene_end(&s);
}

static void code_that_does_not_come_back_is_ended_and_the_lab_goes_on(void **state)
{
    (void)state;
    mw_scene s;
    begin(&s, NULL, false);
    scene_open_lab(&s, NULL);
    scene_until(&s, 1);
    mw_worker *student = add_student(&s);
    scene_until_reply(&s, load(student));
    long hanging = call(student, "hang", 0), behind = call(student, "double", 1);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    static const char why[] = "the student's code did not come back from 'call' within 2 s";
    assert_refused(scene_until_reply(&s, hanging), "dead", why);
    assert_refused(scene_until_reply(&s, behind), "dead", why);
    assert_int_equal(json_array_size(s.deaths), 1);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"y\"}");
    scene_until(&s, 3);
    scene_end(&s);
}

/* Two ladders at once: the lab's worker is asked and obeys, the student's has to be ended. */
static void each_worker_has_a_ladder_of_its_own(void **state)
{
    (void)state;
    mw_scene s;
    begin(&s, NULL, false);
    scene_open_lab(&s, NULL);
    scene_until(&s, 1);
    mw_worker *student = add_student(&s);
    scene_until_reply(&s, load(student));
    scene_send(&s, "{\"e\":\"run\",\"step\":\"stuck\"}");
    scene_until_seen(&s, "started");
    long hanging = call(student, "hang", 0);
    mw_worker_cancel(student, hanging);
    assert_refused(scene_until_reply(&s, hanging), "cancelled", "ended by signal 15");
    assert_true(scene_saw(&s, "terminated"));
    assert_true(mw_host_running(s.host));
    mw_host_cancel(s.host);
    scene_until(&s, 3);
    assert_int_equal(json_array_size(s.deaths), 1);
    scene_end(&s);
}

/* The double says of a check that a run began, and never that it ended. */
static void a_second_worker_with_kernels_has_runs_of_its_own(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    mw_worker *second;
    long id;
    begin(&s, NULL, false);
    scene_open_lab(&s, NULL);
    scene_until(&s, 1);
    assert_int_equal(mw_host_worker_add(s.host, MW_WORKER_LAB, &second, &error), MW_OK);
    assert_int_equal(mw_worker_request(second, "spot-check", NULL, &id, &error), MW_OK);
    assert_non_null(json_object_get(scene_until_reply(&s, id), "answer"));
    assert_true(second->run.active);
    assert_false(mw_host_running(s.host));
    kill(second->process.pid, SIGKILL);
    scene_until_seen(&s, "death");
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    assert_int_equal(json_array_size(s.deaths), 1);
    scene_end(&s);
}

static void a_host_has_so_many_workers_and_no_more(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    mw_worker *workers[MW_HOST_WORKERS];
    begin(&s, NULL, false);
    scene_open_lab(&s, NULL);
    scene_until(&s, 1);
    for (int i = 1; i < MW_HOST_WORKERS; i++) {
        workers[i] = add_student(&s);
        assert_int_equal(mw_worker_number(workers[i]), i);
        load(workers[i]);
    }
    assert_int_equal(mw_host_worker_add(s.host, MW_WORKER_STUDENT, &workers[0], &error),
                     MW_INVALID);
    assert_null(workers[0]);
    for (int i = 1; i < MW_HOST_WORKERS; i++)
        assert_doubled(scene_until_reply(&s, call(workers[i], "double", i)), i);
    mw_host_worker_remove(s.host, workers[3]);
    assert_int_equal(mw_worker_number(add_student(&s)), MW_HOST_WORKERS);
    assert_int_equal(json_array_size(s.deaths), 0);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_student_worker_answers_a_call_beside_the_labs),
        cmocka_unit_test(the_student_loses_nothing_when_the_labs_worker_is_killed_at_any_message),
        cmocka_unit_test(the_lab_loses_nothing_when_the_students_worker_is_killed),
        cmocka_unit_test(a_request_of_the_labs_worker_outlives_the_students),
        cmocka_unit_test(code_that_does_not_come_back_is_ended_and_the_lab_goes_on),
        cmocka_unit_test(each_worker_has_a_ladder_of_its_own),
        cmocka_unit_test(a_second_worker_with_kernels_has_runs_of_its_own),
        cmocka_unit_test(a_host_has_so_many_workers_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
