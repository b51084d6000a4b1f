/* paper_pens.h: the functions of paper.h as the drawing module offers them. */
#ifndef MW_CHART_PAPER_PENS_H
#define MW_CHART_PAPER_PENS_H

#include "labs/chart/paper.h"

typedef mw_status mw_pen_of_rooflines(const mw_paper *paper, const mw_roofline_chart *chart,
                                      const char *x_title, const char *aside, mw_bytes *bytes,
                                      mw_error *error);
typedef mw_status mw_pen_of_series(const mw_paper *paper, const mw_series_chart *chart,
                                   mw_paper_titles *titles, void *context, mw_bytes *bytes,
                                   mw_error *error);
typedef mw_status mw_pen_of_tables(const mw_paper *paper, const mw_paper_table *table,
                                   mw_bytes *bytes, mw_error *error);

typedef struct mw_paper_pens {
    mw_pen_of_rooflines *roofline;
    mw_pen_of_series *series;
    mw_pen_of_tables *table;
} mw_paper_pens;

#define MW_PAPER_PENS "mw_paper_pens_of_cairo" /* its name for mw_drawing_find */
extern const mw_paper_pens mw_paper_pens_of_cairo;

mw_pen_of_rooflines mw_pen_roofline;
mw_pen_of_series mw_pen_series;
mw_pen_of_tables mw_pen_table;

#endif
