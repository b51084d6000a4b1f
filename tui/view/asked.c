/* asked.c: draws numbers, texts, choices and places with the cursor, then the controls. */
#include "tui/view/asked.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "tui/view/chrome.h"
#include "tui/view/markdown.h"
#include "tui/view/wrap.h"

typedef struct pen {
    const mw_model *model;
    mw_grid *grid;
    int y;
    bool roomy;
    int label_width; /* of number fields whose labels stand beside them; 0: above them */
    mw_asked out;
} pen;

static mw_style plain(void)
{
    return mw_style_of(MW_ROLE_TEXT);
}

static void note_focus(pen *p, int first)
{
    p->out.focus_first = first;
    p->out.focus_last = p->y - 1;
}

/* "✓ text", wrapped with a hanging indent. */
static void write_feedback(pen *p, const char *tone, const char *text, int x)
{
    if (!*text)
        return;
    bool good = strcmp(tone, "good") == 0, warning = strcmp(tone, "warning") == 0;
    mw_role role = good ? MW_ROLE_GOOD : warning ? MW_ROLE_WARNING : MW_ROLE_TEXT;
    uint32_t glyph = mw_chrome_tone(p->grid, tone);
    mw_grid_put(p->grid, x, p->y, glyph, mw_style_with(role, MW_ATTR_BOLD));
    mw_rect rect = {x + 2, p->y, p->grid->width - x - 3, p->grid->height - p->y};
    p->y += mw_markdown_write(p->grid, rect, role, text);
}

/* A label that is longer than its line goes on below; `p->y` is then its last line. */
static void write_label(pen *p, const json_t *field, bool focused, int x)
{
    if (focused)
        mw_grid_put(p->grid, x, p->y, mw_grid_glyph(p->grid, MW_GLYPH_CURSOR),
                    mw_style_with(MW_ROLE_FOCUS, MW_ATTR_BOLD));
    const char *label = mw_json_text(field, "label");
    mw_role role = focused ? MW_ROLE_FOCUS : MW_ROLE_TEXT;
    mw_rect rest = {x + 2, p->y, p->grid->width - x - 2, p->grid->height - p->y};
    if (mw_text_width(label) > rest.width)
        p->y += mw_markdown_write(p->grid, rest, role, label) - 1;
    else
        mw_grid_text(p->grid, rest.x, rest.y, rest.width,
                     mw_style_with(role, focused ? MW_ATTR_BOLD : 0), label);
}

/* One line of what is being typed, moved so that the cursor can be seen. */
static void write_input(pen *p, int x, int width, const char *text, int cursor, bool focused)
{
    mw_style style = mw_style_with(focused ? MW_ROLE_FOCUS : MW_ROLE_ACCENT, MW_ATTR_UNDERLINE);
    mw_grid_fill(p->grid, (mw_rect){x, p->y, width, 1}, ' ', style);
    char shown[MW_DRAFT_TEXT];
    snprintf(shown, sizeof shown, "%s", text);
    size_t length = strlen(shown);
    if (cursor < 0 || (size_t)cursor > length)
        cursor = (int)length;
    char kept = shown[cursor];
    shown[cursor] = '\0';
    const char *start = shown;
    while (*start && mw_text_width(start) > width - 1) {
        start++;
        while ((*start & 0xC0) == 0x80)
            start++;
    }
    int at = mw_text_width(start);
    shown[cursor] = kept;
    mw_grid_text(p->grid, x, p->y, width, style, start);
    if (focused) {
        p->grid->cursor_visible = true;
        p->grid->cursor_x = x + at;
        p->grid->cursor_y = p->y;
    }
}

