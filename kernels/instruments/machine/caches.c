/* caches.c: nominal caches from hwloc, their sizes replaced by measured ones. */
#include "machine/caches.h"

#include <hwloc.h>
#include <stdio.h>
#include <string.h>

#include "machine/workshop.h"

enum { LINE = 64, WAYS = 8 };

/* An associativity of -1 is fully associative, 0 is not known. */
static mw_cache_geometry geometry_of(hwloc_obj_t cache)
{
    const struct hwloc_cache_attr_s *attr = &cache->attr->cache;
    char name[MW_CACHE_NAME];
    snprintf(name, sizeof name, "L%u", attr->depth % 10);
    uint32_t line = attr->linesize ? attr->linesize : LINE;
    uint32_t ways = attr->associativity > 0 ? (uint32_t)attr->associativity : WAYS;
    mw_cache_geometry exact;
    if (mw_cache_shape(&exact, name, attr->size, ways, line, NULL) == MW_OK)
        return exact;
    return mw_cache_near(name, (double)attr->size, ways, line);
}

size_t mw_caches_nominal(mw_cache_geometry *levels)
{
    hwloc_topology_t topology;
    size_t count = 0;
    if (hwloc_topology_init(&topology) != 0)
        return 0;
    hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_cache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL);
    hwloc_topology_set_icache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
    if (hwloc_topology_load(topology) == 0) {
        hwloc_obj_t object = hwloc_get_pu_obj_by_os_index(topology, 0);
        for (; object && count < MW_CACHE_LEVELS; object = object->parent) {
            if (hwloc_obj_type_is_dcache(object->type) && object->attr->cache.size > 0)
                levels[count++] = geometry_of(object);
        }
    }
    hwloc_topology_destroy(topology);
    return count && mw_cache_check(levels, count, NULL) == MW_OK ? count : 0;
}

/* The nominal cache that a measured level is: by place, and the last one for the last. */
static mw_cache_geometry model_of(const mw_level *level, size_t place,
                                  const mw_cache_geometry *nominal, size_t count)
{
    if (strcmp(level->name, "LLC") == 0 && count)
        return nominal[count - 1];
    if (place < count)
        return nominal[place];
    return (mw_cache_geometry){.ways = WAYS, .line = LINE};
}

static size_t measured(const mw_calibration *calibration, const mw_cache_geometry *nominal,
                       size_t count, mw_cache_geometry *levels)
{
    /* Lines of a set a little larger than the cache still hit: the edge that is measured lies
     * beyond the real one, so that only twice the size is another cache than the system says. */
    const double least = 0.8, most = 2;
    size_t found = 0;
    for (size_t i = 0; i < calibration->level_count && found < MW_CACHE_LEVELS; i++) {
        const mw_level *level = &calibration->levels[i];
        if (!(level->effective_bytes > 0))
            continue;
        mw_cache_geometry like = model_of(level, i, nominal, count);
        double ratio = level->effective_bytes / (double)mw_cache_bytes(&like);
        bool same = like.sets && ratio > least && ratio < most;
        levels[found] =
            same ? like : mw_cache_near("", level->effective_bytes, like.ways, like.line);
        snprintf(levels[found].name, sizeof levels[found].name, "%.15s", level->name);
        found++;
    }
    return found && mw_cache_check(levels, found, NULL) == MW_OK ? found : 0;
}

size_t mw_caches_effective(const mw_calibration *calibration, mw_cache_geometry *levels,
                           const char **source)
{
    mw_cache_geometry nominal[MW_CACHE_LEVELS];
    size_t count = mw_caches_nominal(nominal), found = 0;
    if (calibration)
        found = measured(calibration, nominal, count, levels);
    *source = "effective";
    if (found)
        return found;
    *source = "nominal";
    if (count) {
        memcpy(levels, nominal, count * sizeof *levels);
        return count;
    }
    *source = "assumed";
    levels[0] = mw_cache_near("L1", 32 << 10, 8, LINE);
    levels[1] = mw_cache_near("L2", 1 << 20, 16, LINE);
    return 2;
}
