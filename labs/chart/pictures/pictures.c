/* pictures.c: what is done with a picture of any kind. */
#include "labs/chart/pictures/pictures.h"

#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"

const mw_picture_kind *mw_picture_kind_named(const char *name)
{
    for (const mw_picture_kind *const *kind = mw_picture_list; *kind; kind++)
        if (strcmp((*kind)->name, name) == 0)
            return *kind;
    return NULL;
}

const mw_picture_kind *mw_picture_kind_of(const json_t *json)
{
    return mw_picture_kind_named(mw_json_text(json, "kind"));
}

bool mw_picture_present(const json_t *json)
{
    const mw_picture_kind *kind = mw_picture_kind_of(json);
    return kind && kind->present(json);
}

mw_picture *mw_picture_new(const json_t *json, const mw_picture_wish *wish, const mw_medium *medium)
{
    static const mw_picture_wish none = {0};
    const mw_picture_kind *kind = mw_picture_kind_of(json);
    mw_picture *picture = kind ? calloc(1, kind->size) : NULL;
    if (!picture)
        return NULL;
    picture->kind = kind;
    picture->json = json;
    picture->drawing = (mw_drawing){.medium = medium, .plan = kind->plan, .draw = kind->draw};
    kind->read(picture, wish ? wish : &none);
    return picture;
}

json_t *mw_picture_rows(const json_t *json)
{
    const mw_picture_kind *kind = mw_picture_kind_of(json);
    json_t *rows = json_array();
    if (kind)
        kind->fill(json, rows);
    return rows;
}

void mw_picture_tell(const json_t *json, const mw_teller *teller)
{
    const mw_picture_kind *kind = mw_picture_kind_of(json);
    if (!kind || !kind->present(json))
        return;
    if (kind->tell) {
        kind->tell(json, teller);
        return;
    }
    json_t *rows = mw_picture_rows(json);
    mw_tell(teller, "\n%s", mw_json_text(json, "title"));
    mw_rows_tell(rows, kind->rows, teller);
    json_decref(rows);
}
