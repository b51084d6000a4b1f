/* lab_test.c: labs played through a real worker, which is killed at every event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "labs/engine/host/host.h"

enum { NEVER = -1, AT_A_RUN = -2 };

/* A front end in few words. */
typedef struct front_end {
    mw_paths paths;
    mw_host *host;
    json_t *view;
    int events;  /* seen so far */
    int kill_at; /* the worker is killed after that event */
    bool killed;
    int deaths;
    char problems[4096], log[4096];
} front_end;

static const char *const seed = "7";

static void begin(front_end *f)
{
    mw_error error;
    memset(f, 0, sizeof *f);
    f->kill_at = NEVER;
    snprintf(f->paths.worker, sizeof f->paths.worker, "%s", WORKER);
    snprintf(f->paths.scripts, sizeof f->paths.scripts, "%s", SCRIPTS);
    mw_host_options options = {&f->paths, false};
    assert_int_equal(mw_host_open(&f->host, &options, &error), MW_OK);
}

static void end(front_end *f)
{
    mw_host_close(f->host);
    json_decref(f->view);
}

/* The one child that we have, or 0. */
static int worker_pid(void)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    if (fscanf(file, "%d", &child) != 1)
        child = 0;
    fclose(file);
    return child;
}

static void append_line(char *text, size_t size, const char *line)
{
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s\n", line ? line : "");
}

static void pump(front_end *f, int timeout)
{
    struct pollfd fds[MW_HOST_FDS];
    size_t count = mw_host_fds(f->host, fds, MW_HOST_FDS, &timeout);
    poll(fds, count, timeout);
    mw_host_pump(f->host);
    mw_host_event event;
    while (mw_host_next(f->host, &event)) {
        const char *message = json_string_value(json_object_get(event.body, "message"));
        if (event.kind == MW_HOST_VIEW) {
            json_decref(f->view);
            f->view = json_incref(event.body);
        } else if (event.kind == MW_HOST_ERROR || event.kind == MW_HOST_DEATH) {
            f->deaths += event.kind == MW_HOST_DEATH;
            append_line(f->problems, sizeof f->problems, message);
        } else if (event.kind == MW_HOST_LOG) {
            append_line(f->log, sizeof f->log,
                        json_string_value(json_object_get(event.body, "text")));
        }
        json_decref(event.body);
        bool now = f->kill_at == AT_A_RUN ? event.kind == MW_HOST_RUN && !f->killed
                                          : f->events == f->kill_at;
        f->events++;
        if (now) {
            f->killed = true;
            if (worker_pid())
                kill(worker_pid(), SIGKILL);
        }
    }
}

static time_t now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Until the view reflects so many inputs. */
static void until(front_end *f, json_int_t inputs)
{
    time_t limit = now_seconds() + 20;
    while (json_integer_value(json_object_get(f->view, "after")) < inputs) {
        if (now_seconds() > limit)
            fail_msg("input %d was never shown; %s", (int)inputs, f->problems);
        pump(f, 100);
    }
}

static void open_lab(front_end *f, const char *name, const json_t *machine, const json_t *recording)
{
    char dir[4200];
    mw_error error;
    snprintf(dir, sizeof dir, "%s/%s", LABS, name);
    mw_lab_options options = {
        .dir = dir, .locale = "en", .seed = seed, .machine = machine, .measurements = recording};
    assert_int_equal(mw_host_lab_open(f->host, &options, &error), MW_OK);
}

static void send(front_end *f, const char *event)
{
    mw_error error;
    assert_int_equal(mw_host_input(f->host, json_loads(event, 0, NULL), &error), MW_OK);
}

/* From the first prediction to the last answer; runs may be tried twice. Returns the transcript. */
static json_t *play(front_end *f, const json_t *machine, const json_t *recording)
{
    open_lab(f, "small", machine, recording);
    until(f, 1);
    send(f, "{\"e\":\"submit\",\"step\":\"count\",\"values\":{\"flop\":\"2*n*n\"}}");
    until(f, 2);
    send(f, "{\"e\":\"run\",\"step\":\"gemv\"}");
    until(f, 4);
    json_int_t inputs = 4;
    while (strcmp(json_string_value(json_object_get(json_object_get(f->view, "run"), "state")),
                  "running") == 0)
        until(f, ++inputs);
    send(f, "{\"e\":\"submit\",\"step\":\"why\",\"values\":{\"choice\":\"memory\"}}");
    until(f, inputs + 1);
    return json_deep_copy(mw_host_transcript(f->host));
}

