/* form.c: which field has the focus, what becomes of drafts when a view comes, and keys on their
 * way to a field; it names no kind of field. */
#include "tui/form/form.h"

#include <string.h>

#include "labs/engine/wire/member.h"

static int field_count(const json_t *view)
{
    return mw_json_count(view, "fields");
}

static int part_count(const json_t *view)
{
    return field_count(view) + mw_json_count(view, "controls");
}

/* The field or control at `index`, with its draft of `count` ones. */
static mw_field field_at(const json_t *view, const mw_draft *drafts, int count, int index)
{
    int fields = field_count(view);
    bool control = index >= fields;
    if (index < 0 || index >= part_count(view))
        return (mw_field){0};
    const json_t *item = control ? mw_json_item(view, "controls", index - fields)
                                 : mw_json_item(view, "fields", index);
    return (mw_field){.kind = mw_field_kind_of(item, control),
                      .item = item,
                      .view = view,
                      .draft = index < count ? (mw_draft *)&drafts[index] : NULL,
                      .control = control};
}

mw_field mw_form_field(const mw_model *model, int index)
{
    return field_at(model->view, model->drafts, model->draft_count, index);
}

/* The same, but all NULL when it cannot have the focus. */
static mw_field open_field(const mw_model *model, int index)
{
    mw_field field = mw_form_field(model, index);
    return field.kind && mw_field_is_open(&field) ? field : (mw_field){0};
}

mw_field mw_form_focused(const mw_model *model)
{
    return open_field(model, model->focus);
}

bool mw_form_can_focus(const mw_model *model)
{
    for (int i = 0; i < part_count(model->view); i++) {
        if (open_field(model, i).kind)
            return true;
    }
    return false;
}

void mw_form_focus_at(mw_model *model, int index)
{
    mw_field field = open_field(model, index);
    model->focus = field.kind ? index : -1;
    model->typing = field.kind && field.kind->takes;
}

void mw_form_move_focus(mw_model *model, int direction)
{
    int count = part_count(model->view);
    int index = model->focus < 0 && direction < 0 ? count : model->focus;
    for (int tried = 0; tried < count; tried++) {
        index = (index + direction + count) % count;
        if (open_field(model, index).kind) {
            mw_form_focus_at(model, index);
            return;
        }
    }
    mw_form_focus_at(model, -1);
}

/* ---- drafts ---- */

static bool same_step(const json_t *old, const json_t *view)
{
    const json_t *a = mw_json_member(old, "step"), *b = mw_json_member(view, "step");
    return a && b && strcmp(mw_json_text(a, "id"), mw_json_text(b, "id")) == 0;
}

/* A view that another takes the place of, and its drafts. */
typedef struct past {
    json_t *view;
    mw_draft drafts[MW_DRAFT_MAX];
    int count;
} past;

/* Takes over the draft of the same field, by its id. What was sent comes back as the value; a
 * cursor in it stays where it was. */
static void inherit(const mw_field *field, past *old)
{
    const char *id = mw_json_text(field->item, "id");
    for (int i = 0; i < old->count; i++) {
        mw_field before = field_at(old->view, old->drafts, old->count, i);
        if (before.control != field->control || strcmp(mw_json_text(before.item, "id"), id) != 0)
            continue;
        bool same = mw_draft_same(before.draft, field->draft);
        if (before.draft->dirty || same) {
            mw_draft_free(field->draft);
            *field->draft = *before.draft;
            *before.draft = (mw_draft){0};
            field->draft->dirty = !same;
        }
        return;
    }
}

static void drop(past *old)
{
    for (int i = 0; i < old->count; i++)
        mw_draft_free(&old->drafts[i]);
    json_decref(old->view);
}

/* The model is left without a view. */
static past leave_view(mw_model *model)
{
    past old = {.view = model->view, .count = model->draft_count};
    memcpy(old.drafts, model->drafts, sizeof old.drafts);
    model->view = NULL;
    model->draft_count = 0;
    return old;
}

/* Half-typed text outlives a new view of its step as long as its field is open. */
static void fill_drafts(mw_model *model, past *old, bool keep)
{
    int count = part_count(model->view);
    model->draft_count = count < MW_DRAFT_MAX ? count : MW_DRAFT_MAX;
    for (int i = 0; i < model->draft_count; i++) {
        mw_field field = mw_form_field(model, i);
        *field.draft = (mw_draft){0};
        mw_field_fill(&field);
        if (keep && mw_field_is_open(&field))
            inherit(&field, old);
    }
}

