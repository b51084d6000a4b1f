/* data.c: a member as a number with kind and spread, or as text. */
#include "labs/view/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"

mw_number mw_data_quantity(const json_t *number)
{
    mw_number whole;
    if (mw_number_from_json(number, &whole))
        return whole;
    /* A bare number, or one of which something is missing or unknown: as far as it goes. */
    mw_unit unit = MW_UNIT_ONE;
    mw_kind kind = MW_GIVEN;
    mw_unit_parse(mw_json_text(number, "unit"), &unit);
    mw_kind_parse(mw_json_text(number, "kind"), &kind);
    if (json_is_number(number))
        return mw_number_of(json_number_value(number), unit, kind);
    double value = mw_json_number(number, "value", NAN);
    if (mw_json_true(number, "absent") || !isfinite(value))
        return mw_number_absent(unit, kind, mw_reason_from_json(mw_json_member(number, "reason")));
    double low = mw_json_number(number, "low", NAN), high = mw_json_number(number, "high", NAN);
    return mw_number_with_spread(value, isfinite(low) ? low : value, isfinite(high) ? high : value,
                                 unit, kind);
}

const char *mw_data_said(const json_t *value, int digits, char *text, size_t size)
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_number(value))
        mw_value_format(json_number_value(value), MW_UNIT_ONE, digits, text, size);
    else
        snprintf(text, size, "%s",
                 json_is_true(value)    ? "true"
                 : json_is_false(value) ? "false"
                                        : "");
    return text;
}

const char *mw_data_scalar(const json_t *object, const char *key, char *text, size_t size)
{
    return mw_data_said(mw_json_member(object, key), 6, text, size);
}
