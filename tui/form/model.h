/*
 * model.h: everything the curses front end shows, as plain data.
 *
 * app.c changes it in answer to keys and host events; the views in tui/view/ are pure functions
 * from it to a grid. Nothing in here owns a terminal, a file or a process.
 */
#ifndef MW_TUI_MODEL_H
#define MW_TUI_MODEL_H

#include <jansson.h>
#include <stdbool.h>

#include "model/block.h"
#include "tui/fields/draft.h"
#include "tui/grid/grid.h"

typedef enum mw_screen { MW_SCREEN_COURSE, MW_SCREEN_LAB, MW_SCREEN_MACHINE } mw_screen;

/* Pictures of a view that a screen shows; what lies beyond is left out. */
enum { MW_PICTURES_MOST = 8 };

/* What a screen too small for everything shows; AUTO is what matters now. */
typedef enum mw_panel {
    MW_PANEL_AUTO,
    MW_PANEL_TEXT,
    MW_PANEL_NUMBERS,
    MW_PANEL_PICTURE, /* MW_PANEL_PICTURE + i: the i-th picture of the view */
    MW_PANEL_COUNT = MW_PANEL_PICTURE + MW_PICTURES_MOST
} mw_panel;

typedef enum mw_overlay {
    MW_OVERLAY_NONE,
    MW_OVERLAY_HELP,
    MW_OVERLAY_PALETTE,
    MW_OVERLAY_LOG
} mw_overlay;

enum { MW_DRAFT_MAX = 64, MW_FOOTER_MAX = 24, MW_LOG_LINES = 200 };

/* One entry of the footer, the help and the palette: made from the action table. */
typedef struct mw_hint_key {
    char key[16];     /* "r", "Tab", "Ctrl-D" */
    const char *name; /* translated, short */
} mw_hint_key;

typedef struct mw_model {
    mw_screen screen;
    mw_overlay overlay;
    const char *locale; /* "en", "zh_CN" */

    /* Lab. `drafts` and `focus` count the fields of the view, then its controls. form.h changes
     * these and frees the first two. */
    json_t *view; /* the last view model, or NULL while the lab opens */
    mw_draft drafts[MW_DRAFT_MAX];
    int draft_count; /* what is asked beyond them is shown and cannot be filled in */
    int focus;       /* -1: none */
    bool typing; /* letters go into the focused field (or the search), so they are no commands */
    int text_scroll;       /* lines hidden above */
    mw_panel panel;        /* chosen on a small screen; back to AUTO with every new step */
    bool more_panels;      /* the panel key leads somewhere on a screen of this size */
    char bytes_level[24];  /* by whose bytes points are placed: "" compulsory, "*" all levels */
    char lab_problem[512]; /* a lab that cannot open: file:line: step: field: what */

    /* The running kernel, read from the counter block. */
    bool running;
    bool have_counters;
    mw_counters counters;
    double rate_flops;        /* FLOP/s over the last moments, for the live point */
    const char *cancel_stage; /* "asked", "terminated", "killed", or NULL */

    /* Course map. */
    json_t *courses;
    int course_row; /* counts the labs of all courses, those that are absent too */
    char search[64];
    bool searching;

    /* Machine. */
    json_t *machine;    /* remembered, partial while calibrating, or nominal */
    bool machine_known; /* measured and remembered, `machine_age` seconds ago */
    double machine_age;
    bool calibrating;
    bool first_start;    /* nothing is remembered yet: calibrating can be skipped */
    mw_screen came_from; /* where leaving the machine screen leads */
    double calibration_fraction;
    double calibration_seconds; /* since it began */
    char calibration_what[96];
    int machine_scroll;
    char hardware[160]; /* the hardware counters' state and its reason; empty before it was asked */

    /* Overlays. */
    char palette_text[64];
    int palette_row;
    int overlay_scroll;
    char log[MW_LOG_LINES][160];
    int log_count;

    /* One line above the footer; tone is "good", "warning", "info" or NULL for none. */
    char message[256];
    const char *message_tone;
    char notice[256]; /* standing: read-only, progress not kept */

    mw_hint_key footer[MW_FOOTER_MAX]; /* only what is valid now */
    int footer_count;
} mw_model;

#endif
