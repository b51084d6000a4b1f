#include "labs/view/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"

const json_t *mw_data_member(const json_t *object, const char *key)
{
    return json_is_object(object) ? json_object_get(object, key) : NULL;
}

const char *mw_data_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(mw_data_member(object, key));
    return text ? text : "";
}

double mw_data_number(const json_t *object, const char *key)
{
    const json_t *value = mw_data_member(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

int mw_data_int(const json_t *object, const char *key, int otherwise)
{
    double value = mw_data_number(object, key);
    return value >= -1e9 && value <= 1e9 ? (int)value : otherwise;
}

bool mw_data_true(const json_t *object, const char *key)
{
    return json_is_true(mw_data_member(object, key));
}

int mw_data_count(const json_t *object, const char *key)
{
    size_t count = json_array_size(mw_data_member(object, key));
    return count < 100000 ? (int)count : 100000;
}

const json_t *mw_data_item(const json_t *object, const char *key, int index)
{
    const json_t *list = mw_data_member(object, key);
    return index >= 0 ? json_array_get(list, (size_t)index) : NULL;
}

bool mw_data_lists(const json_t *object, const char *key, const char *text)
{
    for (int i = 0; i < mw_data_count(object, key); i++) {
        const char *item = json_string_value(mw_data_item(object, key, i));
        if (item && strcmp(item, text) == 0)
            return true;
    }
    return false;
}

mw_number mw_data_quantity(const json_t *number)
{
    mw_number whole;
    if (mw_number_from_json(number, &whole))
        return whole;
    /* A bare number, or one of which something is missing or unknown: as far as it goes. */
    mw_unit unit = MW_UNIT_ONE;
    mw_kind kind = MW_GIVEN;
    mw_unit_parse(mw_data_text(number, "unit"), &unit);
    mw_kind_parse(mw_data_text(number, "kind"), &kind);
    if (json_is_number(number))
        return mw_number_of(json_number_value(number), unit, kind);
    double value = mw_data_number(number, "value");
    if (mw_data_true(number, "absent") || !isfinite(value))
        return mw_number_absent(unit, kind, mw_reason_from_json(mw_data_member(number, "reason")));
    double low = mw_data_number(number, "low"), high = mw_data_number(number, "high");
    return mw_number_with_spread(value, isfinite(low) ? low : value, isfinite(high) ? high : value,
                                 unit, kind);
}

const char *mw_data_scalar(const json_t *object, const char *key, char *text, size_t size)
{
    const json_t *value = mw_data_member(object, key);
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_number(value))
        mw_value_format(json_number_value(value), MW_UNIT_ONE, 6, text, size);
    else
        snprintf(text, size, "%s",
                 json_is_true(value)    ? "true"
                 : json_is_false(value) ? "false"
                                        : "");
    return text;
}
