/*
 * sheet_pen.c: the pen of a sheet, and a picture on it with all that stands around the plot.
 *
 * No function leaves anything behind in cairo's state: each sets what it draws with.
 */
#include <math.h>

#include "labs/chart/paper_pens.h"
#include "labs/chart/sheet.h"

typedef struct sheet_pen {
    mw_pen pen; /* first: it is what pictures are given */
    mw_sheet *sheet;
    mw_frame frame;
} sheet_pen;

static mw_sheet *begin(mw_pen *pen)
{
    const sheet_pen *own = (sheet_pen *)pen;
    cairo_save(own->sheet->cairo);
    cairo_translate(own->sheet->cairo, own->frame.x, own->frame.y);
    return own->sheet;
}

static double opacity(double alpha)
{
    return alpha > 0 ? alpha : 1;
}

/* The trail says its direction where there is room for an arrow. */
static void draw_arrow(mw_sheet *sheet, double x0, double y0, double x1, double y1)
{
    double dx = x1 - x0, dy = y1 - y0, length = hypot(dx, dy), size = 0.5 * sheet->font;
    if (length < 5 * size)
        return;
    cairo_t *cairo = sheet->cairo;
    cairo_save(cairo);
    cairo_translate(cairo, x0 + dx / 2, y0 + dy / 2);
    cairo_rotate(cairo, atan2(dy, dx));
    cairo_move_to(cairo, size / 2, 0);
    cairo_line_to(cairo, -size / 2, size / 2.6);
    cairo_line_to(cairo, -size / 2, -size / 2.6);
    cairo_close_path(cairo);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

static void draw_line(mw_pen *pen, double x0, double y0, double x1, double y1,
                      const mw_stroke *stroke)
{
    mw_sheet *sheet = begin(pen);
    mw_sheet_ink(sheet, (int)stroke->ink, opacity(stroke->alpha));
    mw_sheet_dash(sheet, stroke->dash);
    if (stroke->round)
        cairo_set_line_cap(sheet->cairo, CAIRO_LINE_CAP_ROUND);
    mw_sheet_segment(sheet, x0, y0, x1, y1, stroke->width);
    if (stroke->arrow)
        draw_arrow(sheet, x0, y0, x1, y1);
    cairo_restore(sheet->cairo);
}

static bool is_gap(const mw_spot *spot)
{
    return !isfinite(spot->x) || !isfinite(spot->y);
}

static void draw_curve(mw_pen *pen, const mw_spot *spots, int count, const mw_stroke *stroke)
{
    mw_sheet *sheet = begin(pen);
    bool before = false;
    for (int i = 0; i < count; i++) {
        bool gap = is_gap(&spots[i]);
        if (!gap && before)
            cairo_line_to(sheet->cairo, spots[i].x, spots[i].y);
        else if (!gap)
            cairo_move_to(sheet->cairo, spots[i].x, spots[i].y);
        before = !gap;
    }
    mw_sheet_ink(sheet, (int)stroke->ink, opacity(stroke->alpha));
    mw_sheet_dash(sheet, stroke->dash);
    cairo_set_line_join(sheet->cairo, CAIRO_LINE_JOIN_ROUND);
    mw_sheet_pen(sheet, stroke->width);
    cairo_stroke(sheet->cairo);
    cairo_restore(sheet->cairo);
}

/* One closed band for each stretch without a gap. */
static void draw_band(mw_pen *pen, const mw_spot *low, const mw_spot *high, int count, mw_ink ink,
                      double alpha)
{
    mw_sheet *sheet = begin(pen);
    mw_sheet_ink(sheet, (int)ink, opacity(alpha));
    for (int first = 0; first < count;) {
        int end = first;
        while (end < count && !is_gap(&low[end]) && !is_gap(&high[end]))
            end++;
        for (int i = first; i < end; i++)
            cairo_line_to(sheet->cairo, low[i].x, low[i].y);
        for (int i = end; i-- > first;)
            cairo_line_to(sheet->cairo, high[i].x, high[i].y);
        if (end > first)
            cairo_close_path(sheet->cairo);
        first = end + 1;
    }
    cairo_fill(sheet->cairo);
    cairo_restore(sheet->cairo);
}

static void draw_area(mw_pen *pen, const mw_spot *corners, int count, mw_ink ink, double alpha)
{
    mw_sheet *sheet = begin(pen);
    for (int i = 0; i < count; i++)
        if (!is_gap(&corners[i]))
            cairo_line_to(sheet->cairo, corners[i].x, corners[i].y);
    cairo_close_path(sheet->cairo);
    mw_sheet_ink(sheet, (int)ink, opacity(alpha));
    cairo_fill(sheet->cairo);
    cairo_restore(sheet->cairo);
}

static void fill_box(mw_pen *pen, const mw_box *box, mw_ink ink, double alpha)
{
    mw_sheet *sheet = begin(pen);
    cairo_rectangle(sheet->cairo, box->x, box->y, box->width, box->height);
    mw_sheet_ink(sheet, (int)ink, alpha);
    cairo_fill(sheet->cairo);
    cairo_restore(sheet->cairo);
}

static void draw_bar(mw_pen *pen, const mw_box *box, mw_ink ink)
{
    fill_box(pen, box, ink, 1);
}

static void draw_shade(mw_pen *pen, const mw_box *box, mw_ink ink, double level)
{
    fill_box(pen, box, ink, fmin(fmax(level, 0), 1));
}

static void draw_mark(mw_pen *pen, double x, double y, const mw_mark *mark, double size)
{
    mw_sheet *sheet = begin(pen);
    mw_sheet_mark(sheet, *mark, x, y, size * mw_sheet_mark_radius(sheet));
    cairo_restore(sheet->cairo);
}

static void draw_whisker(mw_pen *pen, double x, double y0, double y1, mw_kind kind)
{
    mw_sheet *sheet = begin(pen);
    mw_sheet_whisker(sheet, kind, x, y0, y1);
    cairo_restore(sheet->cairo);
}

/* Words have a state of their own, and their ink is told by its place on the sheet. */
static void draw_text(mw_pen *pen, double x, double y, const char *text, const mw_words *words)
{
    const sheet_pen *own = (sheet_pen *)pen;
    x += own->frame.x;
    y += own->frame.y;
    if (words->room > 0)
        mw_sheet_words_in(own->sheet, x, y, words->room, text, words);
    else
        mw_sheet_words(own->sheet, x, y, text, words);
}

/* ---- a picture ---- */

static mw_frame frame_of(mw_sheet *sheet, const mw_surround *around, bool draw)
{
    mw_frame outer = mw_sheet_surround(sheet, around->y_title, around->aside, around->legend,
                                       around->legend_count, draw);
    return around->x && around->y ? mw_sheet_inner(sheet, outer, around->y_ticks, around->y_count)
                                  : outer;
}

/* First for what stands around the plot, then for the labels of y, whose axis does not depend on
 * the width, then as it is. */
static mw_status lay_out(mw_sheet *sheet, mw_drawing *drawing, mw_frame *frame, mw_error *error)
{
    drawing->plan(drawing, sheet->width, sheet->height);
    for (int round = 0; round < 2; round++) {
        *frame = frame_of(sheet, &drawing->around, false);
        mw_status status = mw_sheet_check(sheet, *frame, error);
        if (status != MW_OK)
            return status;
        drawing->plan(drawing, frame->width, frame->height);
    }
    return MW_OK;
}

static mw_status draw_on(mw_sheet *sheet, mw_drawing *drawing, mw_error *error)
{
    sheet_pen own = {.pen = {.medium = &sheet->medium,
                             .line = draw_line,
                             .curve = draw_curve,
                             .band = draw_band,
                             .area = draw_area,
                             .bar = draw_bar,
                             .shade = draw_shade,
                             .mark = draw_mark,
                             .whisker = draw_whisker,
                             .text = draw_text},
                     .sheet = sheet};
    drawing->medium = &sheet->medium;
    drawing->room = INFINITY;
    mw_status status = lay_out(sheet, drawing, &own.frame, error);
    if (status != MW_OK)
        return status;
    const mw_surround *around = &drawing->around;
    frame_of(sheet, around, true);
    if (around->x && around->y)
        mw_sheet_axes(sheet, own.frame, around->x_ticks, around->x_count, around->y_ticks,
                      around->y_count, around->x_title);
    drawing->draw(drawing, &own.pen);
    return MW_OK;
}

mw_status mw_pen_drawing(const mw_paper *paper, mw_drawing *drawing, mw_bytes *bytes,
                         mw_error *error)
{
    *bytes = (mw_bytes){0};
    mw_sheet sheet;
    mw_status status = mw_sheet_open(&sheet, paper, error);
    if (status != MW_OK)
        return status;
    status = mw_sheet_begin(&sheet, paper->width, paper->height, error);
    if (status == MW_OK)
        status = draw_on(&sheet, drawing, error);
    drawing->medium = &mw_medium_cells; /* that of the sheet is gone */
    return mw_sheet_finish(&sheet, status, bytes, error);
}
