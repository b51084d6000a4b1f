/* worker_deaths_test.c: a worker dies at every message, floods or misleads; the lab goes on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/engine/wire/wire.h"
#include "tests/host/scene.h"

static const char *const script[] = {
    "{\"e\":\"submit\",\"step\":\"a\",\"values\":{\"x\":\"1\"}}",
    "{\"e\":\"set\",\"step\":\"b\",\"param\":\"n\",\"value\":2}",
    "{\"e\":\"run\",\"step\":\"r\"}",
    "{\"e\":\"submit\",\"step\":\"c\",\"values\":{\"x\":\"3\"}}",
};
/* The machine comes first, and the run gives a result. */
enum { TAKEN_AT_THE_END = 6 };

/* Plays the script, waiting for each answer as a student does. */
static void play(mw_scene *s)
{
    size_t taken = 1;
    scene_open_lab(s, NULL);
    scene_until(s, taken);
    for (size_t i = 0; i < sizeof script / sizeof *script; i++) {
        scene_send(s, script[i]);
        taken += strstr(script[i], "\"run\"") ? 2 : 1;
        scene_until(s, taken);
    }
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

static void a_worker_killed_at_any_message_is_replaced_and_reaches_the_same_state(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, false);
    play(&s);
    json_object_del(s.view, "measured"); /* another moment in every play */
    char *view = json_dumps(s.view, JSON_SORT_KEYS);
    char *transcript = events_of(mw_host_transcript(s.host));
    scene_end(&s);

    int point = 1;
    bool killed = true;
    for (; killed; point++) {
        char behaviour[32], once[96];
        snprintf(behaviour, sizeof behaviour, "kill:%d", point);
        scene_begin(&s, behaviour, true);
        snprintf(once, sizeof once, "%s/killed", s.folder);
        setenv("MW_DOUBLE_ONCE", once, 1);
        play(&s);
        killed = access(once, F_OK) == 0;
        if (killed)
            scene_until_seen(&s, "death");
        json_object_del(s.view, "measured");
        char *view_now = json_dumps(s.view, JSON_SORT_KEYS);
        char *transcript_now = events_of(mw_host_transcript(s.host));
        assert_string_equal(view_now, view);
        assert_string_equal(transcript_now, transcript);
        free(view_now);
        free(transcript_now);
        scene_end(&s);
    }
    assert_true(point > 30); /* the conversation has that many messages at least */
    free(view);
    free(transcript);
}

static void a_death_is_told_with_signal_kernel_and_last_counters(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, "crash-run", false);
    scene_open_lab(&s, NULL);
    scene_send(&s, "{\"e\":\"run\",\"step\":\"r\"}");
    mw_host_event event = {0};
    json_t *death = NULL;
    while (!death) {
        struct pollfd fds[MW_HOST_FDS];
        int timeout = 1000;
        size_t count = mw_host_fds(s.host, fds, MW_HOST_FDS, &timeout);
        poll(fds, count, timeout);
        mw_host_pump(s.host);
        while (mw_host_next(s.host, &event)) {
            if (event.kind == MW_HOST_DEATH && !death)
                death = json_incref(event.body);
            json_decref(event.body);
        }
    }
    assert_int_equal(json_integer_value(json_object_get(death, "signal")), 11);
    assert_string_equal(json_string_value(json_object_get(death, "kernel")), "gemv/simd");
    assert_string_equal(json_string_value(json_object_get(death, "run")), "r");
    const json_t *counters = json_object_get(death, "counters");
    assert_int_equal(json_integer_value(json_object_get(counters, "flops")), 1234);
    assert_true(json_is_true(json_object_get(death, "restarting")));
    json_decref(death);
    scene_end(&s);
}

