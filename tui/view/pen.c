/* pen.c: the pen for character cells. */
#include "tui/view/pen.h"

#include <math.h>

#include "tui/view/kinds.h"

/* ---- inks ---- */

static mw_role role_of(mw_ink ink)
{
    switch (ink) {
    case MW_INK_DIM:
        return MW_ROLE_DIM;
    case MW_INK_RULE:
    case MW_INK_GRID:
        return MW_ROLE_RULE;
    case MW_INK_ROOF:
        return MW_ROLE_ROOF;
    case MW_INK_ROOF_BACK:
        return MW_ROLE_ROOF_BAND;
    case MW_INK_GROUND:
    case MW_INK_TEXT:
        return MW_ROLE_TEXT;
    case MW_INK_KIND:
        break;
    }
    return mw_kind_role((mw_kind)(ink - MW_INK_KIND));
}

/* A line of dots is no fainter than another: one that steps back has the colour of rules. */
static mw_style line_style(mw_ink ink)
{
    return mw_style_of(ink == MW_INK_DIM ? MW_ROLE_RULE : role_of(ink));
}

/* ---- marks ---- */

/* The mark of the twin-th series of a kind; hollow for a noisy sample. */
static uint32_t shape_of(int twin, bool noisy)
{
    static const uint32_t shapes[] = {0x25B2, 0x25BC, 0x25C6, 0x25A0};
    static const uint32_t hollow[] = {0x25B3, 0x25BD, 0x25C8, 0x25A3};
    return (noisy ? hollow : shapes)[(twin - 1) % 4];
}

/* The kind's mark for the first series of a kind, other shapes for its twins. */
uint32_t mw_cell_mark(const mw_grid *grid, const mw_mark *mark)
{
    if (mark->twin <= 0)
        return mw_grid_glyph(grid, mark->noisy ? MW_GLYPH_NOISY : mw_kind_glyph(mark->kind));
    return grid->charset == MW_CHARSET_ASCII
               ? (uint32_t)((mark->noisy ? 'e' : 'a') + (mark->twin - 1) % 4)
               : shape_of(mark->twin, mark->noisy);
}

mw_style mw_cell_mark_style(const mw_mark *mark)
{
    return mw_style_with(mw_kind_role(mark->kind), mark->strong ? MW_ATTR_BOLD : 0);
}

/* ---- dots ---- */

/* The dots of a plot, and how many there are to a cell. */
typedef struct dots {
    mw_canvas *canvas;
    double across, down;  /* dots of a cell */
    double right, bottom; /* the last ones: the plot's far edges belong to them */
} dots;

static bool dots_of(mw_pen *pen, dots *d)
{
    mw_cell_pen *own = (mw_cell_pen *)pen;
    if (!own->canvas)
        own->canvas = mw_canvas_new(own->grid->charset, own->inner.width, own->inner.height);
    if (!own->canvas)
        return false;
    const int width = mw_canvas_width(own->canvas), height = mw_canvas_height(own->canvas);
    *d = (dots){own->canvas, (double)width / own->inner.width, (double)height / own->inner.height,
                width - 1, height - 1};
    return true;
}

/* Puts the lines so far on the grid. */
static mw_cell_pen *flush(mw_pen *pen)
{
    mw_cell_pen *own = (mw_cell_pen *)pen;
    if (own->canvas) {
        mw_canvas_blit(own->canvas, own->grid, own->inner.x, own->inner.y);
        mw_canvas_free(own->canvas);
        own->canvas = NULL;
    }
    return own;
}

static void join(const dots *d, double x0, double y0, double x1, double y1, bool dashed,
                 mw_style style)
{
    (dashed ? mw_canvas_dashed : mw_canvas_line)(
        d->canvas, fmin(floor(x0 * d->across), d->right), fmin(floor(y0 * d->down), d->bottom),
        fmin(floor(x1 * d->across), d->right), fmin(floor(y1 * d->down), d->bottom), style);
}

static void draw_line(mw_pen *pen, double x0, double y0, double x1, double y1,
                      const mw_stroke *stroke)
{
    dots d;
    if (dots_of(pen, &d))
        join(&d, x0, y0, x1, y1, stroke->dash != NULL, line_style(stroke->ink));
}

static bool is_gap(const mw_spot *spot)
{
    return !isfinite(spot->x) || !isfinite(spot->y);
}

static void join_spots(const dots *d, const mw_spot *spots, int count, bool dashed, mw_style style)
{
    for (int i = 1; i < count; i++)
        if (!is_gap(&spots[i - 1]) && !is_gap(&spots[i]))
            join(d, spots[i - 1].x, spots[i - 1].y, spots[i].x, spots[i].y, dashed, style);
}

static void draw_curve(mw_pen *pen, const mw_spot *spots, int count, const mw_stroke *stroke)
{
    dots d;
    if (dots_of(pen, &d))
        join_spots(&d, spots, count, stroke->dash != NULL, line_style(stroke->ink));
}

/* Its edges, whatever its ink: what it says steps back behind what it is about. */
static void draw_band(mw_pen *pen, const mw_spot *low, const mw_spot *high, int count, mw_ink ink,
                      double alpha)
{
    (void)alpha;
    dots d;
    const mw_style style = ink == MW_INK_ROOF ? mw_style_of(MW_ROLE_ROOF_BAND) : line_style(ink);
    if (!dots_of(pen, &d))
        return;
    join_spots(&d, low, count, true, style);
    join_spots(&d, high, count, true, style);
}

