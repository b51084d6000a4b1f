/*
 * rungs.h: what the worker's list of kernels says about one of them.
 */
#ifndef MW_BENCH_RUNGS_H
#define MW_BENCH_RUNGS_H

#include <jansson.h>
#include <stdbool.h>

#include "model/status.h"

/* "FAMILY/VARIANT" in what the request `kernels` answers, borrowed; NULL when there is none. */
const json_t *mw_rung_find(const json_t *kernels, const char *name);
bool mw_rung_takes(const json_t *rung, const char *parameter);

/*
 * Copies those arguments of the kernel `from` that the kernel `to` takes and that `into` does not
 * have: a block size of gemm/blocked means nothing to gemm/openblas. A kernel that is not known
 * takes them all. One that means something else there (n is a batch in gemm/skinny and a length in
 * stream/read) is not handed over: false, with a line that says both meanings.
 */
bool mw_rung_share(const json_t *kernels, const char *from, const char *to, const json_t *args,
                   json_t *into, mw_error *error);

/* What stands behind KEY=: an integer when the whole text is one that fits, else the text: the
 * kernel judges it. NULL when it is not UTF-8. */
json_t *mw_argument_value(const char *text);

#endif
