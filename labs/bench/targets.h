/*
 * targets.h: what memwall promises of its kernels, as one table.
 *
 * A target is a pair: one of our kernels, and what it is held against (another kernel, a roof
 * measured beside it, a loop of another program). Both sides are interleaved sample by sample; the
 * value is T(rival)/T(kernel), so that above 1 means that ours is faster.
 */
#ifndef MW_BENCH_TARGETS_H
#define MW_BENCH_TARGETS_H

#include <stddef.h>

typedef enum mw_sense {
    MW_SENSE_TIME,    /* T(rival) / T(kernel) */
    MW_SENSE_RATE,    /* the same per compulsory byte: the two sides move different amounts */
    MW_SENSE_COUNTED, /* program bytes of the rival over those of the kernel: exactly `wanted` */
    MW_SENSE_MODELLED /* bytes over the memory link, rival over kernel, by the cache simulator */
} mw_sense;

/* In which unit the note tells both sides. */
typedef enum mw_telling { MW_TELL_SECONDS, MW_TELL_FLOPS, MW_TELL_BYTES } mw_telling;

typedef struct mw_target {
    const char *suite, *label;
    const char *kernels; /* rungs; the fastest of those that there are is measured */
    const char *args;    /* "m=512 n=512"; after '|' smaller ones for machines with less memory */
    const char *rival;   /* rungs; or "roof:peak", "roof:read", "roof:reduce"; or "likwid:TEST" */
    const char *rival_args; /* NULL: those of the kernel where the rival has them */
    const char *against;    /* the rival in words */
    mw_sense sense;
    mw_telling telling;
    double wanted, goal; /* goal 0: none beyond what is wanted */
    double budget;       /* seconds of samples */
    double aside;        /* seconds of preparation and trials, for the time left */
} mw_target;

const mw_target *mw_target_table(size_t *count);

#endif
