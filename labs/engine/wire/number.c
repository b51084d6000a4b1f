/* number.c: a number as { "value", "low", "high", "unit", "kind" } and back; absent: "reason". */
#include "labs/engine/wire/wire.h"

#include <math.h>

json_t *mw_number_to_json(const mw_number *number)
{
    mw_reason reason;
    json_t *json = json_pack("{s:s, s:s}", "unit", mw_unit_name(number->unit), "kind",
                             mw_kind_name(number->kind));
    if (!json)
        return NULL;
    if (mw_number_is_absent(number, &reason)) {
        json_object_set_new(json, "value", json_null());
        json_object_set_new(json, "absent", json_true());
        json_object_set_new(json, "reason", mw_reason_to_json(&reason));
        return json;
    }
    json_object_set_new(json, "value", json_real(number->value));
    bool spread = number->low < number->value || number->high > number->value;
    if (spread && isfinite(number->low) && isfinite(number->high)) {
        json_object_set_new(json, "low", json_real(number->low));
        json_object_set_new(json, "high", json_real(number->high));
    }
    return json;
}

bool mw_number_from_json(const json_t *json, mw_number *number)
{
    const char *unit_word = json_string_value(json_object_get(json, "unit"));
    const char *kind_word = json_string_value(json_object_get(json, "kind"));
    mw_unit unit;
    mw_kind kind;
    if (!unit_word || !kind_word || !mw_unit_parse(unit_word, &unit) ||
        !mw_kind_parse(kind_word, &kind))
        return false;

    const json_t *value = json_object_get(json, "value");
    if (json_is_true(json_object_get(json, "absent")) || json_is_null(value)) {
        *number =
            mw_number_absent(unit, kind, mw_reason_from_json(json_object_get(json, "reason")));
        return true;
    }
    if (!json_is_number(value))
        return false;
    double middle = json_number_value(value);
    const json_t *low = json_object_get(json, "low");
    const json_t *high = json_object_get(json, "high");
    if ((low && !json_is_number(low)) || (high && !json_is_number(high)))
        return false;
    *number = mw_number_with_spread(middle, low ? json_number_value(low) : middle,
                                    high ? json_number_value(high) : middle, unit, kind);
    return true;
}
