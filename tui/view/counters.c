#include "tui/view/counters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/locale.h"
#include "tui/view/data.h"

enum { COLUMNS = 4, ROWS_MAX = 24, CELL = 48 };

static const char *const column_keys[COLUMNS] = {"predicted", "counted", "modelled", "measured"};
static const mw_kind column_kinds[COLUMNS] = {MW_PREDICTED, MW_COUNTED, MW_MODELLED, MW_MEASURED};

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
    char notes[ROWS_MAX][96];
    int label_width, note_width, widths[COLUMNS];
} table;

int mw_counters_height(const mw_model *model)
{
    int rows = mw_data_count(model->view, "counters");
    return rows > 0 ? (rows < ROWS_MAX ? rows : ROWS_MAX) + 1 : 0;
}

/* The live value of a row, if the counter block has one. */
static bool live_value(const mw_model *model, const char *id, int column, mw_number *number)
{
    const mw_counters *c = &model->counters;
    if (!model->running || !model->have_counters)
        return false;
    if (column == 1 && strcmp(id, "flops") == 0)
        *number = mw_number_of((double)c->flops, MW_UNIT_FLOP, MW_COUNTED);
    else if (column == 1 && strcmp(id, "load_bytes") == 0)
        *number = mw_number_of((double)c->load_bytes, MW_UNIT_BYTE, MW_COUNTED);
    else if (column == 1 && strcmp(id, "store_bytes") == 0)
        *number = mw_number_of((double)c->store_bytes, MW_UNIT_BYTE, MW_COUNTED);
    else if (column == 3 && strcmp(id, "seconds") == 0)
        *number = mw_number_of((double)c->kernel_ns * 1e-9, MW_UNIT_SECOND, MW_MEASURED);
    else
        return false;
    return true;
}

static void read_cell(const mw_model *model, const json_t *row, int column, cell *out)
{
    const json_t *json = mw_data_member(row, column_keys[column]);
    out->live = live_value(model, mw_data_text(row, "id"), column, &out->number);
    if (!out->live && (!json || json_is_null(json)))
        return;
    out->shown = true;
    if (!out->live)
        out->number = mw_data_quantity(json);
    out->absent = out->number.absent;
}

/* A number that this machine cannot give says why, unless the row has its own note. */
static void read_note(const json_t *row, const cell *cells, char *note, size_t size)
{
    snprintf(note, size, "%s", mw_data_text(row, "note"));
    for (int c = 0; c < COLUMNS && !*note; c++)
        if (cells[c].shown && cells[c].absent)
            snprintf(note, size, "%s", cells[c].number.reason);
}

/* How much is said: everything; without spread; with three digits and no FLOP after the prefix,
 * which the row's name says; without columns that are empty. */
typedef enum detail { DETAIL_FULL, DETAIL_VALUE, DETAIL_SHORT, DETAIL_LEAST } detail;

static void write_cell(cell *c, detail level)
{
    if (!c->shown)
        return;
    if (c->absent)
        snprintf(c->text, sizeof c->text, "–");
    else if (level == DETAIL_FULL && !c->live)
        mw_number_format(&c->number, c->text, sizeof c->text);
    else
        mw_value_format(c->number.value, c->number.unit, level <= DETAIL_VALUE ? 4 : 3, c->text,
                        sizeof c->text);
    char *unit = level >= DETAIL_SHORT ? strstr(c->text, "FLOP") : NULL;
    if (unit)
        *unit = '\0';
}

static int heading_width(int column, bool words)
{
    return words ? mw_text_width(mw_kind_word(column_kinds[column])) + 2 : 1;
}

/* Column widths at a level of detail; the total without notes. */
static int measure(table *t, detail level, bool words)
{
    int total = 0;
    t->label_width = t->note_width = 0;
    for (int r = 0; r < t->rows; r++) {
        int width = mw_text_width(mw_data_text(t->json[r], "label"));
        t->label_width = width > t->label_width ? width : t->label_width;
        width = mw_text_width(t->notes[r]);
        t->note_width = width > t->note_width ? width : t->note_width;
    }
    for (int c = 0; c < COLUMNS; c++) {
        bool any = false;
        int widest = heading_width(c, words);
        for (int r = 0; r < t->rows; r++) {
            write_cell(&t->cells[r][c], level);
            int width = t->cells[r][c].shown ? mw_text_width(t->cells[r][c].text) : 0;
            any = any || width > 0;
            widest = width > widest ? width : widest;
        }
        t->widths[c] = any || level < DETAIL_LEAST ? widest : 0;
        total += t->widths[c] ? t->widths[c] + 2 : 0;
    }
    return t->label_width + total;
}

/* The richest form that fits; spare room is spread over the columns. */
static bool fit(table *t, int width)
{
    for (int words = 1; words >= 0; words--)
        for (int level = DETAIL_FULL; level <= DETAIL_LEAST; level++) {
            int total = measure(t, (detail)level, words == 1);
            int notes = t->note_width ? (t->note_width < 12 ? t->note_width : 12) + 2 : 0;
            /* Notes are worth a few digits, but not the words over the columns. */
            if (level <= DETAIL_SHORT && words == 1 && total + notes > width)
                continue;
            if (total > width)
                continue;
            int used = t->note_width ? total + t->note_width + 2 : total;
            for (int c = 0; c < COLUMNS && used < width; c = (c + 1) % COLUMNS) {
                if (t->widths[0] + t->widths[1] + t->widths[2] + t->widths[3] == 0)
                    break;
                if (t->widths[c] >= 14)
                    break;
                t->widths[c] += t->widths[c] > 0;
                used++;
            }
            return words == 1;
        }
    return false;
}