static json_t *machine_of(front_end *f)
{
    json_t *machine = mw_host_machine_nominal(f->host);
    assert_non_null(machine);
    /* Today's memory is no part of what is compared. */
    json_object_set_new(machine, "memory_limit_bytes", json_integer(1 << 30));
    return machine;
}

static json_t *results_of(const json_t *transcript)
{
    json_t *results = json_array();
    size_t index;
    json_t *record;
    json_array_foreach(transcript, index, record)
    {
        json_t *event = json_object_get(record, "event");
        if (strcmp(json_string_value(json_object_get(event, "e")), "result") == 0)
            json_array_append(results, event);
    }
    return results;
}

static void assert_same(const front_end *f, const json_t *now, const json_t *wanted, int at)
{
    size_t i = 0, count = json_array_size(wanted);
    while (i < count && json_equal(json_array_get(now, i), json_array_get(wanted, i)))
        i++;
    if (i == count && json_array_size(now) == count)
        return;
    char *is = json_dumps(json_array_get(now, i), JSON_ENCODE_ANY | JSON_SORT_KEYS);
    char *should = json_dumps(json_array_get(wanted, i), JSON_ENCODE_ANY | JSON_SORT_KEYS);
    print_error(
        "killed at event %d, record %zu (%d deaths; %s):\n%.350s\nwithout a kill:\n%.350s\n", at, i,
        f->deaths, f->problems, is ? is : "none", should ? should : "none");
    free(is);
    free(should);
    fail();
}

/* One real run is recorded; then a worker is killed at every event of the same conversation. */
static void a_lab_reaches_the_same_end_wherever_its_worker_is_killed(void **state)
{
    (void)state;
    front_end f;
    begin(&f);
    json_t *machine = machine_of(&f);
    json_t *live = play(&f, machine, NULL);
    json_t *recording = results_of(live);
    assert_true(json_array_size(recording) >= 1);
    const json_t *measurement = json_object_get(json_array_get(recording, 0), "measurement");
    assert_true(json_is_integer(json_object_get(measurement, "flops")));
    end(&f);

    begin(&f);
    json_t *wanted = play(&f, machine, recording);
    char *view = json_dumps(f.view, JSON_SORT_KEYS);
    int events = f.events;
    assert_true(json_equal(wanted, live));
    end(&f);

    for (int at = 0; at < events; at++) {
        begin(&f);
        f.kill_at = at;
        json_t *transcript = play(&f, machine, recording);
        char *view_now = json_dumps(f.view, JSON_SORT_KEYS);
        assert_true(f.killed || f.events <= at); /* or it was over before that event */
        assert_same(&f, transcript, wanted, at);
        assert_string_equal(view_now, view);
        free(view_now);
        json_decref(transcript);
        end(&f);
    }
    free(view);
    json_decref(wanted);
    json_decref(recording);
    json_decref(live);
    json_decref(machine);
}

/* And while kernels really run: the results differ, the way does not. */
static void a_worker_killed_while_a_kernel_runs_is_replaced_and_the_run_repeated(void **state)
{
    (void)state;
    front_end f;
    begin(&f);
    json_t *machine = machine_of(&f);
    f.kill_at = AT_A_RUN;
    json_t *transcript = play(&f, machine, NULL);
    json_t *results = results_of(transcript);
    size_t index;
    json_t *result;
    json_array_foreach(results, index, result)
    {
        const char *status = json_string_value(json_object_get(result, "status"));
        assert_string_equal(status, "ok");
    }
    /* A worker whose last word was on its way when it was killed dies behind its result. */
    for (time_t limit = now_seconds() + 20; f.deaths == 0 && now_seconds() <= limit;)
        pump(&f, 100);
    if (!f.killed || f.deaths != 1)
        fail_msg("killed: %d; %d deaths; %s", f.killed, f.deaths, f.problems);
    json_decref(results);
    json_decref(transcript);
    json_decref(machine);
    end(&f);
}

