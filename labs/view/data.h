/*
 * data.h: reading view models without trusting them. A member that is missing or of the wrong type
 * reads as "nothing there": "", NaN, false, an empty list.
 */
#ifndef MW_LABS_VIEW_DATA_H
#define MW_LABS_VIEW_DATA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/number.h"

const json_t *mw_data_member(const json_t *object, const char *key);
const char *mw_data_text(const json_t *object, const char *key);
double mw_data_number(const json_t *object, const char *key);
int mw_data_int(const json_t *object, const char *key, int otherwise);
bool mw_data_true(const json_t *object, const char *key);

/* A list's length (0 when it is none) and its items (NULL outside). */
int mw_data_count(const json_t *object, const char *key);
const json_t *mw_data_item(const json_t *object, const char *key, int index);
bool mw_data_lists(const json_t *object, const char *key, const char *text);

/* A number object of the view model; absent with a reason when it is none. */
mw_number mw_data_quantity(const json_t *number);

/* The scalar `key` as text for people: strings as they are, numbers grouped and with 6 digits. */
const char *mw_data_scalar(const json_t *object, const char *key, char *text, size_t size);

#endif
