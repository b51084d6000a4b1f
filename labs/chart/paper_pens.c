/* paper_pens.c: what the drawing module offers. */
#include "labs/chart/paper_pens.h"

#include "labs/chart/drawing.h"

MW_DRAWING_OFFERS const mw_paper_pens mw_paper_pens_of_cairo = {.drawing = mw_pen_drawing,
                                                                .table = mw_pen_table};
