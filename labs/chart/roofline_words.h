/* roofline_words.h: the last part of a roofline plan: where its words stand. */
#ifndef MW_CHART_ROOFLINE_WORDS_H
#define MW_CHART_ROOFLINE_WORDS_H

#include "labs/chart/roofline_chart.h"

/* Fills the labels of a plan in which everything else has its place. What finds no place that is
 * worth it is left out. */
void mw_roofline_words_place(const mw_roofline_chart *chart, mw_roofline_plan *plan);

#endif
