/*
 * draft.h: what the student has put into one field, or turned one control to, and what is not sent
 * yet.
 *
 * The text is the answer of most kinds; a kind of another shape keeps its answer as a text that its
 * `value` reads. A draft owns its text: mw_draft_free() gives it back.
 */
#ifndef MW_TUI_DRAFT_H
#define MW_TUI_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keys/keys.h"

/* Bytes that may be typed into one field. */
enum { MW_DRAFT_MOST = 32 * 1024 };

typedef struct mw_draft {
    char *text;  /* NULL: nothing yet; read it with mw_draft_text() */
    size_t size; /* allocated */
    int cursor;  /* byte offset in text */
    int option;  /* the marked one of several; the present value of a control; -1: none of them */
    bool placed; /* a point was set, at x and y in the units of the axes */
    double x, y;
    bool dirty; /* differs from the value in the view */
    bool cut;   /* something typed or pasted had no room: the front end says so and clears it */
} mw_draft;

const char *mw_draft_text(const mw_draft *draft); /* "" while there is none */
bool mw_draft_is_blank(const mw_draft *draft);    /* neither text nor point */

/* Another text, as it is; and one of a view, made harmless, with the cursor behind it. Both of any
 * length. They leave nothing when memory is short. */
void mw_draft_set(mw_draft *draft, const char *text);
void mw_draft_take(mw_draft *draft, const char *text);

/* Edits the text as mw_edit_key() and mw_edit_insert() do, in one line or in several, up to
 * MW_DRAFT_MOST bytes. */
bool mw_draft_key(mw_draft *draft, mw_key key, bool lines);
void mw_draft_paste(mw_draft *draft, const char *text, bool lines);

/* The same answer, whatever is marked and wherever the cursor stands. */
bool mw_draft_same(const mw_draft *draft, const mw_draft *other);

/* Empties it, and gives its text back. */
void mw_draft_free(mw_draft *draft);

#endif
