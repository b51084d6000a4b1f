/*
 * labels.h: where words may stand in a picture: a map of character cells that are free, crossed by
 * a line, or taken.
 */
#ifndef MW_CHART_LABELS_H
#define MW_CHART_LABELS_H

#include <stdbool.h>

typedef struct mw_label_map mw_label_map;

/* NULL when memory is short or the size is not positive. */
mw_label_map *mw_label_map_new(int width, int height);
void mw_label_map_free(mw_label_map *map);

/* A line crosses these cells: a word may cover it, at a price. */
void mw_label_map_line(mw_label_map *map, double x0, double y0, double x1, double y1);

/* A mark stands here: no word may cover it. */
void mw_label_map_take(mw_label_map *map, int x, int y, int width);

/* Gives one cell back. */
void mw_label_map_release(mw_label_map *map, int x, int y);

/* The price of a word here, or -1 when it would leave the picture or touch a taken cell. One free
 * cell is kept on either side of a word. */
int mw_label_map_price(const mw_label_map *map, int x, int y, int width);

#endif
