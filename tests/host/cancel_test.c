/* cancel_test.c: the three steps of cancelling, against workers that are ever deafer. */
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "tests/host/scene.h"

static void start_stuck_run(mw_scene *s, const char *behaviour)
{
    scene_begin(s, behaviour, false);
    scene_open_lab(s, NULL);
    scene_until(s, 1);
    scene_send(s, "{\"e\":\"run\",\"step\":\"stuck\"}");
    scene_until_seen(s, "started");
    assert_true(mw_host_running(s->host));
    mw_host_cancel(s->host);
}

static void a_polite_worker_only_needs_to_be_asked(void **state)
{
    (void)state;
    mw_scene s;
    start_stuck_run(&s, NULL);
    scene_until(&s, 3);
    assert_true(scene_saw(&s, "asked"));
    assert_true(scene_saw(&s, "cancelled"));
    assert_false(scene_saw(&s, "terminated"));
    assert_false(mw_host_running(s.host));
    scene_end(&s);
}

static void assert_result_is_cancelled(const mw_scene *s)
{
    const json_t *result = json_array_get(json_object_get(s->view, "events"), 2);
    assert_string_equal(json_string_value(json_object_get(result, "e")), "result");
    assert_string_equal(json_string_value(json_object_get(result, "status")), "cancelled");
}

static void a_deaf_worker_is_terminated_and_the_run_is_cancelled_not_repeated(void **state)
{
    (void)state;
    mw_scene s;
    start_stuck_run(&s, "deaf");
    scene_until(&s, 3);
    assert_true(scene_saw(&s, "asked"));
    assert_true(scene_saw(&s, "terminated"));
    assert_false(scene_saw(&s, "killed"));
    assert_true(scene_saw(&s, "death"));
    assert_result_is_cancelled(&s);
    scene_end(&s);
}

static void a_stubborn_worker_is_killed_and_the_lab_goes_on(void **state)
{
    (void)state;
    mw_scene s;
    start_stuck_run(&s, "stubborn");
    scene_until(&s, 3);
    assert_true(scene_saw(&s, "terminated"));
    assert_true(scene_saw(&s, "killed"));
    assert_result_is_cancelled(&s);
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"after\"}");
    scene_until(&s, 4);
    scene_end(&s);
}

static bool never(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)fraction, (void)what, (void)partial;
    ++*(int *)context;
    return false;
}

static void a_request_is_cancelled_by_its_progress_function(void **state)
{
    (void)state;
    static const char *const behaviours[] = {NULL, "deaf", "stubborn"};
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
        mw_scene s;
        int asked = 0;
        json_t *answer;
        mw_error error;
        scene_begin(&s, behaviours[i], false);
        assert_int_equal(mw_host_call(s.host, "calibrate", NULL, never, &asked, &answer, &error),
                         MW_CANCELLED);
        assert_true(asked >= 1);
        assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_OK);
        json_decref(answer);
        scene_end(&s);
    }
}

static void on_alarm(int number)
{
    (void)number;
}

static void a_signal_cancels_a_call(void **state)
{
    (void)state;
    mw_scene s;
    json_t *answer;
    mw_error error;
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value = {.tv_usec = 300000}};
    scene_begin(&s, NULL, false);
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_int_equal(mw_host_call(s.host, "calibrate", NULL, NULL, NULL, &answer, &error),
                     MW_CANCELLED);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polite_worker_only_needs_to_be_asked),
        cmocka_unit_test(a_deaf_worker_is_terminated_and_the_run_is_cancelled_not_repeated),
        cmocka_unit_test(a_stubborn_worker_is_killed_and_the_lab_goes_on),
        cmocka_unit_test(a_request_is_cancelled_by_its_progress_function),
        cmocka_unit_test(a_signal_cancels_a_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
