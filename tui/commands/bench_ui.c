/*
 * bench_ui.c: the full screen against its targets: this very program on a pseudo-terminal, driven
 * by keys, with a clock on what comes out.
 */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/locale/locale.h"
#include "tui/commands/bench.h"
#include "tui/commands/bench_terminal.h"

enum { STARTS = 7, KEYS = 300, KEY_GAP_MS = 20 };

static const char *const map_arguments[] = {"memwall", "course", "--no-progress",
                                            "--lang",  "en",     NULL};
static const char *const lab_arguments[] = {"memwall", "run",    "gemv-gemm", "--no-progress",
                                            "--fresh", "--seed", "bench",     "--lang",
                                            "en",      NULL};

/* From the fork to the last line of the first picture, which is the line of keys. */
static void first_frame(json_t *rows, const char *label, const char *const *arguments,
                        const char *word)
{
    double seconds[STARTS];
    for (int i = 0; i < STARTS; i++) {
        mw_bench_terminal s;
        const double begin = mw_bench_now();
        if (!mw_bench_terminal_open(&s, arguments) || !mw_bench_terminal_wait(&s, word)) {
            mw_bench_terminal_close(&s);
            mw_bench_add_absent(rows, label, MW_UNIT_SECOND, "<= 100 ms",
                                mw_reason_of(MW_REASON_NO_SCREEN, NULL));
            return;
        }
        seconds[i] = s.last - begin;
        mw_bench_terminal_close(&s);
    }
    char note[128];
    qsort(seconds, STARTS, sizeof *seconds, mw_bench_by_size);
    snprintf(note, sizeof note, _("median of %d starts, the slowest %.0f ms"), STARTS,
             1e3 * seconds[STARTS - 1]);
    mw_bench_add(rows, label, seconds[STARTS / 2], MW_UNIT_SECOND, 0.1, "<= 100 ms", note);
}

/* Hears the worker out for a moment; true when the request `id` was answered. */
static bool hear(mw_host *host, long id)
{
    struct pollfd fds[MW_HOST_FDS];
    mw_host_event event;
    int wait_ms = 5;
    bool answered = false;
    poll(fds, (nfds_t)mw_host_fds(host, fds, MW_HOST_FDS, &wait_ms), wait_ms);
    mw_host_pump(host);
    while (mw_host_next(host, &event)) {
        const json_t *of = json_object_get(event.body, "id");
        answered |= (event.kind == MW_HOST_ANSWER || event.kind == MW_HOST_ERROR) &&
                    json_is_integer(of) && json_integer_value(of) == id;
        json_decref(event.body);
    }
    return answered;
}

static bool at_work(mw_host *host)
{
    mw_counters counters;
    return mw_host_counters(host, &counters) &&
           (counters.phase == MW_PHASE_WARMUP || counters.phase == MW_PHASE_SAMPLE);
}

/* A kernel on every core for a minute, however precise its measurement already is; 0 when there is
 * none. */
static long start_load(mw_host *host)
{
    cpu_set_t cpus;
    mw_error error;
    long id = 0;
    const int count = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
    json_t *body = json_pack("{s:s, s:{s:i, s:i, s:i, s:i}, s:f, s:f, s:b}", "kernel",
                             "gemm/blocked", "args", "m", 4096, "n", 4096, "k", 4096, "threads",
                             count, "budget", 60.0, "interval", 1e-12, "verify", 0);
    if (mw_host_request(host, "measure", body, &id, &error) != MW_OK)
        return 0;
    const double end = mw_bench_now() + MW_TERMINAL_PATIENCE_MS * 1e-3;
    while (!at_work(host))
        if (hear(host, id) || mw_bench_now() > end)
            return 0;
    return id;
}

static void end_load(mw_host *host, long id)
{
    mw_host_cancel(host);
    const double end = mw_bench_now() + MW_TERMINAL_PATIENCE_MS * 1e-3;
    while (!hear(host, id) && mw_bench_now() < end)
        ;
}

