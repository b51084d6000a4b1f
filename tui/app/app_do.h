/*
 * app_do.h: handlers of actions that have a file of their own; app_do.c holds the others and the
 * table. A handler that has to know which key it was finds it in app->key.
 */
#ifndef MW_TUI_APP_DO_H
#define MW_TUI_APP_DO_H

#include "tui/app/app_state.h"

/* app_lab.c: fields, controls and steps of a lab. */
void mw_do_choose(mw_app *app);
void mw_do_leave_field(mw_app *app);
void mw_do_left(mw_app *app);
void mw_do_next_field(mw_app *app);
void mw_do_pick(mw_app *app);
void mw_do_previous_field(mw_app *app);
void mw_do_right(mw_app *app);
void mw_do_submit(mw_app *app);
void mw_do_cancel(mw_app *app);
void mw_do_hint(mw_app *app);
void mw_do_leave_lab(mw_app *app);
void mw_do_next(mw_app *app);
void mw_do_panel(mw_app *app);
void mw_do_previous(mw_app *app);
void mw_do_run(mw_app *app);
void mw_do_wait(mw_app *app);
void mw_do_undo(mw_app *app);
void mw_do_variant(mw_app *app);
void mw_do_export(mw_app *app);
void mw_do_bytes(mw_app *app);
void mw_app_turn(mw_app *app, int steps);             /* the focused control */
void mw_app_push(mw_app *app, int columns, int rows); /* the focused point, by cells */

/* app_move.c: up, down, and to the ends, whatever is on the screen. */
void mw_do_down(mw_app *app);
void mw_do_first(mw_app *app);
void mw_do_last(mw_app *app);
void mw_do_page_down(mw_app *app);
void mw_do_page_up(mw_app *app);
void mw_do_up(mw_app *app);
void mw_app_scroll(mw_app *app, int lines);

#endif
