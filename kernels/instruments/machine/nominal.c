/* nominal.c: the data caches above one CPU as hwloc names them. */
#include <hwloc.h>

#include "machine/workshop.h"

/*
 * What the system says its caches are. In a guest this is often the whole socket's, so it is shown
 * beside the effective sizes and never used for a roof.
 */
void mw_nominal_caches(int cpu, double *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = 0;
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) != 0)
        return;
    hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_cache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL);
    hwloc_topology_set_icache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
    if (hwloc_topology_load(topology) == 0) {
        hwloc_obj_t object = hwloc_get_pu_obj_by_os_index(topology, (unsigned)cpu);
        for (; object; object = object->parent)
            if (hwloc_obj_type_is_dcache(object->type) && object->attr->cache.depth >= 1 &&
                object->attr->cache.depth <= count)
                bytes[object->attr->cache.depth - 1] = (double)object->attr->cache.size;
    }
    hwloc_topology_destroy(topology);
}
