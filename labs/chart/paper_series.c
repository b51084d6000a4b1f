/* paper_series.c: series over one axis on paper. */
#include <math.h>
#include <stdlib.h>

#include "labs/chart/paper_pens.h"
#include "labs/chart/sheet.h"

typedef struct drawing {
    mw_paper_titles *titles;
    void *context;        /* of the titles */
    mw_series_chart copy; /* laid out for the sheet */
    const mw_series_chart *chart;
    mw_sheet *sheet;
    mw_series_plan plan;
    mw_frame frame;
} drawing;

static const double dash_twin[2] = {3, 2}, dash_mark[2] = {3, 2.5};

static mw_mark mark_of(const drawing *d, int s, bool noisy)
{
    return (mw_mark){d->chart->series[s].kind, mw_series_twin(d->chart, s), noisy};
}

static void draw_marks(const drawing *d)
{
    mw_sheet_dash(d->sheet, dash_mark);
    for (int i = 0; i < d->chart->mark_count; i++) {
        mw_kind kind = d->chart->mark_kinds[i];
        mw_sheet_ink(d->sheet, kind == MW_GIVEN ? MW_INK_RULE : MW_INK_KIND + (int)kind, 1);
        if (d->plan.marks[i].visible)
            mw_sheet_segment(d->sheet, d->plan.marks[i].x, 0, d->plan.marks[i].x, d->plan.height,
                             0.9);
    }
    mw_sheet_dash(d->sheet, NULL);
}

/* The spread of a dense series: one closed band for each stretch without a gap. */
static void draw_band(const drawing *d, int s)
{
    cairo_t *cairo = d->sheet->cairo;
    const mw_series_spot *spots = d->plan.spots[s];
    int count = d->chart->series[s].count;
    mw_sheet_ink(d->sheet, MW_INK_KIND + (int)d->chart->series[s].kind, 0.18);
    for (int first = 0; first < count;) {
        int end = first;
        while (end < count && spots[end].visible && spots[end].spread)
            end++;
        for (int i = first; i < end; i++)
            cairo_line_to(cairo, spots[i].x, spots[i].y_low);
        for (int i = end; i-- > first;)
            cairo_line_to(cairo, spots[i].x, spots[i].y_high);
        if (end > first)
            cairo_close_path(cairo);
        first = end + 1;
    }
    cairo_fill(cairo);
}

static void draw_bars(const drawing *d, int s)
{
    for (int i = 0; i < d->chart->series[s].count; i++) {
        const mw_series_spot *spot = &d->plan.spots[s][i];
        if (spot->visible && spot->spread)
            mw_sheet_whisker(d->sheet, d->chart->series[s].kind, spot->x, spot->y_low,
                             spot->y_high);
    }
}

/* What is missing is a gap. */
static void draw_curve(const drawing *d, int s)
{
    cairo_t *cairo = d->sheet->cairo;
    bool twin = mw_series_twin(d->chart, s) > 0, before = false;
    for (int i = 0; i < d->chart->series[s].count; i++) {
        const mw_series_spot *spot = &d->plan.spots[s][i];
        if (spot->visible && before)
            cairo_line_to(cairo, spot->x, spot->y);
        else if (spot->visible)
            cairo_move_to(cairo, spot->x, spot->y);
        before = spot->visible;
    }
    mw_sheet_ink(d->sheet, MW_INK_KIND + (int)d->chart->series[s].kind, 1);
    mw_sheet_dash(d->sheet, twin ? dash_twin : NULL);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    mw_sheet_pen(d->sheet, 1.2);
    cairo_stroke(cairo);
    mw_sheet_dash(d->sheet, NULL);
}