static void draw_number(pen *p, const json_t *field, const mw_draft *draft, bool focused)
{
    char scratch[64], range[MW_RANGE_TEXT];
    const char *unit = mw_json_text(field, "unit");
    bool locked = mw_json_true(field, "locked");
    const char *value =
        draft && !locked ? draft->text : mw_data_scalar(field, "value", scratch, sizeof scratch);
    if (strcmp(unit, "1") == 0)
        unit = "";
    int width = p->grid->width, x = 2;
    write_label(p, field, focused, 0);
    if (p->label_width > 0)
        x = 2 + p->label_width + 2;
    else
        p->y++;
    enum { LEAST = 12, MOST = 28 };
    mw_range_said(field, MW_UNIT_ONE, range);
    int room = width - x - mw_text_width(unit) - 3, left = room - mw_text_width(range);
    if (locked || left < LEAST)
        range[0] = '\0';
    else
        room = left;
    int box = room > MOST ? MOST : room;
    if (locked) {
        mw_grid_put(p->grid, x, p->y, mw_grid_glyph(p->grid, MW_GLYPH_PREDICTED),
                    mw_style_of(MW_ROLE_PREDICTED));
        int used = mw_grid_text(p->grid, x + 2, p->y, room, plain(), value);
        mw_grid_text(p->grid, x + 3 + used, p->y, width - x - 3 - used, mw_style_of(MW_ROLE_DIM),
                     unit);
    } else {
        write_input(p, x, box, value, draft ? draft->cursor : (int)strlen(value), focused);
        mw_grid_textf(p->grid, x + box + 1, p->y, width - x - box - 1, mw_style_of(MW_ROLE_DIM),
                      "%s%s", unit, range + (*unit ? 0 : strspn(range, " ")));
    }
    p->y++;
}

/* Several lines of text in a box; `line_context` finds the cursor while the lines go by. */
typedef struct line_context {
    pen *pen;
    const char *text;
    int top, rows, hidden, cursor;
    bool focused;
    mw_style style;
} line_context;

static void write_text_line(void *context, int line, const char *text, size_t length)
{
    line_context *c = context;
    int row = line - c->hidden;
    if (row < 0 || row >= c->rows)
        return;
    char shown[MW_DRAFT_TEXT];
    snprintf(shown, sizeof shown, "%.*s", (int)length, text);
    mw_grid_text(c->pen->grid, 2, c->top + row, c->pen->grid->width - 3, c->style, shown);
    int start = (int)(text - c->text);
    if (c->focused && c->cursor >= start) {
        int within = c->cursor - start;
        snprintf(shown, sizeof shown, "%.*s", within, text);
        int at = mw_text_width(shown);
        c->pen->grid->cursor_visible = true;
        c->pen->grid->cursor_x = 2 + (at < c->pen->grid->width - 4 ? at : c->pen->grid->width - 4);
        c->pen->grid->cursor_y = c->top + row;
    }
}

static void draw_text(pen *p, const json_t *field, const mw_draft *draft, bool focused)
{
    bool locked = mw_json_true(field, "locked");
    const char *value = draft && !locked ? draft->text : mw_json_text(field, "value");
    write_label(p, field, focused, 0);
    p->y++;
    int width = p->grid->width - 3;
    int lines = mw_wrap_text(value, width - 1, NULL, NULL);
    int least = locked ? 1 : p->roomy ? 3 : 2, most = p->roomy ? 8 : 4;
    int rows = lines < least ? least : lines > most ? most : lines;
    mw_style style = mw_style_with(focused  ? MW_ROLE_FOCUS
                                   : locked ? MW_ROLE_TEXT
                                            : MW_ROLE_ACCENT,
                                   locked ? 0 : MW_ATTR_UNDERLINE);
    if (!locked)
        for (int row = 0; row < rows; row++)
            mw_grid_fill(p->grid, (mw_rect){2, p->y + row, width, 1}, ' ', style);
    if (focused) {
        p->grid->cursor_visible = true;
        p->grid->cursor_x = 2;
        p->grid->cursor_y = p->y;
    }
    line_context context = {.pen = p,
                            .text = value,
                            .top = p->y,
                            .rows = rows,
                            .hidden = lines > rows ? lines - rows : 0,
                            .cursor = draft ? draft->cursor : 0,
                            .focused = focused && !locked,
                            .style = style};
    mw_wrap_text(value, width - 1, write_text_line, &context);
    p->y += rows;
}