static void until_problem(front_end *f, const char *text)
{
    time_t limit = now_seconds() + 20;
    while (!strstr(f->problems, text)) {
        if (now_seconds() > limit)
            fail_msg("'%s' was never said; %s", text, f->problems);
        pump(f, 100);
    }
}

static void bad_labs_are_said_and_the_host_lives_on(void **state)
{
    (void)state;
    static const struct {
        const char *name, *said;
    } labs[] = {
        {"syntax", "lab.lua:4:"},
        {"hungry", "memory"},
        {"missing", "lab.lua"},
        {"endless", "the lab is closed: the lab did not come back from 'open' within 2 s"},
    };
    for (size_t i = 0; i < sizeof labs / sizeof *labs; i++) {
        front_end f;
        begin(&f);
        json_t *machine = machine_of(&f);
        open_lab(&f, labs[i].name, machine, NULL);
        until_problem(&f, labs[i].said);
        mw_error error;
        assert_int_equal(mw_host_input(f.host, json_object(), &error), MW_INVALID);
        open_lab(&f, "small", machine, NULL);
        until(&f, 1);
        json_decref(machine);
        end(&f);
    }
}

/* A recording changed by hand does not leave the lab waiting. */
static void a_measurement_that_makes_no_sense_ends_its_run_all_the_same(void **state)
{
    (void)state;
    front_end f;
    begin(&f);
    json_t *machine = machine_of(&f);
    json_t *recording = json_loads("[{\"e\":\"result\",\"run\":\"gemv:1\",\"status\":\"ok\","
                                   "\"measurement\":{\"kernel\":\"gemv/simd\",\"args\":"
                                   "{\"m\":256,\"n\":256,\"dtype\":\"f32\"},\"seconds\":{"
                                   "\"median\":\"x\"},\"flops\":\"y\"},\"beside\":{}}]",
                                   0, NULL);
    open_lab(&f, "small", machine, recording);
    until(&f, 1);
    send(&f, "{\"e\":\"submit\",\"step\":\"count\",\"values\":{\"flop\":\"2*n*n\"}}");
    send(&f, "{\"e\":\"run\",\"step\":\"gemv\"}");
    until(&f, 4);
    json_decref(recording);
    json_decref(machine);
    end(&f);
}

/* The host of another process dies without a word; its worker must not outlive it. */
static void a_worker_dies_with_its_host(void **state)
{
    (void)state;
    int ends[2], worker = 0, status;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* so that its end can be seen */
    pid_t host = fork();
    if (host == 0) {
        front_end f;
        begin(&f);
        json_t *machine = machine_of(&f);
        open_lab(&f, "small", machine, NULL);
        until(&f, 1);
        worker = worker_pid();
        if (write(ends[1], &worker, sizeof worker) == sizeof worker)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(host, &status, 0), host);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(read(ends[0], &worker, sizeof worker), sizeof worker);
    assert_int_equal(waitpid(worker, &status, 0), worker);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    close(ends[0]);
    close(ends[1]);
}

static void what_a_lab_prints_reaches_the_log_without_its_escapes(void **state)
{
    (void)state;
    front_end f;
    begin(&f);
    json_t *machine = machine_of(&f);
    open_lab(&f, "noisy", machine, NULL);
    until(&f, 1);
    for (int i = 0; i < 20 && !strstr(f.log, "hello"); i++)
        pump(&f, 50);
    assert_non_null(strstr(f.log, "hello"));
    assert_null(strchr(f.log, '\033'));
    assert_null(strchr(f.log, '\007'));
    json_decref(machine);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lab_reaches_the_same_end_wherever_its_worker_is_killed),
        cmocka_unit_test(a_worker_killed_while_a_kernel_runs_is_replaced_and_the_run_repeated),
        cmocka_unit_test(bad_labs_are_said_and_the_host_lives_on),
        cmocka_unit_test(a_measurement_that_makes_no_sense_ends_its_run_all_the_same),
        cmocka_unit_test(a_worker_dies_with_its_host),
        cmocka_unit_test(what_a_lab_prints_reaches_the_log_without_its_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