void mw_form_take_view(mw_model *model, json_t *view)
{
    bool keep = same_step(model->view, view), typed = model->typing;
    past old = leave_view(model);
    model->view = view;
    fill_drafts(model, &old, keep);
    drop(&old);
    if (!keep) {
        model->text_scroll = 0;
        model->focus = -1;
        mw_form_move_focus(model, 1);
    } else if (model->focus < 0) {
        mw_form_move_focus(model, 1); /* an answer was taken back: its field is open again */
    } else {
        if (open_field(model, model->focus).kind)
            mw_form_focus_at(model, model->focus);
        else
            mw_form_move_focus(model, 1); /* what was answered is closed: on to the next */
        model->typing = model->typing && typed;
    }
}

void mw_form_close(mw_model *model)
{
    past old = leave_view(model);
    drop(&old);
    model->focus = -1;
    model->typing = false;
}

/* ---- typing ---- */

bool mw_form_takes(const mw_model *model, mw_key key)
{
    bool text = mw_key_is_text(key);
    if (model->overlay != MW_OVERLAY_NONE)
        return text && model->overlay == MW_OVERLAY_PALETTE;
    if (model->screen == MW_SCREEN_COURSE)
        return text && model->searching;
    if (model->screen != MW_SCREEN_LAB || !model->typing)
        return false;
    mw_field field = mw_form_focused(model);
    return field.kind && field.kind->takes && field.kind->takes(field.draft, key);
}

bool mw_form_key(mw_model *model, mw_key key)
{
    mw_field field = mw_form_focused(model);
    if (!model->typing || !field.kind || !field.kind->takes)
        return false;
    if (mw_key_is_text(key) && !mw_form_takes(model, key))
        return false;
    if (!mw_field_key(&field, key))
        return false;
    field.draft->dirty = true;
    return true;
}

void mw_form_paste(mw_model *model, const char *text)
{
    mw_field field = mw_form_focused(model);
    if (!field.kind || !field.kind->takes)
        return;
    mw_field_paste(&field, text);
    field.draft->dirty = true;
    model->typing = true;
}

bool mw_form_was_cut(mw_model *model)
{
    bool cut = false;
    for (int i = 0; i < model->draft_count; i++) {
        cut = cut || model->drafts[i].cut;
        model->drafts[i].cut = false;
    }
    return cut;
}

/* ---- commands ---- */

/* Marks as changed what a kind has changed. */
static bool changed(const mw_field *field, bool done)
{
    if (done)
        field->draft->dirty = true;
    return done;
}

bool mw_form_move_option(mw_model *model, int direction)
{
    mw_field field = mw_form_focused(model);
    return field.kind && field.kind->move && field.kind->move(&field, direction);
}

bool mw_form_pick(mw_model *model, int option)
{
    mw_field field = mw_form_focused(model);
    return field.kind && field.kind->choose && changed(&field, field.kind->choose(&field, option));
}

bool mw_form_choose(mw_model *model)
{
    mw_field field = mw_form_focused(model);
    return field.kind && mw_form_pick(model, field.draft->option);
}

bool mw_form_turn(mw_model *model, int steps)
{
    mw_field field = mw_form_focused(model);
    return field.kind && field.kind->turn && changed(&field, field.kind->turn(&field, steps));
}

bool mw_form_push(mw_model *model, int columns, int rows, double step_x, double step_y)
{
    mw_field field = mw_form_focused(model);
    return field.kind && field.kind->push &&
           changed(&field, field.kind->push(&field, columns, rows, step_x, step_y));
}

void mw_form_sent(mw_model *model, const char *control)
{
    for (int i = 0; i < model->draft_count; i++) {
        mw_field field = mw_form_field(model, i);
        if (field.control && strcmp(mw_json_text(field.item, "id"), control) == 0)
            field.draft->dirty = false;
    }
}

/* ---- submit ---- */

bool mw_form_next_empty(mw_model *model)
{
    for (int i = 0; i < field_count(model->view); i++) {
        mw_field field = open_field(model, i);
        if (field.kind && mw_draft_is_blank(field.draft)) {
            mw_form_focus_at(model, i);
            return true;
        }
    }
    return false;
}

json_t *mw_form_values(const mw_model *model)
{
    json_t *values = json_object();
    for (int i = 0; i < field_count(model->view); i++) {
        mw_field field = open_field(model, i);
        if (field.kind)
            json_object_set_new(values, mw_json_text(field.item, "id"), mw_field_value(&field));
    }
    return values;
}