/* True when `id` stands in a list of ids that is separated by commas or spaces. */
static bool chosen_in(const char *list, const char *id)
{
    size_t length = strlen(id);
    while (length > 0 && *list) {
        size_t word = strcspn(list, ", ");
        if (word == length && memcmp(list, id, length) == 0)
            return true;
        list += word;
        list += strspn(list, ", ");
    }
    return false;
}

static bool is_chosen(const json_t *field, const mw_draft *draft, const char *id)
{
    if (draft && !mw_json_true(field, "locked"))
        return chosen_in(draft->text, id);
    return chosen_in(mw_json_text(field, "value"), id) || mw_json_lists(field, "value", id);
}

static void draw_choice(pen *p, const json_t *field, const mw_draft *draft, bool focused)
{
    bool several = strcmp(mw_json_text(field, "kind"), "choices") == 0;
    bool locked = mw_json_true(field, "locked");
    if (*mw_json_text(field, "label")) {
        write_label(p, field, focused, 0);
        p->y++;
    }
    for (int i = 0; i < mw_json_count(field, "options"); i++) {
        const json_t *option = mw_json_item(field, "options", i);
        bool chosen = is_chosen(field, draft, mw_json_text(option, "id"));
        bool here = focused && !locked && draft && draft->option == i;
        mw_glyph on = several ? MW_GLYPH_CHECK_ON : MW_GLYPH_RADIO_ON;
        mw_glyph off = several ? MW_GLYPH_CHECK_OFF : MW_GLYPH_RADIO_OFF;
        mw_role role = here ? MW_ROLE_FOCUS : locked && !chosen ? MW_ROLE_DIM : MW_ROLE_TEXT;
        if (here) {
            mw_grid_put(p->grid, 1, p->y, mw_grid_glyph(p->grid, MW_GLYPH_CURSOR),
                        mw_style_with(MW_ROLE_FOCUS, MW_ATTR_BOLD));
            p->grid->cursor_x = 3;
            p->grid->cursor_y = p->y;
        }
        mw_grid_put(p->grid, 3, p->y, mw_grid_glyph(p->grid, chosen ? on : off),
                    mw_style_with(locked && !chosen ? MW_ROLE_DIM : MW_ROLE_ACCENT,
                                  chosen ? MW_ATTR_BOLD : 0));
        mw_rect rect = {5, p->y, p->grid->width - 6, p->grid->height - p->y};
        int lines = mw_markdown_write(p->grid, rect, role, mw_json_text(option, "text"));
        p->y += lines > 0 ? lines : 1;
    }
}

static void write_coordinate(pen *p, int *x, const char *name, double value, mw_unit unit)
{
    char text[64];
    mw_value_format(value, unit, 3, text, sizeof text);
    *x += mw_grid_text(p->grid, *x, p->y, p->grid->width - *x, mw_style_of(MW_ROLE_DIM), name);
    *x += 1 + mw_grid_text(p->grid, *x + 1, p->y, p->grid->width - *x - 1,
                           mw_style_with(MW_ROLE_PREDICTED, MW_ATTR_BOLD), text);
    *x += 3;
}

static void draw_place(pen *p, const json_t *field, const mw_draft *draft, bool focused)
{
    bool set, has_focus;
    double x, y;
    char units[64];
    mw_asked_place(p->model, &set, &x, &y, &has_focus);
    snprintf(units, sizeof units, "%s, %s", mw_json_text(mw_json_member(field, "x"), "unit"),
             mw_json_text(mw_json_member(field, "y"), "unit"));
    write_label(p, field, focused, 0);
    p->y++;
    if (draft && *draft->text && !draft->placed && !mw_json_true(field, "locked")) {
        enum { LEAST = 12, MOST = 28 };
        int room = p->grid->width - mw_text_width(units) - 5;
        int box = room < LEAST ? p->grid->width - 4 : room > MOST ? MOST : room;
        write_input(p, 2, box, draft->text, draft->cursor, focused);
        if (room >= LEAST)
            mw_grid_text(p->grid, 3 + box, p->y, room, mw_style_of(MW_ROLE_DIM), units);
    } else if (set) {
        int at = 2;
        write_coordinate(p, &at, "x", x, MW_UNIT_FLOP_PER_BYTE);
        write_coordinate(p, &at, "y", y, MW_UNIT_FLOP_PER_SECOND);
    } else {
        mw_grid_textf(p->grid, 2, p->y, p->grid->width - 3, mw_style_of(MW_ROLE_DIM),
                      _("move the mark, or type x, y [%s]"), units);
    }
    p->y++;
}

