/*
 * sheet.h: one sheet of paper under cairo's pen: words, marks, lines, axes. Shared by the files
 * that draw charts.
 */
#ifndef MW_CHART_SHEET_H
#define MW_CHART_SHEET_H

#include <cairo.h>

#include "labs/chart/paper.h"
#include "labs/chart/pen.h"
#include "labs/chart/svg_words.h"

typedef struct mw_sheet {
    const mw_paper *paper;
    cairo_t *cairo;
    cairo_surface_t *surface;
    mw_bytes bytes; /* what came out so far, and the room for more */
    size_t bytes_room;
    mw_svg_words words; /* of an SVG; closed for other formats */
    double width, height;
    double font, line, pad; /* size of words, height of their lines, margin of the sheet */
    mw_medium medium;       /* for plans: measures with this sheet's font */
} mw_sheet;

/* A sheet to measure on, whose size and output come with mw_sheet_begin. */
mw_status mw_sheet_open(mw_sheet *sheet, const mw_paper *paper, mw_error *error);
mw_status mw_sheet_begin(mw_sheet *sheet, double width, double height, mw_error *error);
/* Ends the drawing and gives the bytes; frees everything else. `status`: of the drawing so far. */
mw_status mw_sheet_finish(mw_sheet *sheet, mw_status status, mw_bytes *bytes, mw_error *error);

/* ---- words ---- */

double mw_sheet_measure(mw_sheet *sheet, const char *text, const mw_words *words);

/* Words in the line of height 1.2 × size whose upper edge is `y`. Returns their width. */
double mw_sheet_words(mw_sheet *sheet, double x, double y, const char *text, const mw_words *words);

/* The same, shortened by "…" to what fits. */
double mw_sheet_words_in(mw_sheet *sheet, double x, double y, double room, const char *text,
                         const mw_words *words);

/* Words broken into lines of this width, at most 10, of which only the last is shortened. Draws
 * them when there is a place, the upper left corner; returns how many there are. */
int mw_sheet_paragraph(mw_sheet *sheet, double room, const char *text, const mw_words *words,
                       const double place[2]);

/* The paper's note as a small paragraph, and the height it takes with its distance; 0: no note. */
double mw_sheet_note_height(mw_sheet *sheet, double room);
void mw_sheet_note(mw_sheet *sheet, double x, double y, double room);

/* ---- shapes ---- */

void mw_sheet_ink(mw_sheet *sheet, int ink, double alpha);
void mw_sheet_pen(mw_sheet *sheet, double width); /* all widths are for words of 9 points */
void mw_sheet_segment(mw_sheet *sheet, double x0, double y0, double x1, double y1, double width);
/* Dashes: on, off; NULL ends them. */
void mw_sheet_dash(mw_sheet *sheet, const double dash[2]);

void mw_sheet_mark(mw_sheet *sheet, mw_mark mark, double x, double y, double radius);
/* How certain its value is, from one end to the other; upright. */
void mw_sheet_whisker(mw_sheet *sheet, mw_kind kind, double x, double y0, double y1);
double mw_sheet_mark_radius(const mw_sheet *sheet);

/* ---- what all charts have ---- */

/* The inner rectangle: what is left for the plot. */
typedef struct mw_frame {
    double x, y, width, height;
} mw_frame;

/*
 * Title, unit, legend and aside above, note below; returns what is left between them for axes and
 * plot. Draws only when `draw` is set, so that a plan can be made first.
 */
mw_frame mw_sheet_surround(mw_sheet *sheet, const char *y_unit, const char *aside,
                           const mw_legend_entry *legend, int count, bool draw);

/* The plot inside: room for the widest y label, the x labels and the x title. */
mw_frame mw_sheet_inner(mw_sheet *sheet, mw_frame outer, const mw_tick *y_ticks, int y_count);

/* Lines of the grid, axes, ticks, their labels and the x title; positions of ticks are relative to
 * the frame. */
void mw_sheet_axes(mw_sheet *sheet, mw_frame frame, const mw_tick *x_ticks, int x_count,
                   const mw_tick *y_ticks, int y_count, const char *x_title);

/* MW_INVALID when nothing could be seen in the frame. */
mw_status mw_sheet_check(const mw_sheet *sheet, mw_frame frame, mw_error *error);

#endif
