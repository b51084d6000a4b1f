/* purpose.h: what memory is for, and the memory ledger of one execution. */
#ifndef MW_PURPOSE_H
#define MW_PURPOSE_H

#include <stdint.h>

typedef enum mw_purpose {
    MW_PURPOSE_WEIGHTS,
    MW_PURPOSE_ACTIVATIONS, /* layer inputs that the backward pass still needs */
    MW_PURPOSE_GRADIENTS,
    MW_PURPOSE_OPTIMIZER,
    MW_PURPOSE_WORKSPACE, /* alive within one step only */
    MW_PURPOSES
} mw_purpose;

/* "weights", "activations", "gradients", "optimizer", "workspace". */
const char *mw_purpose_name(mw_purpose purpose);

/* What a kernel that trains kept in memory, and what it computed twice to keep so little. */
typedef struct mw_memory {
    uint64_t peak_bytes;              /* most that was alive at once */
    uint64_t by_purpose[MW_PURPOSES]; /* most of each; they need not fall together */
    uint64_t live_inputs;             /* most layer inputs that were held at once */
    uint64_t all_inputs_bytes;        /* of the inputs of all layers together */
    uint64_t recomputed_flops;        /* of layers that had been computed before */
    uint64_t pass_flops;              /* of one forward and one backward pass */
} mw_memory;

#endif