static void draw_field(pen *p, const json_t *field, bool focused)
{
    int first = p->y;
    const char *kind = mw_json_text(field, "kind");
    const mw_draft *draft = mw_asked_draft(p->model, mw_json_text(field, "id"));
    /* A roomy field leaves its first row to the frame's top, which then carries the label. */
    if (strcmp(kind, "choice") == 0 || strcmp(kind, "choices") == 0)
        draw_choice(p, field, draft, focused);
    else if (strcmp(kind, "text") == 0)
        draw_text(p, field, draft, focused);
    else if (strcmp(kind, "place") == 0)
        draw_place(p, field, draft, focused);
    else
        draw_number(p, field, draft, focused);
    if (p->roomy) {
        if (focused) {
            mw_grid_fill(p->grid, (mw_rect){0, first, p->grid->width, 1}, ' ', plain());
            mw_grid_frame(p->grid, (mw_rect){0, first, p->grid->width, p->y - first + 1},
                          mw_json_text(field, "label"), mw_style_of(MW_ROLE_FOCUS));
        }
        p->y++;
    }
    const json_t *feedback = mw_json_member(field, "feedback");
    write_feedback(p, mw_json_text(feedback, "tone"), mw_json_text(feedback, "text"), 2);
    if (focused)
        note_focus(p, first);
}

/* ---- controls ---- */

static int present_value(const json_t *control)
{
    const json_t *now = mw_json_member(control, "value");
    for (int i = 0; i < mw_json_count(control, "values"); i++) {
        const json_t *item = mw_json_item(control, "values", i);
        bool numbers = json_is_number(item) && json_is_number(now);
        if (numbers ? json_number_value(item) == json_number_value(now) : json_equal(item, now))
            return i;
    }
    return -1;
}

static void draw_slider(pen *p, int x, int width, int index, int count, mw_style style)
{
    mw_grid_bar(p->grid, x, p->y, width, count > 1 ? (double)index / (count - 1) : 1, style,
                mw_style_of(MW_ROLE_RULE));
    int knob = count > 1 ? index * (width - 1) / (count - 1) : 0;
    mw_grid_put(p->grid, x + knob, p->y, mw_grid_glyph(p->grid, MW_GLYPH_KNOB),
                mw_style_with(style.role, MW_ATTR_BOLD));
}

