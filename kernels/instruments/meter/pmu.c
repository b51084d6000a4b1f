#include "meter/pmu.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* PAPI's numbers, which its header would give: this file is also built and tested without it. */
enum { OK = 0, NO_SET = -1, NOT_THERE = -7, NOT_PERMITTED = -15 };

const char *mw_pmu_error_name(int code)
{
    static const char *const names[] = {
        [1] = "was refused as invalid",    [2] = "found no memory",
        [3] = "failed in a system call",   [4] = "is not supported by PAPI's component",
        [5] = "lost its counters",         [6] = "met an error inside PAPI",
        [7] = "does not exist here",       [8] = "finds no free counter",
        [9] = "was not running",           [10] = "is counted by someone else",
        [11] = "has no event set",         [12] = "is no preset here",
        [13] = "has no counters here",     [14] = "failed for an unknown reason",
        [15] = "is not permitted",         [16] = "came before PAPI was started",
        [17] = "has no component",         [18] = "is not supported",
        [19] = "is not implemented",       [20] = "overflowed a buffer",
        [21] = "does not count user mode", [26] = "waits for a component",
        [27] = "needs several passes",
    };
    size_t index = code < 0 && code > -28 ? (size_t)-code : 0;
    const char *name = index < sizeof names / sizeof *names ? names[index] : NULL;
    return name ? name : "failed with an unknown code";
}

static size_t terms_of(const mw_event_recipe *recipe)
{
    size_t count = 0;
    while (count < MW_EVENT_TERMS && recipe->term[count].event)
        count++;
    return count;
}

/* An event set that counts, and which terms are in it. */
typedef struct counting {
    int set;
    size_t count;
    size_t term[MW_EVENT_TERMS]; /* index of each counted term in the recipe */
    int code;                    /* of what failed */
    const char *event;           /* that failed, or NULL: the set itself */
} counting;

static void discard(const mw_pmu_calls *calls, counting *c)
{
    if (c->set == NO_SET)
        return;
    calls->cleanup_eventset(c->set);
    calls->destroy_eventset(&c->set);
    c->set = NO_SET;
}

/* False with code and event. */
static bool start(const mw_pmu_calls *calls, const mw_event_recipe *recipe, counting *c)
{
    *c = (counting){.set = NO_SET};
    if ((c->code = calls->create_eventset(&c->set)) != OK) {
        c->set = NO_SET;
        return false;
    }
    bool good = true;
    int missing = OK;
    const char *missed = NULL;
    for (size_t i = 0; i < terms_of(recipe) && good; i++) {
        int code = calls->add_named_event(c->set, recipe->term[i].event);
        if (code == OK) {
            c->term[c->count++] = i;
        } else {
            missing = code;
            missed = recipe->term[i].event;
            good = recipe->any_of && code == NOT_THERE;
        }
    }
    if (!good || c->count == 0) {
        c->code = missing;
        c->event = missed;
        good = false;
    } else if ((c->code = calls->start(c->set)) != OK) {
        c->event = recipe->term[c->term[0]].event;
        good = false;
    }
    if (!good)
        discard(calls, c);
    return good;
}

/* The weighted sum, or -1 with the code. Counts below zero come from broken extrapolation. */
static double stop(const mw_pmu_calls *calls, const mw_event_recipe *recipe, counting *c)
{
    long long values[MW_EVENT_TERMS] = {0};
    double sum = 0;
    c->code = calls->stop(c->set, values);
    bool good = c->code == OK;
    for (size_t i = 0; i < c->count; i++) {
        good = good && values[i] >= 0;
        sum += (double)values[i] * recipe->term[c->term[i]].weight;
    }
    discard(calls, c);
    return good ? sum : -1;
}

static unsigned long this_thread(void)
{
    return (unsigned long)pthread_self();
}

static void say(mw_hardware *hardware, mw_hardware_state state, const char *short_reason,
                const char *reason)
{
    hardware->state = state;
    snprintf(hardware->short_reason, sizeof hardware->short_reason, "%s", short_reason);
    snprintf(hardware->reason, sizeof hardware->reason, "%s", reason);
}

static bool start_papi(const mw_pmu_calls *calls, mw_hardware *hardware)
{
    char line[160];
    int code = OK;
    if (calls->is_initialized() == 0) {
        int version = calls->library_init(calls->version);
        if (version != calls->version) {
            if (version > 0)
                snprintf(line, sizeof line,
                         "PAPI does not start: another version is installed than memwall was "
                         "built with");
            else
                snprintf(line, sizeof line, "PAPI does not start: it %s",
                         mw_pmu_error_name(version));
            say(hardware, MW_HARDWARE_FAILED, "PAPI failed", line);
            return false;
        }
    }
    if ((code = calls->thread_init(this_thread)) != OK) {
        snprintf(line, sizeof line, "PAPI does not know threads: it %s", mw_pmu_error_name(code));
        say(hardware, MW_HARDWARE_FAILED, "PAPI failed", line);
        return false;
    }
    return true;
}

