/* data.h: numbers and scalars of a view model. */
#ifndef MW_LABS_VIEW_DATA_H
#define MW_LABS_VIEW_DATA_H

#include <jansson.h>
#include <stddef.h>

#include "model/number.h"

/* A number object of the view model; absent with a reason when it is none. */
mw_number mw_data_quantity(const json_t *number);

/* A scalar as text for people: strings as they are, numbers grouped and with so many digits; "" for
 * what is none. */
const char *mw_data_said(const json_t *value, int digits, char *text, size_t size);

/* The scalar `key` as text for people, with 6 digits. */
const char *mw_data_scalar(const json_t *object, const char *key, char *text, size_t size);

#endif
