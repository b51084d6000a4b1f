/* sheet_shapes.c: lines, marks, legends and axes on a sheet. */
#include <math.h>
#include <string.h>

#include "labs/chart/sheet.h"

/* Pens are chosen for words of 9 points. */
void mw_sheet_pen(mw_sheet *sheet, double width)
{
    cairo_set_line_width(sheet->cairo, width * sheet->font / 9);
}

void mw_sheet_segment(mw_sheet *sheet, double x0, double y0, double x1, double y1, double width)
{
    mw_sheet_pen(sheet, width);
    cairo_move_to(sheet->cairo, x0, y0);
    cairo_line_to(sheet->cairo, x1, y1);
    cairo_stroke(sheet->cairo);
}

void mw_sheet_dash(mw_sheet *sheet, const double dash[2])
{
    double scale = sheet->font / 9, scaled[2] = {0};
    for (int i = 0; dash && i < 2; i++)
        scaled[i] = dash[i] * scale;
    cairo_set_dash(sheet->cairo, scaled, dash ? 2 : 0, 0);
}

double mw_sheet_mark_radius(const mw_sheet *sheet)
{
    return 0.3 * sheet->font;
}

/* ---- marks ---- */

static void polygon(cairo_t *cairo, double x, double y, double radius, int corners, double turn)
{
    for (int i = 0; i < corners; i++)
        cairo_line_to(cairo, x + radius * cos(turn + 2 * M_PI * i / corners),
                      y + radius * sin(turn + 2 * M_PI * i / corners));
    cairo_close_path(cairo);
}

/* ● measured, ○ modelled, ▪ counted, □ published, ◇ predicted, + given; ▲ ▼ ◆ ■ for twins. */
static bool outline_mark(cairo_t *cairo, mw_kind kind, int twin, double x, double y, double r)
{
    cairo_new_path(cairo);
    if (twin > 0) {
        static const struct {
            int corners;
            double turn;
        } shapes[] = {{3, -M_PI_2}, {3, M_PI_2}, {4, 0}, {4, M_PI_4}};
        polygon(cairo, x, y, 1.25 * r, shapes[(twin - 1) % 4].corners, shapes[(twin - 1) % 4].turn);
        return true;
    }
    switch (kind) {
    case MW_COUNTED:
    case MW_PUBLISHED:
        polygon(cairo, x, y, 1.2 * r, 4, M_PI_4);
        return kind == MW_COUNTED;
    case MW_PREDICTED:
        polygon(cairo, x, y, 1.4 * r, 4, 0);
        return false;
    case MW_GIVEN:
        polygon(cairo, x, y, 1.2 * r, 6, 0);
        return false;
    case MW_MEASURED:
    case MW_MODELLED:
        break;
    }
    cairo_arc(cairo, x, y, r, 0, 2 * M_PI);
    cairo_close_path(cairo);
    return kind == MW_MEASURED;
}

/* Every mark has an edge of the ground's colour, so that two on one place are both seen. */
void mw_sheet_mark(mw_sheet *sheet, mw_mark mark, double x, double y, double radius)
{
    cairo_t *cairo = sheet->cairo;
    mw_kind kind = mark.kind;
    bool filled = outline_mark(cairo, kind, mark.twin, x, y, radius) && !mark.noisy;
    double usual = mw_sheet_mark_radius(sheet), edge = 0.42 * usual;
    mw_sheet_ink(sheet, MW_INK_GROUND, 1);
    if (kind != MW_PREDICTED) /* whose hit or miss is seen through it */
        cairo_fill_preserve(cairo);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_MITER);
    cairo_set_line_width(cairo, filled ? 0.6 * usual : edge + 0.6 * usual);
    cairo_stroke_preserve(cairo);
    mw_sheet_ink(sheet, MW_INK_KIND + (int)kind, 1);
    cairo_set_line_width(cairo, edge);
    if (filled)
        cairo_fill(cairo);
    else
        cairo_stroke(cairo);
    if (mark.noisy) {
        cairo_arc(cairo, x, y, 0.36 * radius, 0, 2 * M_PI);
        cairo_fill(cairo);
    }
}

void mw_sheet_whisker(mw_sheet *sheet, mw_kind kind, double x, double y0, double y1)
{
    double half = 0.22 * sheet->font;
    mw_sheet_ink(sheet, MW_INK_KIND + (int)kind, 0.75);
    mw_sheet_segment(sheet, x, y0, x, y1, 0.8);
    mw_sheet_segment(sheet, x - half, y0, x + half, y0, 0.8);
    mw_sheet_segment(sheet, x - half, y1, x + half, y1, 0.8);
}

