/*
 * events.h: which hardware events tell FLOPs and bytes, as data: processors and recipes.
 *
 * A recipe is a weighted sum of events that are counted together. For each quantity the recipes of
 * a processor stand in order of preference; the first that can be added and started is used. What
 * PAPI 7.0.0 and libpfm 4.13 know decides which names are here.
 */
#ifndef MW_METER_EVENTS_H
#define MW_METER_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes are named after the nearer end of the link, as in the cache simulator. */
typedef enum mw_event_quantity {
    MW_EVENT_FLOPS_F32,
    MW_EVENT_FLOPS_F64,
    MW_EVENT_L1_BYTES,   /* L1 to L2 */
    MW_EVENT_L2_BYTES,   /* L2 to the last level */
    MW_EVENT_DRAM_BYTES, /* the last level to memory */
    MW_EVENT_QUANTITIES
} mw_event_quantity;

const char *mw_event_quantity_name(mw_event_quantity quantity); /* "FLOP f32", "DRAM bytes", … */

/* Makers as PAPI numbers them: on ARM the implementer field. */
enum { MW_MAKER_INTEL = 1, MW_MAKER_AMD = 2, MW_MAKER_ARM = 0x41, MW_MAKER_FUJITSU = 0x46 };

/* One bit per generation whose events differ. */
typedef enum mw_march {
    MW_MARCH_UNKNOWN = 0,
    MW_MARCH_NHM = 1 << 0,
    MW_MARCH_SNB = 1 << 1, /* also Ivy Bridge */
    MW_MARCH_HSW = 1 << 2,
    MW_MARCH_BDW = 1 << 3,
    MW_MARCH_SKL = 1 << 4,
    MW_MARCH_SKX = 1 << 5, /* also Cascade Lake */
    MW_MARCH_ICL = 1 << 6, /* client, also Rocket Lake */
    MW_MARCH_ICX = 1 << 7,
    MW_MARCH_SPR = 1 << 8,
    MW_MARCH_ZEN1 = 1 << 9,
    MW_MARCH_ZEN2 = 1 << 10,
    MW_MARCH_ZEN3 = 1 << 11,
    MW_MARCH_ZEN4 = 1 << 12,
    MW_MARCH_A64FX = 1 << 13,
    MW_MARCH_NEW = 1 << 14 /* known by name, but not to PAPI 7.0.0 */
} mw_march;

typedef struct mw_event_cpu {
    const char *name;
    int maker, family, first_model, last_model; /* family and model as CPUID has them; on ARM the
                                                   part number is the model and family is 8 */
    mw_march march;
    int line_bytes;
} mw_event_cpu;

/* NULL when the processor is in no row. */
const mw_event_cpu *mw_event_cpu_find(int maker, int family, int model);

enum { MW_EVENT_TERMS = 16 };

typedef struct mw_event_term {
    const char *event;
    double weight;
} mw_event_term;

typedef struct mw_event_recipe {
    mw_event_quantity quantity;
    unsigned marches;  /* bits of mw_march; 0: any, also an unknown one */
    unsigned except;   /* and not on these */
    const char *label; /* what people read, with the scope: "(socket)" holds others' traffic too */
    bool per_line;     /* terms count lines: the processor's line size multiplies the weights */
    bool any_of;       /* terms that do not exist here are left out: channels of a controller */
    mw_event_term term[MW_EVENT_TERMS]; /* ends with a NULL event */
} mw_event_recipe;

/* All recipes, those of one quantity in order of preference. */
const mw_event_recipe *mw_event_recipes(size_t *count);

/* Whether the recipe may be tried on this processor (NULL: an unknown one). */
bool mw_event_fits(const mw_event_recipe *recipe, const mw_event_cpu *cpu);

#endif
