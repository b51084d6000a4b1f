/* figures.c: looks rows of data up, and gives a view the origin that files name. */
#include "tests/figure/figures.h"

#include <string.h>

#include "labs/view/pictures.h"

const json_t *get(const json_t *json, const char *a, const char *b)
{
    return json_object_get(json_object_get(json, a), b);
}

json_t *rows_of(const json_t *data, const char *member, const char *word)
{
    json_t *found = json_array(), *row;
    size_t i;
    json_array_foreach(json_object_get(data, "rows"), i, row)
    {
        const char *text = json_string_value(json_object_get(row, member));
        if (text && strcmp(text, word) == 0)
            json_array_append(found, row);
    }
    return found;
}

json_t *picture_of(const json_t *view, const char *id)
{
    return (json_t *)mw_view_picture(view, id);
}

void note_origin(json_t *view)
{
    json_object_set_new(json_object_get(view, "lab"), "seed", json_string("a seed"));
    json_object_set_new(
        view, "machine",
        json_pack("{s:s, s:s}", "brand", "  Some Processor    ", "verdict", "clean"));
    json_object_set_new(view, "measured", json_string("2026-11-30T18:02:11Z"));
}