/* ---- around the plot ---- */

static double entry_width(mw_sheet *sheet, const mw_legend_entry *entry)
{
    static const mw_words words = {0};
    return sheet->font * (entry->line || entry->roof ? 2.2 : 1.1) +
           mw_sheet_measure(sheet, entry->word, &words);
}

static void draw_entry(mw_sheet *sheet, const mw_legend_entry *entry, double x, double y,
                       double right)
{
    static const mw_words words = {.ink = MW_INK_DIM};
    double mark = sheet->font * (entry->line || entry->roof ? 1.8 : 0.7),
           middle = y + sheet->line / 2;
    if (entry->line || entry->roof) {
        static const double dash[2] = {3, 2}, broken[2] = {6, 3.5};
        mw_sheet_dash(sheet, entry->roof ? broken : entry->mark.twin ? dash : NULL);
        mw_sheet_ink(sheet, entry->roof ? MW_INK_ROOF : MW_INK_KIND + (int)entry->mark.kind, 1);
        mw_sheet_segment(sheet, x, middle, x + mark, middle, 1.2);
        mw_sheet_dash(sheet, NULL);
    }
    if (!entry->roof)
        mw_sheet_mark(sheet, entry->mark, x + mark / 2, middle, mw_sheet_mark_radius(sheet));
    x += mark + 0.4 * sheet->font;
    mw_sheet_words_in(sheet, x, y, right - x, entry->word, &words);
}

/* Entries from the left, lines as needed, ended at the right edge; returns the y below. */
static double lay_legend(mw_sheet *sheet, double left, double y, const mw_legend_entry *legend,
                         int count, bool draw)
{
    double right = sheet->width - sheet->pad - sheet->font, gap = 1.4 * sheet->font;
    for (int first = 0; first < count;) {
        double used = 0;
        int next = first;
        while (next < count) {
            double width = entry_width(sheet, &legend[next]) + (next > first ? gap : 0);
            if (next > first && used + width > right - left)
                break;
            used += width;
            next++;
        }
        double x = fmax(right - used, left);
        for (int i = first; i < next; i++) {
            if (draw)
                draw_entry(sheet, &legend[i], x, y, right);
            x += entry_width(sheet, &legend[i]) + gap;
        }
        y += 1.15 * sheet->line;
        first = next;
    }
    return y;
}

mw_frame mw_sheet_surround(mw_sheet *sheet, const char *y_unit, const char *aside,
                           const mw_legend_entry *legend, int count, bool draw)
{
    double left = sheet->pad, top = sheet->pad, room = sheet->width - 2 * sheet->pad;
    mw_words title = {.size = 1.15 * sheet->font, .bold = true, .ink = MW_INK_TEXT};
    mw_words dim = {.ink = MW_INK_DIM};
    if (*sheet->paper->title) {
        if (draw)
            mw_sheet_words_in(sheet, left, top, room, sheet->paper->title, &title);
        top += 1.7 * sheet->font;
    }
    double unit = mw_sheet_measure(sheet, y_unit, &dim), below = top + 1.15 * sheet->line;
    double widest = 0;
    for (int i = 0; i < count; i++)
        widest = fmax(widest, entry_width(sheet, &legend[i]));
    double start = left + unit + 1.5 * sheet->font;
    if (start + widest >
        sheet->width - sheet->pad - sheet->font) { /* the legend has lines of its own */
        top = lay_legend(sheet, left, top, legend, count, draw);
        below = top + 1.15 * sheet->line;
    } else {
        below = fmax(below, lay_legend(sheet, start, top, legend, count, draw));
    }
    if (aside && *aside) {
        if (draw)
            mw_sheet_words_in(sheet, left, below - 0.2 * sheet->line, room, aside, &dim);
        below += sheet->line;
    }
    if (draw)
        mw_sheet_words_in(sheet, left,
                          below - 1.15 * sheet->line - (aside && *aside ? sheet->line : 0), room,
                          y_unit, &dim);
    double note = mw_sheet_note_height(sheet, room);
    double bottom = sheet->height - sheet->pad - note;
    if (draw && note > 0)
        mw_sheet_note(sheet, left, bottom + 0.3 * sheet->font, room);
    return (mw_frame){left, below + 0.2 * sheet->line, room, bottom - below - 0.2 * sheet->line};
}

