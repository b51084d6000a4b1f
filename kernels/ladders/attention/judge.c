/* judge.c: softmax of one row in long double, with the bound of each weight. */
#include "attention/judge.h"

#include <math.h>

#include "verify.h"

enum { POLL_EVERY = 1 << 10 };

/* Scores become weights; how far those of the kernel may be off, relatively. */
static bool weigh(const mw_attention_case *one, mw_ledger *ledger, long double *off)
{
    long double *weight = one->room;
    long double largest = -INFINITY, furthest = 0, root = sqrtl((long double)one->d);
    for (size_t t = 0; t < one->context; t++) {
        long double score = 0, magnitude = 0;
        for (size_t c = 0; c < one->d; c++) {
            long double product = mw_element_at(one->q, one->dtype, c) *
                                  mw_element_at(one->k, one->dtype, t * one->ld + c);
            score += product;
            magnitude += fabsl(product);
        }
        weight[t] = score / root;
        largest = fmaxl(largest, score / root);
        furthest = fmaxl(furthest, magnitude / root);
        if (t % POLL_EVERY == 0 && !mw_ledger_poll(ledger))
            return false;
    }
    long double sum = 0;
    for (size_t t = 0; t < one->context; t++) {
        sum += weight[t] = expl(weight[t] - largest);
        if (t % POLL_EVERY == 0 && !mw_ledger_poll(ledger))
            return false;
    }
    for (size_t t = 0; t < one->context; t++)
        weight[t] /= sum;
    /* A score's error shifts an exponent; so do the roundings of scaling it, and 2^v a few ulps. */
    long double ulp = mw_error_gamma(one->dtype, 1);
    *off = 2 * (mw_error_gamma(one->dtype, one->d) + 4 * ulp) * furthest + 32 * ulp +
           2 * mw_error_gamma(one->dtype, one->context);
    return true;
}

bool mw_attention_judge(const mw_attention_case *one, size_t row, size_t column, mw_ledger *ledger,
                        mw_verification *verification)
{
    long double off;
    if (!weigh(one, ledger, &off))
        return false;
    long double *sum = one->room + one->context, *size = sum + one->d;
    for (size_t c = 0; c < one->d; c++)
        sum[c] = size[c] = 0;
    for (size_t t = 0; t < one->context; t++) {
        for (size_t c = 0; c < one->d; c++) {
            long double product = one->room[t] * mw_element_at(one->v, one->dtype, t * one->ld + c);
            sum[c] += product;
            size[c] += fabsl(product);
        }
        if (t % POLL_EVERY == 0 && !mw_ledger_poll(ledger))
            return false;
    }
    for (size_t c = 0; c < one->d; c++)
        mw_verification_note(verification, mw_element_at(one->o, one->dtype, c), sum[c],
                             off * size[c], "O", row, column + c);
    return true;
}
