/* form.c: keeps a draft for each field, moves the focus, and builds what is submitted. */
#include "tui/form/form.h"

#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "model/number.h"
#include "tui/form/edit.h"

static int field_count(const mw_model *model)
{
    return (int)json_array_size(json_object_get(model->view, "fields"));
}

static int part_count(const mw_model *model)
{
    return field_count(model) + (int)json_array_size(json_object_get(model->view, "controls"));
}

static bool is_locked(const json_t *field)
{
    return json_is_true(json_object_get(field, "locked"));
}

static mw_draft *draft_of(const mw_model *model, const json_t *field)
{
    const char *id = mw_json_text(field, "id");
    for (int i = 0; i < model->draft_count; i++) {
        if (strncmp(model->drafts[i].field, id, sizeof model->drafts[i].field - 1) == 0)
            return (mw_draft *)&model->drafts[i];
    }
    return NULL;
}

static mw_form_part part_of(const json_t *field)
{
    static const struct {
        const char *kind;
        mw_form_part part;
    } kinds[] = {{"number", MW_FORM_NUMBER},
                 {"text", MW_FORM_TEXT},
                 {"choice", MW_FORM_CHOICE},
                 {"choices", MW_FORM_CHOICES},
                 {"place", MW_FORM_PLACE}};
    const char *kind = mw_json_text(field, "kind");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].part;
    }
    return MW_FORM_NOTHING;
}

/* The part at `index`, or MW_FORM_NOTHING when it cannot have the focus. */
static mw_form_focus part_at(const mw_model *model, int index)
{
    const mw_form_focus nothing = {MW_FORM_NOTHING, NULL, NULL};
    const int fields = field_count(model);
    if (index < 0 || index >= part_count(model))
        return nothing;
    if (index >= fields) {
        json_t *controls = json_object_get(model->view, "controls");
        return (mw_form_focus){MW_FORM_CONTROL, json_array_get(controls, (size_t)(index - fields)),
                               NULL};
    }
    json_t *field = json_array_get(json_object_get(model->view, "fields"), (size_t)index);
    mw_draft *draft = draft_of(model, field);
    if (is_locked(field) || !draft)
        return nothing;
    return (mw_form_focus){part_of(field), field, draft};
}

mw_form_focus mw_form_focused(const mw_model *model)
{
    return part_at(model, model->focus);
}

bool mw_form_can_focus(const mw_model *model)
{
    for (int i = 0; i < part_count(model); i++) {
        if (part_at(model, i).part != MW_FORM_NOTHING)
            return true;
    }
    return false;
}

void mw_form_focus_at(mw_model *model, int index)
{
    const mw_form_part part = part_at(model, index).part;
    model->focus = part == MW_FORM_NOTHING ? -1 : index;
    model->typing = part == MW_FORM_NUMBER || part == MW_FORM_TEXT || part == MW_FORM_PLACE;
}

void mw_form_move_focus(mw_model *model, int direction)
{
    const int count = part_count(model);
    int index = model->focus < 0 && direction < 0 ? count : model->focus;
    for (int tried = 0; tried < count; tried++) {
        index = (index + direction + count) % count;
        if (part_at(model, index).part != MW_FORM_NOTHING) {
            mw_form_focus_at(model, index);
            return;
        }
    }
    mw_form_focus_at(model, -1);
}

/* ---- drafts ---- */

static void append_id(mw_draft *draft, const char *id)
{
    const size_t used = strlen(draft->text);
    snprintf(draft->text + used, sizeof draft->text - used, "%s%s", used > 0 ? "," : "", id);
}

static int option_index(const json_t *field, const char *id)
{
    size_t at;
    json_t *option;
    json_array_foreach(json_object_get(field, "options"), at, option)
    {
        if (strcmp(mw_json_text(option, "id"), id) == 0)
            return (int)at;
    }
    return 0;
}

static void fill_draft(mw_draft *draft, const json_t *field)
{
    const json_t *value = json_object_get(field, "value");
    *draft = (mw_draft){0};
    snprintf(draft->field, sizeof draft->field, "%s", mw_json_text(field, "id"));
    if (json_is_string(value)) {
        mw_edit edit = {draft->text, sizeof draft->text, &draft->cursor, true};
        mw_edit_insert(&edit, json_string_value(value));
    } else if (json_is_number(value)) {
        draft->cursor = mw_value_spell(json_number_value(value), draft->text, sizeof draft->text);
    } else if (json_is_array(value)) {
        size_t at;
        json_t *id;
        json_array_foreach(value, at, id)
        {
            if (json_is_string(id))
                append_id(draft, json_string_value(id));
        }
    } else if (json_is_object(value)) {
        draft->x = json_number_value(json_object_get(value, "x"));
        draft->y = json_number_value(json_object_get(value, "y"));
        draft->placed = draft->x > 0 && draft->y > 0;
    }
    draft->option = option_index(field, draft->text);
}

