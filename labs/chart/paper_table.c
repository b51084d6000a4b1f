/* paper_table.c: a table on paper: rules above, below the headings and at the end, nothing else.
 * Remarks (dim columns) are broken into lines. */
#include <math.h>
#include <string.h>

#include "labs/chart/paper_pens.h"
#include "labs/chart/sheet.h"

typedef struct layout {
    double widths[MW_PAPER_COLUMNS];
    double width, height; /* of the whole sheet */
    double gap, row;
} layout;

static const mw_words plain = {.ink = MW_INK_TEXT};

static double mark_room(const mw_sheet *sheet, const mw_paper_column *column)
{
    return column->marked ? 1.1 * sheet->font : 0;
}

static const char *cell(const mw_paper_table *table, int row, int column)
{
    return table->cells[row * table->column_count + column];
}

/* ---- remarks ---- */

static const double remark_letters = 34;

/* Lines that the remark takes; draws them when there is a place. */
static int break_remark(mw_sheet *sheet, const char *text, double room, const double *place)
{
    const mw_words words = {.ink = MW_INK_DIM};
    return mw_sheet_paragraph(sheet, room, text, &words, place);
}

static double row_height(mw_sheet *sheet, const mw_paper_table *table, const layout *l, int row)
{
    int lines = 1;
    for (int c = 0; row >= 0 && c < table->column_count; c++)
        if (table->columns[c].dim)
            lines = (int)fmax(lines, break_remark(sheet, cell(table, row, c), l->widths[c], NULL));
    return l->row + (lines - 1) * sheet->line;
}

static layout lay_out(mw_sheet *sheet, const mw_paper_table *table)
{
    layout l = {.gap = 1.6 * sheet->font, .row = 1.5 * sheet->line};
    l.width = 2 * sheet->pad - l.gap;
    for (int c = 0; c < table->column_count; c++) {
        const mw_paper_column *column = &table->columns[c];
        double widest = mw_sheet_measure(sheet, column->heading, &plain) + mark_room(sheet, column);
        for (int r = 0; r < table->row_count; r++)
            widest = fmax(widest, mw_sheet_measure(sheet, cell(table, r, c), &plain));
        if (column->dim)
            widest = fmin(widest, remark_letters * sheet->medium.letter);
        l.widths[c] = widest;
        l.width += widest > 0 ? widest + l.gap : 0;
    }
    const mw_words title = {.size = 1.15 * sheet->font, .bold = true};
    l.width = fmax(l.width, fmin(mw_sheet_measure(sheet, sheet->paper->title, &title), 400) +
                                2 * sheet->pad);
    l.height = 2 * sheet->pad + 0.6 * sheet->line;
    for (int r = -1; r < table->row_count; r++)
        l.height += row_height(sheet, table, &l, r);
    if (*sheet->paper->title)
        l.height += 1.9 * sheet->font;
    l.height += mw_sheet_note_height(sheet, l.width - 2 * sheet->pad);
    return l;
}

static void draw_rule(mw_sheet *sheet, const layout *l, double y, double weight)
{
    mw_sheet_ink(sheet, MW_INK_TEXT, 1);
    mw_sheet_segment(sheet, sheet->pad, y, l->width - sheet->pad, y, weight);
}

static void draw_cell(mw_sheet *sheet, const mw_paper_column *column, const char *text, double x,
                      double y, double width, bool heading)
{
    mw_words words = {.ink = heading ? MW_INK_DIM : MW_INK_TEXT, .align = column->right ? 1 : 0};
    double used = mw_sheet_words(
        sheet, column->right ? x + width : x + (heading ? mark_room(sheet, column) : 0), y, text,
        &words);
    if (heading && column->marked)
        mw_sheet_mark(sheet, (mw_mark){.kind = column->kind},
                      (column->right ? x + width - used : x + mark_room(sheet, column)) -
                          0.75 * sheet->font,
                      y + sheet->line / 2, mw_sheet_mark_radius(sheet));
}

static void draw_row(mw_sheet *sheet, const mw_paper_table *table, const layout *l, int row,
                     double y)
{
    double x = sheet->pad, down = (l->row - sheet->line) / 2;
    for (int c = 0; c < table->column_count; c++) {
        if (l->widths[c] <= 0)
            continue;
        const mw_paper_column *column = &table->columns[c];
        const double place[2] = {x, y + down};
        if (column->dim && row >= 0)
            break_remark(sheet, cell(table, row, c), l->widths[c], place);
        else
            draw_cell(sheet, column, row < 0 ? column->heading : cell(table, row, c), x, y + down,
                      l->widths[c], row < 0);
        x += l->widths[c] + l->gap;
    }
}

static void draw_table(mw_sheet *sheet, const mw_paper_table *table, const layout *l)
{
    double y = sheet->pad;
    mw_words title = {.size = 1.15 * sheet->font, .bold = true, .ink = MW_INK_TEXT};
    double room = l->width - 2 * sheet->pad;
    if (*sheet->paper->title) {
        mw_sheet_words_in(sheet, sheet->pad, y, room, sheet->paper->title, &title);
        y += 1.9 * sheet->font;
    }
    draw_rule(sheet, l, y, 1.1);
    draw_row(sheet, table, l, -1, y);
    y += l->row;
    draw_rule(sheet, l, y, 0.6);
    for (int r = 0; r < table->row_count; r++) {
        draw_row(sheet, table, l, r, y);
        y += row_height(sheet, table, l, r);
    }
    draw_rule(sheet, l, y, 1.1);
    mw_sheet_note(sheet, sheet->pad, y + 0.4 * sheet->line, room);
}

mw_status mw_pen_table(const mw_paper *paper, const mw_paper_table *table, mw_bytes *bytes,
                       mw_error *error)
{
    *bytes = (mw_bytes){0};
    mw_sheet sheet;
    mw_paper usual = *paper; /* what has to be smaller is scaled as a whole */
    usual.font = paper->font > 0 ? paper->font : 9;
    mw_status status = mw_sheet_open(&sheet, &usual, error);
    if (status != MW_OK)
        return status;
    layout l = lay_out(&sheet, table);
    /* On paper of a given size the table stands in the middle, smaller when it has to be. */
    bool fixed = paper->width > 0 && paper->height > 0;
    double width = fixed ? paper->width : l.width, height = fixed ? paper->height : l.height;
    double scale = fmin(1, fmin(width / l.width, height / l.height));
    status = mw_sheet_begin(&sheet, width, height, error);
    if (status == MW_OK && scale * sheet.font < 3)
        status = mw_fail(error, MW_INVALID,
                         "%.0f×%.0f points are too small for this table; %.0f×%.0f are enough",
                         width, height, ceil(l.width), ceil(l.height));
    if (status == MW_OK) {
        cairo_translate(sheet.cairo, (width - scale * l.width) / 2,
                        (height - scale * l.height) / 2);
        cairo_scale(sheet.cairo, scale, scale);
        draw_table(&sheet, table, &l);
    }
    return mw_sheet_finish(&sheet, status, bytes, error);
}
