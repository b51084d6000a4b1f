/*
 * rows.h: the rows of a view's counters, one column per kind of number.
 */
#ifndef MW_LABS_VIEW_ROWS_H
#define MW_LABS_VIEW_ROWS_H

#include <jansson.h>
#include <stddef.h>

#include "model/number.h"

/* The columns that numbers have, and the kind of each. */
enum { MW_COUNTER_COLUMNS = 4 };
mw_kind mw_counter_kind(int column);

/* What one cell of a row says ("" when nothing stands there), and the row's note: its own, or why a
 * number is absent. */
void mw_counter_text(const json_t *row, int column, char *text, size_t size);
void mw_counter_note(const json_t *row, char *text, size_t size);

/* The member of a row that a column holds: "counted". */
const char *mw_counter_member(int column);

#endif
