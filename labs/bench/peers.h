/*
 * peers.h: the programs and libraries that memwall is held against.
 */
#ifndef MW_BENCH_PEERS_H
#define MW_BENCH_PEERS_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/host/host.h"

typedef enum mw_likwid_figure { MW_LIKWID_BYTES, MW_LIKWID_FLOPS } mw_likwid_figure;

/* What likwid-bench says of one of its tests over a working set, on one thread, in B/s or FLOP/s;
 * 0 when it could not run it. Takes a second or two. */
double mw_likwid_rate(const char *test, double bytes, mw_likwid_figure figure);

/* Whether it is on the PATH. */
bool mw_likwid_installed(void);

/* [{"id","label","found":bool,"version","note"?}]; NULL with the error. */
json_t *mw_peers_find(mw_host *host, mw_error *error);

#endif
