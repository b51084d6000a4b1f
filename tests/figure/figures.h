/* figures.h: what the tests of figures ask views and data for. */
#ifndef MW_TEST_FIGURES_H
#define MW_TEST_FIGURES_H

#include <jansson.h>

/* json.a.b; borrowed. */
const json_t *get(const json_t *json, const char *a, const char *b);

/* The rows whose `what` (or `column`) is this word; the caller's. */
json_t *rows_of(const json_t *data, const char *member, const char *word);

/* The picture of a view with this id; borrowed. */
json_t *picture_of(const json_t *view, const char *id);

/* Says seed, machine and date in a view that has none of them. */
void note_origin(json_t *view);

#endif
