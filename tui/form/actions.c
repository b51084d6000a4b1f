/* actions.c: which actions a screen has and allows now, and which of them a search finds. */
#include "tui/form/actions.h"

#include <ctype.h>
#include <string.h>

#include "labs/view/pictures.h"
#include "tui/form/form.h"

static const mw_action actions[MW_ACTION_COUNT] = {
#define MW_ACTION_ROW(id, contexts, needs, unless, keys, rank, name, help)                         \
    [MW_ACTION_##id] = {contexts, needs, unless, keys, rank, name, help},
    MW_ACTION_TABLE(MW_ACTION_ROW)
#undef MW_ACTION_ROW
};

const mw_action *mw_action_of(mw_action_id id)
{
    return &actions[id];
}

unsigned mw_action_screen(const mw_model *model)
{
    return model->screen == MW_SCREEN_COURSE ? MW_IN_COURSE
           : model->screen == MW_SCREEN_LAB  ? MW_IN_LAB
                                             : MW_IN_MACHINE;
}

unsigned mw_action_context(const mw_model *model)
{
    switch (model->overlay) {
    case MW_OVERLAY_HELP:
        return MW_IN_HELP;
    case MW_OVERLAY_PALETTE:
        return MW_IN_PALETTE;
    case MW_OVERLAY_LOG:
        return MW_IN_LOG;
    case MW_OVERLAY_NONE:
        break;
    }
    return mw_action_screen(model);
}

static unsigned offered(const json_t *view)
{
    static const struct {
        const char *name;
        unsigned bit;
    } names[] = {{"submit", MW_IF_SUBMIT}, {"run", MW_IF_RUN},           {"sweep", MW_IF_SWEEP},
                 {"hint", MW_IF_HINT},     {"compare", MW_IF_COMPARE},   {"undo", MW_IF_UNDO},
                 {"next", MW_IF_NEXT},     {"previous", MW_IF_PREVIOUS}, {"wait", MW_IF_WAIT}};
    unsigned state = 0;
    size_t at;
    json_t *item;
    json_array_foreach(json_object_get(view, "actions"), at, item)
    {
        const char *name = json_string_value(item);
        for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
            state |= strcmp(names[i].name, name) == 0 ? names[i].bit : 0;
    }
    return state;
}

/* What holds on the screen itself, whatever lies over it. */
static unsigned screen_state(const mw_model *model)
{
    unsigned state = 0;
    state |= model->running ? MW_IF_RUNNING : 0u;
    state |= model->calibrating ? MW_IF_CALIBRATING : 0u;
    state |= model->first_start ? MW_IF_FIRST : 0u;
    if (model->screen == MW_SCREEN_COURSE && model->search[0] != '\0')
        state |= MW_IF_MATCH;
    if (model->screen != MW_SCREEN_LAB || !model->view)
        return state;
    state |= MW_IF_LAB | offered(model->view);
    const mw_field_kind *kind = mw_form_focused(model).kind;
    state |= model->more_panels ? MW_IF_PANELS : 0u;
    state |= mw_view_levelled(model->view) ? MW_IF_BYTES : 0u;
    state |= mw_form_can_focus(model) ? MW_IF_FIELDS : 0u;
    state |= kind && kind->choose ? MW_IF_OPTIONS : 0u;
    state |= kind && (kind->turn || kind->push) ? MW_IF_ADJUST : 0u;
    return state;
}

/* Whether letters go into a field or a search of the screen itself. */
static unsigned screen_typing(const mw_model *model)
{
    const bool typing = model->screen == MW_SCREEN_COURSE ? model->searching
                        : model->screen == MW_SCREEN_LAB  ? model->typing
                                                          : false;
    return typing ? MW_IF_TYPING : 0u;
}

unsigned mw_action_state(const mw_model *model)
{
    unsigned state = screen_state(model);
    if (model->overlay == MW_OVERLAY_PALETTE)
        state |= MW_IF_TYPING;
    else if (model->overlay == MW_OVERLAY_NONE)
        state |= screen_typing(model);
    return state;
}

bool mw_action_valid(mw_action_id id, unsigned context, unsigned state)
{
    const mw_action *action = &actions[id];
    return (action->contexts & context) && (action->needs & state) == action->needs &&
           !(action->unless & state);
}

mw_action_id mw_action_for(unsigned context, unsigned state, mw_key key)
{
    for (int id = 0; id < MW_ACTION_COUNT; id++) {
        if (!mw_action_valid((mw_action_id)id, context, state))
            continue;
        const char *keys = actions[id].keys;
        for (mw_key one = mw_key_next(&keys); one != MW_KEY_NONE; one = mw_key_next(&keys)) {
            if (one == key)
                return (mw_action_id)id;
        }
    }
    return MW_ACTION_NONE;
}

void mw_action_keys(mw_action_id id, int most, char *text, size_t size)
{
    const char *keys = actions[id].keys;
    size_t used = 0;
    text[0] = '\0';
    for (mw_key key = mw_key_next(&keys); key != MW_KEY_NONE && most > 0 && used < size;
         key = mw_key_next(&keys), most--) {
        char name[MW_KEY_NAME_MAX];
        mw_key_name(key, name);
        used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", name);
    }
}

/* The first key that is not swallowed by what is being typed. */
static bool live_key(const mw_model *model, mw_action_id id, unsigned state, char name[16])
{
    const char *keys = actions[id].keys;
    for (mw_key key = mw_key_next(&keys); key != MW_KEY_NONE; key = mw_key_next(&keys)) {
        if ((state & MW_IF_TYPING) && mw_form_takes(model, key))
            continue;
        mw_key_name(key, name);
        return true;
    }
    return false;
}

void mw_action_footer(mw_model *model)
{
    const unsigned context = mw_action_context(model), state = mw_action_state(model);
    int ranks[MW_FOOTER_MAX];
    model->footer_count = 0;
    for (int id = 0; id < MW_ACTION_COUNT && model->footer_count < MW_FOOTER_MAX; id++) {
        mw_hint_key entry = {.name = _(actions[id].name)};
        if (actions[id].rank == 0 || !mw_action_valid((mw_action_id)id, context, state) ||
            !live_key(model, (mw_action_id)id, state, entry.key))
            continue;
        int at = model->footer_count++;
        for (; at > 0 && ranks[at - 1] > actions[id].rank; at--) {
            ranks[at] = ranks[at - 1];
            model->footer[at] = model->footer[at - 1];
        }
        ranks[at] = actions[id].rank;
        model->footer[at] = entry;
    }
}

size_t mw_action_help(const mw_model *model, mw_action_id *ids, size_t capacity, size_t *now)
{
    const unsigned context = mw_action_screen(model);
    const unsigned state = screen_state(model) | screen_typing(model);
    size_t count = 0;
    *now = 0;
    for (int turn = 0; turn < 2; turn++) {
        for (int id = 0; id < MW_ACTION_COUNT && count < capacity; id++) {
            const bool valid = mw_action_valid((mw_action_id)id, context, state);
            if ((actions[id].contexts & context) && actions[id].keys[0] != '\0' &&
                valid == (turn == 0))
                ids[count++] = (mw_action_id)id;
        }
        if (turn == 0)
            *now = count;
    }
    return count;
}

/* How well `text` holds the letters of `pattern` in order: small is good, -1 is not at all. */
static int mismatch(const char *text, const char *pattern)
{
    int cost = 0, gap = 0;
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == ' ')
            continue;
        const int wanted = tolower((unsigned char)*pattern);
        for (gap = 0; *text != '\0' && tolower((unsigned char)*text) != wanted; text++)
            gap++;
        if (*text == '\0')
            return -1;
        text++;
        cost += gap;
    }
    return cost;
}

