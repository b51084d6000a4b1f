/* reason.c: finds reasons in errors and views, and puts their sentences in place. */
#include "labs/locale/reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"

const char *mw_level_word(const char *name)
{
    static const char *const words[] = {N_("main memory"), N_("largest tested")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return _(words[i]);
    return name;
}

const char *mw_reason_said(const mw_reason *reason, char text[MW_REASON_TEXT])
{
    const char *english = mw_reason_sentence(reason->id);
    return mw_reason_write(reason, *english ? _(english) : "", mw_level_word, text);
}

const char *mw_json_said(const json_t *json, char text[MW_REASON_TEXT])
{
    mw_reason reason = mw_reason_from_json(json);
    return mw_reason_said(&reason, text);
}

/* A text without the reasons that stand in it, or NULL where none does; the caller frees it. */
static char *without_places(const char *text)
{
    if (!strstr(text, "{{"))
        return NULL;
    /* A reason becomes MW_REASON_TEXT bytes at most, and takes some itself. */
    size_t places = 0;
    for (const char *at = text; (at = strstr(at, "{{")); at += 2)
        places++;
    char *said = malloc(strlen(text) + places * MW_REASON_TEXT + 1);
    size_t used = 0;
    while (said && *text) {
        mw_reason reason;
        size_t length = mw_reason_placed(text, &reason);
        if (length > 0)
            used += strlen(mw_reason_said(&reason, said + used));
        else
            said[used++] = *text;
        text += length > 0 ? length : 1;
    }
    if (said)
        said[used] = '\0';
    return said;
}

/* What a value of a view becomes, or NULL where it stays as it is. */
static json_t *said_value(const json_t *value)
{
    char text[MW_REASON_TEXT];
    if (mw_reason_is_json(value))
        return json_string(mw_json_said(value, text));
    char *said = json_is_string(value) ? without_places(json_string_value(value)) : NULL;
    json_t *changed = said ? json_string(said) : NULL;
    free(said);
    return changed;
}

/* A view is nested no deeper than the wire allows. */
static void say_members(json_t *json)
{
    const char *key;
    size_t i;
    json_t *value, *changed;
    json_object_foreach(json, key, value)
    {
        if ((changed = said_value(value)))
            json_object_set_new(json, key, changed);
        else
            say_members(value);
    }
    json_array_foreach(json, i, value)
    {
        if ((changed = said_value(value)))
            json_array_set_new(json, i, changed);
        else
            say_members(value);
    }
}

json_t *mw_view_said(json_t *view)
{
    say_members(view);
    return view;
}

const char *mw_reason_of_error(const json_t *error, char text[MW_REASON_TEXT])
{
    const json_t *left_out = json_object_get(error, "left_out");
    const char *given = json_string_value(json_object_get(error, "message"));
    char *said = without_places(given ? given : "");
    const char *message = said ? said : given ? given : "";
    if (!json_is_integer(left_out))
        snprintf(text, MW_REASON_TEXT, "%s", message);
    else
        snprintf(text, MW_REASON_TEXT,
                 _("records that do not fit any more and are left out: %d; the first because %s"),
                 (int)json_integer_value(left_out), message);
    free(said);
    return text;
}