static void keystrokes(json_t *rows, mw_host *host)
{
    static const char label[] = "key to picture, 99th percentile";
    static double seconds[KEYS];
    mw_bench_terminal s;
    const long load = start_load(host);
    if (!load || !mw_bench_terminal_open(&s, map_arguments)) {
        if (load)
            end_load(host, load);
        mw_bench_add_absent(
            rows, label, MW_UNIT_SECOND, "<= 16 ms",
            mw_reason_of(load ? MW_REASON_NO_PROCESS : MW_REASON_NO_KERNEL_RAN, NULL));
        return;
    }
    mw_bench_terminal_wait(&s, "keys");
    mw_bench_terminal_settle(&s, 1500);
    int answered = 0;
    for (int i = 0; i < KEYS; i++) {
        const double begin = mw_bench_now();
        mw_bench_terminal_press(&s, i % 2 ? "k" : "j");
        if (mw_bench_terminal_take(&s, 1000)) {
            while (mw_bench_terminal_take(&s, MW_TERMINAL_BURST_MS))
                ;
            seconds[answered++] = s.last - begin;
        }
        mw_bench_terminal_take(&s, KEY_GAP_MS);
    }
    const bool loaded = at_work(host);
    end_load(host, load);
    mw_bench_terminal_close(&s);
    if (!loaded || answered < KEYS) {
        mw_bench_add_absent(
            rows, label, MW_UNIT_SECOND, "<= 16 ms",
            mw_reason_of(loaded ? MW_REASON_KEYS_UNANSWERED : MW_REASON_ENDED_EARLY, NULL));
        return;
    }
    char note[160];
    qsort(seconds, KEYS, sizeof *seconds, mw_bench_by_size);
    snprintf(note, sizeof note, _("%d keys while gemm runs on all cores, the median %.1f ms"), KEYS,
             1e3 * seconds[KEYS / 2]);
    mw_bench_add(rows, label, seconds[KEYS * 99 / 100], MW_UNIT_SECOND, 0.016, "<= 16 ms", note);
}

/* ---- a lab at rest and at work ---- */

static long switches_of(pid_t pid)
{
    char command[128];
    long sum = 0;
    /* Every thread's count of the times it went to sleep, which is how often it was woken. */
    snprintf(command, sizeof command, "/proc/%ld/task", (long)pid);
    char shell[256], line[128];
    snprintf(shell, sizeof shell, "cat %s/*/status 2>/dev/null", command);
    FILE *pipe = popen(shell, "re");
    while (pipe && fgets(line, sizeof line, pipe)) {
        long count;
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &count) == 1)
            sum += count;
    }
    if (pipe)
        pclose(pipe);
    return sum;
}

static pid_t worker_of(pid_t pid)
{
    char path[64];
    long child = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%ld", &child) != 1)
        child = 0;
    if (file)
        fclose(file);
    return (pid_t)child;
}

static void idle(json_t *rows, mw_bench_terminal *s)
{
    const int seconds = 3;
    const pid_t worker = worker_of(s->pid);
    mw_bench_terminal_settle(s, 1000);
    const long before = switches_of(s->pid) + (worker > 0 ? switches_of(worker) : 0);
    mw_bench_terminal_settle(s, seconds * 1000);
    const long after = switches_of(s->pid) + (worker > 0 ? switches_of(worker) : 0);
    mw_bench_add(rows, "wake-ups per second when idle", (double)(after - before) / seconds,
                 MW_UNIT_ONE, 0, "0", worker > 0 ? "front end and worker, 3 s" : "front end, 3 s");
}

/* Answers the first steps anyhow, up to the one that runs a kernel. */
static bool reach_run(mw_bench_terminal *s)
{
    static const char *const keys[] = {"1\r1\r", "\r", "\033[D\r", "\r"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!mw_bench_terminal_press(s, keys[i]))
            return false;
        mw_bench_terminal_settle(s, MW_TERMINAL_SETTLE_MS);
    }
    mw_bench_terminal_press(s, "\f"); /* Ctrl-L: the whole picture with its line of keys */
    return mw_bench_terminal_wait(s, "run");
}

