/* verdict.h: what JSON says under "verdict", asked for by a row of model/words.def. */
#ifndef MW_WIRE_VERDICT_H
#define MW_WIRE_VERDICT_H

#include <jansson.h>

#include "model/verdict.h"

/* Of a measurement, a ratio or a machine; and of a target. What says no known word has none. */
bool mw_json_has_run_verdict(const json_t *object, mw_run_verdict verdict);
bool mw_json_has_verdict(const json_t *object, mw_verdict verdict);

#endif
