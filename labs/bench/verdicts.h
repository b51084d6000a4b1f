/*
 * verdicts.h: whether a clean verdict can be believed, from measurements whose ratio is
 * known.
 */
#ifndef MW_BENCH_VERDICTS_H
#define MW_BENCH_VERDICTS_H

#include <jansson.h>
#include <stddef.h>

/* One half of the measurements: the quiet blocks, or those under load. */
typedef struct mw_verdicts_half {
    size_t count, clean;
    size_t wrong;   /* clean, and yet beside what the quiet blocks say of this pair */
    size_t untruly; /* clean, and yet beside the ratio of the two sides' work */
    double pairs, disturbed_pairs; /* of samples, in all of them */
    char worst[160];               /* the wrong one that is farthest off, in words, or "" */
} mw_verdicts_half;

typedef struct mw_verdicts {
    mw_verdicts_half half[2]; /* [0] quiet, [1] under load */
    size_t differing;         /* measurements that counted otherwise than the first of their pair */
} mw_verdicts;

/*
 * Judges records {"pair", "truth", "loaded", "clean", "median", "low", "high", "counts":[…],
 * "pairs", "disturbed_pairs"}, in the order in which they were measured. A clean one is wrong when
 * its interval, widened by 5 % of its middle on both sides, does not meet the interval that the
 * other quiet records of its pair give for their median.
 */
void mw_verdicts_judge(const json_t *records, mw_verdicts *verdicts);

/*
 * The largest factor between a roof of `machine` and the band that the `references`, measured on a
 * quiet machine, span for it: over the roofs of which `machine` and a reference are sure; 1 when
 * all lie inside, and when `machine` is unsure as a whole. `name` receives which, with its
 * figures. Zero when nothing could be compared.
 */
double mw_verdicts_roof_factor(const json_t *machine, const json_t *references, char *name,
                               size_t size);

#endif