static void a_kernel_that_always_crashes_ends_as_a_result_after_two_tries(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, "crash-run", false);
    scene_send(&s, "{\"e\":\"run\",\"step\":\"r\"}");
    scene_until(&s, 3);
    const json_t *result = json_array_get(json_object_get(s.view, "events"), 2);
    assert_string_equal(json_string_value(json_object_get(result, "status")), "dead");
    mw_reason reason = mw_reason_from_json(json_object_get(result, "reason"));
    assert_int_equal(reason.id, MW_REASON_WORKER_KILLED);
    assert_string_equal(reason.word[1], "SEGV");
    assert_true(*reason.word[2]);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"after\"}");
    scene_until(&s, 4);
    scene_end(&s);
}

static void an_input_that_kills_three_workers_is_left_out_and_the_lab_goes_on(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"before\"}");
    scene_send(&s, "{\"e\":\"crash\"}");
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"after\"}");
    scene_until(&s, 3);
    assert_non_null(strstr(s.errors, "the input 'crash' was left out"));
    const json_t *last = json_array_get(json_object_get(s.view, "events"), 2);
    assert_string_equal(json_string_value(json_object_get(last, "step")), "after");
    scene_end(&s);
}

static void an_input_whose_record_never_comes_is_left_out_too(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, true);
    scene_send(&s, "{\"e\":\"die-late\"}");
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"after\"}");
    scene_until(&s, 2);
    assert_non_null(strstr(s.errors, "the input 'die-late' was left out"));
    assert_string_equal(s.whats, "input\n");
    scene_end(&s);
}

static void workers_that_die_without_getting_on_are_given_up(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, "fragile", false);
    scene_open_lab(&s, NULL);
    long long deaths = 0;
    while (!strstr(s.whats, "open\n") && deaths++ < 200)
        scene_pump_for(&s, 100);
    assert_non_null(strstr(s.errors, "the lab is closed: its workers ended one after another"));
    scene_end(&s);
}

static void what_is_no_message_is_said_and_the_lab_goes_on(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, "malformed", false);
    assert_string_equal(s.whats, "wire\n");
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    scene_end(&s);
}

static void a_stray_between_an_input_and_its_record_refuses_nothing(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, "strays", false);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    assert_string_equal(s.whats, "wire\nwire\n"); /* the machine is an input too */
    assert_int_equal(s.refused, 0);
    scene_send(&s, "{\"e\":\"refuse\"}");
    for (int i = 0; i < 200 && s.refused == 0; i++)
        scene_pump_for(&s, 100);
    assert_int_equal(s.refused, 1);
    scene_end(&s);
}

/* Nobody takes the events meanwhile, as in a call that waits. */
static void a_worker_that_floods_fills_no_memory(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    json_t *answer;
    scene_begin(&s, "floods", false);
    assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_OK);
    json_decref(answer);
    mw_host_event event;
    int lines = 0;
    char last[128] = "";
    for (int i = 0; i < 50; i++) { /* without taking */
        struct pollfd fds[MW_HOST_FDS];
        int timeout = 20;
        poll(fds, mw_host_fds(s.host, fds, MW_HOST_FDS, &timeout), 20);
        mw_host_pump(s.host);
    }
    while (mw_host_next(s.host, &event)) {
        lines += event.kind == MW_HOST_LOG;
        if (event.kind == MW_HOST_LOG)
            snprintf(last, sizeof last, "%s",
                     json_string_value(json_object_get(event.body, "text")));
        json_decref(event.body);
    }
    assert_true(lines > 100 && lines <= 1001);
    assert_non_null(strstr(last, "more lines were left out"));
    scene_end(&s);
}

static void a_refused_input_is_told_and_changes_nothing(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, false);
    scene_send(&s, "{\"e\":\"refuse\"}");
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    assert_true(scene_saw(&s, "error"));
    assert_int_equal(json_array_size(mw_host_transcript(s.host)), 2);
    scene_end(&s);
}

static void an_answer_that_is_too_long_is_refused_at_once(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    scene_begin_lab(&s, NULL, false);
    char *text = malloc(80000);
    memset(text, 'x', 80000);
    json_t *event = json_pack("{s:s, s:s, s:{s:s%}}", "e", "submit", "step", "a", "values", "why",
                              text, (size_t)80000);
    free(text);
    assert_int_equal(mw_host_input(s.host, event, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "too long"));
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 2);
    scene_end(&s);
}

