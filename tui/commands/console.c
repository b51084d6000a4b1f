/* console.c: error lines, a progress bar on stderr, Ctrl-C, and calls that can be cancelled. */
#include "tui/commands/console.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "labs/engine/wire/json_print.h"
#include "labs/locale/locale.h"
#include "tui/plain/lines.h"

int mw_console_complain(const char *command, const mw_error *error)
{
    mw_lines lines;
    mw_lines_open(&lines, stderr);
    mw_lines_print(&lines, "memwall %s: %s", command, error->message);
    switch (error->code) {
    case MW_INVALID:
    case MW_NO_MEMORY:
        return MW_EXIT_USAGE;
    case MW_CANCELLED:
        return MW_EXIT_INTERRUPTED;
    default:
        return MW_EXIT_FAILED;
    }
}

int mw_console_refuse(const char *command, const char *format, ...)
{
    mw_error error = {.code = MW_INVALID};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.message, sizeof error.message, format, arguments);
    va_end(arguments);
    return mw_console_complain(command, &error);
}

/* The one thing a handler can reach. */
static volatile sig_atomic_t interrupted;

static void hear(int number)
{
    (void)number;
    interrupted = 1;
}

void mw_console_catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = hear, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

bool mw_console_interrupted(void)
{
    return interrupted != 0;
}

enum { PROGRESS_WIDTH = 79, BAR_WIDTH = 20 };

static void put_progress(const char *text)
{
    mw_lines lines;
    mw_lines_open(&lines, stderr);
    fputc('\r', stderr);
    mw_lines_put(&lines, text);
    int rest = PROGRESS_WIDTH - mw_lines_width(text);
    fprintf(stderr, "%*s", rest > 0 ? rest : 0, "");
    fflush(stderr);
}

bool mw_console_progress(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)context;
    (void)partial;
    if (fraction >= 0 && isatty(STDERR_FILENO)) { /* below: only asks whether to go on */
        char bar[BAR_WIDTH + 1];
        int full = (int)(fraction * BAR_WIDTH);
        for (int i = 0; i < BAR_WIDTH; i++)
            bar[i] = i < full ? '#' : '.';
        bar[BAR_WIDTH] = '\0';
        char text[PROGRESS_WIDTH + 1];
        snprintf(text, sizeof text, "%s %3.0f %%  %s", bar, 100 * fraction, what ? what : "");
        put_progress(text);
    }
    return !mw_console_interrupted();
}

void mw_console_progress_clear(void)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%*s\r", PROGRESS_WIDTH, "");
        fflush(stderr);
    }
}

void mw_console_json(const json_t *json)
{
    /* 15 digits are what a double holds for sure: 0.1 stays 0.1. */
    mw_json_print(stdout, json, JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);
    fputc('\n', stdout);
}

json_t *mw_json_ordered(const json_t *object, const char *const *first, bool fill)
{
    json_t *ordered = json_object();
    for (const char *const *key = first; *key; key++) {
        json_t *member = json_object_get(object, *key);
        if (member)
            json_object_set(ordered, *key, member);
        else if (fill)
            json_object_set_new(ordered, *key, json_null());
    }
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)object, key, member)
    {
        if (!json_object_get(ordered, key))
            json_object_set(ordered, key, member);
    }
    return ordered;
}

bool mw_console_open_host(const char *command, mw_host **host, int *code)
{
    mw_error error = {0};
    mw_paths paths;
    mw_host_options options = {.paths = &paths, .keep_progress = false};
    if (mw_paths_find(&paths, &error) == MW_OK && mw_host_open(host, &options, &error) == MW_OK)
        return true;
    *code = mw_console_complain(command, &error);
    return false;
}

static const char *phase_word(uint64_t phase)
{
    static const char *const words[] = {[MW_PHASE_PREPARE] = N_("filling the operands"),
                                        [MW_PHASE_WARMUP] = N_("warming up"),
                                        [MW_PHASE_SAMPLE] = N_("measuring"),
                                        [MW_PHASE_BESIDE] = N_("measuring the other side"),
                                        [MW_PHASE_VERIFY] = N_("comparing with the reference")};
    bool known = phase < sizeof words / sizeof *words && words[phase];
    return known ? _(words[phase]) : "";
}

/* A run does not know how long it will be; its counters tell how fast it is. */
static bool tell_run(void *context, double fraction, const char *what, const json_t *partial)
{
    mw_counters counters;
    if (fraction >= 0)
        return mw_console_progress(NULL, fraction, what, partial);
    if (mw_host_counters(context, &counters) && *phase_word(counters.phase)) {
        char text[PROGRESS_WIDTH + 1], work[32], rate[32];
        double flops = (double)counters.flops, seconds = 1e-9 * (double)counters.kernel_ns;
        mw_value_format(flops, MW_UNIT_FLOP, 3, work, sizeof work);
        mw_value_format(seconds > 0 ? flops / seconds : 0, MW_UNIT_FLOP_PER_SECOND, 3, rate,
                        sizeof rate);
        if (flops > 0 && seconds > 0)
            snprintf(text, sizeof text, _("%s: %s so far, %s; Ctrl-C ends it"),
                     phase_word(counters.phase), work, rate);
        else
            snprintf(text, sizeof text, _("%s; Ctrl-C ends it"), phase_word(counters.phase));
        put_progress(text);
    }
    return !mw_console_interrupted();
}

static void wake(int number)
{
    (void)number; /* the poll of mw_host_call returns, and asks whether to go on */
}

static void wake_every(time_t seconds)
{
    struct sigaction action = {.sa_handler = wake};
    sigemptyset(&action.sa_mask);
    if (seconds > 0)
        sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){{seconds, 0}, {seconds, 0}}, NULL);
}

json_t *mw_console_call(const char *command, mw_host *host, const char *name, json_t *body,
                        int *code)
{
    mw_error error = {0};
    json_t *answer = NULL;
    const bool watched = strcmp(name, "measure") == 0 && isatty(STDERR_FILENO);
    mw_console_catch_interrupt();
    if (watched)
        wake_every(1);
    mw_status status = mw_host_call(host, name, body, watched ? tell_run : mw_console_progress,
                                    host, &answer, &error);
    if (watched)
        wake_every(0);
    mw_console_progress_clear();
    if (status == MW_OK)
        return answer;
    mw_host_explain_death(host, &error);
    if (mw_console_interrupted())
        error = (mw_error){.code = MW_CANCELLED, .message = "interrupted; nothing was kept"};
    *code = mw_console_complain(command, &error);
    return NULL;
}
