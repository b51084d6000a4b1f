/* counters.c: chooses rows and detail by the room there is; live values while a kernel runs. */
#include "tui/view/counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "tui/view/chrome.h"
#include "tui/view/kinds.h"
#include "tui/view/remarks.h"

enum { COLUMNS = MW_COUNTER_COLUMNS, ROWS_MAX = 24, CELL = 48 };

typedef struct cell {
    bool shown; /* something stands here, if only a dash */
    bool absent, live;
    mw_number number;
    char text[CELL];
} cell;

typedef struct table {
    int rows;
    const json_t *json[ROWS_MAX];
    cell cells[ROWS_MAX][COLUMNS];
    char labels[ROWS_MAX][MW_LABEL_TEXT];
    char notes[ROWS_MAX][MW_REASON_TEXT];
    int label_width, widths[COLUMNS];
    bool ascii;
    bool still; /* without the counters that move: the place of a table does not jump with them */
    mw_remarks remarks; /* notes and values that have no room in their row */
} table;

static int rank_of(const json_t *row)
{
    mw_quantity quantity;
    return mw_quantity_find(mw_json_text(row, "id"), &quantity) ? mw_quantity_of(quantity)->rank
                                                                : 0;
}

/* The row that a short table leaves out next: it is told by others, or is background. -1: none. */
static int spare_row(const table *t)
{
    int spare = -1;
    for (int r = 0; r < t->rows; r++) {
        int rank = rank_of(t->json[r]);
        if (rank > (spare < 0 ? 0 : rank_of(t->json[spare])))
            spare = r;
    }
    return spare;
}

static void choose_rows(const mw_model *model, table *t, int most)
{
    int count = mw_json_count(model->view, "counters");
    t->rows = count < ROWS_MAX ? count : ROWS_MAX;
    for (int r = 0; r < t->rows; r++)
        t->json[r] = mw_json_item(model->view, "counters", r);
    for (int row; t->rows > most && (row = spare_row(t)) >= 0;) {
        t->rows--;
        for (int r = row; r < t->rows; r++)
            t->json[r] = t->json[r + 1];
    }
    if (t->rows > most)
        t->rows = most;
}

/* The live value of a row, if the counter block has one. */
static bool live_value(const mw_model *model, const char *id, int column, mw_number *number)
{
    if (!model || !model->running || !model->have_counters)
        return false;
    mw_quantity quantity;
    return mw_quantity_find(id, &quantity) &&
           mw_quantity_of(quantity)->kind == mw_counter_kind(column) &&
           mw_quantity_live(quantity, &model->counters, number);
}

static void read_cell(const mw_model *model, const json_t *row, int column, cell *out)
{
    const json_t *json = mw_json_member(row, mw_counter_member(column));
    out->live = live_value(model, mw_json_text(row, "id"), column, &out->number);
    if (!out->live && (!json || json_is_null(json)))
        return;
    out->shown = true;
    if (!out->live)
        out->number = mw_data_quantity(json);
    out->absent = out->number.absent;
}

/* A number that this machine cannot give says why, unless the row has its own note. What counts up
 * is the sum over the runs so far, and says so. */
static void read_note(const json_t *row, const cell *cells, uint64_t executions, char *note,
                      size_t size)
{
    if (cells[1].live && strcmp(mw_json_text(row, "id"), "flops") == 0 && executions > 1) {
        snprintf(note, size, _("in %llu runs so far"), (unsigned long long)executions);
        return;
    }
    mw_counter_note(row, note, size);
}

/*
 * How much is said: everything; without spread; with three digits and no FLOP or B after the
 * prefix, which the row's name says; without empty columns; with short words over narrow columns;
 * and last each row for itself, with the marks beside the values.
 */
typedef enum detail {
    DETAIL_FULL,
    DETAIL_VALUE,
    DETAIL_SHORT,
    DETAIL_NO_EMPTY,
    DETAIL_NO_WORDS,
    DETAIL_INLINE
} detail;

