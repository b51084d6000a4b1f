/* paper_pens.c: the table that the drawing module exports: its entry points by name. */
#include "labs/chart/paper_pens.h"

#include "labs/chart/drawing.h"

MW_DRAWING_OFFERS const mw_paper_pens mw_paper_pens_of_cairo = {
    .roofline = mw_pen_roofline, .series = mw_pen_series, .table = mw_pen_table};
