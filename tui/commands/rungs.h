/*
 * rungs.h: what the worker's list of kernels says about one of them.
 */
#ifndef MW_COMMANDS_RUNGS_H
#define MW_COMMANDS_RUNGS_H

#include <jansson.h>
#include <stdbool.h>

/* "FAMILY/VARIANT" in what the request `kernels` answers, borrowed; NULL when there is none. */
const json_t *mw_rung_find(const json_t *kernels, const char *name);
bool mw_rung_takes(const json_t *rung, const char *parameter);

/* Copies the arguments that the kernel `name` takes and that `into` does not have: a block size of
 * gemm/blocked means nothing to gemm/openblas. A kernel that is not known takes them all. */
void mw_rung_share(const json_t *kernels, const char *name, const json_t *args, json_t *into);

#endif
