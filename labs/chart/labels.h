/*
 * labels.h: where words may stand in a picture: a map of places that are crossed by a line or taken
 * by a mark or by other words.
 *
 * A place is a rectangle that may be turned, because words on paper run along sloping lines.
 */
#ifndef MW_CHART_LABELS_H
#define MW_CHART_LABELS_H

#include <stdbool.h>

#include "labs/chart/medium.h"

typedef struct mw_box {
    double x, y, width, height; /* upper left corner and size, before it is turned */
    double angle;               /* turned about its centre; radians, clockwise as y runs downward */
} mw_box;

/* Whether two boxes share more than an edge. */
bool mw_box_overlaps(const mw_box *a, const mw_box *b);

/* The corners in order. */
void mw_box_corners(const mw_box *box, double x[4], double y[4]);

/* A line of a picture from one end to the other. */
typedef struct mw_segment {
    bool visible;
    double x0, y0, x1, y1;
} mw_segment;

/* How the names of lines are read. */
typedef enum mw_label_reading {
    MW_LABEL_APART, /* theirs is nearer than any other by a letter's width */
    MW_LABEL_NEAR,  /* the nearest line is theirs */
    MW_LABEL_BY_END /* the line that meets an end of the words is theirs: they may cover others */
} mw_label_reading;

/* Words in this box name the line `own`: how far every other line has to be from them. */
double mw_label_reach(const mw_medium *medium, const mw_box *box, const mw_segment *own,
                      mw_label_reading reading);

/* Whether words that reach so far would be taken for the name of the line `other`. */
bool mw_label_mistaken(const mw_medium *medium, const mw_box *box, double reach,
                       const mw_segment *other, mw_label_reading reading);

typedef struct mw_label_map mw_label_map;

/* NULL when memory is short or the size is not positive. The medium must outlive the map. */
mw_label_map *mw_label_map_new(const mw_medium *medium, double width, double height);
void mw_label_map_free(mw_label_map *map);

/* A line passes here: a word may cover it, at a price. */
void mw_label_map_line(mw_label_map *map, double x0, double y0, double x1, double y1);

/* Something stands here: no word may cover it. Returns its number. */
int mw_label_map_take(mw_label_map *map, mw_box box);

/*
 * The price of words in this box, or -1 when they would leave the picture or touch what is taken.
 * A letter's width is kept free before and behind them; the thing number `own` (-1: none) is
 * theirs and does not count. Covering a line costs 3 for each letter's width of it, and at least 3.
 */
double mw_label_map_price(const mw_label_map *map, const mw_box *box, int own);

#endif
