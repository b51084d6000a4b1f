/* geometry.c: reads "L1=48K,12,64", checks it, and says which size near by would do. */
#include "cachesim/geometry.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MIN = 8, LINE_MAX = 4096, WAYS_MOST = 16, SEARCHED_MOST = 1024 };
static const uint64_t bytes_max = (uint64_t)1 << 40, lines_max = (uint64_t)1 << 26;

static bool power_of_two(uint64_t value)
{
    return value && (value & (value - 1)) == 0;
}

static uint64_t power_below(uint64_t value)
{
    uint64_t power = 1;
    while (power <= value / 2)
        power *= 2;
    return power;
}

uint64_t mw_cache_bytes(const mw_cache_geometry *geometry)
{
    return geometry->sets * geometry->ways * geometry->line;
}

/* A size as people write it: "48K", "512", "2 MiB" without the blank. */
static void size_text(uint64_t bytes, char *text, size_t size)
{
    static const char units[] = {'\0', 'K', 'M', 'G', 'T'};
    size_t unit = 0;
    while (bytes >= 1024 && bytes % 1024 == 0 && unit + 1 < sizeof units)
        bytes /= 1024, unit++;
    snprintf(text, size, "%" PRIu64 "%.1s", bytes, unit ? &units[unit] : "");
}

mw_status mw_cache_shape(mw_cache_geometry *geometry, const char *name, uint64_t bytes,
                         uint64_t ways, uint64_t line, mw_error *error)
{
    if (!*name || strlen(name) >= MW_CACHE_NAME)
        return mw_fail(error, MW_INVALID,
                       "a cache is called '%.32s': a name has 1 to %d characters, as in L1", name,
                       MW_CACHE_NAME - 1);
    if (ways == 0)
        return mw_fail(error, MW_INVALID,
                       "cache %s has 0 ways: 1 is direct-mapped, and a cache of one set has "
                       "size/line ways",
                       name);
    if (!power_of_two(line) || line < LINE_MIN || line > LINE_MAX)
        return mw_fail(error, MW_INVALID,
                       "cache %s has lines of %" PRIu64
                       " bytes: a line is a power of two from %d to %d, most often 64",
                       name, line, LINE_MIN, LINE_MAX);
    if (bytes == 0 || bytes / line > lines_max || ways > lines_max)
        return mw_fail(error, MW_INVALID,
                       "cache %s has %" PRIu64 " bytes: 1 to %" PRIu64 " lines of %" PRIu64
                       " bytes can be simulated",
                       name, bytes, lines_max, line);
    uint64_t set = ways * line, sets = bytes / set;
    if (sets == 0 || bytes % set) {
        char near[24], given[24];
        size_text((sets ? power_below(sets) : 1) * set, near, sizeof near);
        size_text(bytes, given, sizeof given);
        return mw_fail(error, MW_INVALID,
                       "cache %s of %s cannot be cut into sets of %" PRIu64 " ways of %" PRIu64
                       " bytes: say %s",
                       name, given, ways, line, near);
    }
    if (sets > 1 && ways > SEARCHED_MOST)
        return mw_fail(error, MW_INVALID,
                       "cache %s has %" PRIu64 " sets of %" PRIu64
                       " ways: up to %d ways, or all lines in one set",
                       name, sets, ways, SEARCHED_MOST);
    if (!power_of_two(sets)) {
        uint64_t fewer = power_below(sets), more_ways = bytes / (fewer * line);
        char near[24];
        size_text(fewer * set, near, sizeof near);
        if (fewer * more_ways * line == bytes)
            return mw_fail(error, MW_INVALID,
                           "cache %s has %" PRIu64 " sets, which is no power of two: say %" PRIu64
                           " ways (%" PRIu64 " sets), or %s with %" PRIu64 " ways",
                           name, sets, more_ways, fewer, near, ways);
        return mw_fail(error, MW_INVALID,
                       "cache %s has %" PRIu64 " sets, which is no power of two: say %s (%" PRIu64
                       " sets)",
                       name, sets, near, fewer);
    }
    *geometry = (mw_cache_geometry){.sets = sets, .ways = (uint32_t)ways, .line = (uint32_t)line};
    snprintf(geometry->name, sizeof geometry->name, "%s", name);
    return MW_OK;
}

