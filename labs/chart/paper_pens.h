/* paper_pens.h: the functions of paper.h as the drawing module offers them. */
#ifndef MW_CHART_PAPER_PENS_H
#define MW_CHART_PAPER_PENS_H

#include "labs/chart/paper.h"

typedef mw_status mw_pen_of_drawings(const mw_paper *paper, mw_drawing *drawing, mw_bytes *bytes,
                                     mw_error *error);
typedef mw_status mw_pen_of_tables(const mw_paper *paper, const mw_paper_table *table,
                                   mw_bytes *bytes, mw_error *error);

typedef struct mw_paper_pens {
    mw_pen_of_drawings *drawing;
    mw_pen_of_tables *table;
} mw_paper_pens;

#define MW_PAPER_PENS "mw_paper_pens_of_cairo" /* its name for mw_drawing_find */
extern const mw_paper_pens mw_paper_pens_of_cairo;

mw_pen_of_drawings mw_pen_drawing;
mw_pen_of_tables mw_pen_table;

#endif
