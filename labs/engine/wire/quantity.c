/* quantity.c: writes value, kind and reason of a row, and reads them back. */
#include "labs/engine/wire/quantity.h"

#include <math.h>

#include "labs/engine/wire/wire.h"

json_t *mw_real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *value_json(const mw_quantity_row *row, const mw_number *number)
{
    double value = number->value * (1 / pow(10, row->power));
    bool count = row->unit == MW_UNIT_FLOP || row->unit == MW_UNIT_BYTE ||
                 (row->unit == MW_UNIT_ONE && number->kind == MW_COUNTED);
    if (row->unit == MW_UNIT_SECOND)
        return json_pack("{s:f, s:o, s:o}", "median", value, "low", mw_real_or_null(number->low),
                         "high", mw_real_or_null(number->high));
    if (count && floor(value) == value && fabs(value) < 9e15)
        return json_integer((json_int_t)value);
    return json_real(value);
}

void mw_quantity_to_json(json_t *json, mw_quantity quantity, const mw_number *number)
{
    const mw_quantity_row *row = mw_quantity_of(quantity);
    mw_reason reason;
    bool absent = mw_number_is_absent(number, &reason);
    json_object_set_new(json, row->member, absent ? json_null() : value_json(row, number));
    json_object_set_new(json_object_get(json, "kinds"), row->member,
                        json_string(mw_kind_name(number->kind)));
    if (absent)
        json_object_set_new(json_object_get(json, "reasons"), row->member,
                            mw_reason_to_json(&reason));
}

/* A member of a time, or the median where it is not there. */
static double bound_of(const json_t *time, const char *name, double median)
{
    const json_t *value = json_object_get(time, name);
    return json_is_number(value) ? json_number_value(value) : median;
}

bool mw_quantity_from_json(const json_t *json, mw_quantity quantity, mw_number *number)
{
    const mw_quantity_row *row = mw_quantity_of(quantity);
    if (!row->member)
        return false;
    const json_t *value = json_object_get(json, row->member);
    mw_kind kind = row->kind;
    mw_kind_parse(json_string_value(json_object_get(json_object_get(json, "kinds"), row->member)),
                  &kind);
    if (json_is_null(value)) {
        *number = mw_number_absent(
            row->unit, kind,
            mw_reason_from_json(json_object_get(json_object_get(json, "reasons"), row->member)));
        return true;
    }
    if (json_is_object(value) && json_is_number(json_object_get(value, "median"))) {
        double median = json_number_value(json_object_get(value, "median"));
        *number = mw_number_with_spread(median, bound_of(value, "low", median),
                                        bound_of(value, "high", median), row->unit, kind);
        return true;
    }
    if (!json_is_number(value))
        return false;
    *number = mw_number_of(json_number_value(value) * pow(10, row->power), row->unit, kind);
    return true;
}