static void write_cell(cell *c, detail level, bool ascii)
{
    if (!c->shown)
        return;
    if (c->absent) {
        snprintf(c->text, sizeof c->text, "–");
        return;
    }
    if (level == DETAIL_FULL && !c->live)
        mw_number_format(&c->number, c->text, sizeof c->text);
    else
        mw_value_format(c->number.value, c->number.unit, level <= DETAIL_VALUE ? 4 : 3, c->text,
                        sizeof c->text);
    if (ascii)
        mw_ascii_spread(c->text);
    if (level < DETAIL_SHORT)
        return;
    char *unit = strstr(c->text, "FLOP");
    if (!unit && level >= DETAIL_NO_WORDS)
        unit = strstr(c->text, "B");
    if (unit)
        *unit = '\0';
}

static int column_gap(detail level)
{
    return level >= DETAIL_NO_WORDS ? 1 : 2;
}

static const char *brief_word(int column)
{
    static const char *const words[COLUMNS] = {N_("pred."), N_("count"), N_("model"), N_("meas.")};
    return _(words[column]);
}

/* Column widths at a level of detail; returns the total without notes. */
static int measure(table *t, detail level)
{
    int total = 0;
    t->label_width = 0;
    for (int r = 0; r < t->rows; r++) {
        int width = mw_text_width(t->labels[r]);
        t->label_width = width > t->label_width ? width : t->label_width;
    }
    for (int c = 0; c < COLUMNS; c++) {
        bool any = false;
        int widest = 2 + mw_text_width(level < DETAIL_NO_WORDS ? mw_kind_word(mw_counter_kind(c))
                                                               : brief_word(c));
        for (int r = 0; r < t->rows; r++) {
            write_cell(&t->cells[r][c], level, t->ascii);
            int width = t->cells[r][c].shown ? mw_text_width(t->cells[r][c].text) : 0;
            any = any || width > 0;
            widest = width > widest ? width : widest;
        }
        t->widths[c] = any || level < DETAIL_NO_EMPTY ? widest : 0;
        total += t->widths[c] ? t->widths[c] + column_gap(level) : 0;
    }
    return t->label_width + total;
}

/* Where the note of a row begins: behind its last value. */
static int note_start(const table *t, int row, detail level)
{
    int x = t->label_width, end = x;
    for (int c = 0; c < COLUMNS; c++) {
        if (!t->widths[c])
            continue;
        x += column_gap(level);
        /* A note that is about the measured column stands in it. */
        if (t->cells[row][c].shown || c == COLUMNS - 1)
            end = x + (t->cells[row][c].shown ? mw_text_width(t->cells[row][c].text) + 1 : 0);
        x += t->widths[c];
    }
    return end;
}

/* Where the last value of a row ends, with a blank behind it. */
static int last_end(const table *t, int row, detail level)
{
    int x = t->label_width, end = x + 1;
    for (int c = 0; c < COLUMNS; c++) {
        if (!t->widths[c])
            continue;
        x += column_gap(level);
        if (t->cells[row][c].shown)
            end = x + mw_text_width(t->cells[row][c].text) + 1;
        x += t->widths[c];
    }
    return end;
}

/* The same, or behind the last value where the note is in want of room. */
static int note_place(const table *t, int row, detail level, int width)
{
    int start = note_start(t, row, level);
    if (start + mw_text_width(t->notes[row]) > width && !t->cells[row][COLUMNS - 1].shown)
        return last_end(t, row, level);
    return start;
}