static void live_frames(json_t *rows, mw_bench_terminal *s)
{
    static const char label[] = "bytes of a live picture, the largest";
    mw_bench_terminal_press(s, "r");
    if (!mw_bench_terminal_wait(s, "stop run")) {
        mw_bench_add_absent(rows, label, MW_UNIT_BYTE, "<= 4 KiB",
                            mw_reason_of(MW_REASON_NO_KERNEL_RAN, NULL));
        return;
    }
    mw_bench_terminal_settle(
        s, MW_TERMINAL_BURST_MS); /* the picture that shows the start is no live one */
    uint64_t largest = 0, all = 0;
    int pictures = 0;
    const double end = mw_bench_now() + MW_TERMINAL_PATIENCE_MS * 1e-3;
    while (mw_bench_now() < end) {
        const uint64_t before = s->bytes;
        s->length = 0;
        s->tail[0] = '\0';
        if (!mw_bench_terminal_take(s, 100))
            continue; /* memory is prepared: nothing moves yet */
        while (mw_bench_terminal_take(s, MW_TERMINAL_BURST_MS))
            ;
        /* The picture that shows the end, with the key that leads on, is no live one either. */
        if (strstr(s->tail, "next step"))
            break;
        const uint64_t size = s->bytes - before;
        largest = size > largest ? size : largest;
        all += size;
        pictures++;
    }
    char note[160];
    snprintf(note, sizeof note, _("%d pictures at %dx%d, %.0f bytes in the mean"), pictures,
             MW_TERMINAL_WIDTH, MW_TERMINAL_HEIGHT, pictures ? (double)all / pictures : 0.0);
    if (pictures == 0)
        mw_bench_add_absent(rows, label, MW_UNIT_BYTE, "<= 4 KiB",
                            mw_reason_of(MW_REASON_ENDED_AT_ONCE, NULL));
    else
        mw_bench_add(rows, label, (double)largest, MW_UNIT_BYTE, 4096, "<= 4 KiB", note);
}

static void cancel(json_t *rows, mw_bench_terminal *s)
{
    static const char label[] = "Esc to an idle screen";
    mw_bench_terminal_settle(s, 2000);
    mw_bench_terminal_press(s, "r");
    if (!mw_bench_terminal_wait(s, "stop run")) {
        mw_bench_add_absent(rows, label, MW_UNIT_SECOND, "<= 100 ms",
                            mw_reason_of(MW_REASON_NO_KERNEL_RAN, NULL));
        return;
    }
    const double end = mw_bench_now() + 0.5;
    while (mw_bench_now() < end)
        mw_bench_terminal_take(s, 10);
    const double begin = mw_bench_now();
    mw_bench_terminal_press(s, "\033");
    s->last = begin;
    mw_bench_terminal_settle(s, 400);
    mw_bench_add(rows, label, s->last - begin, MW_UNIT_SECOND, 0.1, "<= 100 ms",
                 "of which 25 ms tell Esc from an arrow key");
}

json_t *mw_bench_ui(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    mw_host *host = session->setting.host;
    (void)error;
    json_t *rows = json_array(), *machine = mw_host_machine_load(host, NULL);
    mw_bench_terminal s;
    if (!machine) {
        mw_bench_add_absent(rows, N_("first picture"), MW_UNIT_SECOND, "<= 100 ms",
                            mw_reason_of(MW_REASON_MACHINE_NOT_YET, NULL));
        return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
    }
    json_decref(machine);
    first_frame(rows, "first picture of the course map", map_arguments, "keys");
    first_frame(rows, "first picture of a lab", lab_arguments, "keys");
    first_frame(rows, "a lab with its first question", lab_arguments, "answer");
    keystrokes(rows, host);
    if (mw_bench_terminal_open(&s, lab_arguments)) {
        mw_bench_terminal_wait(&s, "answer");
        idle(rows, &s);
        if (reach_run(&s)) {
            live_frames(rows, &s);
            cancel(rows, &s);
        } else {
            mw_bench_add_absent(rows, N_("a live picture"), MW_UNIT_BYTE, "<= 4 KiB",
                                mw_reason_of(MW_REASON_LAB_NO_RUN, NULL));
        }
        mw_bench_terminal_close(&s);
    }
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
