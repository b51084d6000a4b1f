/*
 * form.h: what the student fills in: the fields and controls of the present step, as pure functions
 * on the model. Nothing here talks to the lab; submit and set are built here and sent elsewhere.
 * What a field makes of a key is its kind's to say (tui/fields/).
 */
#ifndef MW_TUI_FORM_H
#define MW_TUI_FORM_H

#include "tui/fields/field.h"
#include "tui/form/model.h"

/* The field or control at `index`, which counts the fields of the view, then its controls; all NULL
 * outside. */
mw_field mw_form_field(const mw_model *model, int index);

/* What has the focus, all NULL where nothing has; neither what is locked nor what is of an unknown
 * kind ever has it. */
mw_field mw_form_focused(const mw_model *model);
bool mw_form_can_focus(const mw_model *model);

/* Takes over a new view (stolen). What is half typed, or turned and not sent, stays when the step
 * is the same; a new step starts at its first open field. */
void mw_form_take_view(mw_model *model, json_t *view);

/* Gives view and drafts back. */
void mw_form_close(mw_model *model);

/* Moves the focus by one, around the end; skips what cannot have it. */
void mw_form_move_focus(mw_model *model, int direction);
void mw_form_focus_at(mw_model *model, int index);

/* True when `key` is a character that belongs into what is being typed (a field, the search, the
 * palette): it is no command then. */
bool mw_form_takes(const mw_model *model, mw_key key);

/* Gives the focused field a key; false when it does nothing there. */
bool mw_form_key(mw_model *model, mw_key key);
void mw_form_paste(mw_model *model, const char *text);

/* Whether something that was typed or pasted had no room, since this was asked last. */
bool mw_form_was_cut(mw_model *model);

/* Options: moves the mark; chooses what is marked (or takes it back); chooses by position. */
bool mw_form_move_option(mw_model *model, int direction);
bool mw_form_choose(mw_model *model);
bool mw_form_pick(mw_model *model, int option);

/* A value of several: moves by `steps` values, clamped. True when it changed. */
bool mw_form_turn(mw_model *model, int steps);

/* A control's value was sent: what the next view says of it holds again. */
void mw_form_sent(mw_model *model, const char *control);

/* A mark in the picture: moves by cells, whose ratios are given. False where it cannot. */
bool mw_form_push(mw_model *model, int columns, int rows, double step_x, double step_y);

/* Focuses the first open field that is still empty; false when there is none. */
bool mw_form_next_empty(mw_model *model);

/* The values of a submit event, by field. NULL when memory is short. */
json_t *mw_form_values(const mw_model *model);

#endif
