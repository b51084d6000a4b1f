/* view_cut.c: takes the least needed members from a view until it fits its packet. */
#include "labs/engine/wire/wire.h"

#include <stdio.h>

/* What a view can do without, the most expendable first: pictures but for the first, which is of
 * the whole lab, what is in that, then words, then what asks. The step, its actions and the score
 * are what a student needs to go on. */
static const struct {
    const char *member, *inside; /* inside: a list in the member, or NULL: the member itself */
    enum { NO_LIST, NO_TEXT, GONE, FIRST, BARE } becomes;
} expendable[] = {
    {"pictures", NULL, FIRST},   {"counters", NULL, NO_LIST}, {"hint", "texts", NO_LIST},
    {"notices", NULL, NO_LIST},  {"pictures", NULL, BARE},    {"text", NULL, NO_TEXT},
    {"feedback", NULL, NO_LIST}, {"attempt", NULL, GONE},     {"steps", NULL, NO_LIST},
    {"controls", NULL, NO_LIST}, {"fields", NULL, NO_LIST},   {"pictures", NULL, NO_LIST},
};

/* A picture without its lists: its axes, by which a place is put, stay. */
static json_t *bare_picture(const json_t *picture)
{
    json_t *bare = json_copy((json_t *)picture), *value;
    const char *key;
    json_object_foreach((json_t *)picture, key, value)
    {
        if (json_is_array(value))
            json_object_set_new(bare, key, json_array());
    }
    return bare;
}

static json_t *some_pictures(const json_t *pictures, bool bare)
{
    json_t *some = json_array();
    for (size_t i = 0; i < json_array_size(pictures) && (bare || i < 1); i++) {
        json_t *one = json_array_get(pictures, i);
        json_array_append_new(some, bare ? bare_picture(one) : json_incref(one));
    }
    return some;
}

/* What stands in its place; NULL: nothing. */
static json_t *instead_of(const json_t *there, size_t at)
{
    switch (expendable[at].becomes) {
    case NO_LIST:
        return json_array();
    case NO_TEXT:
        return json_string("");
    case FIRST:
        return some_pictures(there, false);
    case BARE:
        return some_pictures(there, true);
    case GONE:
        break;
    }
    return NULL;
}

static void take_away(json_t *view, size_t at)
{
    const char *member = expendable[at].member, *inside = expendable[at].inside;
    json_t *there = json_object_get(view, member);
    if (!there)
        return;
    json_t *instead = instead_of(there, at);
    if (inside) {
        json_t *copy = json_copy(there);
        json_object_set_new(copy, inside, instead);
        json_object_set_new(view, member, copy);
    } else if (instead) {
        json_object_set_new(view, member, instead);
    } else {
        json_object_del(view, member);
    }
}

json_t *mw_view_cut(const json_t *view, mw_error *error)
{
    char said[sizeof error->message + 64];
    if (mw_view_check(view, error) == MW_OK)
        return json_incref((json_t *)view);
    snprintf(said, sizeof said, "This step is shown in part only: %s", error->message);
    json_t *cut = json_copy((json_t *)view);
    for (size_t i = 0; cut && i < sizeof expendable / sizeof *expendable; i++) {
        take_away(cut, i);
        json_object_set_new(cut, "notices", json_pack("[s]", said));
        mw_error still;
        if (mw_view_check(cut, &still) == MW_OK)
            return cut;
    }
    json_decref(cut);
    return NULL;
}