static void draw_control(pen *p, const json_t *control, int label_width, bool focused)
{
    char scratch[64];
    mw_grid *grid = p->grid;
    const char *value = mw_data_scalar(control, "value", scratch, sizeof scratch);
    const char *unit = mw_count_word(mw_json_text(control, "unit"));
    int index = present_value(control), count = mw_json_count(control, "values");
    mw_style act =
        mw_style_with(focused ? MW_ROLE_FOCUS : MW_ROLE_ACCENT, focused ? MW_ATTR_BOLD : 0);
    if (focused)
        mw_grid_put(grid, 0, p->y, mw_grid_glyph(grid, MW_GLYPH_CURSOR), act);
    mw_grid_text(grid, 2, p->y, label_width, focused ? act : plain(),
                 mw_json_text(control, "label"));
    int x = 2 + label_width + 2;
    int value_width = mw_text_width(value) + (*unit ? mw_text_width(unit) + 1 : 0);
    bool slider = strcmp(mw_json_text(control, "kind"), "slider") == 0;
    mw_grid_put(grid, x, p->y, mw_grid_glyph(grid, MW_GLYPH_LEFT), act);
    x += 2;
    if (slider) {
        int width = grid->width - x - 4 - (value_width > 5 ? value_width : 5);
        if (width > 26)
            width = 26;
        if (width > 3 && index >= 0)
            draw_slider(p, x, width, index, count, act);
        x += (width > 3 ? width : 0) + 1;
        mw_grid_put(grid, x, p->y, mw_grid_glyph(grid, MW_GLYPH_RIGHT), act);
        x += 3;
    }
    x += mw_grid_text(grid, x, p->y, grid->width - x, mw_style_with(MW_ROLE_TEXT, MW_ATTR_BOLD),
                      value);
    if (*unit)
        x += 1 +
             mw_grid_text(grid, x + 1, p->y, grid->width - x - 1, mw_style_of(MW_ROLE_DIM), unit);
    if (!slider)
        mw_grid_put(grid, x + 1, p->y, mw_grid_glyph(grid, MW_GLYPH_RIGHT), act);
    p->y++;
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
    for (int i = 0; i < count; i++) {
        bool focused = p->model->focus == fields + i;
        draw_control(p, mw_json_item(p->model->view, "controls", i), label_width, focused);
        if (focused)
            note_focus(p, p->y - 1);
    }
}

/* ---- what was said ---- */

static void air(pen *p)
{
    if (p->y > 0)
        p->y++;
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
        mw_rect rect = {0, p->y, p->grid->width, p->grid->height - p->y};
        if (text && *text)
            p->y += mw_markdown_write(p->grid, rect, MW_ROLE_DIM, text);
    }
}

static void draw_replies(pen *p)
{
    const json_t *view = p->model->view, *hint = mw_json_member(view, "hint");
    for (int i = 0; i < mw_json_count(view, "feedback"); i++) {
        const json_t *feedback = mw_json_item(view, "feedback", i);
        if (i == 0 || p->roomy)
            air(p);
        write_feedback(p, mw_json_text(feedback, "tone"), mw_json_text(feedback, "text"), 0);
    }
    int hints = mw_json_count(hint, "texts"), total = mw_json_int(hint, "total", hints);
    for (int i = 0; i < hints; i++) {
        const char *text = json_string_value(mw_json_item(hint, "texts", i));
        char title[64];
        air(p);
        snprintf(title, sizeof title, _("hint %d of %d"), i + 1, total);
        mw_grid_rule(p->grid, 0, p->y++, p->grid->width, title, mw_style_of(MW_ROLE_RULE));
        mw_rect rect = {0, p->y, p->grid->width, p->grid->height - p->y};
        p->y += mw_markdown_write(p->grid, rect, MW_ROLE_TEXT, text ? text : "");
    }
    draw_notices(p);
}

/* On a small screen labels stand beside their fields if every field keeps a useful width. */
static int shared_label_width(const pen *p, int fields)
{
    enum { USEFUL = 12 };
    int widest = 0;
    for (int i = 0; i < fields && !p->roomy; i++) {
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
    mw_grid_rule(p->grid, 0, p->y++, p->grid->width, _("finished"), mw_style_of(MW_ROLE_RULE));
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
    pen p = {
        .model = model, .grid = grid, .roomy = roomy, .out = {.focus_first = -1, .focus_last = -1}};
    int fields = mw_json_count(model->view, "fields");
    p.label_width = shared_label_width(&p, fields);
    for (int i = 0; i < fields && p.y < grid->height; i++)
        draw_field(&p, mw_json_item(model->view, "fields", i), model->focus == i);
    if (mw_json_count(model->view, "controls") > 0) {
        if (!roomy && fields > 0)
            air(&p);
        draw_controls(&p, fields);
    }
    draw_replies(&p);
    draw_end(&p);
    p.out.rows = p.y < grid->height ? p.y : grid->height;
    return p.out;
}
