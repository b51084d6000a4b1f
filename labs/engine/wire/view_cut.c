/* view_cut.c: takes the least needed members from a view until it fits its packet. */
#include "labs/engine/wire/wire.h"

#include <stdio.h>

/* What a view can do without, the most expendable first: pictures, then words, then what asks. The
 * step, its actions and the score are what a student needs to go on. */
static const struct {
    const char *member, *inside; /* inside: a list in the member, or NULL: the member itself */
    enum { GONE, NO_LIST, NO_TEXT } becomes;
} expendable[] = {
    {"chart", NULL, GONE},           {"roofline", "points", NO_LIST},
    {"roofline", "links", NO_LIST},  {"counters", NULL, NO_LIST},
    {"hint", "texts", NO_LIST},      {"notices", NULL, NO_LIST},
    {"text", NULL, NO_TEXT},         {"feedback", NULL, NO_LIST},
    {"roofline", "memory", NO_LIST}, {"roofline", "compute", NO_LIST},
    {"attempt", NULL, GONE},         {"steps", NULL, NO_LIST},
    {"controls", NULL, NO_LIST},     {"fields", NULL, NO_LIST},
    {"roofline", NULL, GONE},
};

static void take_away(json_t *view, size_t at)
{
    const char *member = expendable[at].member, *inside = expendable[at].inside;
    json_t *there = json_object_get(view, member);
    if (!there)
        return;
    json_t *instead = expendable[at].becomes == NO_LIST   ? json_array()
                      : expendable[at].becomes == NO_TEXT ? json_string("")
                                                          : NULL;
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
