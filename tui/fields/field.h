/*
 * field.h: a kind of field, which is all that both front ends know of it: how it is drawn, what
 * keys do to it, what is sent, and how it is said and asked on plain lines.
 *
 * A kind is a file of this room and a line of list.h. Whoever shows fields or controls of a view
 * finds their kind by its name in the view and asks it; no other file names one. A member that is
 * NULL or false means that there is nothing of the sort.
 */
#ifndef MW_TUI_FIELD_H
#define MW_TUI_FIELD_H

#include <jansson.h>

#include "tui/fields/draft.h"
#include "tui/fields/draw.h"

typedef struct mw_field_kind mw_field_kind;

/* One field as it stands, or one control: what is set at once, and not handed in. */
typedef struct mw_field {
    const mw_field_kind *kind; /* NULL: one that this program does not know */
    const json_t *item;        /* of the view; borrowed, as all of these */
    const json_t *view;
    mw_draft *draft; /* NULL where there is none: the value of the view is shown */
    bool control;
} mw_field;

/* Says a paragraph on plain lines: it begins with `first` in place of as much of the indent. */
typedef void mw_field_say(void *context, int indent, const char *first, const char *text);

struct mw_field_kind {
    const char *kind; /* its name in the view model */

    /* The draft: takes over the value of the view (NULL: a text or a number, as a text), and gives
     * what is sent (NULL: the text), which is the caller's. */
    void (*fill)(mw_draft *draft, const json_t *item);
    json_t *(*value)(const mw_field *field);

    /* The screen: draws it with its label, from `pen->y` on. `label_width` is that of the label
     * when it is alone. */
    void (*draw)(mw_field_pen *pen, const mw_field *field, bool focused);
    /* The point of the roofline that is its answer; false while there is none. */
    bool (*mark)(const mw_field *field, double *x, double *y);

    /* Typing. `takes`: the key is a character of it, and no command; a kind without it is not
     * typed. `key` and `paste` may do more than edit the text; `key` is false where it means
     * nothing. */
    bool (*takes)(const mw_draft *draft, mw_key key);
    bool (*key)(mw_draft *draft, mw_key key);
    void (*paste)(mw_draft *draft, const char *text);
    bool lines;   /* its text has several */
    bool resumes; /* a digit goes on typing where Escape ended it */

    /* Keys that are commands; false where they change nothing. */
    bool (*move)(const mw_field *field, int direction); /* Up, Down: to another option */
    bool (*choose)(const mw_field *field, int option);  /* Space, 1 to 9 */
    bool (*turn)(const mw_field *field, int steps);     /* Left, Right, Home, End: another value */
    /* Arrows: the mark moves in the picture by cells, whose ratios are given. */
    bool (*push)(const mw_field *field, int columns, int rows, double step_x, double step_y);

    const char *empty; /* said when it is handed in empty; N_() */

    /* Plain lines: what is said before it is asked (of a control, all of it); what the prompt says
     * behind the label; and the value of what was given, a typed line or what stands in a file of
     * answers (NULL: as it is, a number as a text). */
    void (*tell)(const json_t *item, mw_field_say *say, void *context);
    void (*ask)(const json_t *item, char *text, size_t size);
    json_t *(*given)(const json_t *item, const json_t *value);
};

/* All kinds, each list ended by NULL: list.c. */
extern const mw_field_kind *const mw_field_kinds[], *const mw_control_kinds[];

/* The kind of a field or a control of a view, or NULL. */
const mw_field_kind *mw_field_kind_of(const json_t *item, bool control);

/* What is said of one whose kind is not known: one line. Returns `text`. */
enum { MW_FIELD_UNKNOWN_TEXT = 400 };
const char *mw_field_unknown(const json_t *item, char text[MW_FIELD_UNKNOWN_TEXT]);

/* The draft is the answer: there is one, and the field is not locked. */
bool mw_field_is_open(const mw_field *field);

/* What the members do, or what holds where they are NULL. */
void mw_field_fill(const mw_field *field);
json_t *mw_field_value(const mw_field *field);
bool mw_field_key(const mw_field *field, mw_key key);
void mw_field_paste(const mw_field *field, const char *text);
json_t *mw_field_given(const json_t *item, const json_t *value);

#endif