static int rate_action(const mw_action *action, const char *pattern)
{
    const int by_name = mismatch(_(action->name), pattern);
    if (by_name >= 0)
        return by_name;
    /* A sentence holds most letters in most orders: there only a whole piece counts. */
    const char *found = strcasestr(_(action->help), pattern);
    return found ? 1000 + (int)(found - _(action->help)) : -1;
}

/* Left out of the palette: these mean something only together with a key. */
static bool is_motion(mw_action_id id)
{
    static const mw_action_id motions[] = {
        MW_ACTION_PALETTE,  MW_ACTION_FIND_DONE, MW_ACTION_FIND_CANCEL, MW_ACTION_PICK,
        MW_ACTION_UP,       MW_ACTION_DOWN,      MW_ACTION_LEFT,        MW_ACTION_RIGHT,
        MW_ACTION_PAGE_UP,  MW_ACTION_PAGE_DOWN, MW_ACTION_FIRST,       MW_ACTION_LAST,
        MW_ACTION_INTERRUPT};
    for (size_t i = 0; i < sizeof motions / sizeof *motions; i++) {
        if (motions[i] == id)
            return true;
    }
    return false;
}

size_t mw_action_palette(const mw_model *model, mw_action_id *ids, size_t capacity)
{
    const unsigned context = mw_action_screen(model), state = screen_state(model);
    int costs[MW_ACTION_COUNT];
    size_t count = 0;
    for (int id = 0; id < MW_ACTION_COUNT && count < capacity; id++) {
        if (is_motion((mw_action_id)id) || !mw_action_valid((mw_action_id)id, context, state))
            continue;
        const int cost = rate_action(&actions[id], model->palette_text);
        if (cost < 0)
            continue;
        size_t at = count++;
        for (; at > 0 && costs[at - 1] > cost; at--) {
            costs[at] = costs[at - 1];
            ids[at] = ids[at - 1];
        }
        costs[at] = cost;
        ids[at] = (mw_action_id)id;
    }
    return count;
}

static void put_action(FILE *file, bool roff, mw_action_id id)
{
    char keys[96];
    mw_action_keys(id, 9, keys, sizeof keys);
    fprintf(file, roff ? ".It Li \\&%s\n%s\n" : "  %-22s %s\n", keys, _(actions[id].help));
}

void mw_action_manual(FILE *file, bool roff)
{
    static const struct {
        unsigned context;
        const char *title;
    } parts[] = {{MW_IN_ALL, N_("Everywhere")},
                 {MW_IN_SCREENS, N_("On every screen")},
                 {MW_IN_LAB, N_("In a lab")},
                 {MW_IN_COURSE, N_("On the course map")},
                 {MW_IN_MACHINE, N_("On the machine screen")},
                 {MW_IN_PALETTE, N_("In the list of commands")},
                 {MW_IN_PAGES, N_("In the help and the log")}};
    bool done[MW_ACTION_COUNT] = {false};
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
        const char *title = _(parts[part].title);
        if (roff)
            fprintf(file, ".Ss \\&%s\n.Bl -tag -width PageDown -compact\n", title);
        else
            fprintf(file, "%s%s\n", part > 0 ? "\n" : "", title);
        for (int id = 0; id < MW_ACTION_COUNT; id++) {
            const unsigned all = actions[id].contexts, wanted = parts[part].context;
            /* The wide parts come first and take what holds in all of them. */
            const bool here = part < 2 ? (all & wanted) == wanted : (all & wanted) != 0;
            if (actions[id].keys[0] == '\0' || done[id] || !here)
                continue;
            put_action(file, roff, (mw_action_id)id);
            done[id] = part < 2;
        }
        if (roff)
            fputs(".El\n", file);
    }
}
