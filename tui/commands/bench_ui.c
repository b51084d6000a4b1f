/*
 * bench_ui.c: the full screen against its targets: this very program on a pseudo-terminal, driven
 * by keys, with a clock on what comes out.
 */
#include "tui/commands/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WIDTH = 120,
    HEIGHT = 40,
    STARTS = 7,
    KEYS = 300,
    KEY_GAP_MS = 20,
    BURST_GAP_MS = 3,   /* silence that ends one picture */
    SETTLE_MS = 150,    /* silence after which nothing more is to come */
    PATIENCE_MS = 10000 /* for what should take a moment */
};

extern char **environ;

typedef struct session {
    pid_t pid;
    int fd;
    char tail[4096]; /* the last bytes that came, to find words in */
    size_t length;
    uint64_t bytes;
    double last; /* when they came */
} session;

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- a program on a terminal ---- */

/* The environment with what would change the picture taken out; the strings are shared. */
static char **make_environment(void)
{
    static const char *const fixed[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8"};
    static const char *const dropped[] = {
        "TERM=",     "LC_ALL=",   "COLORTERM=",     "NO_COLOR=",
        "LANGUAGE=", "ESCDELAY=", "MEMWALL_THEME=", "MEMWALL_CHARSET="};
    size_t count = 0, used = 0;
    while (environ[count])
        count++;
    char **made = calloc(count + 3, sizeof *made);
    for (size_t i = 0; made && i < count; i++) {
        bool keep = true;
        for (size_t j = 0; j < sizeof dropped / sizeof *dropped; j++)
            keep = keep && strncmp(environ[i], dropped[j], strlen(dropped[j])) != 0;
        if (keep)
            made[used++] = environ[i];
    }
    for (size_t i = 0; made && i < 2; i++)
        made[used++] = (char *)fixed[i];
    return made;
}

static bool open_session(session *s, const char *const *arguments)
{
    const struct winsize size = {.ws_row = HEIGHT, .ws_col = WIDTH};
    char **environment = make_environment();
    memset(s, 0, sizeof *s);
    s->pid = environment ? forkpty(&s->fd, NULL, NULL, &size) : -1;
    if (s->pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve("/proc/self/exe", (char *const *)arguments, environment);
        _exit(127);
    }
    free(environment);
    if (s->pid > 0)
        fcntl(s->fd, F_SETFD, FD_CLOEXEC);
    return s->pid > 0;
}

static void close_session(session *s)
{
    if (s->pid <= 0)
        return;
    kill(s->pid, SIGTERM);
    /* It has its terminal to put right: what it writes must go somewhere. */
    char chunk[4096];
    while (read(s->fd, chunk, sizeof chunk) > 0)
        ;
    waitpid(s->pid, NULL, 0);
    close(s->fd);
}

/* Takes in what comes within `wait_ms`; false when nothing came. */
static bool take(session *s, int wait_ms)
{
    struct pollfd fd = {s->fd, POLLIN, 0};
    char chunk[16384];
    if (poll(&fd, 1, wait_ms) <= 0)
        return false;
    const ssize_t count = read(s->fd, chunk, sizeof chunk);
    if (count <= 0)
        return false;
    s->last = now_seconds();
    s->bytes += (uint64_t)count;
    const size_t half = sizeof s->tail / 2;
    const size_t fresh = (size_t)count < half ? (size_t)count : half;
    if (s->length + fresh >= sizeof s->tail) {
        memmove(s->tail, s->tail + s->length - half, half);
        s->length = half;
    }
    memcpy(s->tail + s->length, chunk + (size_t)count - fresh, fresh);
    s->length += fresh;
    s->tail[s->length] = '\0';
    return true;
}

static void settle(session *s, int quiet_ms)
{
    const double end = now_seconds() + PATIENCE_MS * 1e-3;
    while (take(s, quiet_ms) && now_seconds() < end)
        ;
}

static bool wait_for(session *s, const char *word)
{
    const double end = now_seconds() + PATIENCE_MS * 1e-3;
    while (!strstr(s->tail, word)) {
        if (!take(s, PATIENCE_MS) || now_seconds() > end)
            return false;
    }
    return true;
}

static bool press(session *s, const char *keys)
{
    s->length = 0;
    s->tail[0] = '\0';
    return write(s->fd, keys, strlen(keys)) == (ssize_t)strlen(keys);
}

/* ---- figures ---- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add(json_t *rows, const char *label, double value, mw_unit unit, double most,
                const char *target, const char *note)
{
    const mw_number number = mw_number_of(value, unit, MW_MEASURED);
    json_array_append_new(
        rows, mw_bench_row(label, &number, target, value <= most ? "met" : "missed", note));
}

static void add_absent(json_t *rows, const char *label, mw_unit unit, const char *target,
                       const char *reason)
{
    const mw_number number = mw_number_absent(unit, MW_MEASURED, reason);
    json_array_append_new(rows, mw_bench_row(label, &number, target, "absent", reason));
}

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
        session s;
        const double begin = now_seconds();
        if (!open_session(&s, arguments) || !wait_for(&s, word)) {
            close_session(&s);
            add_absent(rows, label, MW_UNIT_SECOND, "<= 100 ms", "the screen did not come up");
            return;
        }
        seconds[i] = s.last - begin;
        close_session(&s);
    }
    char note[64];
    qsort(seconds, STARTS, sizeof *seconds, compare);
    snprintf(note, sizeof note, "median of %d starts, the slowest %.0f ms", STARTS,
             1e3 * seconds[STARTS - 1]);
    add(rows, label, seconds[STARTS / 2], MW_UNIT_SECOND, 0.1, "<= 100 ms", note);
}

/* Hears the worker out for a moment; true when the request `id` was answered. */
static bool hear(mw_host *host, long id)
{
    struct pollfd fds[4];
    mw_host_event event;
    int wait_ms = 5;
    bool answered = false;
    poll(fds, (nfds_t)mw_host_fds(host, fds, 4, &wait_ms), wait_ms);
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
    if (mw_host_request(host, "measure", body, &id, &error))
        return 0;
    const double end = now_seconds() + PATIENCE_MS * 1e-3;
    while (!at_work(host))
        if (hear(host, id) || now_seconds() > end)
            return 0;
    return id;
}

static void end_load(mw_host *host, long id)
{
    mw_host_cancel(host);
    const double end = now_seconds() + PATIENCE_MS * 1e-3;
    while (!hear(host, id) && now_seconds() < end)
        ;
}

static void keystrokes(json_t *rows, mw_host *host)
{
    static const char label[] = "key to picture, 99th percentile";
    static double seconds[KEYS];
    session s;
    const long load = start_load(host);
    if (!load || !open_session(&s, map_arguments)) {
        if (load)
            end_load(host, load);
        add_absent(rows, label, MW_UNIT_SECOND, "<= 16 ms",
                   load ? "no process could be started" : "no kernel ran");
        return;
    }
    wait_for(&s, "keys");
    settle(&s, 1500);
    int answered = 0;
    for (int i = 0; i < KEYS; i++) {
        const double begin = now_seconds();
        press(&s, i % 2 ? "k" : "j");
        if (take(&s, 1000)) {
            while (take(&s, BURST_GAP_MS))
                ;
            seconds[answered++] = s.last - begin;
        }
        take(&s, KEY_GAP_MS);
    }
    const bool loaded = at_work(host);
    end_load(host, load);
    close_session(&s);
    if (!loaded || answered < KEYS) {
        add_absent(rows, label, MW_UNIT_SECOND, "<= 16 ms",
                   loaded ? "keys went unanswered" : "the kernel ended too early");
        return;
    }
    char note[96];
    qsort(seconds, KEYS, sizeof *seconds, compare);
    snprintf(note, sizeof note, "%d keys while gemm runs on all cores, the median %.1f ms", KEYS,
             1e3 * seconds[KEYS / 2]);
    add(rows, label, seconds[KEYS * 99 / 100], MW_UNIT_SECOND, 0.016, "<= 16 ms", note);
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

static void idle(json_t *rows, session *s)
{
    const int seconds = 3;
    const pid_t worker = worker_of(s->pid);
    settle(s, 1000);
    const long before = switches_of(s->pid) + (worker > 0 ? switches_of(worker) : 0);
    settle(s, seconds * 1000);
    const long after = switches_of(s->pid) + (worker > 0 ? switches_of(worker) : 0);
    add(rows, "wake-ups per second when idle", (double)(after - before) / seconds, MW_UNIT_ONE, 0,
        "0", worker > 0 ? "front end and worker, 3 s" : "front end, 3 s");
}

/* Answers the first steps anyhow, up to the one that runs a kernel. */
static bool reach_run(session *s)
{
    static const char *const keys[] = {"1\r1\r", "\r", "\033[D\r", "\r"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!press(s, keys[i]))
            return false;
        settle(s, SETTLE_MS);
    }
    press(s, "\f"); /* Ctrl-L: the whole picture with its line of keys */
    return wait_for(s, "run");
}

static void live_frames(json_t *rows, session *s)
{
    static const char label[] = "bytes of a live picture, the largest";
    press(s, "r");
    if (!wait_for(s, "stop run")) {
        add_absent(rows, label, MW_UNIT_BYTE, "<= 4 KiB", "no kernel ran");
        return;
    }
    settle(s, BURST_GAP_MS); /* the picture that shows the start is no live one */
    uint64_t largest = 0, all = 0;
    int pictures = 0;
    const double end = now_seconds() + PATIENCE_MS * 1e-3;
    while (now_seconds() < end) {
        const uint64_t before = s->bytes;
        s->length = 0;
        s->tail[0] = '\0';
        if (!take(s, 100))
            continue; /* memory is prepared: nothing moves yet */
        while (take(s, BURST_GAP_MS))
            ;
        /* The picture that shows the end, with the key that leads on, is no live one either. */
        if (strstr(s->tail, "next step"))
            break;
        const uint64_t size = s->bytes - before;
        largest = size > largest ? size : largest;
        all += size;
        pictures++;
    }
    char note[96];
    snprintf(note, sizeof note, "%d pictures at %dx%d, %.0f bytes in the mean", pictures, WIDTH,
             HEIGHT, pictures ? (double)all / pictures : 0.0);
    if (pictures == 0)
        add_absent(rows, label, MW_UNIT_BYTE, "<= 4 KiB", "the run ended at once");
    else
        add(rows, label, (double)largest, MW_UNIT_BYTE, 4096, "<= 4 KiB", note);
}

static void cancel(json_t *rows, session *s)
{
    static const char label[] = "Esc to an idle screen";
    settle(s, 2000);
    press(s, "r");
    if (!wait_for(s, "stop run")) {
        add_absent(rows, label, MW_UNIT_SECOND, "<= 100 ms", "no kernel ran");
        return;
    }
    const double end = now_seconds() + 0.5;
    while (now_seconds() < end)
        take(s, 10);
    const double begin = now_seconds();
    press(s, "\033");
    s->last = begin;
    settle(s, 400);
    add(rows, label, s->last - begin, MW_UNIT_SECOND, 0.1, "<= 100 ms",
        "of which 25 ms tell Esc from an arrow key");
}

json_t *mw_bench_ui(const mw_suite *suite, mw_host *host, int *code)
{
    json_t *rows = json_array(), *machine = mw_host_machine_load(host, NULL);
    session s;
    (void)code;
    if (!machine) {
        add_absent(rows, "first picture", MW_UNIT_SECOND, "<= 100 ms",
                   "this machine was not measured yet: 'memwall machine' does it");
        return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
    }
    json_decref(machine);
    first_frame(rows, "first picture of the course map", map_arguments, "keys");
    first_frame(rows, "first picture of a lab", lab_arguments, "keys");
    first_frame(rows, "a lab with its first question", lab_arguments, "answer");
    keystrokes(rows, host);
    if (open_session(&s, lab_arguments)) {
        wait_for(&s, "answer");
        idle(rows, &s);
        if (reach_run(&s)) {
            live_frames(rows, &s);
            cancel(rows, &s);
        } else {
            add_absent(rows, "a live picture", MW_UNIT_BYTE, "<= 4 KiB",
                       "the lab did not come to its run");
        }
        close_session(&s);
    }
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