static void draw_whisker(mw_pen *pen, double x, double y0, double y1, mw_kind kind)
{
    dots d;
    if (dots_of(pen, &d))
        join(&d, x, y0, x, y1, false, mw_style_of(mw_kind_role(kind)));
}

/* Whether a place is inside: a line from it to the right crosses the edge an odd number of times.
 */
static bool is_inside(const mw_spot *corners, int count, double x, double y)
{
    bool inside = false;
    for (int i = 0, k = count - 1; i < count; k = i++) {
        const mw_spot *a = &corners[i], *b = &corners[k];
        if ((a->y > y) != (b->y > y) && x < (b->x - a->x) * (y - a->y) / (b->y - a->y) + a->x)
            inside = !inside;
    }
    return inside;
}

static void draw_area(mw_pen *pen, const mw_spot *corners, int count, mw_ink ink, double alpha)
{
    (void)alpha;
    dots d;
    if (!dots_of(pen, &d))
        return;
    for (int row = 0; row <= (int)d.bottom; row++)
        for (int column = 0; column <= (int)d.right; column++)
            if (is_inside(corners, count, (column + 0.5) / d.across, (row + 0.5) / d.down))
                mw_canvas_dot(d.canvas, column, row, line_style(ink));
}

/* ---- cells ---- */

/* A cell of the plot; false beside it. */
static bool cell_at(const mw_cell_pen *pen, double column, double row, int *x, int *y)
{
    if (!(column >= 0 && row >= 0 && column < pen->inner.width && row < pen->inner.height))
        return false;
    *x = pen->inner.x + (int)column;
    *y = pen->inner.y + (int)row;
    return true;
}

/* A cell of which this part is full, from below and in eighths. */
static uint32_t filled(const mw_grid *grid, double part)
{
    int eighths = (int)lround(fmin(fmax(part, 0), 1) * 8);
    if (grid->charset == MW_CHARSET_ASCII)
        return eighths >= 4 ? '#' : ' ';
    return eighths > 0 ? (uint32_t)(0x2580 + eighths) : ' ';
}

/* Every cell of a box: of a shade all alike, of a bar full below its upper edge. */
static void fill_box(mw_cell_pen *pen, const mw_box *box, mw_ink ink, bool shade, double level)
{
    static const uint32_t shades[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
    static const char ascii[] = " .:*#";
    const int step = (int)lround(fmin(fmax(level, 0), 1) * 4);
    const uint32_t tone =
        pen->grid->charset == MW_CHARSET_ASCII ? (uint32_t)ascii[step] : shades[step];
    const double last = fmin(ceil(box->y + box->height), pen->inner.height);
    const double end = fmin(round(box->x + box->width), pen->inner.width);
    for (double row = fmax(floor(box->y), 0); row < last; row++)
        for (double column = fmax(round(box->x), 0); column < end; column++) {
            int x, y;
            uint32_t sign = shade ? tone : filled(pen->grid, row + 1 - box->y);
            if (sign != ' ' && cell_at(pen, column, row, &x, &y))
                mw_grid_put(pen->grid, x, y, sign, mw_style_of(role_of(ink)));
        }
}

static void draw_bar(mw_pen *pen, const mw_box *box, mw_ink ink)
{
    fill_box(flush(pen), box, ink, false, 1);
}

static void draw_shade(mw_pen *pen, const mw_box *box, mw_ink ink, double level)
{
    fill_box(flush(pen), box, ink, true, level);
}

static void draw_mark(mw_pen *pen, double x, double y, const mw_mark *mark, double size)
{
    (void)size;
    const mw_cell_pen *own = flush(pen);
    int column = (int)fmin(fmax(floor(x), 0), own->inner.width - 1);
    int row = (int)fmin(fmax(floor(y), 0), own->inner.height - 1);
    mw_grid_put(own->grid, own->inner.x + column, own->inner.y + row, mw_cell_mark(own->grid, mark),
                mw_cell_mark_style(mark));
}

static void draw_text(mw_pen *pen, double x, double y, const char *text, const mw_words *words)
{
    const mw_cell_pen *own = flush(pen);
    int width = mw_text_width(text);
    if (words->room > 0 && width > words->room)
        width = (int)words->room;
    const mw_ink ink = words->cells_ink != MW_INK_GROUND ? words->cells_ink : words->ink;
    const mw_style style =
        mw_style_with(role_of(ink), words->bold || words->cells_strong ? MW_ATTR_BOLD : 0);
    mw_grid_text(own->grid, own->inner.x + (int)floor(x - words->align * width),
                 own->inner.y + (int)floor(y), width, style, text);
}

void mw_cell_pen_begin(mw_cell_pen *pen, mw_grid *grid, mw_rect inner, const mw_medium *medium)
{
    *pen = (mw_cell_pen){.pen = {.medium = medium,
                                 .line = draw_line,
                                 .curve = draw_curve,
                                 .band = draw_band,
                                 .area = draw_area,
                                 .bar = draw_bar,
                                 .shade = draw_shade,
                                 .mark = draw_mark,
                                 .whisker = draw_whisker,
                                 .text = draw_text},
                         .grid = grid,
                         .inner = inner};
}

void mw_cell_pen_end(mw_cell_pen *pen)
{
    flush(&pen->pen);
    mw_canvas_part_words(pen->grid, pen->inner);
}
