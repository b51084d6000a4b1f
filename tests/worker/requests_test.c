/* requests_test.c: what the worker answers to kernels, measure, calibrate, model, cancel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "labs/engine/host/host.h"
#include "labs/engine/wire/wire.h"

static mw_host *open_host(void)
{
    static mw_paths paths;
    mw_host_options options = {&paths, false};
    mw_host *host;
    mw_error error;
    snprintf(paths.worker, sizeof paths.worker, "%s", WORKER);
    snprintf(paths.scripts, sizeof paths.scripts, "%s", SCRIPTS);
    assert_int_equal(mw_host_open(&host, &options, &error), MW_OK);
    return host;
}

static mw_status ask(mw_host *host, const char *name, const char *body, json_t **answer,
                     mw_error *error)
{
    json_t *json = json_loads(body, 0, NULL);
    assert_non_null(json);
    return mw_host_call(host, name, json, NULL, NULL, answer, error);
}

static void the_registry_names_each_kernel_with_its_parameters(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *answer;
    mw_error error;
    assert_int_equal(ask(host, "kernels", "{}", &answer, &error), MW_OK);
    size_t i, p;
    json_t *kernel, *param;
    json_array_foreach(json_object_get(answer, "kernels"), i, kernel)
    {
        static const char *const members[] = {"family", "variant", "isa", "summary", "params"};
        for (size_t m = 0; m < 5; m++)
            assert_non_null(json_object_get(kernel, members[m]));
        json_array_foreach(json_object_get(kernel, "params"), p, param)
        {
            static const char *const parts[] = {"name", "unit", "min", "max", "default"};
            for (size_t m = 0; m < 5; m++)
                assert_non_null(json_object_get(param, parts[m]));
        }
    }
    assert_true(i > 5);
    json_decref(answer);
    mw_host_close(host);
}

static bool has_reason(const json_t *reasons, const char *name)
{
    mw_reason reason = mw_reason_from_json(json_object_get(reasons, name));
    return mw_reason_is(&reason) && reason.id != MW_REASON_TOLD;
}

static json_int_t integer(const json_t *json, const char *name)
{
    assert_true(json_is_integer(json_object_get(json, name)));
    return json_integer_value(json_object_get(json, name));
}

static void a_measurement_counts_exactly_and_says_of_what_kind_each_number_is(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *m;
    mw_error error;
    assert_int_equal(
        ask(host, "measure",
            "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":300,\"n\":500,\"dtype\":\"f32\"},"
            "\"budget\":0.05,\"verify\":true}",
            &m, &error),
        MW_OK);
    assert_int_equal(integer(m, "flops"), 2 * 300 * 500);
    assert_int_equal(integer(m, "compulsory_bytes"), 4 * (300 * 500 + 300 + 500));
    assert_true(json_is_true(json_object_get(m, "verified")));
    assert_int_equal(integer(json_object_get(m, "args"), "m"), 300);
    assert_string_equal(json_string_value(json_object_get(json_object_get(m, "kinds"), "flops")),
                        "counted");
    double median = json_number_value(json_object_get(json_object_get(m, "seconds"), "median"));
    assert_true(median > 0);
    double gflops = json_number_value(json_object_get(m, "gflops"));
    assert_true(gflops * median * 1e9 > 299999 && gflops * median * 1e9 < 300001);
    json_decref(m);
    mw_host_close(host);
}

static void samples_go_on_until_the_wanted_interval_is_reached(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *coarse, *fine;
    mw_error error;
    assert_int_equal(ask(host, "measure",
                         "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":300,\"n\":500},"
                         "\"budget\":0.2,\"interval\":1}",
                         &coarse, &error),
                     MW_OK);
    assert_int_equal(ask(host, "measure",
                         "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":300,\"n\":500},"
                         "\"budget\":0.2,\"interval\":1e-12}",
                         &fine, &error),
                     MW_OK);
    assert_true(integer(json_object_get(coarse, "seconds"), "samples") <
                integer(json_object_get(fine, "seconds"), "samples"));
    json_decref(coarse);
    json_decref(fine);
    mw_host_close(host);
}

static void what_crosses_the_links_is_modelled_beside_the_measurement(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *m;
    mw_error error;
    assert_int_equal(ask(host, "measure",
                         "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":300,\"n\":500},"
                         "\"budget\":0.02,\"model\":5}",
                         &m, &error),
                     MW_OK);
    const json_t *links = json_object_get(m, "links");
    const json_t *levels = json_object_get(links, "levels"), *reasons = NULL;
    size_t count = json_array_size(levels);
    assert_true(count > 0);
    reasons = json_object_get(links, "reasons");
    for (size_t i = 0; i < count; i++) {
        const json_t *link = json_array_get(levels, i);
        assert_true(json_string_length(json_object_get(link, "from")) > 0);
        /* Nothing is in the caches at first, and the result goes back: all of it crosses. */
        assert_true(integer(link, "modelled") >= 4 * (300 * 500 + 300 + 500));
        if (json_is_null(json_object_get(link, "measured")))
            assert_true(has_reason(reasons, "measured"));
    }
    assert_string_equal(json_string_value(json_object_get(json_array_get(levels, count - 1), "to")),
                        "memory");
    assert_true(json_is_integer(json_object_get(m, "hardware_flops")) ||
                has_reason(json_object_get(m, "reasons"), "hardware_flops"));
    json_decref(m);

    /* What cannot be simulated says why, and what was not asked for is not there. */
    assert_int_equal(ask(host, "measure",
                         "{\"kernel\":\"gemv/openblas\",\"args\":{\"m\":64,\"n\":64},"
                         "\"budget\":0.02,\"model\":5}",
                         &m, &error),
                     MW_OK);
    links = json_object_get(m, "links");
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(links, "levels"), 0), "modelled")));
    mw_reason reason =
        mw_reason_from_json(json_object_get(json_object_get(links, "reasons"), "modelled"));
    assert_int_equal(reason.id, MW_REASON_LIBRARY_TRACE);
    assert_string_equal(reason.word[0], "OpenBLAS");
    json_decref(m);
    assert_int_equal(ask(host, "measure",
                         "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":64},\"budget\":0.02}", &m,
                         &error),
                     MW_OK);
    assert_null(json_object_get(m, "links"));
    json_decref(m);
    assert_int_equal(
        ask(host, "measure", "{\"kernel\":\"gemv/simd\",\"model\":\"yes\"}", &m, &error),
        MW_INVALID);
    assert_non_null(strstr(error.message, "model"));
    mw_host_close(host);
}

