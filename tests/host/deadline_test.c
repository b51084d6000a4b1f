/* deadline_test.c: workers that never come back, never open a lab, or never speak are ended. */
#include <string.h>

#include "tests/host/scene.h"

static void a_callback_that_never_returns_is_ended_and_left_out(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin_lab(&s, NULL, false);
    scene_send(&s, "{\"e\":\"hang\"}");
    scene_send(&s, "{\"e\":\"submit\",\"step\":\"after\"}");
    scene_until(&s, 2);
    assert_non_null(strstr(s.errors, "did not come back from 'hang' within 2 s"));
    assert_non_null(strstr(s.errors, "the input 'hang' was left out"));
    scene_end(&s);
}

/* Twenty seconds: a machine under load may need them to read a lab. */
static void a_worker_that_never_opens_its_lab_is_ended(void **state)
{
    (void)state;
    mw_scene s;
    scene_begin(&s, "silent", false);
    scene_open_lab(&s, NULL);
    for (int i = 0; i < 60 && !scene_saw(&s, "death"); i++)
        scene_pump_for(&s, 500);
    assert_non_null(strstr(s.errors, "the worker did not open the lab within 20 s"));
    scene_end(&s);
}

/* Another would do no better: one that never speaks, too, which would cost twenty seconds each
 * time.
 */
static void a_worker_of_no_use_is_ended_and_no_other_is_started(void **state)
{
    (void)state;
    mw_scene s;
    mw_error error = {0};
    json_t *answer;
    scene_begin(&s, "version", false);
    assert_null(mw_host_key(s.host, &error));
    assert_int_equal(error.code, MW_DEAD);
    assert_non_null(strstr(error.message, "install both from the same release"));
    assert_true(mw_host_is_useless(s.host));
    error = (mw_error){0};
    assert_int_equal(mw_host_call(s.host, "kernels", NULL, NULL, NULL, &answer, &error), MW_DEAD);
    assert_non_null(strstr(error.message, "install both from the same release"));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_of_no_use_is_ended_and_no_other_is_started),
        cmocka_unit_test(a_callback_that_never_returns_is_ended_and_left_out),
        cmocka_unit_test(a_worker_that_never_opens_its_lab_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
