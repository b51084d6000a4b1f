/* bodies.h: the loops of the gather family as a table, and who fills it. */
#ifndef MW_GATHER_BODIES_H
#define MW_GATHER_BODIES_H

#include <stddef.h>
#include <stdint.h>

#include "by_isa.h"

/* What is summed at once stays in registers: so many bytes of a row. */
enum { MW_GATHER_PIECE_BYTES = 256 };

/* y[0 ... columns) = the sum of `count` rows of `table`, whose rows are `n` elements long. Columns
 * come to at most MW_GATHER_PIECE_BYTES. */
typedef void mw_gather_body(void *y, const void *table, size_t n, const uint32_t *index,
                            size_t count, size_t columns);

typedef struct mw_gather_bodies {
    mw_gather_body *bag[2]; /* by dtype */
} mw_gather_bodies;

MW_BODIES_BY_ISA(mw_gather_bodies)

#endif