static void draw_inside(const drawing *d)
{
    cairo_t *cairo = d->sheet->cairo;
    cairo_save(cairo);
    cairo_translate(cairo, d->frame.x, d->frame.y);
    draw_marks(d);
    for (int s = d->chart->series_count - 1; s >= 0; s--) {
        if (mw_series_is_dense(d->chart, &d->plan, s))
            draw_band(d, s);
        else
            draw_bars(d, s);
        draw_curve(d, s);
    }
    for (int s = d->chart->series_count - 1; s >= 0; s--)
        for (int i = 0; i < d->chart->series[s].count; i++) {
            const mw_series_spot *spot = &d->plan.spots[s][i];
            if (spot->visible && !mw_series_is_dense(d->chart, &d->plan, s))
                mw_sheet_mark(d->sheet, mark_of(d, s, d->chart->series[s].points[i].noisy), spot->x,
                              spot->y, 0.85 * mw_sheet_mark_radius(d->sheet));
        }
    cairo_restore(cairo);
    for (int i = 0; i < d->chart->mark_count; i++) {
        const mw_box *box = &d->plan.marks[i].word;
        mw_kind kind = d->chart->mark_kinds[i];
        mw_words words = {.halo = d->plan.marks[i].crossed,
                          .ink = kind == MW_GIVEN ? MW_INK_DIM : (mw_ink)(MW_INK_KIND + (int)kind)};
        if (d->plan.marks[i].named)
            mw_sheet_words(d->sheet, d->frame.x + box->x, d->frame.y + box->y,
                           d->chart->mark_words[i], &words);
    }
}

static int list_series(const drawing *d, mw_legend_entry *legend)
{
    int count = 0, noisy = mw_series_noisy(d->chart, &d->plan);
    for (int s = 0; s < d->chart->series_count; s++)
        if (d->chart->series[s].label && *d->chart->series[s].label)
            legend[count++] = (mw_legend_entry){
                .mark = mark_of(d, s, false), .line = true, .word = d->chart->series[s].label};
    if (noisy >= 0 && d->sheet->paper->noisy)
        legend[count++] =
            (mw_legend_entry){.mark = mark_of(d, noisy, true), .word = d->sheet->paper->noisy};
    return count;
}

static mw_status draw_all(mw_sheet *sheet, void *context, mw_error *error)
{
    drawing *d = context;
    d->sheet = sheet;
    d->copy.medium = &sheet->medium;
    d->chart = &d->copy;
    char y[64], x[80];
    mw_status status = MW_OK;
    mw_frame outer = {0};
    /* First for the prefix, then for the width of the labels of y, then as it is. */
    mw_series_plan_make(d->chart, sheet->width, sheet->height, &d->plan);
    mw_legend_entry legend[MW_SERIES_MAX + 1];
    int entries = list_series(d, legend);
    for (int round = 0; round < 2; round++) {
        d->titles(d->context, &d->plan, y, x);
        outer = mw_sheet_surround(sheet, y, "", legend, entries, false);
        d->frame = mw_sheet_inner(sheet, outer, d->plan.y_ticks, d->plan.y_tick_count);
        status = mw_sheet_check(sheet, d->frame, error);
        if (status != MW_OK)
            return status;
        mw_series_plan_make(d->chart, d->frame.width, d->frame.height, &d->plan);
    }
    mw_sheet_surround(sheet, y, "", legend, entries, true);
    mw_sheet_axes(sheet, d->frame, d->plan.x_ticks, d->plan.x_tick_count, d->plan.y_ticks,
                  d->plan.y_tick_count, x);
    draw_inside(d);
    return MW_OK;
}

mw_status mw_pen_series(const mw_paper *paper, const mw_series_chart *chart,
                        mw_paper_titles *titles, void *context, mw_bytes *bytes, mw_error *error)
{
    drawing *d = calloc(1, sizeof *d);
    *bytes = (mw_bytes){0};
    if (!d)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a picture");
    d->copy = *chart;
    d->titles = titles;
    d->context = context;
    mw_status status = mw_sheet_draw(paper, draw_all, d, bytes, error);
    free(d);
    return status;
}
