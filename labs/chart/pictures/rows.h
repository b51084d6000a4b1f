/*
 * rows.h: the data of a picture as rows, and tables of them for people.
 *
 * Every row of a picture has the same members in the same order, null where it has nothing: "id"
 * and "label" name it, "value" is a number with its "unit" and "kind", "low" and "high" its
 * interval, "x" with its "x_unit" where it stands, "verdict" how clean it was measured. Numbers are
 * those of the view.
 */
#ifndef MW_CHART_PICTURES_ROWS_H
#define MW_CHART_PICTURES_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends a row with these members, and "id" and "label" of `from`; `what` (or NULL) says what it
 * is. Borrowed. */
json_t *mw_rows_start(json_t *rows, const char *const *members, const char *what,
                      const json_t *from);

void mw_row_set(json_t *row, const char *name, const json_t *value); /* NULL: stays null */
void mw_row_set_text(json_t *row, const char *name, const char *text);
/* A number object of the view, or a bare number; what is absent has no value, only a reason. */
void mw_row_set_number(json_t *row, const json_t *number);
/* Of what was measured by a run; of another kind of number there is none. */
void mw_row_set_verdict(json_t *row, bool noisy);

/* Who writes tables for people. A row has a cell for each letter of `alignment` ("l", "r"). */
typedef struct mw_teller {
    void *context;
    void (*line)(void *context, const char *text);
    void *(*table)(void *context, const char *alignment);
    void (*row)(void *table, const char *const *cells);
    void (*end)(void *context, void *table, int indent);
} mw_teller;

void mw_tell(const mw_teller *teller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* All rows as one table of those members that some row has. */
void mw_rows_tell(const json_t *rows, const char *const *members, const mw_teller *teller);

/* "20.9 ms ±1 %", "absent: no PMU here", or "" when the view says nothing. */
void mw_tell_number(const json_t *number, char *text, size_t size);

/* The measured samples that a picture shows, and how many of them are noisy. */
typedef struct mw_picture_samples {
    int shown, noisy;
} mw_picture_samples;

/* Adds the sample to the count when it was measured. */
void mw_picture_count(mw_picture_samples *samples, const char *kind, bool noisy);

#endif
