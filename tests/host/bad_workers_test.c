/*
 * A worker beside the lab's that behaves badly: it is bounded, it is said, and the lab goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/worker.h"
#include "tests/host/scene.h"

/* The lab's worker behaves well; the other one is the double too, and does not. */
static mw_worker *begin(mw_scene *s, const char *behaviour)
{
    mw_worker *bad;
    mw_error error;
    scene_begin_lab(s, NULL, false);
    setenv("MW_DOUBLE", behaviour, 1);
    assert_int_equal(mw_host_worker_add(s->host, MW_WORKER_STUDENT, &bad, &error), MW_OK);
    return bad;
}

static long ask(mw_worker *worker, const char *what)
{
    long id;
    mw_error error;
    assert_int_equal(mw_worker_request(worker, what, NULL, &id, &error), MW_OK);
    return id;
}

static void assert_refused(const json_t *reply, const char *status, const char *part)
{
    assert_non_null(json_object_get(reply, "status"));
    assert_string_equal(json_string_value(json_object_get(reply, "status")), status);
    assert_non_null(strstr(json_string_value(json_object_get(reply, "message")), part));
}

static void assert_lab_goes_on(mw_scene *s)
{
    size_t taken = scene_taken(s);
    scene_send(s, "{\"e\":\"submit\",\"step\":\"x\"}");
    scene_until(s, taken + 1);
    assert_int_equal(json_array_size(mw_host_transcript(s->host)), taken + 1);
}

static void assert_only_it_died(const mw_scene *s)
{
    assert_int_equal(json_array_size(s->deaths), 1);
    const json_t *death = json_array_get(s->deaths, 0);
    assert_int_equal(json_integer_value(json_object_get(death, "worker")), 1);
}

static void one_that_says_hello_and_never_answers_is_ended(void **state)
{
    (void)state;
    mw_scene s;
    mw_worker *bad = begin(&s, "silent");
    long asked = ask(bad, "kernels");
    assert_lab_goes_on(&s);
    assert_refused(scene_until_reply(&s, asked), "timeout",
                   "the student's worker did not answer within 5 s");
    assert_only_it_died(&s);
    assert_lab_goes_on(&s);
    scene_end(&s);
}

static void one_that_never_leaves_a_callback_is_ended(void **state)
{
    (void)state;
    mw_scene s;
    mw_worker *bad = begin(&s, "lingers");
    assert_refused(scene_until_reply(&s, ask(bad, "kernels")), "dead",
                   "the student's code did not come back from 'kernels' within 2 s");
    assert_only_it_died(&s);
    assert_lab_goes_on(&s);
    scene_end(&s);
}

static void one_that_dies_outside_a_callback_fails_its_request_and_is_started_again(void **state)
{
    (void)state;
    mw_scene s;
    mw_worker *bad = begin(&s, "falls-in-check");
    assert_refused(scene_until_reply(&s, ask(bad, "spot-check")), "dead",
                   "the student's worker was ended by signal 9 (KILL)");
    assert_only_it_died(&s);
    assert_lab_goes_on(&s);
    assert_non_null(json_object_get(scene_until_reply(&s, ask(bad, "kernels")), "answer"));
    scene_end(&s);
}

static void one_that_dies_before_its_hello_fails_its_request(void **state)
{
    (void)state;
    mw_scene s;
    mw_worker *bad = begin(&s, "early");
    for (int i = 0; i < 2; i++)
        assert_refused(scene_until_reply(&s, ask(bad, "kernels")), "dead",
                       "the student's worker ended with exit code 3 before it was ready");
    assert_int_equal(json_array_size(s.deaths), 2);
    assert_lab_goes_on(&s);
    scene_end(&s);
}

/* Pumps without taking an event, as a front end that is busy. */
static void pump_untaken(mw_scene *s)
{
    struct pollfd fds[MW_HOST_FDS];
    int timeout = 20;
    poll(fds, mw_host_fds(s->host, fds, MW_HOST_FDS, &timeout), 20);
    mw_host_pump(s->host);
}

/* The lines of the lab's worker come after the flood, while nobody listens. */
static void one_that_floods_its_log_takes_no_line_of_the_labs(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    mw_host_event event;
    scene_begin(&s, "floods", false);
    mw_worker *bad;
    assert_int_equal(mw_host_worker_add(s.host, MW_WORKER_STUDENT, &bad, &error), MW_OK);
    ask(bad, "kernels");
    for (int i = 0; i < 3000 && bad->teller.lines_lost == 0; i++)
        pump_untaken(&s);
    setenv("MW_DOUBLE", "noisy", 1);
    assert_int_equal(mw_host_start(s.host, &error), MW_OK);
    while (mw_host_is_starting(s.host)) /* it prints before it says hello */
        pump_untaken(&s);
    int lines[2] = {0, 0};
    bool told = false;
    while (mw_host_next(s.host, &event)) {
        const char *text = json_string_value(json_object_get(event.body, "text"));
        if (event.kind == MW_HOST_LOG) {
            lines[event.worker]++;
            told = told || (event.worker == 1 && strstr(text, "more lines were left out"));
        }
        json_decref(event.body);
    }
    assert_int_equal(lines[0], 3);
    assert_true(lines[1] > 100 && lines[1] <= 1001);
    assert_true(told);
    scene_end(&s);
}

static void one_that_says_more_than_can_be_heard_is_ended(void **state)
{
    (void)state;
    mw_scene s;
    mw_worker *bad = begin(&s, "babbles");
    long asked = ask(bad, "doctor");
    while (bad->process.pid)
        pump_untaken(&s);
    assert_true(bad->teller.queued < MW_EVENTS_MAX + 2000);
    assert_refused(scene_until_reply(&s, asked), "dead", "says more than can be heard");
    assert_only_it_died(&s);
    assert_lab_goes_on(&s);
    scene_end(&s);
}

static void one_that_answers_for_another_is_not_heard(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    long calibration;
    mw_worker *bad = begin(&s, "forges");
    assert_int_equal(mw_host_request(s.host, "calibrate", NULL, &calibration, &error), MW_OK);
    long asked = ask(bad, "kernels");
    assert_int_equal(asked, calibration + 1); /* so it forges the answer to that */
    assert_non_null(json_object_get(scene_until_reply(&s, asked), "answer"));
    mw_worker_cancel(mw_host_lab_worker(s.host), calibration);
    assert_refused(scene_until_reply(&s, calibration), "cancelled", "cancelled");
    scene_end(&s);
}

static void one_of_another_version_is_not_started_again_and_the_labs_is(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error;
    long id;
    mw_worker *bad = begin(&s, "version");
    assert_refused(scene_until_reply(&s, ask(bad, "kernels")), "dead", "version 99");
    assert_int_equal(mw_worker_request(bad, "kernels", NULL, &id, &error), MW_DEAD);
    assert_non_null(strstr(error.message, "install both from the same release"));
    assert_false(mw_host_is_useless(s.host));
    assert_lab_goes_on(&s);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_says_hello_and_never_answers_is_ended),
        cmocka_unit_test(one_that_never_leaves_a_callback_is_ended),
        cmocka_unit_test(one_that_dies_outside_a_callback_fails_its_request_and_is_started_again),
        cmocka_unit_test(one_that_dies_before_its_hello_fails_its_request),
        cmocka_unit_test(one_that_floods_its_log_takes_no_line_of_the_labs),
        cmocka_unit_test(one_that_says_more_than_can_be_heard_is_ended),
        cmocka_unit_test(one_that_answers_for_another_is_not_heard),
        cmocka_unit_test(one_of_another_version_is_not_started_again_and_the_labs_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
