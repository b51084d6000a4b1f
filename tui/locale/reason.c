#include "tui/locale/reason.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tui/locale/locale.h"

enum { FIGURES = 8, FIGURE_TEXT = 48 };

static const char *const sentences[] = {
    /* Measurements that something disturbed. */
    N_("the hypervisor took {} ms of {} s away"),
    N_("another program ran on this CPU: {} involuntary switches per second"),
    /* xgettext:no-c-format */
    N_("waited instead of running: wall time is {} % above CPU time"),
    N_("only {} samples fitted into {} s"),
    N_("only {} sample fitted into {} s"),
    /* xgettext:no-c-format */
    N_("the median is known to ±{} % only, ±{} % was wanted"),
    N_("the system gave {} of {} threads"),
    N_("only {} of {} pairs ran undisturbed"),
    /* xgettext:no-c-format */
    N_("it moved by {} % while it was measured"),
    /* xgettext:no-c-format */
    N_("the samples disagree: the middle half of them spans {} %"),
    /* Machines. */
    /* xgettext:no-c-format */
    N_("{} of {} working sets scatter by more than {} %"),
    N_("the clock moved from {} to {} GHz"),
    N_("{} plateaus found: the curve is drawn instead of named roofs"),
    N_("behind the caches no size is steady: main memory is the best of the last octave"),
    N_("roofs marked ! contradict others and are not used: {}"),
    N_("the largest sizes scatter: this is the best of the last octave"),
    N_("other programs ran and may have used the same memory"),
    N_("hardly any of its samples ran undisturbed"),
    N_("its best sample was never nearly reached a second time"),
    N_("no size before it is steady: a level may be missing there"),
    N_("above the best sample at its own sizes"),
    N_("below the roof of the level behind it"),
    N_("all cores together below one core"),
    N_("the control group allows {} of {} processors at a time"),
    N_("mix roofs below {} were left out, to keep to five seconds"),
    N_("all cores below {} were left out, to keep to five seconds"),
    N_("the peaks of all cores were left out, to keep to five seconds"),
    N_("only {} of {} working sets were measured, to keep to five seconds"),
    N_("other programs used {} processors meanwhile"),
    /* xgettext:no-c-format */
    N_("another thread of this core was at work {} % of the time"),
    /* Levels whose names are words. */
    N_("nothing was measured: two loads and two FMA per cycle and one memory channel of {} GB/s "
       "are assumed"),
    N_("the system does not say the clock: {} GHz is assumed"),
    /* xgettext:no-c-format */
    N_("{} is {} % slower than remembered"),
    /* xgettext:no-c-format */
    N_("{} is {} % faster than remembered"),
    /* xgettext:no-c-format */
    N_("the compute roof is {} % slower than remembered"),
    /* xgettext:no-c-format */
    N_("the compute roof is {} % faster than remembered"),
    N_("it cannot be told now whether the machine is as it was: other work disturbed the check"),
    N_("it cannot be told now whether the machine is as it was: a roof was not sure when it was "
       "measured"),
    /* Hardware events. */
    N_("no PMU here"),
    N_("blocked by container"),
    N_("perf not permitted"),
    N_("no perf in kernel"),
    N_("counters failed"),
    N_("built without PAPI"),
    N_("PAPI failed"),
    N_("CPU unknown to PAPI"),
    N_("no event for this on this CPU"),
    N_("hardware events are counted on one thread only"),
    N_("the run that was counted did not finish"),
    N_("no hardware counters in this virtual machine (perf_event_open: ENOENT)"),
    N_("a container's system call filter blocks perf_event_open (EPERM although "
       "kernel.perf_event_paranoid allows it)"),
    N_("kernel.perf_event_paranoid={} refuses: set it to {} with sysctl, or grant CAP_PERFMON"),
    N_("this kernel has no perf_event_open (ENOSYS)"),
    N_("memwall was built without PAPI: install libpapi-dev and build again"),
    /* What works here. */
    N_("a virtual machine: cache sizes may not be real"),
    N_("only to compare with: package libblis4"),
    N_("{} of {} threads"),
    N_("a quarter of what is free"),
    N_("a quarter of what its control group leaves"),
    N_("half of what ulimit leaves"),
    N_("the system gives fewer threads than there are processors"),
    N_("it was built without threads: on several cores it is no yardstick"),
    N_("its kernels use narrower vectors than ours: it is a weak yardstick here"),
    /* Numbers that are not there. */
    N_("OpenBLAS is not instrumented"),
    N_("BLIS is not instrumented"),
    N_("the value is not finite"),
    N_("the machine's roofs are not known here"),
    N_("verification was not asked for"),
    N_("its simulation takes more than {} s: memwall model"),
    NULL,
};

