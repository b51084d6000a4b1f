/* number.c: names of kinds and units, prefixes, rounding and grouping of digits. */
#include "model/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mw_number mw_number_of(double value, mw_unit unit, mw_kind kind)
{
    return mw_number_with_spread(value, value, value, unit, kind);
}

mw_number mw_number_with_spread(double value, double low, double high, mw_unit unit, mw_kind kind)
{
    if (!isfinite(value))
        return mw_number_absent(unit, kind, mw_reason_of(MW_REASON_NOT_FINITE, NULL));
    mw_number number = {.value = value, .unit = unit, .kind = kind};
    number.low = isfinite(low) ? low : value;
    number.high = isfinite(high) ? high : value;
    return number;
}

mw_number mw_number_absent(mw_unit unit, mw_kind kind, mw_reason reason)
{
    return (mw_number){.unit = unit, .kind = kind, .absent = true, .reason = reason};
}

bool mw_number_is_absent(const mw_number *number, mw_reason *why)
{
    if (!number->absent && isfinite(number->value))
        return false;
    *why = number->absent ? number->reason : mw_reason_of(MW_REASON_NOT_FINITE, NULL);
    return true;
}

#define N_(text) text
static const char *const kind_names[MW_KINDS] = {
#define MW_KIND(ID, name) [MW_##ID] = name,
#include "model/words.def"
};

const char *mw_kind_name(mw_kind kind)
{
    return (unsigned)kind < MW_KINDS ? kind_names[kind] : "given";
}

bool mw_kind_parse(const char *name, mw_kind *kind)
{
    for (unsigned i = 0; name && i < MW_KINDS; i++)
        if (strcmp(name, kind_names[i]) == 0) {
            *kind = (mw_kind)i;
            return true;
        }
    return false;
}

/* A unit's prefixes: the step between neighbours and the words from `smallest` steps below one. */
typedef struct scale {
    double step;
    int smallest;
    const char *const *prefixes;
    int count;
} scale;

static scale scale_of(mw_unit unit)
{
    static const char *const none[] = {""};
    static const char *const both[] = {"p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E"};
    static const char *const binary[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    switch (mw_unit_of(unit)->writes) {
    case MW_PREFIX_LARGE:
        return (scale){1e3, 0, both + 4, 7};
    case MW_PREFIX_BINARY:
        return (scale){1024, 0, binary, 7};
    case MW_PREFIX_SMALL:
        return (scale){1e3, -3, both + 1, 4};
    case MW_PREFIX_BOTH:
        return (scale){1e3, -4, both, 11};
    case MW_PREFIX_NONE:
        break;
    }
    return (scale){1e3, 0, none, 1};
}

/* `value` with `digits` significant digits, never cutting the integer part; "8" and not "8.00" when
 * that is exact. */
static void write_digits(double value, int digits, char *text, size_t size)
{
    double magnitude = fabs(value);
    if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e15)) {
        snprintf(text, size, "%.*g", digits, value);
        return;
    }
    /* The exponent after rounding, so that 9.996 becomes "10.0" and not "10.00". */
    char rounded[64];
    snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
    int exponent = atoi(strchr(rounded, 'e') + 1);
    int decimals = exponent < digits - 1 ? digits - 1 - exponent : 0;
    snprintf(text, size, "%.*f", decimals, value);
    if (decimals > 0 && strtod(text, NULL) == value) {
        size_t length = strlen(text);
        while (length > 0 && text[length - 1] == '0')
            text[--length] = '\0';
        if (length > 0 && (text[length - 1] < '0' || text[length - 1] > '9'))
            text[length - 1] = '\0';
    }
}

/* "64314.6" as "64 314.6": five digits and more before the point, in groups of three. */
static void group_digits(char *text, size_t size)
{
    size_t first = text[0] == '-', digits = strspn(text + first, "0123456789");
    size_t length = strlen(text), gaps = digits >= 5 ? (digits - 1) / 3 : 0;
    if (strchr(text, 'e') || length + gaps >= size)
        return;
    for (size_t gap = 1; gap <= gaps; gap++) {
        char *at = text + first + digits - 3 * gap;
        memmove(at + 1, at, strlen(at) + 1);
        *at = ' ';
    }
}

int mw_value_spell(double value, char *text, size_t size)
{
    char written[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(written, sizeof written, "%.*g", digits, value);
        if (strtod(written, NULL) == value)
            break;
    }
    return snprintf(text, size, "%s", written);
}

int mw_value_format(double value, mw_unit unit, int digits, char *text, size_t size)
{
    if (!isfinite(value))
        return snprintf(text, size, "–");
    if (digits < 1)
        digits = 1;
    if (digits > 17)
        digits = 17;
    scale s = scale_of(unit);
    double scaled = value / pow(s.step, s.smallest);
    int prefix = 0;
    char written[64];
    for (;; prefix++, scaled /= s.step) {
        /* Compare what will be read, so that 999.96 does not become "1000". */
        write_digits(scaled, digits, written, sizeof written);
        if (prefix == s.count - 1 || fabs(strtod(written, NULL)) < s.step)
            break;
    }
    if (value == 0)
        prefix = -s.smallest;
    if (s.count == 1)
        group_digits(written, sizeof written);
    const char *name = unit == MW_UNIT_ONE ? "" : mw_unit_name(unit);
    const char *space = *name ? " " : "";
    return snprintf(text, size, "%s%s%s%s", written, space, s.prefixes[prefix], name);
}

int mw_number_format(const mw_number *number, char *text, size_t size)
{
    if (number->absent)
        return snprintf(text, size, "–");
    bool exact =
        number->kind == MW_GIVEN || number->kind == MW_COUNTED || number->kind == MW_MODELLED;
    char value[64];
    mw_value_format(number->value, number->unit, exact ? 4 : 3, value, sizeof value);
    double half =
        number->value != 0 ? fabs((number->high - number->low) / 2 / number->value) * 100 : 0;
    if (!(half > 0.5))
        return snprintf(text, size, "%s", value);
    return snprintf(text, size, "%s ±%.*f %%", value, half < 0.95 ? 1 : 0, half);
}
