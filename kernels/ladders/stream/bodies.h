/* bodies.h: the loops of the stream family as a table, and who fills it. */
#ifndef MW_STREAM_BODIES_H
#define MW_STREAM_BODIES_H

#include <stddef.h>
#include <stdint.h>

#include "by_isa.h"
#include "dtype.h"

typedef enum mw_stream_op {
    MW_STREAM_read,
    MW_STREAM_copy,
    MW_STREAM_scale,
    MW_STREAM_add,
    MW_STREAM_triad,
    MW_STREAM_update,
    MW_STREAM_store,
    MW_STREAM_store_nt,
    MW_STREAM_copy_nt,
    MW_STREAM_triad_nt,
    MW_STREAM_OPS
} mw_stream_op;

/* `count` elements of c, a and b from a vector boundary on. Returns what it read, folded by
 * exclusive or into 64 bits (read), or 0. */
typedef uint64_t mw_stream_tile(void *c, const void *a, const void *b, double s, size_t count);

typedef struct mw_stream_bodies {
    mw_stream_tile *tile[MW_STREAM_OPS][2]; /* by operation and dtype */
} mw_stream_bodies;

/* Each instruction set overrides what it has; generic has everything. */
MW_BODIES_BY_ISA(mw_stream_bodies)

#endif
