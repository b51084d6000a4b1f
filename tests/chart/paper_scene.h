/* paper_scene.h: charts at random on paper that remembers what was drawn on it. */
#ifndef MW_TEST_PAPER_SCENE_H
#define MW_TEST_PAPER_SCENE_H

#include "labs/chart/paper.h"
#include "labs/chart/pictures/roofline.h"

enum { DRAWN_MOST = 600 };

/* The texts on the papers of paper_of() since drawn_count was set to 0. */
extern struct drawn {
    char text[80];
    mw_box ink;
} drawn[DRAWN_MOST];
extern int drawn_count;

/* Without a paper of its own size a table takes 0 × 0 pt. */
mw_paper paper_of(mw_paper_format format, double width, double height);

/* By rand(), the same for the same seed; any() by its logarithm. */
double any(double least, double most);
const char *a_word(void);
mw_roofline_chart random_roofline(void);

/* The chart as a picture on this paper, with points off its axes where `aside` is set. */
mw_status draw_roofline(const mw_paper *paper, const mw_roofline_chart *chart, bool aside,
                        mw_bytes *bytes, mw_error *error);

#endif
