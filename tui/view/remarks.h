/*
 * remarks.h: what has no room beside a table stands below it, whole: "time: noisy: another program
 * ran on this CPU". Rows of which the same is to be said share a remark.
 */
#ifndef MW_TUI_VIEW_REMARKS_H
#define MW_TUI_VIEW_REMARKS_H

#include "tui/grid/grid.h"

enum { MW_REMARKS_MOST = 24, MW_REMARK_LABELS = 160, MW_REMARK_TEXT = 320 };

typedef struct mw_remarks {
    int count;
    struct {
        char labels[MW_REMARK_LABELS], text[MW_REMARK_TEXT];
    } each[MW_REMARKS_MOST];
} mw_remarks;

/* What is said of the row `label`. */
void mw_remarks_add(mw_remarks *remarks, const char *label, const char *text);

/* Lines that they take in this width. */
int mw_remarks_lines(const mw_remarks *remarks, int width);

void mw_remarks_draw(const mw_remarks *remarks, mw_grid *grid, mw_rect rect);

#endif
