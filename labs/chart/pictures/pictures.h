/*
 * pictures.h: the kinds of pictures that a view can hold, and what each is asked.
 *
 * A kind is one value of mw_picture_kind and a line of list.c; scripts-lua/memwall/pictures/ has
 * the file that builds it. Whoever draws, tells or writes pictures goes through this page and names
 * none. Neither a course nor a lab brings a kind. What is read here comes from a lab, so it is not
 * trusted: what is missing or wrong reads as nothing there.
 */
#ifndef MW_CHART_PICTURES_H
#define MW_CHART_PICTURES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "labs/chart/pen.h"
#include "labs/chart/pictures/rows.h"

typedef struct mw_picture_kind mw_picture_kind;

/* One picture that was read: the first member of what a kind keeps. The view outlives it. */
typedef struct mw_picture {
    mw_drawing drawing; /* its plan and draw are the kind's */
    const mw_picture_kind *kind;
    const json_t *json;
} mw_picture;

/* What the viewer wishes; zeroes for nothing. */
typedef struct mw_picture_wish {
    const char *level;       /* by whose bytes points are placed: "" or NULL, or "*" for all */
    const double *live_rate; /* FLOP/s now, 0 before there is one; NULL: nothing runs */
    bool placed;             /* a mark is set at this place, which words keep off */
    double placed_x, placed_y;
    bool ascii; /* no other signs can be drawn */
} mw_picture_wish;

struct mw_picture_kind {
    const char *name; /* as the view model says it, and `memwall export` */
    const char *tab;  /* N_("…"): on the tab of a small screen */
    size_t size;      /* of what is read: a struct that begins with mw_picture */
    double paper[2];  /* its usual width and height on paper, cm */
    bool with_step;   /* it is what the step found: it may stand below the text of the step, and
                         is told with its counters; others are told of the lab */
    bool roofs;       /* it shows the machine's roofs, whose verdict is said with it */
    const char *const *rows; /* the members of its rows, in their order, ended by NULL */

    bool (*present)(const json_t *json); /* there is something to show on a screen */
    bool (*filled)(const json_t *json);  /* and enough for a file; NULL: the same */
    /* Reads it; the rest of `picture` is zero. */
    void (*read)(mw_picture *picture, const mw_picture_wish *wish);
    void (*plan)(mw_drawing *drawing, double width, double height);
    void (*draw)(const mw_drawing *drawing, mw_pen *pen);
    /* Its data, one row a fact, as CSV and JSON have it, and plain text too unless `tell` says it
     * otherwise (see rows.h). */
    void (*fill)(const json_t *json, json_t *rows);
    void (*tell)(const json_t *json, const mw_teller *teller);
    bool (*of_step)(const json_t *json, const char *step); /* that step ran what it shows */
    mw_picture_samples (*samples)(const json_t *json);     /* NULL: none */
};

/* Ended by NULL. */
extern const mw_picture_kind *const mw_picture_list[];

const mw_picture_kind *mw_picture_kind_named(const char *name); /* or NULL */
const mw_picture_kind *mw_picture_kind_of(const json_t *json);  /* or NULL */

bool mw_picture_present(const json_t *json);

/* The picture ready to be planned for `medium`; NULL when nobody knows its kind, or memory is
 * short. `wish` may be NULL. Free with free(). */
mw_picture *mw_picture_new(const json_t *json, const mw_picture_wish *wish,
                           const mw_medium *medium);

/* Its data; the caller's. */
json_t *mw_picture_rows(const json_t *json);

/* Its data in words, for people; nothing for what is not present. */
void mw_picture_tell(const json_t *json, const mw_teller *teller);

#endif
