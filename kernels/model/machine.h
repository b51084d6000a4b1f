/*
 * machine.h: the roofs of a machine as they were measured, and which of them bound a run.
 *
 * Williams, Waterman, Patterson, "Roofline", CACM 52(4) 2009: a run stands under one memory roof
 * beta [B/s] and one compute roof pi [FLOP/s]. Which two is decided here and nowhere else:
 *
 * - Level: the first one that holds the working set by its measured size, else the last. Nominal
 *   sizes count on a machine of which nothing was measured.
 * - Element type: the highest roof of that type, whatever instruction reached it. A roof is what
 *   nothing exceeds. Calibration tries multiplications and fused multiply-adds; where both exist
 *   the latter are twice as fast, since they do two FLOPs in the same slot. Should one of them
 *   come out lower than the other instruction, something else ran meanwhile, and the other has
 *   shown what the core can do.
 * - Threads: measured are one core and all of them together. p threads reach at most p times the
 *   one, at most what all reach, and never less than one alone does. Where all together were not
 *   measured, the roof of one core is the only one there is.
 * - Duration: a burst runs at a clock that the processor does not keep. What lasts longer than
 *   MW_BURST_SECONDS stands under the sustained compute roof; it was measured for one core, and
 *   the burst's stands in where it was not, or where it came out below half of the burst's: no
 *   clock drops that far, something else ran all the while.
 * - A read roof measured in turns with the run itself, from the same level by as many threads,
 *   takes the place of the remembered one.
 */
#ifndef MW_MODEL_MACHINE_H
#define MW_MODEL_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

enum { MW_MACHINE_LEVELS = 8, MW_MACHINE_PEAKS = 32 };

/* [s] A run that takes longer outlasts the processor's burst. */
#define MW_BURST_SECONDS 0.01

/* B/s or FLOP/s with its band, and for how many cores it stands; low and high are 0 where no band
 * is known, value is 0 where there is no roof. */
typedef struct mw_roof {
    double value, low, high;
    int cores;
    bool unsure; /* its row says so: it may be used, and what is worked out from it is unsure too */
} mw_roof;

typedef struct mw_machine_level {
    char name[24];
    mw_roof one, all; /* read roof of one core, of all together [B/s] */
    double holds;     /* the largest working set that lies in it [B]; 0: not known, or no end */
    size_t row;       /* its place in the list it comes from */
} mw_machine_level;

typedef struct mw_machine_peak {
    char isa[12], dtype[8], op[8]; /* "avx512", "f32", "fma" */
    mw_roof burst;                 /* [FLOP/s] */
    mw_roof sustained;             /* value 0: not measured */
} mw_machine_peak;

/* Only rows that may be used. A plain value. */
typedef struct mw_machine {
    mw_machine_level levels[MW_MACHINE_LEVELS]; /* nearest first */
    size_t level_count;
    mw_machine_peak peaks[MW_MACHINE_PEAKS];
    size_t peak_count;
} mw_machine;

/* Whether a row of this verdict ("good", "unsure", "impossible", or none) may be used: one that
 * others contradict is shown by the instruments and bounds nothing. */
bool mw_machine_row_usable(const char *verdict);

/* Puts a row last; one without a finite roof above 0 is left out, as are those beyond the room. */
void mw_machine_add_level(mw_machine *machine, const mw_machine_level *level);
void mw_machine_add_peak(mw_machine *machine, const mw_machine_peak *peak);

/* A roof of one core was found to be another one than remembered. */
void mw_machine_renew(mw_machine *machine, int level, const mw_roof *roof);

/* What one execution does. */
typedef struct mw_workload {
    double flops;        /* NAN: not known */
    double bytes;        /* compulsory, which is also its working set [B]; NAN: not known */
    char dtype[8];       /* "f64"; any other: "f32" */
    int threads;         /* below 1: one */
    double seconds;      /* as measured; 0: not known */
    mw_roof beside;      /* read roof measured in turns with it, by beside.cores; value 0: none */
    double beside_bytes; /* the working set that was read for it [B] */
} mw_workload;

typedef enum mw_bound { MW_BOUND_UNKNOWN = 0, MW_BOUND_MEMORY, MW_BOUND_COMPUTE } mw_bound;

/* "memory", "compute"; NULL for unknown. */
const char *mw_bound_name(mw_bound bound);

typedef struct mw_roofs {
    char dtype[8];            /* "f32" or "f64" */
    int threads;              /* at least 1 */
    int level;                /* index into levels, -1: there is none */
    char level_name[24];      /* its name, or "" */
    char isa[12];             /* of the compute roof, or "" */
    mw_roof memory;           /* [B/s] */
    bool is_beside;           /* the memory roof is the one measured in turns with the run */
    mw_roof burst, sustained; /* [FLOP/s] */
    mw_roof compute;          /* of those two the one that bounds this run */
    mw_roof plain; /* lowest roof of one core by the same operation: what plain code meets */
    char plain_isa[12];
} mw_roofs;

/* What is not known stays 0 in `roofs`; true when both roofs are known. */
bool mw_roofs_of_run(const mw_machine *machine, const mw_workload *run, mw_roofs *roofs);

/* The level of a working set, -1 when the machine has none. */
int mw_machine_level_of(const mw_machine *machine, double bytes);

/* Read roof of a level for so many threads. */
mw_roof mw_machine_read_roof(const mw_machine *machine, int level, int threads);

/* The time that the roofs allow at least, max(F/pi, Q/beta) [s]; NAN when something is not known.
 */
double mw_roofs_seconds(const mw_roofs *roofs, const mw_workload *run);

/* The roof that decides: memory left of the ridge pi/beta, compute from there on. Unknown without
 * roofs, FLOPs, or bytes above 0. */
mw_bound mw_roofs_bound(const mw_roofs *roofs, const mw_workload *run);

/* Whether a roof measured beside a run says that the remembered one no longer holds: a factor 2. */
bool mw_roof_moved(double remembered, double beside);

#endif
