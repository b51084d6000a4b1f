/* judge.h: one row of attention against its formula in wider arithmetic. */
#ifndef MW_ATTENTION_JUDGE_H
#define MW_ATTENTION_JUDGE_H

#include "kernel.h"

/*
 * o = softmax(q·K'/sqrt(d))·V of one query: `context` rows of K and V, `ld` elements apart. `room`
 * holds context + 2·d long doubles.
 */
typedef struct mw_attention_case {
    const void *q, *k, *v, *o;
    size_t context, d, ld;
    mw_dtype dtype;
    long double *room;
} mw_attention_case;

/* Compares o with its reference and notes it as row `row`, columns from `column` on. False: the
 * ledger said stop. */
bool mw_attention_judge(const mw_attention_case *one, size_t row, size_t column, mw_ledger *ledger,
                        mw_verification *verification);

#endif