/* A whole number with an optional K, M or G (and "iB" or "B" behind it); *end is what follows. */
static bool read_size(const char *text, uint64_t *value, const char **end)
{
    if (*text < '0' || *text > '9')
        return false;
    char *after;
    errno = 0;
    unsigned long long number = strtoull(text, &after, 10);
    if (errno || number > bytes_max)
        return false;
    static const char units[] = "KMG";
    const char *unit = *after ? strchr(units, *after & ~0x20) : NULL;
    int shift = 0;
    if (unit) {
        shift = 10 * (int)(unit - units + 1);
        after++;
        if (strncmp(after, "iB", 2) == 0)
            after += 2;
    }
    if (*after == 'B')
        after++;
    if (number > bytes_max >> shift)
        return false;
    *value = number << shift;
    *end = after;
    return true;
}

mw_status mw_cache_parse(const char *text, mw_cache_geometry *geometry, mw_error *error)
{
    const char *equals = strchr(text, '='), *end;
    uint64_t number[3];
    char name[64];
    bool good = equals && equals - text < (ptrdiff_t)sizeof name;
    end = equals;
    for (int i = 0; good && i < 3; i++)
        good = read_size(end + 1, &number[i], &end) && *end == (i < 2 ? ',' : '\0');
    if (!good)
        return mw_fail(
            error, MW_INVALID,
            "cache '%.64s' is not NAME=SIZE,WAYS,LINE, as in L1=48K,12,64; a size is bytes, "
            "K, M or G",
            text);
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    return mw_cache_shape(geometry, name, number[0], number[1], number[2], error);
}

mw_status mw_cache_check(const mw_cache_geometry *levels, size_t count, mw_error *error)
{
    if (count == 0 || count > MW_CACHE_LEVELS)
        return mw_fail(error, MW_INVALID, "%zu caches are given: 1 to %d levels are allowed", count,
                       MW_CACHE_LEVELS);
    for (size_t i = 0; i < count; i++) {
        const mw_cache_geometry *here = &levels[i];
        mw_cache_geometry same;
        mw_status status =
            mw_cache_shape(&same, here->name, mw_cache_bytes(here), here->ways, here->line, error);
        if (status != MW_OK)
            return status;
        const mw_cache_geometry *above = i ? here - 1 : NULL;
        if (above && mw_cache_bytes(above) > mw_cache_bytes(here))
            return mw_fail(error, MW_INVALID,
                           "cache %s is larger than %s, which is given after it: give the levels "
                           "from the nearest and smallest to the last",
                           above->name, here->name);
        if (above && above->line > here->line)
            return mw_fail(error, MW_INVALID,
                           "cache %s has shorter lines (%" PRIu32 ") than %s (%" PRIu32
                           ") above it: lines may only grow from level to level",
                           here->name, here->line, above->name, above->line);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(levels[j].name, here->name) == 0)
                return mw_fail(error, MW_INVALID,
                               "two caches are called %s: give each level a name of its own",
                               here->name);
        }
    }
    return MW_OK;
}

mw_cache_geometry mw_cache_near(const char *name, double bytes, uint32_t ways, uint32_t line)
{
    double sets = bytes / ((double)ways * line);
    double power = sets > 1 ? exp2(round(log2(sets))) : 1;
    while (bytes / (power * line) > WAYS_MOST && ways <= WAYS_MOST)
        power *= 2;
    double whole = round(bytes / (power * line));
    mw_cache_geometry near = {
        .sets = (uint64_t)power, .ways = whole > 1 ? (uint32_t)whole : 1, .line = line};
    snprintf(near.name, sizeof near.name, "%s", name);
    return near;
}
