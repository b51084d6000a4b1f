/* quantity.c: the rows of quantity.def as an array, found by enum or by id. */
#include "model/quantity.h"

#include <string.h>

#define N_(text)             text
#define MW_LIVE(field, each) .live = offsetof(mw_counters, field), .live_scale = (each)

static const mw_quantity_row rows[MW_QUANTITIES] = {
#define MW_QUANTITY(ID, id, of, from, where, title, text, ...)                                     \
    [MW_QUANTITY_##ID] = {.name = id,                                                              \
                          .unit = MW_UNIT_##of,                                                    \
                          .kind = MW_##from,                                                       \
                          .place = where,                                                          \
                          .label = title,                                                          \
                          .doc = text,                                                             \
                          __VA_ARGS__},
#include "model/quantity.def"
};

const mw_quantity_row *mw_quantity_of(mw_quantity quantity)
{
    return &rows[quantity];
}

mw_number mw_quantity_number(mw_quantity quantity, double value)
{
    return mw_number_of(value, rows[quantity].unit, rows[quantity].kind);
}

bool mw_quantity_find(const char *id, mw_quantity *quantity)
{
    size_t length = id ? strcspn(id, ":") : 0;
    for (int i = 0; id && i < MW_QUANTITIES; i++) {
        if (strncmp(rows[i].name, id, length) == 0 && rows[i].name[length] == '\0') {
            *quantity = (mw_quantity)i;
            return true;
        }
    }
    return false;
}

bool mw_quantity_live(mw_quantity quantity, const mw_counters *counters, mw_number *number)
{
    const mw_quantity_row *row = &rows[quantity];
    uint64_t now;
    if (row->live == 0)
        return false;
    memcpy(&now, (const char *)counters + row->live, sizeof now);
    *number = mw_quantity_number(quantity, (double)now * row->live_scale);
    return true;
}