static void a_worker_of_another_version_is_refused_with_one_line(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, "version", false);
    json_t *answer;
    mw_error error;
    assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_DEAD);
    assert_non_null(strstr(error.message, "version 99"));
    assert_null(answer);
    scene_end(&s);
}

static void a_worker_that_cannot_begin_is_not_tried_for_ever(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, "early", false);
    scene_open_lab(&s, NULL);
    scene_pump_for(&s, 1500);
    size_t index, deaths = 0;
    json_t *each;
    json_array_foreach(s.seen, index, each)
    {
        deaths += strcmp(json_string_value(each), "death") == 0;
    }
    assert_int_equal(deaths, 3);
    assert_non_null(strstr(s.errors, "the lab is closed"));
    scene_end(&s);
}

static void a_missing_worker_is_an_error_that_names_the_file(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, false);
    mw_host_close(s.host);
    strcpy(s.paths.worker, "/nonexistent/memwall-worker");
    mw_host_options options = {&s.paths, false};
    mw_error error;
    assert_int_equal(mw_host_open(&s.host, &options, &error), MW_OK);
    json_t *answer;
    assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_IO);
    assert_non_null(strstr(error.message, "/nonexistent/memwall-worker"));
    scene_end(&s);
}

static void what_a_worker_prints_becomes_harmless_lines(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, "noisy", false);
    json_t *answer;
    mw_error error;
    assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_OK);
    json_decref(answer);
    scene_pump_for(&s, 100);
    assert_non_null(strstr(s.log, "plain\n"));
    assert_non_null(strstr(s.log, "?[2J?]0;title? red ??\n"));
    assert_null(strchr(s.log, '\033'));
    assert_non_null(strstr(s.log, "xxx…\n"));
    assert_true(strlen(s.log) < 1000);
    scene_end(&s);
}

/* What the double found in its environment and around it; owned by the caller. */
static json_t *house_of_a_worker(void)
{
    mw_scene s;
    scene_begin(&s, NULL, true);
    scene_open_lab(&s, NULL);
    mw_host_event event;
    json_t *about = NULL;
    while (!about) {
        struct pollfd fds[MW_HOST_FDS];
        int timeout = 1000;
        size_t count = mw_host_fds(s.host, fds, MW_HOST_FDS, &timeout);
        poll(fds, count, timeout);
        mw_host_pump(s.host);
        while (mw_host_next(s.host, &event)) {
            if (event.kind == MW_HOST_ANSWER && !about)
                about = json_incref(json_object_get(event.body, "body"));
            json_decref(event.body);
        }
    }
    json_t *house = json_incref(json_object_get(about, "environment"));
    json_decref(about);
    scene_end(&s);
    return house;
}

static void a_worker_is_born_into_a_clean_house(void **state)
{
    (void)state;
    json_t *house = house_of_a_worker();
    assert_int_equal(json_integer_value(json_object_get(house, "files")), 5);
    assert_int_equal(json_integer_value(json_object_get(house, "death_signal")), 9);
    assert_true(json_is_true(json_object_get(house, "own_group")));
    assert_true(json_is_false(json_object_get(house, "grows")));
    json_decref(house);
}

