/*
 * quantity.h: the numbers of a measurement in JSON, as model/quantity.def names them.
 *
 * A quantity is a member of a measurement (or of its "memory") by its name there; "kinds" maps the
 * member to its kind and, when it is absent and therefore null, "reasons" to why.
 */
#ifndef MW_WIRE_QUANTITY_H
#define MW_WIRE_QUANTITY_H

#include <jansson.h>

#include "model/quantity.h"

/* JSON has no infinities; what is not finite is absent. */
json_t *mw_real_or_null(double value);

/* Writes a number that is in base units. Whole counts of FLOP and bytes are whole in JSON, a time
 * is an object with its interval. `json` has objects "kinds" and "reasons". */
void mw_quantity_to_json(json_t *json, mw_quantity quantity, const mw_number *number);

/* Reads it back in base units. False when the measurement does not know the quantity, as those that
 * were recorded before there was one, or has something else in its place. */
bool mw_quantity_from_json(const json_t *json, mw_quantity quantity, mw_number *number);

#endif
