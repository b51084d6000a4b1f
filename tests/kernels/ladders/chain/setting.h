/*
 * setting.h: a training chain by what matters in a test; absent members mean the least.
 */
#ifndef MW_TEST_CHAIN_SETTING_H
#define MW_TEST_CHAIN_SETTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chain/chain.h"

typedef struct setting {
    int64_t layers, d, batch, shape, schedule, snapshots, budget, dtype, threads;
    int64_t optimizer;
    const char *operations;
} setting;

mw_args setting_args(const setting *s);

/* Ready to execute; fails when the kernel refuses. Release it. */
mw_run setting_prepared(const setting *s);

mw_chain_state *setting_state(const mw_run *run);

#endif
