/* pmu.c: starts the first recipe that counts; PAPI's codes become reasons. */
#include "meter/pmu.h"

#include <pthread.h>
#include <stdio.h>

/* PAPI's numbers, which its header would give: this file is also built and tested without it. */
enum { OK = 0, NO_SET = -1, NOT_THERE = -7, NOT_PERMITTED = -15 };

mw_reason_id mw_pmu_reason(int code)
{
    static const mw_reason_id known[] = {
        [1] = MW_REASON_EVENT_INVALID,       [2] = MW_REASON_EVENT_NO_MEMORY,
        [3] = MW_REASON_EVENT_SYSTEM,        [4] = MW_REASON_EVENT_COMPONENT,
        [5] = MW_REASON_EVENT_LOST,          [6] = MW_REASON_EVENT_BUG,
        [7] = MW_REASON_EVENT_NOT_HERE,      [8] = MW_REASON_EVENT_CONFLICT,
        [9] = MW_REASON_EVENT_NOT_RUNNING,   [10] = MW_REASON_EVENT_TAKEN,
        [11] = MW_REASON_EVENT_NO_SET,       [12] = MW_REASON_EVENT_NO_PRESET,
        [13] = MW_REASON_EVENT_NO_COUNTERS,  [14] = MW_REASON_EVENT_FAILED,
        [15] = MW_REASON_EVENT_REFUSED,      [16] = MW_REASON_EVENT_EARLY,
        [17] = MW_REASON_EVENT_NO_COMPONENT, [18] = MW_REASON_EVENT_UNSUPPORTED,
        [19] = MW_REASON_EVENT_UNMADE,       [20] = MW_REASON_EVENT_OVERFLOW,
        [21] = MW_REASON_EVENT_NO_USER_MODE, [26] = MW_REASON_EVENT_WAITS,
        [27] = MW_REASON_EVENT_PASSES,
    };
    size_t index = code < 0 && code > -28 ? (size_t)-code : 0;
    mw_reason_id id = index < sizeof known / sizeof *known ? known[index] : MW_REASON_NONE;
    return id ? id : MW_REASON_EVENT_UNKNOWN;
}

/* What a code says of an event, or of PAPI itself (NULL). */
static mw_reason because(int code, const char *event)
{
    return mw_reason_of(mw_pmu_reason(code),
                        (const mw_reason_figure[]){{.word = event ? event : "PAPI"}});
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

static bool start_papi(const mw_pmu_calls *calls, mw_hardware *hardware)
{
    int code = OK;
    if (calls->is_initialized() == 0) {
        int version = calls->library_init(calls->version);
        if (version != calls->version) {
            mw_hardware_say(hardware, MW_HARDWARE_FAILED, MW_REASON_PAPI_FAILED,
                            version > 0 ? mw_reason_of(MW_REASON_PAPI_OTHER_VERSION, NULL)
                                        : because(version, NULL));
            return false;
        }
    }
    if ((code = calls->thread_init(this_thread)) != OK) {
        mw_hardware_say(hardware, MW_HARDWARE_FAILED, MW_REASON_PAPI_FAILED, because(code, NULL));
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
    mw_reason *why = &pmu->why_not[quantity];
    *why = mw_reason_of(MW_REASON_NO_EVENT, NULL);
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
            *why = because(c.code, c.event);
        first = false;
    }
}

static void summarise(const mw_pmu *pmu, mw_hardware *hardware)
{
    size_t used = 0;
    char found[MW_REASON_TOLD_BYTES] = "";
    for (int q = 0; q < MW_EVENT_QUANTITIES; q++) {
        const char *label = pmu->chosen[q] ? pmu->chosen[q]->label : "";
        snprintf(hardware->event[q], sizeof hardware->event[q], "%s", label);
        if (!*label || used >= sizeof found)
            continue;
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s: %s", used ? "; " : "",
                                 mw_event_quantity_name((mw_event_quantity)q), label);
    }
    hardware->reason = mw_reason_told(found);
    if (used > 0)
        return;
    char text[32];
    int version = pmu->calls->version;
    snprintf(text, sizeof text, "%d.%d.%d", version >> 24 & 255, version >> 16 & 255,
             version >> 8 & 255);
    mw_hardware_say(hardware, MW_HARDWARE_UNKNOWN_CPU, MW_REASON_CPU_UNKNOWN,
                    pmu->cpu ? MW_BECAUSE(EVENTS_UNKNOWN, {.word = text}, {.word = pmu->cpu->name})
                             : MW_BECAUSE(CPU_UNKNOWN_LONG, {.word = text}));
}

void mw_pmu_probe(mw_pmu *pmu, const mw_pmu_calls *calls, mw_hardware *hardware)
{
    static const mw_pmu none;
    *pmu = none;
    pmu->calls = calls;
    mw_hardware_classify(calls->open_cycles(), calls->paranoid(), hardware);
    if (hardware->state != MW_HARDWARE_PRESENT || !start_papi(calls, hardware)) {
        for (int q = 0; q < MW_EVENT_QUANTITIES; q++)
            pmu->why_not[q] = hardware->brief;
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
    counting c;
    if (!recipe)
        return mw_number_absent(unit, MW_MEASURED, pmu->why_not[quantity]);
    if (!start(pmu->calls, recipe, &c))
        return mw_number_absent(unit, MW_MEASURED, because(c.code, c.event));
    mw_status status = work(context);
    double sum = stop(pmu->calls, recipe, &c);
    if (status != MW_OK)
        return mw_number_absent(unit, MW_MEASURED,
                                mw_reason_of(MW_REASON_COUNTED_RUN_FAILED, NULL));
    if (sum < 0)
        return mw_number_absent(unit, MW_MEASURED,
                                c.code ? because(c.code, recipe->label)
                                       : MW_BECAUSE(EVENT_NEGATIVE, {.word = recipe->label}));
    double line = recipe->per_line ? (pmu->cpu ? pmu->cpu->line_bytes : 64) : 1;
    return mw_number_of(sum * line, unit, MW_MEASURED);
}
