/* reason.c: a reason as JSON and back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/wire.h"

/* JSON has no infinities: a figure that is not finite is null. */
static json_t *figure_to_json(const mw_reason *reason, size_t index)
{
    if (!mw_reason_has_number(reason->id, index))
        return json_string(reason->word[index]);
    double number = reason->number[index];
    return isfinite(number) ? json_real(number) : json_null();
}

json_t *mw_reason_to_json(const mw_reason *reason)
{
    if (reason->id == MW_REASON_NONE || reason->id == MW_REASON_TOLD)
        return json_string(reason->told);
    json_t *figures = json_array();
    for (size_t i = 0; i < mw_reason_figures(reason->id); i++)
        json_array_append_new(figures, figure_to_json(reason, i));
    return json_pack("{s:s, s:o}", "id", mw_reason_name(reason->id), "figures", figures);
}

bool mw_reason_is_json(const json_t *json)
{
    return json_object_size(json) == 2 && json_is_string(json_object_get(json, "id")) &&
           json_is_array(json_object_get(json, "figures"));
}

/* A newer program knows reasons that this one does not: their ids say a little. */
static mw_reason of_object(const json_t *json)
{
    const json_t *figures = json_object_get(json, "figures");
    const char *name = json_string_value(json_object_get(json, "id"));
    mw_reason_id id = mw_reason_parse(name);
    mw_reason_figure given[MW_REASON_FIGURES] = {{.number = 0}};
    if (json_array_size(figures) != mw_reason_figures(id) || id == MW_REASON_TOLD)
        return mw_reason_told(name);
    for (size_t i = 0; i < mw_reason_figures(id); i++) {
        const json_t *figure = json_array_get(figures, i);
        bool number = mw_reason_has_number(id, i);
        if (number ? !json_is_number(figure) && !json_is_null(figure) : !json_is_string(figure))
            return mw_reason_told(name);
        given[i].number = json_is_number(figure) ? json_number_value(figure) : INFINITY;
        given[i].word = json_string_value(figure);
    }
    return id ? mw_reason_of(id, given) : mw_reason_told(name);
}

mw_reason mw_reason_from_json(const json_t *json)
{
    return mw_reason_is_json(json) ? of_object(json) : mw_reason_told(json_string_value(json));
}

const char *mw_reason_place(const mw_reason *reason, char text[MW_REASON_PLACE])
{
    json_t *json = mw_reason_to_json(reason);
    char *written = json_is_object(json) ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (written && strlen(written) + sizeof "{{}}" <= MW_REASON_PLACE)
        snprintf(text, MW_REASON_PLACE, "{{%s}}", written);
    else
        mw_reason_english(reason, text);
    free(written);
    json_decref(json);
    return text;
}

size_t mw_reason_placed(const char *text, mw_reason *reason)
{
    if (strncmp(text, "{{{", 3) != 0)
        return 0;
    json_error_t place;
    json_t *json = json_loads(text + 2, JSON_DISABLE_EOF_CHECK, &place);
    size_t end = json ? 2 + (size_t)place.position : 0;
    bool found = mw_reason_is_json(json) && strncmp(text + end, "}}", 2) == 0;
    if (found)
        *reason = mw_reason_from_json(json);
    json_decref(json);
    return found ? end + 2 : 0;
}