/* Columns that the longest row takes with its note, of which `most` cells must be seen. */
static int measure_notes(const table *t, detail level, int most)
{
    int widest = 0;
    for (int r = 0; r < t->rows; r++) {
        int note = mw_text_width(t->notes[r]);
        int width = note > 0 ? note_start(t, r, level) + (note < most ? note : most) : 0;
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* Spare room goes to the columns, evenly. */
static void widen(table *t, int spare)
{
    int used = 0;
    for (int c = 0; c < COLUMNS; c++)
        used += t->widths[c] > 0;
    int each = used > 0 ? spare / used : 0;
    for (int c = 0; c < COLUMNS; c++)
        if (t->widths[c] > 0)
            t->widths[c] += each < 4 ? each : 4;
}

/* The richest form that fits: notes are worth digits and words, and lose their ends last (the
 * feedback says them in full). */
static detail fit(table *t, int width)
{
    static const int notes[] = {16, 12, 8, 0};
    for (size_t n = 0; n < sizeof notes / sizeof *notes; n++)
        for (int level = DETAIL_FULL; level <= DETAIL_NO_WORDS; level++) {
            int total = measure(t, (detail)level);
            int longest = notes[n] ? measure_notes(t, (detail)level, notes[n]) : 0;
            total = longest > total ? longest : total;
            if (total > width)
                continue;
            widen(t, width - total);
            return (detail)level;
        }
    measure(t, DETAIL_NO_WORDS);
    return DETAIL_INLINE;
}

static void draw_heading(const table *t, mw_grid *grid, mw_rect rect, detail level)
{
    int x = rect.x + t->label_width;
    for (int c = 0; c < COLUMNS; c++) {
        if (!t->widths[c])
            continue;
        x += column_gap(level);
        mw_grid_put(grid, x, rect.y, mw_grid_glyph(grid, mw_kind_glyph(mw_counter_kind(c))),
                    mw_style_of(mw_kind_role(mw_counter_kind(c))));
        mw_grid_text(grid, x + 2, rect.y, t->widths[c] - 2, mw_style_of(MW_ROLE_DIM),
                     level < DETAIL_NO_WORDS ? mw_kind_word(mw_counter_kind(c)) : brief_word(c));
        x += t->widths[c];
    }
}

static mw_style cell_style(const cell *item, int column)
{
    if (item->absent)
        return mw_style_of(MW_ROLE_DIM);
    return mw_style_with(mw_kind_role(mw_counter_kind(column)), item->live ? MW_ATTR_BOLD : 0);
}

/* Less of a note than this only puzzles. */
enum { NOTE_LEAST = 5 };

/* "noisy" of "noisy: another program ran on this CPU". */
static void draw_head_of_note(mw_grid *grid, int x, int y, int room, const char *note)
{
    static const char *const ends[] = {": ", "："};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(note, ends[i]);
        char head[48];
        if (!end || (size_t)(end - note) >= sizeof head)
            continue;
        snprintf(head, sizeof head, "%.*s", (int)(end - note), note);
        if (mw_text_width(head) <= room)
            mw_grid_text(grid, x, y, room, mw_style_of(MW_ROLE_DIM), head);
        return;
    }
}

static void draw_row(const table *t, mw_grid *grid, mw_rect rect, int row, detail level)
{
    int y = rect.y + 1 + row;
    mw_grid_text(grid, rect.x, y, t->label_width, mw_style_of(MW_ROLE_TEXT), t->labels[row]);
    int x = rect.x + t->label_width;
    for (int c = 0; c < COLUMNS; c++) {
        if (!t->widths[c])
            continue;
        x += column_gap(level);
        const cell *item = &t->cells[row][c];
        if (item->shown)
            mw_grid_text(grid, x, y, t->widths[c], cell_style(item, c), item->text);
        x += t->widths[c];
    }
    int start = note_place(t, row, level, rect.width), room = rect.width - start;
    if (mw_text_width(t->notes[row]) <= room)
        mw_grid_text(grid, rect.x + start, y, room, mw_style_of(MW_ROLE_DIM), t->notes[row]);
    else if (t->remarks.count == 0) /* which the other part of the screen shows */
        mw_chrome_cut(grid, rect.x + start, y, room >= NOTE_LEAST ? room : 0,
                      mw_style_of(MW_ROLE_DIM), t->notes[row]);
    else
        draw_head_of_note(grid, rect.x + start, y, room, t->notes[row]);
}

/* "time  ◇ 9.44 ms  ● 9.94 ms": what cannot stand beside the others goes below, models first. */
static void choose_inline(const table *t, int width, int row, bool kept[COLUMNS])
{
    static const int importance[COLUMNS] = {3, 1, 0, 2};
    int room = width - t->label_width;
    for (int i = 0; i < COLUMNS; i++) {
        const cell *item = &t->cells[row][importance[i]];
        int needed = item->shown ? mw_text_width(item->text) + 3 : 0;
        kept[importance[i]] = needed > 0 && !item->absent && needed <= room;
        room -= kept[importance[i]] ? needed : 0;
    }
}

static void draw_inline(const table *t, mw_grid *grid, mw_rect rect, int row)
{
    int y = rect.y + row;
    bool kept[COLUMNS];
    choose_inline(t, rect.width, row, kept);
    mw_grid_text(grid, rect.x, y, t->label_width, mw_style_of(MW_ROLE_TEXT), t->labels[row]);
    int x = rect.x + t->label_width + 1;
    for (int c = 0; c < COLUMNS; c++) {
        if (!kept[c])
            continue;
        const cell *item = &t->cells[row][c];
        mw_grid_put(grid, x, y, mw_grid_glyph(grid, mw_kind_glyph(mw_counter_kind(c))),
                    cell_style(item, c));
        x += 3 + mw_grid_text(grid, x + 2, y, rect.width, cell_style(item, c), item->text);
    }
}

/* Of a row for itself: the values that did not fit, and its note. */
static void remark_inline(table *t, int width, int row)
{
    const char *label = t->labels[row];
    bool kept[COLUMNS];
    choose_inline(t, width, row, kept);
    for (int c = 0; c < COLUMNS; c++) {
        const cell *item = &t->cells[row][c];
        char said[MW_REMARK_TEXT];
        if (!item->shown || item->absent || kept[c])
            continue;
        snprintf(said, sizeof said, "%s %s", mw_kind_word(mw_counter_kind(c)), item->text);
        mw_remarks_add(&t->remarks, label, said);
    }
    if (*t->notes[row])
        mw_remarks_add(&t->remarks, label, t->notes[row]);
}

/* Reads at most so many rows, and says below them what has no room in them. */
static detail make_table(const mw_model *model, int most, int width, table *t)
{
    *t = (table){.ascii = t->ascii, .still = t->still};
    choose_rows(model, t, most);
    for (int r = 0; r < t->rows; r++) {
        mw_counter_label(t->json[r], t->labels[r]);
        for (int c = 0; c < COLUMNS; c++)
            read_cell(t->still ? NULL : model, t->json[r], c, &t->cells[r][c]);
        read_note(t->json[r], t->cells[r], model->counters.executions, t->notes[r],
                  sizeof t->notes[r]);
    }
    detail level = fit(t, width);
    if (t->label_width > width / 2)
        t->label_width = width / 2;
    for (int r = 0; r < t->rows; r++) {
        if (level == DETAIL_INLINE)
            remark_inline(t, width, r);
        else if (note_place(t, r, level, width) + mw_text_width(t->notes[r]) > width)
            mw_remarks_add(&t->remarks, t->labels[r], t->notes[r]);
    }
    return level;
}

static int table_height(const table *t, detail level, int width)
{
    return t->rows + (level != DETAIL_INLINE) + mw_remarks_lines(&t->remarks, width);
}

int mw_counters_height(const mw_model *model, int width)
{
    table *t = mw_json_count(model->view, "counters") > 0 ? malloc(sizeof *t) : NULL;
    int height = 0;
    if (t) {
        *t = (table){.still = true};
        detail level = make_table(model, ROWS_MAX, width, t);
        height = table_height(t, level, width);
    }
    free(t);
    return height;
}

/* Rows that may be left out to say below the others what has no room in them. */
enum { ROWS_FOR_REMARKS = 2 };

void mw_counters_draw(const mw_model *model, mw_grid *grid, mw_rect rect)
{
    table *t = rect.width < 12 || rect.height < 2 ? NULL : malloc(sizeof *t);
    if (!t)
        return;
    *t = (table){.ascii = grid->charset == MW_CHARSET_ASCII && !grid->unicode_text};
    detail level = make_table(model, ROWS_MAX, rect.width, t);
    int all = t->rows;
    while (table_height(t, level, rect.width) > rect.height && t->rows > all - ROWS_FOR_REMARKS)
        level = make_table(model, t->rows - 1, rect.width, t);
    if (table_height(t, level, rect.width) > rect.height) {
        level = make_table(model, rect.height - 1, rect.width, t);
        t->remarks.count = 0;
    }
    if (level != DETAIL_INLINE)
        draw_heading(t, grid, rect, level);
    for (int r = 0; r < t->rows; r++)
        if (level == DETAIL_INLINE)
            draw_inline(t, grid, rect, r);
        else
            draw_row(t, grid, rect, r, level);
    int used = t->rows + (level != DETAIL_INLINE);
    mw_remarks_draw(&t->remarks, grid,
                    (mw_rect){rect.x, rect.y + used, rect.width, rect.height - used});
    free(t);
}
