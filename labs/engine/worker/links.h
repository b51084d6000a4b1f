/*
 * links.h: beside what a run counted, what it moves between the levels of the memory: modelled by
 * the cache simulator, and measured where hardware events are open to us.
 */
#ifndef MW_WORKER_LINKS_H
#define MW_WORKER_LINKS_H

#include <jansson.h>
#include <stdbool.h>

#include "cachesim/geometry.h"
#include "ledger.h"
#include "meter/measure.h"

/* The caches to model, and how long that may take. */
typedef struct mw_links_order {
    mw_cache_geometry levels[MW_CACHE_LEVELS];
    size_t count;
    const char *source; /* "effective", "nominal", "assumed" */
    double within;      /* seconds; 0: nothing is modelled */
    bool beside;        /* the other side of a pair too */
} mw_links_order;

/* Reads {"model"?: seconds, "machine"?} of a request. */
mw_status mw_links_read(const json_t *request, mw_links_order *order, mw_error *error);

/*
 * {"caches","sampled","levels":[{"from","to","modelled","measured"}],"reasons":{…}}: bytes on each
 * link, nearest first; null ones have their reason under "modelled" or "measured". MW_CANCELLED
 * when the ledger's flag was raised meanwhile.
 */
mw_status mw_links_report(const mw_links_order *order, const mw_measurement *measurement,
                          mw_ledger *ledger, json_t **links, mw_error *error);

#endif
