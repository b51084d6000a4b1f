/*
 * form.h: what the student fills in: the fields and controls of the present step, as pure functions
 * on the model. Nothing here talks to the lab; submit and set are built here and sent elsewhere.
 */
#ifndef MW_TUI_FORM_H
#define MW_TUI_FORM_H

#include "tui/form/model.h"
#include "tui/keys/keys.h"

typedef enum mw_form_part {
    MW_FORM_NOTHING,
    MW_FORM_NUMBER,
    MW_FORM_TEXT, /* several lines */
    MW_FORM_CHOICE,
    MW_FORM_CHOICES,
    MW_FORM_PLACE,
    MW_FORM_CONTROL
} mw_form_part;

typedef struct mw_form_focus {
    mw_form_part part;
    json_t *item;    /* the field or the control of the view; borrowed */
    mw_draft *draft; /* of a field */
} mw_form_focus;

/* What has the focus; locked fields never have it. */
mw_form_focus mw_form_focused(const mw_model *model);
bool mw_form_can_focus(const mw_model *model);

/* Takes over a new view (stolen). What is half typed stays when the step is the same; a new step
 * starts at its first open field. */
void mw_form_take_view(mw_model *model, json_t *view);

/* Moves the focus by one, around the end; skips what is locked. */
void mw_form_move_focus(mw_model *model, int direction);
void mw_form_focus_at(mw_model *model, int index);

/* True when `key` is a character that belongs into what is being typed (a field, the search, the
 * palette): it is no command then. A number takes every character but "?" and ":", which ask for
 * the keys and the commands; what it means is the lab's to say. A place takes the same once it has
 * begun with a digit, a point or a parenthesis. */
bool mw_form_takes(const mw_model *model, mw_key key);

/* Gives the focused field a key; false when it does nothing there. */
bool mw_form_key(mw_model *model, mw_key key);
void mw_form_paste(mw_model *model, const char *text);

/* Choices: moves the mark; chooses what is marked (or takes it back); chooses by position. */
bool mw_form_move_option(mw_model *model, int direction);
bool mw_form_choose(mw_model *model);
bool mw_form_pick(mw_model *model, int option);

/* A control: moves by `steps` values, clamped; the view is changed at once. Returns true when the
 * value changed. */
bool mw_form_turn(mw_model *model, int steps);

/* A place: moves the mark by cells, whose ratios are given; it starts in the middle of the plot.
 * False while a text stands in the field: the lab knows where that is. */
bool mw_form_push(mw_model *model, int columns, int rows, double step_x, double step_y);
void mw_form_put(mw_model *model, double x, double y);

/* Focuses the first open field that is still empty; false when there is none. */
bool mw_form_next_empty(mw_model *model);

/* The values of a submit event: texts as typed; a mark that was moved as numbers, in the units of
 * the axes. NULL when memory is short. */
json_t *mw_form_values(const mw_model *model);

#endif
