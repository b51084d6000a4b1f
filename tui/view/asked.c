/* asked.c: fields and controls one below the other, and what was said to them; a field is drawn by
 * its kind. */
#include "tui/view/asked.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/form/form.h"
#include "tui/markdown/markdown.h"
#include "tui/view/chrome.h"

typedef struct pen {
    const mw_model *model;
    mw_grid *grid;
    mw_field_pen field;
    mw_asked out;
} pen;

static mw_style plain(void)
{
    return mw_style_of(MW_ROLE_TEXT);
}

static void note_focus(pen *p, int first)
{
    p->out.focus_first = first;
    p->out.focus_last = p->field.y - 1;
}

/* "✓ text", wrapped with a hanging indent. */
static void write_feedback(pen *p, const char *tone, const char *text, int x)
{
    if (!*text)
        return;
    bool good = strcmp(tone, "good") == 0, warning = strcmp(tone, "warning") == 0;
    mw_role role = good ? MW_ROLE_GOOD : warning ? MW_ROLE_WARNING : MW_ROLE_TEXT;
    uint32_t glyph = mw_chrome_tone(p->grid, tone);
    mw_grid_put(p->grid, x, p->field.y, glyph, mw_style_with(role, MW_ATTR_BOLD));
    mw_rect rect = {x + 2, p->field.y, p->grid->width - x - 3, p->grid->height - p->field.y};
    p->field.y += mw_markdown_write(p->grid, rect, role, text);
}

/* What no kind of ours can draw is named, in one line where it has room. */
static void draw_unknown(pen *p, const json_t *item)
{
    char text[MW_FIELD_UNKNOWN_TEXT];
    mw_rect rect = {2, p->field.y, p->grid->width - 3, p->grid->height - p->field.y};
    p->field.y += mw_markdown_write(p->grid, rect, MW_ROLE_DIM, mw_field_unknown(item, text));
}

static void draw_field(pen *p, int index)
{
    int first = p->field.y;
    mw_field field = mw_form_field(p->model, index);
    bool focused = field.kind && p->model->focus == index;
    if (field.kind)
        field.kind->draw(&p->field, &field, focused);
    else
        draw_unknown(p, field.item);
    /* A roomy field leaves its first row to the frame's top, which then carries the label. */
    if (p->field.roomy) {
        if (focused) {
            mw_grid_fill(p->grid, (mw_rect){0, first, p->grid->width, 1}, ' ', plain());
            mw_grid_frame(p->grid, (mw_rect){0, first, p->grid->width, p->field.y - first + 1},
                          mw_json_text(field.item, "label"), mw_style_of(MW_ROLE_FOCUS));
        }
        p->field.y++;
    }
    const json_t *feedback = mw_json_member(field.item, "feedback");
    write_feedback(p, mw_json_text(feedback, "tone"), mw_json_text(feedback, "text"), 2);
    if (focused)
        note_focus(p, first);
}

static void draw_controls(pen *p, int fields)
{
    int count = mw_json_count(p->model->view, "controls"), label_width = 0;
    for (int i = 0; i < count; i++) {
        int width =
            mw_text_width(mw_json_text(mw_json_item(p->model->view, "controls", i), "label"));
        label_width = width > label_width ? width : label_width;
    }
    if (label_width > p->grid->width / 3)
        label_width = p->grid->width / 3;
    p->field.label_width = label_width;
    for (int i = 0; i < count; i++) {
        mw_field control = mw_form_field(p->model, fields + i);
        bool focused = p->model->focus == fields + i;
        if (control.kind)
            control.kind->draw(&p->field, &control, focused);
        else
            draw_unknown(p, control.item);
        if (focused)
            note_focus(p, p->field.y - 1);
    }
}

/* ---- what was said ---- */

static void air(pen *p)
{
    if (p->field.y > 0)
        p->field.y++;
}

