/*
 * roofline_chart.h: the roofline picture as pure geometry, in character cells or in points.
 *
 * The caller says what is known about the machine and the kernels; the plan says where every line,
 * tick, mark and word goes. The origin is the upper left corner of the plot and y runs downward; on
 * cells a thing at (x, y) belongs to the cell (floor x, floor y). Whoever draws only draws.
 */
#ifndef MW_CHART_ROOFLINE_CHART_H
#define MW_CHART_ROOFLINE_CHART_H

#include <stdbool.h>

#include "labs/chart/axis.h"
#include "labs/chart/labels.h"
#include "labs/chart/medium.h"
#include "model/number.h"

enum { MW_CHART_ROOFS = 16, MW_CHART_POINTS = 64, MW_CHART_LINKS = 16, MW_CHART_LABELS = 128 };
enum { MW_CHART_NAMES = 4 };

typedef struct mw_chart_roof {
    bool compute;            /* FLOP/s when true, B/s otherwise */
    bool active;             /* the one that matters now: the ridge is where two active ones meet */
    mw_kind kind;            /* only a measured one is drawn as an unbroken line */
    double value, low, high; /* low = high = value without a band */
    /* Its name, longest form first: "DRAM 15.8 ±0.9 GB/s", …, "DRAM 15.8", "DRAM". */
    const char *texts[MW_CHART_NAMES];
} mw_chart_roof;

typedef struct mw_chart_point {
    double x, y;      /* FLOP/B, FLOP/s */
    double low, high; /* of y; 0 or equal to it without an interval */
    bool noisy;
    const char *label;
    bool active;  /* labelled before the others */
    bool live;    /* moves: never widens the axes, is kept inside */
    mw_kind kind; /* marks of different kinds never cover each other */
} mw_chart_point;

typedef struct mw_chart_link {
    int from, to; /* points */
    const char *text;
} mw_chart_link;

typedef struct mw_roofline_chart {
    mw_chart_roof roofs[MW_CHART_ROOFS];
    int roof_count;
    mw_chart_point points[MW_CHART_POINTS];
    int point_count;
    int trail[MW_CHART_POINTS];
    int trail_count;
    mw_chart_link links[MW_CHART_LINKS];
    int link_count;
    double x_low, x_high, y_low, y_high; /* wished ranges; 0 leaves the choice */
    const char *ridge_word;              /* "ridge" */
    const char *ridge_mark;  /* behind its value: " ?" where it is unsure; may be NULL */
    const mw_medium *medium; /* NULL: mw_medium_cells */
} mw_roofline_chart;

typedef enum mw_label_owner {
    MW_LABEL_ROOF,
    MW_LABEL_POINT,
    MW_LABEL_LINK,
    MW_LABEL_RIDGE
} mw_label_owner;

typedef struct mw_chart_label {
    mw_label_owner owner;
    int index; /* of the roof, point or link */
    mw_box box;
    bool crossed; /* by a line, which should step back behind the words */
    char text[64];
} mw_chart_label;

typedef struct mw_roofline_plan {
    double width, height;
    mw_axis x, y;
    double y_factor; /* y labels show value / y_factor */
    const char *y_prefix;
    mw_tick x_ticks[MW_TICKS_MAX], y_ticks[MW_TICKS_MAX];
    int x_tick_count, y_tick_count;
    mw_segment roofs[MW_CHART_ROOFS];    /* the roof itself */
    mw_segment roof_low[MW_CHART_ROOFS]; /* edges of its band, when they can be told apart */
    mw_segment roof_high[MW_CHART_ROOFS];
    mw_segment ridge; /* from the ridge point down to the axis */
    double ridge_value;
    struct {
        bool visible; /* false: off the axes, such as a copy with no FLOP */
        double x, y;
        bool spread; /* its interval can be told from its mark, and ends at: */
        double y_low, y_high;
        mw_box mark; /* where its mark stands; on cells its cell, or the next free one beside a mark
                        of another kind */
        int layer;   /* later layers are drawn over earlier ones */
        double rim;  /* on paper: how many times its usual size, so that it is seen around the marks
                        of other kinds that lie on it */
    } points[MW_CHART_POINTS];
    mw_segment trail[MW_CHART_POINTS];
    int trail_count;
    mw_segment links[MW_CHART_LINKS];
    mw_chart_label labels[MW_CHART_LABELS];
    int label_count;
} mw_roofline_plan;

/* `width` and `height` in the medium's unit, at least 1; true when there was anything to place. */
bool mw_roofline_plan_make(const mw_roofline_chart *chart, double width, double height,
                           mw_roofline_plan *plan);

#endif