static void a_library_rung_has_no_bytes_and_says_why(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *m;
    mw_error error;
    assert_int_equal(ask(host, "measure",
                         "{\"kernel\":\"gemv/simd\",\"args\":{\"m\":64,\"n\":64},\"budget\":0.05,"
                         "\"vs\":\"gemv/openblas\",\"vs_args\":{\"m\":64,\"n\":64}}",
                         &m, &error),
                     MW_OK);
    const json_t *library = json_object_get(m, "vs");
    assert_true(json_is_null(json_object_get(library, "load_bytes")));
    assert_true(has_reason(json_object_get(library, "reasons"), "load_bytes"));
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(library, "kinds"), "flops")), "modelled");
    assert_true(json_number_value(json_object_get(json_object_get(m, "ratio"), "median")) > 0);
    json_decref(m);
    mw_host_close(host);
}

static void bad_requests_are_one_clear_line_and_the_worker_goes_on(void **state)
{
    (void)state;
    static const struct {
        const char *body, *part;
    } bad[] = {
        {"{}", "kernel"},
        {"{\"kernel\":\"gemv/nothing\"}", "gemv/nothing"},
        {"{\"kernel\":\"gemv/simd\",\"args\":{\"m\":-1}}", "m"},
        {"{\"kernel\":\"gemv/simd\",\"args\":{\"m\":1e30}}", "m"},
        {"{\"kernel\":\"gemv/simd\",\"args\":{\"m\":[1]}}", "m"},
        {"{\"kernel\":\"gemv/simd\",\"args\":{\"color\":1}}", "color"},
        {"{\"kernel\":\"gemv/simd\",\"args\":{\"dtype\":\"f16\"}}", "f16"},
        {"{\"kernel\":\"gemv/simd\",\"args\":[1]}", "args"},
        {"{\"kernel\":\"gemv/simd\",\"budget\":-1}", "budget"},
        {"{\"kernel\":\"gemv/simd\",\"interval\":2}", "interval"},
        {"{\"kernel\":\"gemv/simd\",\"vs\":\"gemv/nothing\"}", "gemv/nothing"},
    };
    mw_host *host = open_host();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *answer;
        mw_error error;
        assert_int_equal(ask(host, "measure", bad[i].body, &answer, &error), MW_INVALID);
        assert_non_null(strstr(error.message, bad[i].part));
        assert_null(strchr(error.message, '\n'));
    }
    json_t *answer;
    mw_error error;
    assert_int_equal(ask(host, "bench", "{\"suite\":\"nothing\"}", &answer, &error), MW_INVALID);
    assert_int_equal(ask(host, "bench", "{\"suite\":\"roof\"}", &answer, &error), MW_INVALID);
    assert_int_equal(ask(host, "bench",
                         "{\"suite\":\"roof\",\"kernel\":\"gemm/ikj\",\"roof\":\"sky\"}", &answer,
                         &error),
                     MW_INVALID);
    assert_non_null(strstr(error.message, "sky"));
    assert_int_equal(ask(host, "spot-check", "{\"machine\":{}}", &answer, &error), MW_INVALID);
    assert_int_equal(ask(host, "what?", "{}", &answer, &error), MW_PROTOCOL);
    assert_int_equal(ask(host, "kernels", "{}", &answer, &error), MW_OK);
    json_decref(answer);
    mw_host_close(host);
}