static bool same_step(const json_t *old, const json_t *view)
{
    const json_t *a = json_object_get(old, "step"), *b = json_object_get(view, "step");
    return a && b && strcmp(mw_json_text(a, "id"), mw_json_text(b, "id")) == 0;
}

/* Half-typed text outlives a new view of its step as long as its field is open. */
static void refill_drafts(mw_model *model, bool keep)
{
    mw_draft old[MW_DRAFT_MAX];
    const int old_count = keep ? model->draft_count : 0;
    memcpy(old, model->drafts, sizeof old);
    model->draft_count = 0;
    size_t at;
    json_t *field;
    json_array_foreach(json_object_get(model->view, "fields"), at, field)
    {
        if (model->draft_count == MW_DRAFT_MAX)
            break;
        mw_draft *draft = &model->drafts[model->draft_count++];
        fill_draft(draft, field);
        for (int i = 0; i < old_count; i++) {
            if (strcmp(old[i].field, draft->field) != 0 || is_locked(field))
                continue;
            /* What was sent comes back as the value; a cursor in it stays where it was. */
            const bool same = strcmp(old[i].text, draft->text) == 0 &&
                              old[i].placed == draft->placed && old[i].x == draft->x &&
                              old[i].y == draft->y;
            if (old[i].dirty || same) {
                *draft = old[i];
                draft->dirty = !same;
            }
        }
    }
}

void mw_form_take_view(mw_model *model, json_t *view)
{
    const bool keep = same_step(model->view, view);
    const bool typed = model->typing;
    json_decref(model->view);
    model->view = view;
    refill_drafts(model, keep);
    if (!keep) {
        model->text_scroll = 0;
        model->focus = -1;
        mw_form_move_focus(model, 1);
    } else if (model->focus < 0) {
        mw_form_move_focus(model, 1); /* an answer was taken back: its field is open again */
    } else {
        if (part_at(model, model->focus).part == MW_FORM_NOTHING)
            mw_form_move_focus(model, 1); /* what was answered is closed: on to the next */
        else
            mw_form_focus_at(model, model->focus);
        model->typing = model->typing && typed;
    }
}

/* ---- typing ---- */

static bool fits_number(mw_key key)
{
    return key != '?' && key != ':';
}

static bool has_typed_place(const mw_draft *draft)
{
    return draft->text[0] != '\0' && !draft->placed;
}

/* Letters only continue what was begun, so that they stay commands on the plot. */
static bool fits_place(const mw_draft *draft, mw_key key)
{
    if ((key >= '0' && key <= '9') || key == '.' || key == '(' || key >= 0x80)
        return true;
    return has_typed_place(draft) && fits_number(key);
}

bool mw_form_takes(const mw_model *model, mw_key key)
{
    const bool text = mw_key_is_text(key);
    if (model->overlay != MW_OVERLAY_NONE)
        return text && model->overlay == MW_OVERLAY_PALETTE;
    if (model->screen == MW_SCREEN_COURSE)
        return text && model->searching;
    if (model->screen != MW_SCREEN_LAB || !model->typing)
        return false;
    const mw_form_focus focus = mw_form_focused(model);
    /* A text of several lines keeps Enter for a new line. */
    if (focus.part == MW_FORM_TEXT)
        return text || key == MW_KEY_ENTER;
    return text && ((focus.part == MW_FORM_NUMBER && fits_number(key)) ||
                    (focus.part == MW_FORM_PLACE && fits_place(focus.draft, key)));
}

static mw_edit edit_of(const mw_form_focus *focus)
{
    return (mw_edit){focus->draft->text, sizeof focus->draft->text, &focus->draft->cursor,
                     focus->part == MW_FORM_TEXT};
}

bool mw_form_key(mw_model *model, mw_key key)
{
    const mw_form_focus focus = mw_form_focused(model);
    const bool edits = focus.part == MW_FORM_NUMBER || focus.part == MW_FORM_TEXT;
    if (!model->typing || (!edits && focus.part != MW_FORM_PLACE))
        return false;
    if (mw_key_is_text(key) && !mw_form_takes(model, key))
        return false;
    mw_edit edit = edit_of(&focus);
    if (focus.part == MW_FORM_PLACE) {
        /* Arrows move the cursor in a text, and the mark where there is none. */
        if (!mw_key_is_text(key) && key != MW_KEY_BACKSPACE && key != MW_KEY_WORD_BACKSPACE &&
            !has_typed_place(focus.draft))
            return false;
        if (focus.draft->placed)
            focus.draft->text[0] = '\0';
        focus.draft->placed = false;
    }
    if (!mw_edit_key(&edit, key))
        return false;
    focus.draft->dirty = true;
    return true;
}

