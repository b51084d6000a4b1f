/* limits.h: inside the wire only: who is to blame when a message does not fit. */
#ifndef MW_WIRE_LIMITS_H
#define MW_WIRE_LIMITS_H

#include <jansson.h>
#include <stddef.h>

#include "model/status.h"

/* Fills the error with the path of the member that holds most of the bytes; returns MW_INVALID. */
mw_status mw_wire_too_large(const json_t *json, size_t size, size_t limit, mw_error *error);

#endif
