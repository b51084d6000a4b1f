/* waiting.c: goes through unwritten entries, and adds or drops records and summaries. */
#include "labs/engine/host/waiting.h"

#include "labs/engine/wire/member.h"

#include <stdio.h>
#include <string.h>

static int64_t number_of(const json_t *entry, const char *name)
{
    return json_integer_value(json_object_get(entry, name));
}

bool mw_waiting_attempt(const json_t *waiting, const char *lab, mw_attempt *attempt)
{
    bool newer = false;
    size_t index;
    json_t *each;
    json_array_foreach(waiting, index, each)
    {
        if (strcmp(mw_json_text(each, "lab"), lab) != 0 ||
            number_of(each, "attempt") <= attempt->id)
            continue;
        newer = true;
        attempt->id = number_of(each, "attempt");
        snprintf(attempt->seed, sizeof attempt->seed, "%s", mw_json_text(each, "seed"));
    }
    return newer;
}

static void drop_record(json_t *records, int64_t seq)
{
    for (size_t i = json_array_size(records); i-- > 0;)
        if (number_of(json_array_get(records, i), "seq") == seq)
            json_array_remove(records, i);
}

static void add_record(mw_attempt *attempt, json_t *record, int64_t at)
{
    mw_attempt_note_measured(attempt, record, at);
    json_array_append(attempt->records, record);
    attempt->last_seq = number_of(record, "seq");
}

void mw_waiting_records(const json_t *waiting, mw_attempt *attempt)
{
    size_t index;
    json_t *each;
    json_array_foreach(waiting, index, each)
    {
        if (number_of(each, "attempt") != attempt->id)
            continue;
        json_t *record = json_object_get(each, "record");
        if (!record)
            drop_record(attempt->records, number_of(each, "drop"));
        else if (number_of(record, "seq") > attempt->last_seq) /* else it was written just now */
            add_record(attempt, record, number_of(each, "at"));
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
            json_object_set(all, mw_json_text(each, "lab"), summary);
    }
}

const char *mw_waiting_last(const json_t *waiting)
{
    for (size_t i = json_array_size(waiting); i-- > 0;) {
        const json_t *entry = json_array_get(waiting, i);
        if (json_object_get(entry, "summary"))
            return mw_json_text(entry, "lab");
    }
    return NULL;
}