/* The first recipe that counts; the reason of the first one that does not is kept, because it is
 * the best we could have had. */
static void choose(mw_pmu *pmu, mw_event_quantity quantity)
{
    size_t count;
    const mw_event_recipe *recipes = mw_event_recipes(&count);
    char *why = pmu->why_not[quantity];
    const size_t size = sizeof pmu->why_not[quantity];
    snprintf(why, size, "no event for this on this CPU");
    bool first = true;
    for (size_t i = 0; i < count && !pmu->chosen[quantity]; i++) {
        counting c;
        if (recipes[i].quantity != quantity || !mw_event_fits(&recipes[i], pmu->cpu))
            continue;
        if (start(pmu->calls, &recipes[i], &c)) {
            if (stop(pmu->calls, &recipes[i], &c) >= 0) {
                pmu->chosen[quantity] = &recipes[i];
                return;
            }
            c.event = recipes[i].term[0].event;
        }
        /* An event that does not exist says less than one that is there and is refused. */
        if (first || c.code == NOT_PERMITTED)
            snprintf(why, size, "%s %s", c.event ? c.event : "PAPI", mw_pmu_error_name(c.code));
        first = false;
    }
}

static void summarise(const mw_pmu *pmu, mw_hardware *hardware)
{
    size_t used = 0;
    *hardware->reason = '\0';
    for (int q = 0; q < MW_EVENT_QUANTITIES; q++) {
        const char *label = pmu->chosen[q] ? pmu->chosen[q]->label : "";
        snprintf(hardware->event[q], sizeof hardware->event[q], "%s", label);
        if (!*label || used >= sizeof hardware->reason)
            continue;
        used +=
            (size_t)snprintf(hardware->reason + used, sizeof hardware->reason - used, "%s%s: %s",
                             used ? "; " : "", mw_event_quantity_name((mw_event_quantity)q), label);
    }
    if (used > 0)
        return;
    char line[160];
    int version = pmu->calls->version;
    snprintf(line, sizeof line, "PAPI %d.%d.%d does not know this CPU's events%s%s%s (%s)",
             version >> 24 & 255, version >> 16 & 255, version >> 8 & 255, pmu->cpu ? " (" : "",
             pmu->cpu ? pmu->cpu->name : "", pmu->cpu ? ")" : "", pmu->why_not[0]);
    say(hardware, MW_HARDWARE_UNKNOWN_CPU, "CPU unknown to PAPI", line);
}

void mw_pmu_probe(mw_pmu *pmu, const mw_pmu_calls *calls, mw_hardware *hardware)
{
    static const mw_pmu none;
    *pmu = none;
    pmu->calls = calls;
    mw_hardware_classify(calls->open_cycles(), calls->paranoid(), hardware);
    if (hardware->state != MW_HARDWARE_PRESENT || !start_papi(calls, hardware)) {
        for (int q = 0; q < MW_EVENT_QUANTITIES; q++)
            snprintf(pmu->why_not[q], sizeof pmu->why_not[q], "%s", hardware->short_reason);
        return;
    }
    mw_pmu_processor processor = {0};
    if (calls->processor(&processor) == OK)
        pmu->cpu = mw_event_cpu_find(processor.maker, processor.family, processor.model);
    for (int q = 0; q < MW_EVENT_QUANTITIES; q++)
        choose(pmu, (mw_event_quantity)q);
    summarise(pmu, hardware);
}

mw_number mw_pmu_count(const mw_pmu *pmu, mw_event_quantity quantity,
                       mw_status (*work)(void *context), void *context)
{
    bool flops = quantity == MW_EVENT_FLOPS_F32 || quantity == MW_EVENT_FLOPS_F64;
    mw_unit unit = flops ? MW_UNIT_FLOP : MW_UNIT_BYTE;
    const mw_event_recipe *recipe = pmu->chosen[quantity];
    char why[96];
    counting c;
    if (!recipe)
        return mw_number_absent(unit, MW_MEASURED, pmu->why_not[quantity]);
    if (!start(pmu->calls, recipe, &c)) {
        snprintf(why, sizeof why, "%.40s %.50s", c.event ? c.event : "PAPI",
                 mw_pmu_error_name(c.code));
        return mw_number_absent(unit, MW_MEASURED, why);
    }
    mw_status status = work(context);
    double sum = stop(pmu->calls, recipe, &c);
    if (status)
        return mw_number_absent(unit, MW_MEASURED, "the run that was counted did not finish");
    if (sum < 0) {
        snprintf(why, sizeof why, "%.40s %.50s", recipe->label,
                 c.code ? mw_pmu_error_name(c.code) : "counted below zero");
        return mw_number_absent(unit, MW_MEASURED, why);
    }
    double line = recipe->per_line ? (pmu->cpu ? pmu->cpu->line_bytes : 64) : 1;
    return mw_number_of(sum * line, unit, MW_MEASURED);
}
