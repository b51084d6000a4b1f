/* bench_labs.c: what a student and a script wait for in each lab, apart from its kernels. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/commands/bench.h"
#include "tui/commands/bench_terminal.h"

enum { TURNS = 5, QUIET_MS = 500 }; /* longer than a lab takes to load */

static const double open_most = 0.15, play_most = 0.5;
static const char open_target[] = "<= 150 ms", play_target[] = "<= 500 ms";

/* ---- from the course map to the first step ---- */

static const char *const map_arguments[] = {"memwall", "course", "--no-progress",
                                            "--lang",  "en",     NULL};

/* Seconds from Enter to the last of the first picture; below 0 when it does not come. */
static double open_once(const char *title)
{
    mw_bench_terminal screen;
    char search[256];
    double seconds = -1;
    if (!mw_bench_terminal_open(&screen, map_arguments))
        return -1;
    snprintf(search, sizeof search, "/%s\r", title);
    if (mw_bench_terminal_wait(&screen, "keys") && mw_bench_terminal_press(&screen, search)) {
        mw_bench_terminal_settle(&screen, MW_TERMINAL_SETTLE_MS);
        const double begin = mw_bench_now();
        mw_bench_terminal_press(&screen, "\r");
        mw_bench_terminal_settle(&screen, QUIET_MS);
        seconds = screen.last - begin;
        /* Only what differs was drawn: Ctrl-L shows all of it, the line of keys last. */
        mw_bench_terminal_press(&screen, "\f");
        mw_bench_terminal_settle(&screen, QUIET_MS);
        if (!strstr(screen.tail, "answer") && !strstr(screen.tail, "continue"))
            seconds = -1;
    }
    mw_bench_terminal_close(&screen);
    return seconds;
}

/* ---- a playthrough ---- */

/* A recording of the remembered machine in which every run is absent; its name, or false. */
static bool write_recording(const json_t *machine, char *path, size_t size)
{
    snprintf(path, size, "%s", "/tmp/memwall-bench-XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0)
        return false;
    json_t *recording = json_pack("{s:i, s:O, s:[]}", "format", 1, "machine", machine, "results");
    bool written = json_dumpfd(recording, fd, JSON_COMPACT) == 0;
    json_decref(recording);
    close(fd);
    if (!written)
        unlink(path);
    return written;
}

static double play_once(const char *dir, const char *recording)
{
    char answers[4200];
    snprintf(answers, sizeof answers, "%s/demo.json", dir);
    const char *const arguments[] = {
        "memwall", "run",           dir,      "--answers", answers,  "--measurements",
        recording, "--no-progress", "--seed", "bench",     "--json", NULL};
    const double begin = mw_bench_now();
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execv("/proc/self/exe", (char *const *)arguments);
        _exit(127);
    }
    int status = -1;
    if (pid > 0)
        waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? mw_bench_now() - begin : -1;
}

/* ---- rows ---- */

/* The median of `TURNS` turns as a row. */
static void add_median(json_t *rows, const char *label, double *seconds, double most,
                       const char *target, mw_reason_id failure)
{
    char note[128];
    qsort(seconds, TURNS, sizeof *seconds, mw_bench_by_size);
    if (seconds[0] < 0) {
        mw_bench_add_absent(rows, label, MW_UNIT_SECOND, target, mw_reason_of(failure, NULL));
        return;
    }
    snprintf(note, sizeof note, _("median of %d, the slowest %.0f ms"), TURNS,
             1e3 * seconds[TURNS - 1]);
    mw_bench_add(rows, label, seconds[TURNS / 2], MW_UNIT_SECOND, most, target, note);
}

static void one_lab(json_t *rows, const json_t *lab, const char *recording)
{
    const char *dir = mw_json_text(lab, "dir"), *title = mw_json_text(lab, "title");
    char label[160];
    double seconds[TURNS];
    if (!*dir)
        return;
    for (int i = 0; i < TURNS; i++)
        seconds[i] = open_once(title);
    snprintf(label, sizeof label, _("%.100s: Enter to its first step"), title);
    add_median(rows, label, seconds, open_most, open_target, MW_REASON_LAB_NOT_UP);
    for (int i = 0; i < TURNS; i++)
        seconds[i] = play_once(dir, recording);
    snprintf(label, sizeof label, _("%.100s: a playthrough"), title);
    add_median(rows, label, seconds, play_most, play_target, MW_REASON_NOT_PLAYED);
}

json_t *mw_bench_labs(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    mw_host *host = session->setting.host;
    (void)error;
    json_t *rows = json_array(), *machine = mw_host_machine_load(host, NULL);
    mw_error problem;
    char recording[64];
    json_t *courses = machine ? mw_host_courses(host, "en", &problem) : NULL;
    if (!machine || !courses || !write_recording(machine, recording, sizeof recording)) {
        mw_bench_add_absent(rows, "a lab", MW_UNIT_SECOND, open_target,
                            !machine   ? mw_reason_of(MW_REASON_MACHINE_NOT_YET, NULL)
                            : !courses ? mw_reason_told(problem.message)
                                       : mw_reason_of(MW_REASON_NO_TEMPORARY_FILE, NULL));
    } else {
        size_t c, l;
        json_t *course, *lab;
        json_array_foreach(courses, c, course)
        {
            json_array_foreach(json_object_get(course, "labs"), l, lab)
                one_lab(rows, lab, recording);
        }
        unlink(recording);
    }
    json_decref(machine);
    json_decref(courses);
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