static bool enough(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)fraction, (void)what;
    if (json_array_size(json_object_get(partial, "sweep")) > 0)
        ++*(int *)context;
    return *(int *)context < 1;
}

/* Cancelled in the middle, by the flag alone: the same worker answers afterwards. */
static void a_calibration_shows_its_parts_and_stops_when_asked(void **state)
{
    (void)state;
    mw_host *host = open_host();
    int parts = 0;
    json_t *answer;
    mw_error error;
    assert_int_equal(mw_host_call(host, "calibrate", NULL, enough, &parts, &answer, &error),
                     MW_CANCELLED);
    assert_true(parts >= 1);
    assert_int_equal(ask(host, "doctor", "{}", &answer, &error), MW_OK);
    assert_true(json_array_size(json_object_get(answer, "checks")) >= 8);
    json_decref(answer);
    mw_host_close(host);
}

static bool stop_at_once(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)context, (void)fraction, (void)what, (void)partial;
    return false;
}

static void on_alarm(int number)
{
    (void)number;
}

/* One whole call of a library hears nothing: the ladder ends the worker, and a new one answers. */
static void a_whole_library_call_is_cancelled_by_ending_the_worker(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *answer;
    mw_error error;
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value = {.tv_usec = 700000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    json_t *body = json_loads("{\"kernel\":\"gemm/openblas\",\"args\":{\"m\":6144,\"n\":6144,"
                              "\"k\":6144,\"threads\":1},\"budget\":60}",
                              0, NULL);
    assert_int_equal(mw_host_call(host, "measure", body, stop_at_once, NULL, &answer, &error),
                     MW_CANCELLED);
    assert_int_equal(ask(host, "kernels", "{}", &answer, &error), MW_OK);
    json_decref(answer);
    mw_host_close(host);
}

/* The counters of a run can be read while it goes on. */
static void counters_move_while_a_kernel_runs(void **state)
{
    (void)state;
    mw_host *host = open_host();
    mw_error error;
    long id;
    json_t *body = json_loads("{\"kernel\":\"gemv/simd\",\"args\":{\"m\":1024,\"n\":1024},"
                              "\"budget\":0.3}",
                              0, NULL);
    assert_int_equal(mw_host_request(host, "measure", body, &id, &error), MW_OK);
    uint64_t most = 0;
    for (bool done = false; !done;) {
        struct pollfd fds[MW_HOST_FDS];
        int timeout = 5;
        size_t count = mw_host_fds(host, fds, MW_HOST_FDS, &timeout);
        poll(fds, count, timeout);
        mw_host_pump(host);
        mw_counters counters;
        if (mw_host_counters(host, &counters)) {
            assert_true(counters.flops >= most);
            most = counters.flops;
        }
        mw_host_event event;
        while (mw_host_next(host, &event)) {
            done = done || event.kind == MW_HOST_ANSWER || event.kind == MW_HOST_ERROR;
            json_decref(event.body);
        }
    }
    assert_true(most >= 2 * 1024 * 1024);
    mw_host_close(host);
}

static void an_instruction_set_that_does_not_exist_is_refused_in_one_line(void **state)
{
    (void)state;
    setenv("MEMWALL_ISA", "mmx", 1);
    mw_host *host = open_host();
    json_t *answer;
    mw_error error;
    assert_int_equal(ask(host, "kernels", "{}", &answer, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "MEMWALL_ISA"));
    mw_host_close(host);
    unsetenv("MEMWALL_ISA");
}

/* What gemm/tile chose, asked of a worker that has heard of no machine before. */
static json_t *chosen_blocks(const char *request, json_t *machine)
{
    mw_host *host = open_host();
    json_t *answer;
    mw_error error;
    json_t *body = json_loads("{\"kernel\":\"gemm/tile\",\"args\":{\"m\":300,\"n\":300,\"k\":900},"
                              "\"budget\":0.02,\"model\":0.1}",
                              0, NULL);
    json_object_set(body, "machine", machine);
    assert_int_equal(mw_host_call(host, request, body, NULL, NULL, &answer, &error), MW_OK);
    json_t *chosen = json_incref(json_object_get(answer, "chosen"));
    json_decref(answer);
    mw_host_close(host);
    return chosen;
}

static void a_model_describes_the_blocks_that_a_measurement_takes_on_that_machine(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *machine = mw_host_machine_nominal(host), *level;
    mw_host_close(host);
    json_t *nominal = chosen_blocks("model", machine);
    size_t i;
    json_array_foreach(json_object_get(machine, "levels"), i, level)
    {
        json_object_set_new(level, "effective_bytes", json_integer(8192 << 3 * i));
    }
    json_t *run = chosen_blocks("measure", machine), *model = chosen_blocks("model", machine);
    assert_true(json_object_size(run) == 3 && json_equal(run, model));
    assert_false(json_equal(run, nominal));
    json_decref(nominal);
    json_decref(run);
    json_decref(model);
    json_decref(machine);
}

static void the_nominal_machine_says_that_nothing_was_measured(void **state)
{
    (void)state;
    mw_host *host = open_host();
    json_t *machine = mw_host_machine_nominal(host);
    assert_string_equal(json_string_value(json_object_get(machine, "verdict")), "nominal");
    assert_true(json_array_size(json_object_get(machine, "levels")) >= 1);
    assert_true(json_array_size(json_object_get(machine, "compute")) >= 2);
    assert_true(json_array_size(json_object_get(machine, "reasons")) >= 1);
    json_decref(machine);
    mw_host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registry_names_each_kernel_with_its_parameters),
        cmocka_unit_test(a_measurement_counts_exactly_and_says_of_what_kind_each_number_is),
        cmocka_unit_test(samples_go_on_until_the_wanted_interval_is_reached),
        cmocka_unit_test(what_crosses_the_links_is_modelled_beside_the_measurement),
        cmocka_unit_test(a_library_rung_has_no_bytes_and_says_why),
        cmocka_unit_test(bad_requests_are_one_clear_line_and_the_worker_goes_on),
        cmocka_unit_test(a_calibration_shows_its_parts_and_stops_when_asked),
        cmocka_unit_test(a_whole_library_call_is_cancelled_by_ending_the_worker),
        cmocka_unit_test(counters_move_while_a_kernel_runs),
        cmocka_unit_test(an_instruction_set_that_does_not_exist_is_refused_in_one_line),
        cmocka_unit_test(a_model_describes_the_blocks_that_a_measurement_takes_on_that_machine),
        cmocka_unit_test(the_nominal_machine_says_that_nothing_was_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
