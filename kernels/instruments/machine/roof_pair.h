/* roof_pair.h: a kernel beside the roof above it. */
#ifndef MW_MACHINE_ROOF_PAIR_H
#define MW_MACHINE_ROOF_PAIR_H

#include "kernel.h"
#include "meter/measure.h"
#include "model/number.h"
#include "model/reason.h"

/* What a kernel is held against. */
typedef enum mw_roof_kind {
    MW_ROOF_PEAK,  /* the widest multiply-add chains of the kernel's element type */
    MW_ROOF_READ,  /* loads only, over as many bytes as the kernel's operands */
    MW_ROOF_REDUCE /* loads added into accumulators, over as many bytes */
} mw_roof_kind;

const char *mw_roof_name(mw_roof_kind kind); /* "peak", "read", "reduce" */
bool mw_roof_parse(const char *name, mw_roof_kind *kind);

typedef struct mw_roof_pair {
    mw_unit unit;             /* FLOP/s, or compulsory bytes per second */
    mw_statistics rate, roof; /* of the kernel, of the roof */
    mw_statistics ratio;      /* rate over roof, pair by pair */
    bool noisy;
    mw_reason reason; /* why noisy */
} mw_roof_pair;

/* A one-thread kernel and a roof, sample by sample in turn on one CPU, until the interval of the
 * ratio is narrow or the budget ends. */
mw_status mw_bench_roof(const mw_kernel *kernel, const mw_args *args, mw_roof_kind kind,
                        double budget_seconds, mw_ledger *ledger, mw_roof_pair *pair,
                        mw_error *error);

#endif
