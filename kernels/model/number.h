/*
 * number.h: the one type for every quantity a person or a file sees.
 *
 * A number knows its unit, its spread and where it came from. Kinds are never mixed silently; a
 * number that this machine cannot give, or that is not finite, is absent and carries the reason.
 */
#ifndef MW_MODEL_NUMBER_H
#define MW_MODEL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/reason.h"
#include "model/unit.h"

/* Where a number comes from; words.def says what each kind is. */
typedef enum mw_kind {
#define MW_KIND(ID, name) MW_##ID,
#include "model/words.def"
} mw_kind;

enum {
#define MW_KIND(ID, name) +1
    MW_KINDS = 0
#include "model/words.def"
};

typedef struct mw_number {
    double value;
    double low,
        high; /* spread: 95 % interval or [median, max] of a roof; equal to value when none */
    mw_unit unit;
    mw_kind kind;
    bool absent;
    mw_reason reason; /* why it is absent; none otherwise */
} mw_number;

mw_number mw_number_of(double value, mw_unit unit, mw_kind kind);
mw_number mw_number_with_spread(double value, double low, double high, mw_unit unit, mw_kind kind);
mw_number mw_number_absent(mw_unit unit, mw_kind kind, mw_reason reason);

/* Whether there is no value to say: it is absent, or not finite; *why is the reason then. */
bool mw_number_is_absent(const mw_number *number, mw_reason *why);

/* "counted", "modelled", ...; and back, false for an unknown word. */
const char *mw_kind_name(mw_kind kind);
bool mw_kind_parse(const char *name, mw_kind *kind);

/*
 * Writes `value` for people with `digits` significant digits and the right prefix ("256 MiB",
 * "15.8 GB/s", "2.147 GFLOP", "20.9 ms"). The integer part is never cut, and without a prefix it
 * stands in groups of three from five digits on: "64 314". Returns the length, as snprintf does.
 */
int mw_value_format(double value, mw_unit unit, int digits, char *text, size_t size);

/* The shortest decimal that reads back as the same number: "0.1667". Returns as above. */
int mw_value_spell(double value, char *text, size_t size);

/* The same for a number: "20.9 ms ±1 %" when the spread is above half a per cent, "–" when absent.
 */
int mw_number_format(const mw_number *number, char *text, size_t size);

#endif
