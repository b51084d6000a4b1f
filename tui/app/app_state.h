/*
 * app_state.h: what the parts of the application share: app_send.c (inputs on their way),
 * app_screens.c (which screen is shown), app_hear.c (events of the host), app_do.c, app_lab.c and
 * app_move.c (keys); and app.c, the loop on top, which none of them calls.
 */
#ifndef MW_TUI_APP_STATE_H
#define MW_TUI_APP_STATE_H

#include <stdint.h>

#include "tui/app/app.h"
#include "tui/form/actions.h"
#include "tui/form/form.h"
#include "tui/terminal/terminal.h"

enum {
    MW_PENDING_MAX = 8,
    MW_DEBOUNCE_MS = 150, /* a slider is sent when it has rested that long */
    MW_FRAME_MS = 33,     /* 30 pictures a second while something runs */
    MW_HISTORY = 16,
    MW_WAITING_MS = 1000 /* for the first word of a worker, before that is said */
};

/* A control that was turned but not yet sent. */
typedef struct mw_pending {
    char step[64], param[64];
    json_t *value;
    int64_t due_ms;
} mw_pending;

typedef struct mw_app {
    const mw_app_options *options;
    mw_host *host;
    mw_terminal *terminal;
    const mw_theme *theme;
    mw_grid grid;
    mw_model model;
    int signals; /* signalfd */

    char lab_dir[4096]; /* open, or to be opened once the machine is known; "" : none */
    bool lab_open;
    bool fresh;            /* what is to be opened begins anew */
    int64_t waiting_since; /* ms: the first worker has not spoken yet; 0: it has */
    bool told_waiting;
    const char *seed; /* for the next lab that is opened; NULL: its attempt's, or a new one */
    long calibrate_id, spot_id, doctor_id; /* 0: not asked */
    int64_t calibrate_started_ms;
    bool run_active; /* by the host's run events */
    bool died;       /* the worker did, and what it ran has not ended since */

    mw_pending pending[MW_PENDING_MAX];
    int pending_count;
    bool confirm_variant;
    bool answering; /* an answer is on its way to be judged */

    mw_counters history[MW_HISTORY]; /* ring of the last publications */
    unsigned history_count;

    mw_key key;         /* that is being answered */
    bool dirty, urgent; /* the picture is old; it is shown without waiting for the next frame */
    int64_t painted_ms, sampled_ms;
    bool quit, interrupted;
    int deadly; /* signal that ends us, or 0 */
} mw_app;

int64_t mw_app_now_ms(void);

/* The line above the footer; tone "good", "warning" or "info". */
void mw_app_say(mw_app *app, const char *tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends an input of the lab (stolen), after what the sliders still hold back. */
void mw_app_send(mw_app *app, json_t *event);
void mw_app_turned(mw_app *app, const mw_field *control);
/* Sends what has rested long enough (or all of it). */
void mw_app_flush(mw_app *app, bool all);

const char *mw_app_step(const mw_app *app); /* id of the present step, or "" */

/* Screens. */
void mw_app_load_courses(mw_app *app);
json_t *mw_app_lab_at(const mw_app *app, int row); /* of the course map; borrowed, or NULL */
int mw_app_lab_count(const mw_app *app);
void mw_app_go_to_row(mw_app *app, int row);
void mw_app_open_lab(mw_app *app, const char *dir, bool fresh);
void mw_app_close_lab(mw_app *app);
void mw_app_calibrate(mw_app *app);
void mw_app_machine_known(mw_app *app); /* goes on to the lab or the map after the first start */

void mw_app_hear(mw_app *app, mw_host_event *event); /* takes over the body */
void mw_app_sample(mw_app *app);                     /* live counters */
void mw_app_key(mw_app *app, mw_key key);

#endif