static double tick_length(const mw_sheet *sheet, bool labelled)
{
    return (labelled ? 0.39 : 0.22) * sheet->font;
}

mw_frame mw_sheet_inner(mw_sheet *sheet, mw_frame outer, const mw_tick *y_ticks, int y_count)
{
    static const mw_words words = {0};
    double widest = 0;
    for (int i = 0; i < y_count; i++)
        if (y_ticks[i].labelled)
            widest = fmax(widest, mw_sheet_measure(sheet, y_ticks[i].label, &words));
    double left = widest + tick_length(sheet, true) + 0.4 * sheet->font, right = sheet->font;
    double below = tick_length(sheet, true) + 2.5 * sheet->line;
    return (mw_frame){outer.x + left, outer.y, outer.width - left - right, outer.height - below};
}

mw_status mw_sheet_check(const mw_sheet *sheet, mw_frame frame, mw_error *error)
{
    double least_width = 6 * sheet->line, least_height = 4 * sheet->line;
    if (frame.width >= least_width && frame.height >= least_height)
        return MW_OK;
    /* A larger picture has more ticks, and they wider labels: some room for those. */
    double wider = fmax(0, least_width - frame.width) + sheet->font;
    double higher = fmax(0, least_height - frame.height);
    return mw_fail(error, MW_INVALID,
                   "%.0f×%.0f points are too small for this picture with words of %.0f points: it "
                   "needs about %.0f×%.0f points",
                   sheet->width, sheet->height, sheet->font, 5 * ceil((sheet->width + wider) / 5),
                   5 * ceil((sheet->height + higher) / 5));
}

static void draw_x_labels(mw_sheet *sheet, mw_frame frame, const mw_tick *ticks, int count)
{
    mw_words words = {.ink = MW_INK_DIM, .align = 0.5};
    double y = frame.y + frame.height + tick_length(sheet, true) + 0.15 * sheet->line;
    for (int i = 0; i < count; i++)
        if (ticks[i].labelled)
            mw_sheet_words(sheet, frame.x + ticks[i].position, y, ticks[i].label, &words);
}

void mw_sheet_axes(mw_sheet *sheet, mw_frame frame, const mw_tick *x_ticks, int x_count,
                   const mw_tick *y_ticks, int y_count, const char *x_title)
{
    double right = frame.x + frame.width, bottom = frame.y + frame.height;
    mw_sheet_ink(sheet, MW_INK_GRID, 1);
    for (int i = 0; i < x_count; i++)
        if (x_ticks[i].labelled)
            mw_sheet_segment(sheet, frame.x + x_ticks[i].position, frame.y,
                             frame.x + x_ticks[i].position, bottom, 0.5);
    for (int i = 0; i < y_count; i++)
        if (y_ticks[i].labelled)
            mw_sheet_segment(sheet, frame.x, frame.y + y_ticks[i].position, right,
                             frame.y + y_ticks[i].position, 0.5);
    mw_sheet_ink(sheet, MW_INK_RULE, 1);
    mw_sheet_segment(sheet, frame.x, frame.y, frame.x, bottom, 0.7);
    mw_sheet_segment(sheet, frame.x, bottom, right, bottom, 0.7);
    for (int i = 0; i < x_count; i++)
        mw_sheet_segment(sheet, frame.x + x_ticks[i].position, bottom,
                         frame.x + x_ticks[i].position,
                         bottom + tick_length(sheet, x_ticks[i].labelled), 0.6);
    mw_words words = {.ink = MW_INK_DIM, .align = 1};
    for (int i = 0; i < y_count; i++) {
        double length = tick_length(sheet, y_ticks[i].labelled);
        double y = frame.y + y_ticks[i].position;
        mw_sheet_ink(sheet, MW_INK_RULE, 1);
        mw_sheet_segment(sheet, frame.x - length, y, frame.x, y, 0.6);
        if (y_ticks[i].labelled)
            mw_sheet_words(sheet, frame.x - tick_length(sheet, true) - 0.3 * sheet->font,
                           y - sheet->line / 2, y_ticks[i].label, &words);
    }
    draw_x_labels(sheet, frame, x_ticks, x_count);
    mw_words title = {.ink = MW_INK_DIM, .align = 0.5};
    mw_sheet_words_in(sheet, frame.x + frame.width / 2,
                      bottom + tick_length(sheet, true) + 1.3 * sheet->line, frame.width, x_title,
                      &title);
}
