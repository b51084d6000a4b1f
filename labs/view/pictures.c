/* pictures.c: finding a picture in a view, and the levels that it knows. */
#include "labs/view/pictures.h"

#include <string.h>

#include "labs/engine/wire/member.h"

int mw_view_picture_count(const json_t *view)
{
    return mw_json_count(view, "pictures");
}

const json_t *mw_view_picture_at(const json_t *view, int index)
{
    return mw_json_item(view, "pictures", index);
}

static const json_t *find(const json_t *view, const char *member, const char *text)
{
    for (int i = 0; i < mw_view_picture_count(view); i++) {
        const json_t *picture = mw_view_picture_at(view, i);
        if (strcmp(mw_json_text(picture, member), text) == 0)
            return picture;
    }
    return NULL;
}

const json_t *mw_view_picture(const json_t *view, const char *id)
{
    return find(view, "id", id);
}

const json_t *mw_view_picture_of(const json_t *view, const char *kind)
{
    return find(view, "kind", kind);
}

const json_t *mw_view_levelled(const json_t *view)
{
    for (int i = 0; i < mw_view_picture_count(view); i++)
        if (mw_json_count(mw_view_picture_at(view, i), "levels") > 0)
            return mw_view_picture_at(view, i);
    return NULL;
}

const char *mw_picture_level(const json_t *picture, const char *wanted)
{
    int count = mw_json_count(picture, "levels");
    if (count > 0 && strcmp(wanted, "*") == 0)
        return wanted;
    for (int i = 0; i < count; i++) {
        const char *level = json_string_value(mw_json_item(picture, "levels", i));
        if (level && strcmp(level, wanted) == 0)
            return level;
    }
    return "";
}