void mw_form_paste(mw_model *model, const char *text)
{
    const mw_form_focus focus = mw_form_focused(model);
    if (focus.part != MW_FORM_NUMBER && focus.part != MW_FORM_TEXT && focus.part != MW_FORM_PLACE)
        return;
    mw_edit edit = edit_of(&focus);
    if (focus.part == MW_FORM_PLACE && focus.draft->placed)
        focus.draft->text[0] = '\0';
    mw_edit_insert(&edit, text);
    focus.draft->placed = false;
    focus.draft->dirty = true;
    model->typing = true;
}

/* ---- choices ---- */

bool mw_form_move_option(mw_model *model, int direction)
{
    const mw_form_focus focus = mw_form_focused(model);
    const int count = (int)json_array_size(json_object_get(focus.item, "options"));
    if ((focus.part != MW_FORM_CHOICE && focus.part != MW_FORM_CHOICES) || count == 0)
        return false;
    const int option = focus.draft->option + direction;
    if (option < 0 || option >= count)
        return false;
    focus.draft->option = option;
    return true;
}

/* Takes `id` out of a list with commas; false when it is not in it. */
static bool remove_id(char *list, const char *id)
{
    const size_t length = strlen(id);
    for (char *word = list; *word != '\0';
         word += strcspn(word, ",") + (strchr(word, ',') != NULL)) {
        const size_t size = strcspn(word, ",");
        if (size != length || memcmp(word, id, length) != 0)
            continue;
        char *rest = word + size + (word[size] == ',');
        memmove(word, rest, strlen(rest) + 1);
        const size_t left = strlen(list);
        if (left > 0 && list[left - 1] == ',')
            list[left - 1] = '\0';
        return true;
    }
    return false;
}

bool mw_form_choose(mw_model *model)
{
    const mw_form_focus focus = mw_form_focused(model);
    if (focus.part != MW_FORM_CHOICE && focus.part != MW_FORM_CHOICES)
        return false;
    const json_t *options = json_object_get(focus.item, "options");
    const char *id = mw_json_text(json_array_get(options, (size_t)focus.draft->option), "id");
    if (*id == '\0')
        return false;
    if (focus.part == MW_FORM_CHOICE)
        snprintf(focus.draft->text, sizeof focus.draft->text, "%s", id);
    else if (!remove_id(focus.draft->text, id))
        append_id(focus.draft, id);
    focus.draft->dirty = true;
    return true;
}

bool mw_form_pick(mw_model *model, int option)
{
    const mw_form_focus focus = mw_form_focused(model);
    const int count = (int)json_array_size(json_object_get(focus.item, "options"));
    if (!focus.draft || option < 0 || option >= count)
        return false;
    focus.draft->option = option;
    return mw_form_choose(model);
}

/* ---- controls ---- */

bool mw_form_turn(mw_model *model, int steps)
{
    const mw_form_focus focus = mw_form_focused(model);
    const json_t *values = json_object_get(focus.item, "values");
    const int count = (int)json_array_size(values);
    if (focus.part != MW_FORM_CONTROL || count == 0)
        return false;
    const json_t *value = json_object_get(focus.item, "value");
    int now = -1;
    for (int i = 0; i < count; i++) {
        if (json_equal(json_array_get(values, (size_t)i), value))
            now = i;
    }
    const long wanted = (long)now + steps;
    const int next = wanted < 0 ? 0 : wanted >= count ? count - 1 : (int)wanted;
    if (next == now)
        return false;
    return json_object_set(focus.item, "value", json_array_get(values, (size_t)next)) == 0;
}

/* ---- submit ---- */

bool mw_form_next_empty(mw_model *model)
{
    for (int i = 0; i < field_count(model); i++) {
        const mw_form_focus part = part_at(model, i);
        if (part.draft && part.draft->text[strspn(part.draft->text, " \n")] == '\0' &&
            !part.draft->placed) {
            mw_form_focus_at(model, i);
            return true;
        }
    }
    return false;
}

static json_t *list_of_ids(const char *text)
{
    json_t *list = json_array();
    for (const char *word = text; *word != '\0';) {
        const size_t size = strcspn(word, ",");
        if (size > 0)
            json_array_append_new(list, json_stringn(word, size));
        word += size + (word[size] == ',');
    }
    return list;
}

json_t *mw_form_values(const mw_model *model)
{
    json_t *values = json_object();
    for (int i = 0; i < field_count(model); i++) {
        const mw_form_focus part = part_at(model, i);
        json_t *value = NULL;
        if (part.part == MW_FORM_PLACE && part.draft->placed)
            value = json_pack("{s:f, s:f}", "x", part.draft->x, "y", part.draft->y);
        else if (part.part == MW_FORM_CHOICES)
            value = list_of_ids(part.draft->text);
        else if (part.draft)
            value = json_string(part.draft->text);
        if (value)
            json_object_set_new(values, part.draft->field, value);
    }
    return values;
}
