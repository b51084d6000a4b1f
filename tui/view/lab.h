/*
 * lab.h: where the parts of the lab screen stand. The text and what it asks are on the left, the
 * picture and its numbers on the right; a screen too narrow for both shows one panel at a time.
 */
#ifndef MW_TUI_VIEW_LAB_H
#define MW_TUI_VIEW_LAB_H

#include "tui/form/model.h"

/* A part that is not shown has height 0. */
typedef struct mw_lab_layout {
    bool roomy;     /* frames and air */
    bool panels;    /* one at a time */
    mw_panel panel; /* which, when one at a time */
    bool available[MW_PANEL_COUNT];
    mw_rect tabs, text, asked, run, numbers;
    mw_rect pictures[MW_PICTURES_MOST]; /* by their place in the view */
} mw_lab_layout;

/* `text_rows` and `asked_rows` are what the text and the fields need at mw_lab_text_width(). */
mw_lab_layout mw_lab_layout_make(const mw_model *model, const mw_grid *grid, int text_rows,
                                 int asked_rows);

/* The panels in the order of their tabs: the text, the pictures, the numbers; `place` is below
 * MW_PANEL_COUNT - 1. */
mw_panel mw_lab_panel_at(int place);

/* The picture on which the step's place field lies, by its place in the view; -1: there is no such
 * field, or no such picture. */
int mw_lab_place_picture(const mw_model *model);

/* The measure of the text: 44–60 columns wherever there is room. */
int mw_lab_text_width(const mw_model *model, const mw_grid *grid);
bool mw_lab_is_roomy(const mw_grid *grid);

/* Lines that the text can be scrolled at most. */
int mw_lab_scroll_most(const mw_model *model, const mw_grid *grid);

#endif
