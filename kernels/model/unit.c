/* unit.c: the table of units, and the unit that a word means. */
#include "model/unit.h"

#include <stddef.h>
#include <string.h>

static const char *const bases[MW_BASES] = {
#define MW_BASE(ID, name) [MW_BASE_##ID] = name,
#include "model/units.def"
};

static const mw_unit_row rows[MW_UNITS] = {
#define MW_UNIT(ID, name, writes, reads, spellings, ...)                                           \
    [MW_UNIT_##ID] = {name, MW_PREFIX_##writes, MW_PREFIX_##reads, spellings, {__VA_ARGS__}},
#include "model/units.def"
};

const mw_unit_row *mw_unit_of(mw_unit unit)
{
    return &rows[(unsigned)unit < MW_UNITS ? unit : MW_UNIT_ONE];
}

const char *mw_base_name(mw_base base)
{
    return bases[base];
}

const char *mw_unit_name(mw_unit unit)
{
    return mw_unit_of(unit)->name;
}

bool mw_unit_parse(const char *name, mw_unit *unit)
{
    for (unsigned i = 0; name && i < MW_UNITS; i++)
        if (strcmp(name, rows[i].name) == 0) {
            *unit = (mw_unit)i;
            return true;
        }
    return false;
}