/* Whose attempt it is comes before what this machine makes of it. */
static void draw_notices(pen *p)
{
    const json_t *view = p->model->view, *attempt = mw_json_member(view, "attempt");
    const char *offer = _("Go on, or press v twice to begin anew with other numbers.");
    const char *first[] = {mw_json_text(attempt, "text"),
                           mw_json_true(attempt, "offer") ? offer : ""};
    int count = mw_json_count(view, "notices");
    if (*first[0] || count > 0)
        air(p);
    for (int i = -2; i < count; i++) {
        const char *text =
            i < 0 ? first[i + 2] : json_string_value(mw_json_item(view, "notices", i));
        mw_rect rect = {0, p->field.y, p->grid->width, p->grid->height - p->field.y};
        if (text && *text)
            p->field.y += mw_markdown_write(p->grid, rect, MW_ROLE_DIM, text);
    }
}

static void draw_replies(pen *p)
{
    const json_t *view = p->model->view, *hint = mw_json_member(view, "hint");
    for (int i = 0; i < mw_json_count(view, "feedback"); i++) {
        const json_t *feedback = mw_json_item(view, "feedback", i);
        if (i == 0 || p->field.roomy)
            air(p);
        write_feedback(p, mw_json_text(feedback, "tone"), mw_json_text(feedback, "text"), 0);
    }
    int hints = mw_json_count(hint, "texts"), total = mw_json_int(hint, "total", hints);
    for (int i = 0; i < hints; i++) {
        const char *text = json_string_value(mw_json_item(hint, "texts", i));
        char title[64];
        air(p);
        snprintf(title, sizeof title, _("hint %d of %d"), i + 1, total);
        mw_grid_rule(p->grid, 0, p->field.y++, p->grid->width, title, mw_style_of(MW_ROLE_RULE));
        mw_rect rect = {0, p->field.y, p->grid->width, p->grid->height - p->field.y};
        p->field.y += mw_markdown_write(p->grid, rect, MW_ROLE_TEXT, text ? text : "");
    }
    draw_notices(p);
}

/* On a small screen labels stand beside their fields if every field keeps a useful width. */
static int shared_label_width(const pen *p, int fields)
{
    enum { USEFUL = 12 };
    int widest = 0;
    for (int i = 0; i < fields && !p->field.roomy; i++) {
        const json_t *field = mw_json_item(p->model->view, "fields", i);
        int width = mw_text_width(mw_json_text(field, "label"));
        int unit = mw_text_width(mw_json_text(field, "unit"));
        if (width + unit + USEFUL + 7 > p->grid->width)
            return 0;
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The last word of a lab: what it was worth. */
static void draw_end(pen *p)
{
    const json_t *score = mw_json_member(p->model->view, "score");
    double earned = mw_json_number(score, "earned", NAN),
           possible = mw_json_number(score, "possible", NAN);
    double pending = mw_json_number(score, "pending", NAN);
    char text[256];
    if (!mw_json_true(p->model->view, "finished"))
        return;
    air(p);
    mw_grid_rule(p->grid, 0, p->field.y++, p->grid->width, _("finished"),
                 mw_style_of(MW_ROLE_RULE));
    if (possible > 0 && earned >= 0)
        snprintf(text, sizeof text, _("You have done this lab: %g of %g points."), earned,
                 possible);
    else
        snprintf(text, sizeof text, "%s", _("You have done this lab."));
    write_feedback(p, "good", text, 0);
    if (pending > 0) {
        snprintf(text, sizeof text, _("Up to %g more when somebody has read your explanation."),
                 pending);
        write_feedback(p, "info", text, 0);
    }
}

mw_asked mw_asked_draw(const mw_model *model, mw_grid *grid, bool roomy)
{
    pen p = {.model = model,
             .grid = grid,
             .field = {.grid = grid, .roomy = roomy},
             .out = {.focus_first = -1, .focus_last = -1}};
    int fields = mw_json_count(model->view, "fields");
    p.field.label_width = shared_label_width(&p, fields);
    for (int i = 0; i < fields && p.field.y < grid->height; i++)
        draw_field(&p, i);
    if (mw_json_count(model->view, "controls") > 0) {
        if (!roomy && fields > 0)
            air(&p);
        draw_controls(&p, fields);
    }
    draw_replies(&p);
    draw_end(&p);
    p.out.rows = p.field.y < grid->height ? p.field.y : grid->height;
    return p.out;
}
