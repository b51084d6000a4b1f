/* recording_test.c: runs that a recording answers, and those that it does not know. */
#include <string.h>

#include "labs/engine/host/recording.h"
#include "tests/host/scene.h"

static const char recorded[] = "{\"format\":1,\"results\":["
                               "{\"e\":\"result\",\"run\":\"a\",\"status\":\"ok\",\"measurement\":"
                               "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":64,\"n\":1}}},"
                               "{\"e\":\"result\",\"run\":\"b\",\"status\":\"ok\",\"measurement\":"
                               "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":64,\"n\":2}}},"
                               "{\"e\":\"result\",\"run\":\"b\",\"status\":\"ok\",\"measurement\":"
                               "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":128,\"n\":3}}}]}";

static long n_of(mw_recording *recording, const char *run)
{
    json_t *effect = json_loads(run, 0, NULL);
    json_t *answer = mw_recording_answer(recording, effect);
    assert_true(!answer ||
                json_equal(json_object_get(answer, "run"), json_object_get(effect, "id")));
    const json_t *args = json_object_get(json_object_get(answer, "measurement"), "args");
    long n = answer ? (long)json_integer_value(json_object_get(args, "n")) : -1;
    json_decref(effect);
    json_decref(answer);
    return n;
}

static void results_are_found_by_id_and_arguments_and_never_for_other_work(void **state)
{
    (void)state;
    mw_recording *recording;
    mw_error error;
    json_t *json = json_loads(recorded, 0, NULL);
    assert_int_equal(mw_recording_open(&recording, json, &error), MW_OK);
    json_decref(json);
    const char *b64 = "{\"id\":\"b\",\"kernel\":\"gemv/simd\",\"args\":{\"m\":64}}";
    assert_int_equal(n_of(recording, b64), 2); /* its own id first */
    assert_int_equal(n_of(recording, b64), 1); /* then unused ones of the same work */
    assert_int_equal(n_of(recording, b64), 2); /* then its own again */
    assert_int_equal(
        n_of(recording, "{\"id\":\"c\",\"kernel\":\"gemv/simd\",\"args\":{\"m\":128}}"), 3);
    assert_int_equal(n_of(recording, "{\"id\":\"b\",\"kernel\":\"gemv/simd\",\"args\":{\"m\":65}}"),
                     -1);
    assert_int_equal(n_of(recording, "{\"id\":\"b\",\"kernel\":\"gemm/ikj\",\"args\":{\"m\":64}}"),
                     -1);
    mw_recording_close(recording);
}

static void what_is_no_recording_is_refused_with_the_place(void **state)
{
    (void)state;
    static const char *const bad[] = {"{}", "[1]", "[{\"e\":\"run\"}]", "{\"results\":3}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_recording *recording;
        mw_error error;
        json_t *json = json_loads(bad[i], 0, NULL);
        assert_int_equal(mw_recording_open(&recording, json, &error), MW_INVALID);
        assert_null(recording);
        json_decref(json);
    }
}

static void runs_are_answered_from_the_recording_and_no_kernel_runs(void **state)
{
    (void)state;
    mw_scene s;
    json_t *json = json_loads(recorded, 0, NULL);
    scene_begin(&s, NULL, false);
    scene_open_lab(&s, json);
    scene_until(&s, 1);
    scene_send(&s, "{\"e\":\"run\",\"step\":\"b\"}");
    scene_until(&s, 3);
    const json_t *result = json_array_get(json_object_get(s.view, "events"), 2);
    assert_string_equal(json_string_value(json_object_get(result, "run")), "b");
    assert_non_null(json_object_get(result, "measurement"));
    assert_false(scene_saw(&s, "started"));
    json_decref(json);
    scene_end(&s);
}

static void a_run_that_was_not_recorded_is_said_and_absent(void **state)
{
    (void)state;
    mw_scene s;
    json_t *json = json_loads("[]", 0, NULL);
    scene_begin(&s, NULL, false);
    scene_open_lab(&s, json);
    scene_until(&s, 1);
    scene_send(&s, "{\"e\":\"run\",\"step\":\"b\"}");
    scene_until(&s, 3);
    const json_t *result = json_array_get(json_object_get(s.view, "events"), 2);
    assert_string_equal(json_string_value(json_object_get(result, "status")), "absent");
    assert_non_null(strstr(s.errors, "no measurement of gemv/simd {\"m\":64} (run 'b')"));
    json_decref(json);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_found_by_id_and_arguments_and_never_for_other_work),
        cmocka_unit_test(what_is_no_recording_is_refused_with_the_place),
        cmocka_unit_test(runs_are_answered_from_the_recording_and_no_kernel_runs),
        cmocka_unit_test(a_run_that_was_not_recorded_is_said_and_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
