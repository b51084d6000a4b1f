/*
 * cancel.c: how long a kernel runs on after it was told to stop, in the middle of its work
 * and in the middle of its preparation (allocation, first touch, filling).
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "labs/bench/session.h"
#include "labs/locale/locale.h"

#define TARGET_SECONDS 0.020

enum {
    TRIES = 5,
    MISSES = 10,   /* a trial whose phase was over too soon is repeated so often */
    LOOK_MS = 2,   /* how often the phase is looked at */
    STAGGER_MS = 5 /* each try gives its order so much later than the one before */
};

typedef struct trial {
    const char *label, *kernel;
    int m, n, k;
    bool preparing; /* the order comes in the preparation, else at work */
} trial;

/* Sizes whose single execution takes far longer than the target. Absent parameters are 0. */
static const trial trials[] = {
    {"gemv/prefetch, 256 MiB, at work", "gemv/prefetch", 8192, 8192, 0, false},
    {"gemv/reference, 256 MiB, at work", "gemv/reference", 8192, 8192, 0, false},
    {"stream/triad, 3 x 128 MiB, at work", "stream/triad", 0, 33554432, 0, false},
    {"gemm/ijk, 1536, at work", "gemm/ijk", 1536, 1536, 1536, false},
    {"gemm/blocked, 2048, at work", "gemm/blocked", 2048, 2048, 2048, false},
    {"gemm/skinny, 256 MiB x 64, at work", "gemm/skinny", 8192, 64, 8192, false},
    {"gemv/prefetch, 256 MiB, preparing", "gemv/prefetch", 8192, 8192, 0, true},
};

/* The alarm only wakes the poll; whether to go on is asked then. */
static void wake(int number)
{
    (void)number;
}

typedef struct order {
    const mw_bench_session *session;
    bool preparing; /* which phase is waited for */
    double later;   /* seconds into the phase */
    double begun;   /* when the phase was first seen, or 0 */
    double given;   /* when stop was said in that phase, or 0 */
    bool missed;    /* the phase had passed: stop was said, but it proves nothing */
} order;

/* The kernel's own counters tell what it is doing: the order comes neither too early nor too late,
 * however fast the machine. */
static bool until_due(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)fraction, (void)what, (void)partial;
    order *stop = context;
    if (mw_bench_stopped(stop->session->setting.listener) || stop->given > 0 || stop->missed)
        return false;
    mw_counters counters;
    if (!mw_host_counters(stop->session->setting.host, &counters) ||
        counters.phase == MW_PHASE_IDLE)
        return true; /* not begun */
    if (stop->preparing && counters.phase != MW_PHASE_PREPARE) {
        stop->missed = true;
        return false;
    }
    if (!stop->preparing && counters.phase == MW_PHASE_PREPARE)
        return true;
    double at = mw_bench_now();
    if (stop->begun == 0)
        stop->begun = at;
    if (at < stop->begun + stop->later)
        return true;
    stop->given = at;
    return false;
}

/* A measurement that would go on for half a minute, however precise it already is. */
static json_t *endless(const trial *trying)
{
    json_t *args = json_object();
    if (trying->m)
        json_object_set_new(args, "m", json_integer(trying->m));
    json_object_set_new(args, "n", json_integer(trying->n));
    if (trying->k)
        json_object_set_new(args, "k", json_integer(trying->k));
    return json_pack("{s:s, s:o, s:f, s:f, s:b}", "kernel", trying->kernel, "args", args, "budget",
                     30.0, "interval", 1e-12, "verify", 0);
}

/* Seconds from the order to the worker's answer; negative when the phase was missed, or with the
 * error when the kernel failed. */
static double one_cancel(const mw_bench_session *session, const trial *trying, double later,
                         mw_error *error)
{
    order stop = {.session = session, .preparing = trying->preparing, .later = later};
    json_t *answer = NULL;
    struct timeval period = {.tv_usec = 1000 * LOOK_MS};
    setitimer(ITIMER_REAL, &(struct itimerval){period, period}, NULL);
    mw_status status = mw_host_call(session->setting.host, "measure", endless(trying), until_due,
                                    &stop, &answer, error);
    double end = mw_bench_now();
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    json_decref(answer);
    return status == MW_CANCELLED && stop.given > 0 ? end - stop.given : -1;
}

static json_t *row_of(const mw_bench_session *session, const trial *trying)
{
    double worst = 0, least = 1e9;
    const char *wanted = "at most 20 ms";
    for (int i = 0, misses = 0; i < TRIES && !mw_bench_stopped(session->setting.listener);) {
        mw_error error = {0};
        double later = 1e-3 * STAGGER_MS * i / (1 + misses);
        double seconds = one_cancel(session, trying, later, &error);
        if (seconds < 0 && error.code == MW_CANCELLED && ++misses <= MISSES)
            continue;
        if (seconds < 0) {
            bool early = error.code == MW_CANCELLED || !*error.message;
            return mw_bench_absent(trying->label, MW_UNIT_SECOND, wanted,
                                   early ? mw_reason_of(MW_REASON_ENDED_UNTOLD, NULL)
                                         : mw_reason_told(error.message));
        }
        worst = seconds > worst ? seconds : worst;
        least = seconds < least ? seconds : least;
        i++;
    }
    mw_number value = mw_number_of(worst, MW_UNIT_SECOND, MW_MEASURED);
    char note[160], from[32];
    mw_value_format(least, MW_UNIT_SECOND, 3, from, sizeof from);
    snprintf(note, sizeof note, _("the longest of %d; the shortest %s"), TRIES, from);
    return mw_bench_row(trying->label, &value, wanted,
                        worst <= TARGET_SECONDS ? MW_VERDICT_MET : MW_VERDICT_MISSED, note);
}

json_t *mw_bench_cancel(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    struct sigaction action = {.sa_handler = wake}, before;
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, &before);
    json_t *rows = json_array();
    size_t count = sizeof trials / sizeof *trials;
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = mw_bench_tell(session, (double)i / (double)count, trials[i].label);
        if (good)
            json_array_append_new(rows, row_of(session, &trials[i]));
    }
    mw_bench_settled(session);
    sigaction(SIGALRM, &before, NULL);
    if (good && !mw_bench_stopped(session->setting.listener))
        return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
    json_decref(rows);
    mw_fail(error, MW_CANCELLED, "interrupted");
    return NULL;
}