static void draw_heading(const table *t, mw_grid *grid, mw_rect rect, bool words)
{
    int x = rect.x + t->label_width;
    for (int c = 0; c < COLUMNS; c++) {
        if (!t->widths[c])
            continue;
        x += 2;
        mw_grid_put(grid, x, rect.y, mw_grid_glyph(grid, mw_kind_glyph(column_kinds[c])),
                    mw_style_of(mw_kind_role(column_kinds[c])));
        if (words)
            mw_grid_text(grid, x + 2, rect.y, t->widths[c] - 2, mw_style_of(MW_ROLE_DIM),
                         mw_kind_word(column_kinds[c]));
        x += t->widths[c];
    }
}

static void draw_row(const table *t, mw_grid *grid, mw_rect rect, int row)
{
    int y = rect.y + 1 + row, right = rect.x + rect.width;
    mw_grid_text(grid, rect.x, y, t->label_width, mw_style_of(MW_ROLE_TEXT),
                 mw_data_text(t->json[row], "label"));
    int x = rect.x + t->label_width;
    for (int c = 0; c < COLUMNS; c++) {
        if (!t->widths[c])
            continue;
        x += 2;
        const cell *item = &t->cells[row][c];
        if (item->shown)
            mw_grid_text(grid, x, y, right - x < t->widths[c] ? right - x : t->widths[c],
                         item->absent ? mw_style_of(MW_ROLE_DIM)
                                      : mw_style_with(mw_kind_role(column_kinds[c]),
                                                      item->live ? MW_ATTR_BOLD : 0),
                         item->text);
        x += t->widths[c];
    }
    if (*t->notes[row])
        mw_grid_text(grid, x + 2, y, right - x - 2, mw_style_of(MW_ROLE_DIM), t->notes[row]);
}

void mw_counters_draw(const mw_model *model, mw_grid *grid, mw_rect rect)
{
    table t = {0};
    if (rect.width < 12 || rect.height < 2)
        return;
    t.rows = mw_counters_height(model) - 1;
    if (t.rows > rect.height - 1)
        t.rows = rect.height - 1;
    if (t.rows < 1)
        return;
    for (int r = 0; r < t.rows; r++) {
        t.json[r] = mw_data_item(model->view, "counters", r);
        for (int c = 0; c < COLUMNS; c++)
            read_cell(model, t.json[r], c, &t.cells[r][c]);
        read_note(t.json[r], t.cells[r], t.notes[r], sizeof t.notes[r]);
    }
    bool words = fit(&t, rect.width);
    if (t.label_width > rect.width / 2)
        t.label_width = rect.width / 2;
    draw_heading(&t, grid, rect, words);
    for (int r = 0; r < t.rows; r++)
        draw_row(&t, grid, rect, r);
}

/* --- the run ------------------------------------------------------------------------------------
 */

static const char *phase_word(const mw_model *model)
{
    if (model->cancel_stage) {
        if (strcmp(model->cancel_stage, "killed") == 0)
            return _("stopping: the worker was ended");
        if (strcmp(model->cancel_stage, "terminated") == 0)
            return _("stopping: the worker is told to leave");
        return _("stopping");
    }
    if (!model->have_counters)
        return _("starting");
    switch ((mw_phase)model->counters.phase) {
    case MW_PHASE_PREPARE:
        return _("preparing");
    case MW_PHASE_WARMUP:
        return _("warming up");
    case MW_PHASE_BESIDE:
        return _("measuring the roof beside it");
    case MW_PHASE_VERIFY:
        return _("checking the result");
    case MW_PHASE_IDLE:
    case MW_PHASE_SAMPLE:
        break;
    }
    return _("running");
}

void mw_run_draw(const mw_model *model, mw_grid *grid, int x, int y, int width)
{
    const json_t *run = mw_data_member(model->view, "run");
    mw_style rule = mw_style_of(MW_ROLE_RULE);
    mw_grid_hline(grid, x, y, width, rule);
    if (!model->running)
        return;
    double part = model->have_counters ? fmin((double)model->counters.progress_ppm * 1e-6, 1) : 0;
    double elapsed = model->have_counters ? (double)model->counters.elapsed_ns * 1e-9 : 0;
    char left[48] = "", title[192], done[48] = "";
    if (part > 0.03 && part < 1 && elapsed > 0.05)
        snprintf(left, sizeof left, _("%.1f s left"), elapsed * (1 - part) / part);
    int total = mw_data_int(run, "total", 0);
    if (total > 1)
        snprintf(done, sizeof done, _(" · %d of %d"), mw_data_int(run, "done", 0) + 1, total);
    const char *kernel = mw_data_text(run, "kernel"), *label = mw_data_text(run, "label");
    snprintf(title, sizeof title, "%.48s%s%.32s%s · %s %.0f %%", kernel,
             *label && *kernel ? " · " : "", label, done, phase_word(model), part * 100);
    if (mw_text_width(title) > width - 16)
        snprintf(title, sizeof title, "%.48s · %s %.0f %%", kernel, phase_word(model), part * 100);
    mw_grid_put(grid, x + 2, y, ' ', rule);
    int used = mw_grid_text(grid, x + 3, y, width - 4, mw_style_with(MW_ROLE_COUNTED, MW_ATTR_BOLD),
                            title);
    int left_width = mw_text_width(left), at = x + 3 + used + 1;
    mw_grid_put(grid, at - 1, y, ' ', rule);
    int bar = x + width - at - (left_width ? left_width + 1 : 0);
    if (bar >= 4) {
        mw_grid_bar(grid, at, y, bar, part, mw_style_of(MW_ROLE_COUNTED), rule);
        if (left_width) {
            mw_grid_put(grid, x + width - left_width - 1, y, ' ', rule);
            mw_grid_text(grid, x + width - left_width, y, left_width, mw_style_of(MW_ROLE_DIM),
                         left);
        }
    }
}
