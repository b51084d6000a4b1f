/*
 * quantity.h: what a run is known by. One table, quantity.def, feeds the members of a measurement
 * and their order, the counters of a lab and their labels, the names in its formulas, the rows that
 * move while a kernel runs, and the list in ARCHITECTURE.md.
 */
#ifndef MW_MODEL_QUANTITY_H
#define MW_MODEL_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/block.h"
#include "model/number.h"

typedef enum mw_quantity {
#define MW_QUANTITY(ID, ...) MW_QUANTITY_##ID,
#include "model/quantity.def"
} mw_quantity;

enum {
#define MW_QUANTITY(ID, ...) +1
    MW_QUANTITIES = 0
#include "model/quantity.def"
};

typedef enum mw_quantity_place {
    MW_OF_RUN,         /* a row of a lab's counters, and a name in its formulas */
    MW_OF_COUNTERS,    /* a row only */
    MW_OF_MEASUREMENT, /* a member of a measurement only */
    MW_OF_MEMORY       /* a member of a measurement's "memory" */
} mw_quantity_place;

/* Texts are English, in static storage. */
typedef struct mw_quantity_row {
    const char *name;
    mw_unit unit;
    mw_kind kind;
    mw_quantity_place place;
    const char *label, *doc;    /* the label is "" of what has no row in a lab's counters */
    const char *member;         /* in the JSON of a measurement, or NULL */
    int power;                  /* there it stands in 10^power base units */
    const char *heading, *note; /* of its row in `memwall measure`, or NULL */
    int rank;                   /* in a table that is too short: the highest goes first, 0 stays */
    size_t live;                /* offset in mw_counters; 0: it does not move */
    double live_scale;          /* base units in one of the counter */
} mw_quantity_row;

const mw_quantity_row *mw_quantity_of(mw_quantity quantity);

/* A value of it, in its unit and of its kind. */
mw_number mw_quantity_number(mw_quantity quantity, double value);

/* By the id of a row in a view: "flops", "link:2". False for one that is not known, and NULL. */
bool mw_quantity_find(const char *id, mw_quantity *quantity);

/* What the counters say of it now, in base units and with its kind; false where they say nothing.
 */
bool mw_quantity_live(mw_quantity quantity, const mw_counters *counters, mw_number *number);

#endif
