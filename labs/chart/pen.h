/*
 * pen.h: what a picture is drawn with, on whatever it is drawn: character cells (tui/view/pen.c) or
 * paper (sheet_pen.c). A picture is planned for a medium and says where everything goes; a pen says
 * how that looks there.
 *
 * Positions are those of the plan: the origin is the upper left corner of the plot, y runs
 * downward. Lines lie behind marks and words: they are drawn first.
 */
#ifndef MW_CHART_PEN_H
#define MW_CHART_PEN_H

#include <stdbool.h>

#include "labs/chart/axis.h"
#include "labs/chart/labels.h"
#include "labs/chart/medium.h"
#include "model/number.h"

/* Colours by what they stand for. */
typedef enum mw_ink {
    MW_INK_GROUND,
    MW_INK_TEXT,
    MW_INK_DIM,
    MW_INK_RULE,
    MW_INK_GRID,
    MW_INK_ROOF,
    MW_INK_ROOF_BACK, /* of roofs that do not matter now */
    MW_INK_KIND       /* MW_INK_KIND + kind: its mark */
} mw_ink;

mw_ink mw_ink_of_kind(mw_kind kind);

/* All widths and lengths are for words of 9 points; on cells a line is a line of dots. */
typedef struct mw_stroke {
    mw_ink ink;
    double alpha; /* 0: opaque */
    double width;
    const double *dash; /* on and off; NULL: an unbroken line */
    bool round;         /* ends */
    bool arrow;         /* where there is room, in the middle, to its end */
} mw_stroke;

/* A place in the plot; NAN as x or y is a gap. */
typedef struct mw_spot {
    double x, y;
} mw_spot;

/* The mark of a kind, or of the twin-th series of it; a noisy one is hollow around a dot. */
typedef struct mw_mark {
    mw_kind kind;
    int twin;
    bool noisy;
    bool strong; /* on cells: bold */
} mw_mark;

typedef struct mw_words {
    double size; /* 0: the usual */
    bool bold;
    bool halo; /* lines behind them step back */
    mw_ink ink;
    mw_ink cells_ink;  /* on cells, where no line leads to what they name: its ink; 0: `ink` */
    bool cells_strong; /* and bold there */
    double align;      /* 0: begins at x; 0.5: centred; 1: ends there */
    double angle;      /* about the middle of its line; on cells words are level */
    double room;       /* they are shortened to this; 0: they fit */
} mw_words;

typedef struct mw_pen mw_pen;
struct mw_pen {
    const mw_medium *medium;
    void (*line)(mw_pen *pen, double x0, double y0, double x1, double y1, const mw_stroke *stroke);
    /* From spot to spot, with gaps. */
    void (*curve)(mw_pen *pen, const mw_spot *spots, int count, const mw_stroke *stroke);
    /* Between two curves: how certain something is. On cells its edges. */
    void (*band)(mw_pen *pen, const mw_spot *low, const mw_spot *high, int count, mw_ink ink,
                 double alpha);
    /* What is inside a closed line; `alpha` 0: opaque. */
    void (*area)(mw_pen *pen, const mw_spot *corners, int count, mw_ink ink, double alpha);
    /* A length that stands on its lower edge. */
    void (*bar)(mw_pen *pen, const mw_box *box, mw_ink ink);
    /* A field that is as dark as `level` (0 … 1) says. */
    void (*shade)(mw_pen *pen, const mw_box *box, mw_ink ink, double level);
    /* `size`: how many times the usual; on cells a mark is a cell. */
    void (*mark)(mw_pen *pen, double x, double y, const mw_mark *mark, double size);
    /* How certain a value is, from one end to the other; upright. */
    void (*whisker)(mw_pen *pen, double x, double y0, double y1, mw_kind kind);
    /* Words in the line whose upper edge is `y`. */
    void (*text)(mw_pen *pen, double x, double y, const char *text, const mw_words *words);
};

/* ---- what stands around a plot ---- */

typedef struct mw_legend_entry {
    mw_mark mark;
    bool line; /* a line behind the mark, dashed for twins */
    bool roof; /* a broken roof, and no mark: on paper only */
    const char *word;
} mw_legend_entry;

enum { MW_LEGEND_MOST = 16 };

typedef struct mw_surround {
    const char *title; /* on a screen, where nothing else says it; NULL: none */
    char y_title[64];  /* above the axis of y */
    char x_title[80];  /* below that of x, or at its end */
    char aside[256];   /* what has no place on the axes */
    mw_legend_entry legend[MW_LEGEND_MOST];
    int legend_count;
    bool legend_wraps;    /* on a screen: into as many rows as it needs */
    const mw_axis *x, *y; /* NULL: a picture without axes */
    const mw_tick *x_ticks, *y_ticks;
    int x_count, y_count;
} mw_surround;

/*
 * Something that can be laid out and drawn. Who draws it sets `medium` and `room`, calls `plan` as
 * often as the room for the plot becomes clearer, then draws what stands around it, and calls
 * `draw`.
 */
typedef struct mw_drawing mw_drawing;
struct mw_drawing {
    const mw_medium *medium; /* outlives the drawing */
    double room;             /* width for words around the plot; INFINITY: who draws cuts them */
    bool empty;              /* nothing in it has a place: a screen leaves it out */
    mw_surround around;      /* `title` at once, the rest by plan */
    void (*plan)(mw_drawing *drawing, double width, double height);
    void (*draw)(const mw_drawing *drawing, mw_pen *pen);
};

#endif
