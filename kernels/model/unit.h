/*
 * unit.h: the units that a number can have.
 *
 * One table, units.def, feeds the names in JSON, the prefixes of numbers that people read, and, by
 * memwall.native, what labs and students may write and how units add up in a formula.
 */
#ifndef MW_MODEL_UNIT_H
#define MW_MODEL_UNIT_H

#include <stdbool.h>

/* What units are made of. */
typedef enum mw_base {
#define MW_BASE(ID, name) MW_BASE_##ID,
#include "model/units.def"
    MW_BASES
} mw_base;

typedef enum mw_unit {
#define MW_UNIT(ID, name, writes, reads, spellings, ...) MW_UNIT_##ID,
#include "model/units.def"
    MW_UNITS
} mw_unit;

/* Sets of prefixes: 15.8 GB/s, 256 MiB, 20.9 ms. */
typedef enum mw_prefixes {
    MW_PREFIX_NONE,
    MW_PREFIX_LARGE = 1,  /* k M G T P E */
    MW_PREFIX_BINARY = 2, /* Ki Mi Gi Ti Pi Ei */
    MW_PREFIX_SMALL = 4,  /* m µ n, and p where large ones are written, too */
    MW_PREFIX_BOTH = MW_PREFIX_LARGE | MW_PREFIX_SMALL
} mw_prefixes;

typedef struct mw_unit_row {
    const char *name;
    mw_prefixes writes;
    unsigned reads;        /* mw_prefixes together */
    const char *spellings; /* with a blank between them; "" for none */
    signed char exponents[MW_BASES];
} mw_unit_row;

const mw_unit_row *mw_unit_of(mw_unit unit);
const char *mw_base_name(mw_base base);

/* The unit as written in JSON: "1", "FLOP", "B", "FLOP/s", …; and back, false for an unknown word.
 */
const char *mw_unit_name(mw_unit unit);
bool mw_unit_parse(const char *name, mw_unit *unit);

#endif
