/*
 * roofline.h: the roofline of a view, among the files of this picture: read (roofline_read.c),
 * drawn (roofline.c), as rows and in words (roofline_rows.c).
 */
#ifndef MW_CHART_PICTURES_ROOFLINE_H
#define MW_CHART_PICTURES_ROOFLINE_H

#include <jansson.h>

#include "labs/chart/pictures/pictures.h"
#include "labs/chart/roofline_chart.h"

enum { MW_CHART_LEVELS = 8 };

/* A roofline as the view model has it, with the words that the chart borrows. */
typedef struct mw_roofline_view {
    mw_roofline_chart chart;
    char names[MW_CHART_ROOFS][MW_CHART_NAMES][64];
    char places[MW_CHART_LEVELS][48]; /* "L2 LLC DRAM" */
    bool kind_used[MW_PUBLISHED + 1]; /* by points that can be seen */
    bool noisy_used;
    const char *level; /* by whose bytes points are placed: "" compulsory, "*" all levels */
} mw_roofline_view;

typedef struct mw_roofline_picture {
    mw_picture picture;
    mw_roofline_view read;
    mw_roofline_plan plan;
} mw_roofline_picture;

extern const mw_picture_kind mw_picture_roofline;

/* `view` must be zeroed and live as long as its chart; the words are those of `roofline`. */
void mw_roofline_read(const json_t *roofline, const mw_picture_wish *wish, mw_roofline_view *view);

/* What the x axis is called: "FLOP/byte of L2". */
void mw_roofline_title(const char *level, char text[64]);

/* "off the axis, 0 FLOP: copy, naive" for points that compute nothing: they have a rate and no
 * place on the axes. "" without any. Names that would not fit in `width` cells are left out: ", …".
 */
void mw_roofline_off_axis(const mw_roofline_chart *chart, int width, char text[256]);

extern const char *const mw_roofline_members[];
void mw_roofline_fill(const json_t *roofline, json_t *rows);
void mw_roofline_tell(const json_t *roofline, const mw_teller *teller);
mw_picture_samples mw_roofline_samples(const json_t *roofline);

#endif