static void no_setting_of_a_thread_pool_or_a_rival_comes_from_the_shell(void **state)
{
    (void)state;
    static const char *const shell[][2] = {
        {"OMP_WAIT_POLICY", "active"},    {"OMP_PROC_BIND", "true"},
        {"OMP_THREAD_LIMIT", "1"},        {"OMP_MAX_ACTIVE_LEVELS", "0"},
        {"OMP_NUM_THREADS", "1"},         {"OMP_STACKSIZE", "1K"},
        {"GOMP_SPINCOUNT", "1"},          {"OPENBLAS_CORETYPE", "Prescott"},
        {"OPENBLAS_L2_SIZE", "0x10"},     {"OPENBLAS_VERBOSE", "2"},
        {"OPENBLAS_NUM_THREADS", "1000"}, {"GOTO_NUM_THREADS", "1"},
        {"BLIS_NUM_THREADS", "1"},        {"PAPI_VERBOSE", "1"},
        {"MALLOC_ARENA_MAX", "8"},
    };
    enum { COUNT = sizeof shell / sizeof *shell };
    for (size_t i = 0; i < COUNT; i++)
        setenv(shell[i][0], shell[i][1], 1);
    json_t *house = house_of_a_worker();
    for (size_t i = 0; i < COUNT; i++) {
        const char *inside = json_string_value(json_object_get(house, shell[i][0]));
        if (inside && strcmp(inside, shell[i][1]) == 0)
            fail_msg("%s is still %s", shell[i][0], inside);
        unsetenv(shell[i][0]);
    }
    assert_string_equal(json_string_value(json_object_get(house, "OMP_WAIT_POLICY")), "passive");
    assert_string_equal(json_string_value(json_object_get(house, "OMP_DYNAMIC")), "false");
    assert_string_equal(json_string_value(json_object_get(house, "MALLOC_ARENA_MAX")), "1");
    assert_non_null(json_object_get(house, "OPENBLAS_NUM_THREADS"));
    assert_null(json_object_get(house, "OMP_THREAD_LIMIT"));
    assert_null(json_object_get(house, "OPENBLAS_CORETYPE"));
    json_decref(house);
}

static void a_lowered_instruction_set_lowers_the_rival_too(void **state)
{
    (void)state;
#if defined(__x86_64__)
    setenv("MEMWALL_ISA", "generic", 1);
    json_t *house = house_of_a_worker();
    const char *core = json_string_value(json_object_get(house, "OPENBLAS_CORETYPE"));
    if (__builtin_cpu_supports("avx"))
        assert_string_equal(core, "Prescott");
    else
        assert_null(core);
    json_decref(house);
    unsetenv("MEMWALL_ISA");
#else
    skip();
#endif
}

static void a_front_end_that_takes_no_view_gets_the_newest_when_it_does(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, NULL, false);
    scene_open_lab(&s, NULL);
    for (int i = 0; i < 300; i++)
        scene_send(&s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(&s, 301);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_killed_at_any_message_is_replaced_and_reaches_the_same_state),
        cmocka_unit_test(a_death_is_told_with_signal_kernel_and_last_counters),
        cmocka_unit_test(a_kernel_that_always_crashes_ends_as_a_result_after_two_tries),
        cmocka_unit_test(an_input_that_kills_three_workers_is_left_out_and_the_lab_goes_on),
        cmocka_unit_test(an_input_whose_record_never_comes_is_left_out_too),
        cmocka_unit_test(workers_that_die_without_getting_on_are_given_up),
        cmocka_unit_test(what_is_no_message_is_said_and_the_lab_goes_on),
        cmocka_unit_test(a_stray_between_an_input_and_its_record_refuses_nothing),
        cmocka_unit_test(a_worker_that_floods_fills_no_memory),
        cmocka_unit_test(a_refused_input_is_told_and_changes_nothing),
        cmocka_unit_test(an_answer_that_is_too_long_is_refused_at_once),
        cmocka_unit_test(a_worker_of_another_version_is_refused_with_one_line),
        cmocka_unit_test(a_worker_that_cannot_begin_is_not_tried_for_ever),
        cmocka_unit_test(a_missing_worker_is_an_error_that_names_the_file),
        cmocka_unit_test(what_a_worker_prints_becomes_harmless_lines),
        cmocka_unit_test(a_worker_is_born_into_a_clean_house),
        cmocka_unit_test(no_setting_of_a_thread_pool_or_a_rival_comes_from_the_shell),
        cmocka_unit_test(a_lowered_instruction_set_lowers_the_rival_too),
        cmocka_unit_test(a_front_end_that_takes_no_view_gets_the_newest_when_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
