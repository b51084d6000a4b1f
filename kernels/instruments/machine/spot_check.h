/*
 * spot_check.h: whether a machine is still as it was when its roofs were measured.
 *
 * A difference says something about the machine only when the remembered roof was sure and the new
 * tries ran undisturbed, by the rules of samples.h and neighbour.h. Else it cannot be told.
 */
#ifndef MW_MACHINE_SPOT_CHECK_H
#define MW_MACHINE_SPOT_CHECK_H

#include "machine/calibration.h"

typedef enum mw_spot_state {
    MW_SPOT_SAME,
    MW_SPOT_UNTOLD, /* a roof seems to have moved, and that may have another reason */
    MW_SPOT_CHANGED
} mw_spot_state;

typedef struct mw_spot_check {
    mw_spot_state state;
    double largest_change; /* relative, beyond the band of a roof; of what `what` is about */
    mw_reason what;        /* the change, or why it cannot be told */
} mw_spot_check;

/* "same", "untold" or "changed". */
const char *mw_spot_state_name(mw_spot_state state);

/* A remembered roof: the name of its level (NULL: the compute roof), its band and verdict. */
typedef struct mw_spot_roof {
    const char *level;
    mw_band band;
    mw_row_verdict verdict;
} mw_spot_roof;

/* Takes note of the best of the new tries, of which enough ran undisturbed or not. Less than a
 * quarter beyond the band is the drift of a shared machine. */
void mw_spot_note(mw_spot_check *check, const mw_spot_roof *roof, double now, bool undisturbed);

/* Measures L1, the last cache level, DRAM and one peak again: less than a tenth of a second, or two
 * tenths where other programs take turns. */
mw_status mw_calibration_spot_check(const mw_calibration *calibration, mw_ledger *ledger,
                                    mw_spot_check *check, mw_error *error);

#endif
