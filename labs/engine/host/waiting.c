#include "labs/engine/host/waiting.h"

#include <stdio.h>
#include <string.h>

static int64_t number_of(const json_t *entry, const char *name)
{
    return json_integer_value(json_object_get(entry, name));
}

static const char *text_of(const json_t *entry, const char *name)
{
    const char *text = json_string_value(json_object_get(entry, name));
    return text ? text : "";
}

bool mw_waiting_attempt(const json_t *waiting, const char *lab, mw_attempt *attempt)
{
    bool newer = false;
    size_t index;
    json_t *each;
    json_array_foreach(waiting, index, each)
    {
        if (strcmp(text_of(each, "lab"), lab) != 0 || number_of(each, "attempt") <= attempt->id)
            continue;
        newer = true;
        attempt->id = number_of(each, "attempt");
        snprintf(attempt->seed, sizeof attempt->seed, "%s", text_of(each, "seed"));
    }
    return newer;
}

void mw_attempt_note_measured(mw_attempt *attempt, const json_t *record, int64_t at)
{
    const char *what = json_string_value(json_object_get(json_object_get(record, "event"), "e"));
    if (what && strcmp(what, "result") == 0)
        attempt->measured_at = at;
}

static void drop_record(json_t *records, int64_t seq)
{
    for (size_t i = json_array_size(records); i-- > 0;)
        if (number_of(json_array_get(records, i), "seq") == seq)
            json_array_remove(records, i);
}

/* As the file would give it. */
static json_t *record_of(const json_t *entry)
{
    static const char *const members[] = {"seq", "event", "version", "digest", "verdicts"};
    json_t *record = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_t *value = json_object_get(entry, members[i]);
        if (value)
            json_object_set(record, members[i], value);
    }
    return record;
}

void mw_waiting_records(const json_t *waiting, mw_attempt *attempt)
{
    size_t index;
    json_t *each;
    json_array_foreach(waiting, index, each)
    {
        if (number_of(each, "attempt") != attempt->id)
            continue;
        int64_t seq = number_of(each, "seq");
        if (json_object_get(each, "drop")) {
            drop_record(attempt->records, seq);
        } else if (seq > attempt->last_seq) { /* else it was written a moment ago */
            json_t *record = record_of(each);
            mw_attempt_note_measured(attempt, record, number_of(each, "at"));
            json_array_append_new(attempt->records, record);
            attempt->last_seq = seq;
        }
    }
}

void mw_waiting_summaries(const json_t *waiting, json_t *all)
{
    size_t index;
    json_t *each;
    json_array_foreach(waiting, index, each)
    {
        json_t *summary = json_object_get(each, "summary");
        if (summary)
            json_object_set(all, text_of(each, "lab"), summary);
    }
}

const char *mw_waiting_last(const json_t *waiting)
{
    for (size_t i = json_array_size(waiting); i-- > 0;) {
        const json_t *entry = json_array_get(waiting, i);
        if (json_object_get(entry, "summary"))
            return text_of(entry, "lab");
    }
    return NULL;
}