const char *const *mw_reason_list(void)
{
    return sentences;
}

static size_t digits(const char *at)
{
    size_t count = 0;
    while (isdigit((unsigned char)at[count]))
        count++;
    return count;
}

/* The length of "12", "0.5" or "1e-05" at the beginning; 0 without one. */
static size_t number_length(const char *at)
{
    size_t length = digits(at);
    if (length == 0)
        return 0;
    if (at[length] == '.' && digits(at + length + 1))
        length += 1 + digits(at + length + 1);
    if (at[length] == 'e' && at[length + 1] && strchr("+-", at[length + 1]))
        length += 2 + digits(at + length + 2);
    return length;
}

const char *mw_level_word(const char *name)
{
    static const char *const words[] = {N_("main memory"), N_("largest tested")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return _(words[i]);
    return name;
}

/* The length of "L2", "LLC" or "DRAM" at the beginning; a level whose name is words, "main memory",
 * is a figure only where a sentence begins with it: elsewhere it may be the sentence's own. */
static size_t level_length(const char *at, bool sentence_begins)
{
    static const char *const names[] = {"main memory", "L1", "L2", "L3", "L4", "LLC", "DRAM"};
    for (size_t i = sentence_begins ? 0 : 1; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(at, names[i], length) == 0 && !isalnum((unsigned char)at[length]))
            return length;
    }
    return 0;
}

/* A sentence and what stands in it for the figures. */
typedef struct figures {
    char text[FIGURES][FIGURE_TEXT];
    size_t count;
} figures;

/* The key of a sentence; `found` may be NULL. */
static void take_apart(const char *english, char key[MW_REASON_TEXT], figures *found)
{
    size_t used = 0, count = 0;
    bool in_word = false;
    while (*english && used + 3 < MW_REASON_TEXT) {
        size_t length = in_word || count == FIGURES ? 0 : number_length(english);
        if (length == 0 && !in_word && count < FIGURES)
            length = level_length(english, used == 0);
        if (length > 0) {
            if (found) {
                char figure[FIGURE_TEXT];
                snprintf(figure, sizeof figure, "%.*s", (int)length, english);
                snprintf(found->text[count], FIGURE_TEXT, "%s", mw_level_word(figure));
            }
            count++;
            memcpy(key + used, "{}", 2);
            used += 2;
            english += length;
        } else {
            in_word = isalnum((unsigned char)*english);
            key[used++] = *english++;
        }
    }
    key[used] = '\0';
    if (found)
        found->count = count;
}

void mw_reason_key(const char *english, char key[MW_REASON_TEXT])
{
    take_apart(english, key, NULL);
}

/* What "{}" or "{2}" at the beginning stands for, and its length; 0 where nothing does. */
static size_t placeholder(const char *at, const figures *known, size_t *next, const char **text)
{
    size_t index = *next;
    if (at[0] != '{')
        return 0;
    size_t length = 2;
    if (isdigit((unsigned char)at[1])) {
        index = (size_t)(at[1] - '1');
        length = 3;
    }
    if (at[length - 1] != '}' || index >= known->count)
        return 0;
    *text = known->text[index];
    ++*next;
    return length;
}

const char *mw_reason(const char *english, char text[MW_REASON_TEXT])
{
    char key[MW_REASON_TEXT];
    figures known;
    take_apart(english, key, &known);
    const char *said = _(key);
    if (said == key) {
        snprintf(text, MW_REASON_TEXT, "%s", english);
        return text;
    }
    size_t used = 0, next = 0;
    while (*said && used + 1 < MW_REASON_TEXT) {
        const char *figure;
        size_t length = placeholder(said, &known, &next, &figure);
        if (length > 0) {
            int put = snprintf(text + used, MW_REASON_TEXT - used, "%s", figure);
            used = used + (size_t)put < MW_REASON_TEXT ? used + (size_t)put : MW_REASON_TEXT - 1;
            said += length;
        } else {
            text[used++] = *said++;
        }
    }
    text[used] = '\0';
    return text;
}

const char *mw_reason_of_error(const json_t *error, char text[MW_REASON_TEXT])
{
    const json_t *left_out = json_object_get(error, "left_out");
    const char *message = json_string_value(json_object_get(error, "message"));
    char said[MW_REASON_TEXT];
    mw_reason(message ? message : "", said);
    if (!json_is_integer(left_out)) {
        memcpy(text, said, MW_REASON_TEXT);
        return text;
    }
    snprintf(text, MW_REASON_TEXT,
             _("records that do not fit any more and are left out: %d; the first because %s"),
             (int)json_integer_value(left_out), said);
    return text;
}
