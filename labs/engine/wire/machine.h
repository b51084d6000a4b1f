/*
 * machine.h: the roofs of a machine, and what a run does, read from JSON (the shapes `machine` and
 * `measure` in ARCHITECTURE.md), so that the rule of model/machine.h can be asked.
 *
 * Files that older programs wrote and files that somebody edited are read as far as they say
 * something: a member that is missing or of another type counts as not known.
 */
#ifndef MW_WIRE_MACHINE_H
#define MW_WIRE_MACHINE_H

#include <jansson.h>

#include "model/machine.h"
#include "model/reason.h"

/* NULL gives a machine without roofs. */
void mw_machine_from_json(const json_t *json, mw_machine *machine);

/* Whether the instruments' row (a level, its all_cores, a compute roof) may be used. */
bool mw_machine_row_is_usable(const json_t *row);

/* Whether a remembered machine is as it was, by the answer to "spot-check"; anything else that it
 * says counts as the same. *what is the reason, or none. */
typedef enum mw_machine_state {
    MW_MACHINE_SAME,
    MW_MACHINE_UNTOLD, /* something disturbs the comparison */
    MW_MACHINE_CHANGED
} mw_machine_state;
mw_machine_state mw_machine_state_from_json(const json_t *answer, mw_reason *what);

/* What a measurement says of its run. */
void mw_workload_from_json(const json_t *measurement, mw_workload *run);

/* The other side of the same pair, or NULL: a roof where it reads and does nothing else. */
void mw_workload_beside(mw_workload *run, const json_t *beside);

/* The read roof that a measurement of stream/read is [B/s]: the best of its samples, down to their
 * median, as the remembered roofs are; value 0 for any other kernel. */
mw_roof mw_read_roof_from_json(const json_t *measurement);

#endif
