/* The steps that a token at a time and a whole text at once have in common. */
#include <math.h>

#include "team.h"
#include "transformer/arrays.h"

bool mw_block_norm(mw_block_state *state, mw_block_array x, mw_block_array scale, mw_block_array to,
                   mw_range rows, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    for (size_t i = rows.begin; i < rows.end; i++) {
        mw_layernorm_rows row = {
            .x = mw_block_at(state, x, i * s->d),
            .scale = mw_block_at(state, scale, 0),
            .shift = mw_block_at(state, scale + 1, 0),
            .y = mw_block_at(state, to, i * s->d),
            .rows = 1,
            .d = s->d,
        };
        state->bodies.layernorm[s->dtype](&row);
        if (!mw_tally_add(tally, mw_layernorm_flops(s->d), 5 * s->d * s->width, s->d * s->width))
            return false;
    }
    return true;
}

bool mw_block_gelu(mw_block_state *state, const mw_gemm_part *own, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t columns = own->columns.end - own->columns.begin;
    for (size_t i = own->rows.begin; i < own->rows.end; i++) {
        size_t at = i * s->ff + own->columns.begin;
        state->eltwise.gelu[s->dtype](mw_block_at(state, MW_BLOCK_GELU, at),
                                      mw_block_at(state, MW_BLOCK_WIDE, at), NULL, 0, columns);
        if (!mw_tally_add(tally, columns * mw_gelu_flops(s->dtype), columns * s->width,
                          columns * s->width))
            return false;
    }
    return true;
}

bool mw_block_add(mw_block_state *state, mw_block_array a, mw_block_array b, mw_block_array to,
                  const mw_gemm_part *own, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t columns = own->columns.end - own->columns.begin;
    for (size_t i = own->rows.begin; i < own->rows.end; i++) {
        size_t at = i * s->d + own->columns.begin;
        state->eltwise.add[s->dtype](mw_block_at(state, to, at), mw_block_at(state, a, at),
                                     mw_block_at(state, b, at), 0, columns);
        if (!mw_tally_add(tally, columns, 2 * columns * s->width, columns * s->width))
            return false;
    }
    return true;
}

bool mw_block_softmax(mw_block_state *state, mw_range rows, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    for (size_t i = rows.begin; i < rows.end; i++) {
        mw_attention_rows row = {
            .scores = mw_block_at(state, MW_BLOCK_SCORES, i * s->stride),
            .ld = s->stride,
            .rows = 1,
            .columns = s->context,
            .scale = M_LOG2E / sqrt((double)s->head),
        };
        state->attention.softmax[s->dtype](&row);
        if (!mw_tally_add(tally, s->context * (mw_attention_weight_flops(s->dtype) + 1) + 1,
                          3 * s->context * s->width, 2 * s->context * s->width))
            return false;
    }
    return true;
}

/* --- as accesses ---------------------------------------------------------------------------- */

static mw_stream along(const mw_block_places *at, mw_block_array array, size_t index,
                       mw_access access)
{
    uint32_t width = (uint32_t)at->size.width;
    return (mw_stream){at->array[array] + index * width, width, width, access};
}

bool mw_block_trace_norm(const mw_block_places *at, mw_block_array x, mw_block_array scale,
                         mw_block_array to, mw_trace *trace)
{
    const mw_block_sizes *s = &at->size;
    for (size_t i = 0; i < s->rows; i++) {
        const mw_stream last[] = {
            along(at, x, i * s->d, MW_ACCESS_LOAD),
            along(at, scale, 0, MW_ACCESS_LOAD),
            along(at, scale + 1, 0, MW_ACCESS_LOAD),
            along(at, to, i * s->d, MW_ACCESS_STORE),
        };
        if (!mw_trace_loop(trace, last, 1, s->d) || !mw_trace_loop(trace, last, 1, s->d) ||
            !mw_trace_loop(trace, last, 4, s->d))
            return false;
    }
    return true;
}

bool mw_block_trace_gelu(const mw_block_places *at, mw_trace *trace)
{
    const mw_stream streams[] = {
        along(at, MW_BLOCK_WIDE, 0, MW_ACCESS_LOAD),
        along(at, MW_BLOCK_GELU, 0, MW_ACCESS_STORE),
    };
    return mw_trace_loop(trace, streams, 2, at->size.rows * at->size.ff);
}

bool mw_block_trace_add(const mw_block_places *at, mw_block_array a, mw_block_array b,
                        mw_block_array to, mw_trace *trace)
{
    const mw_stream streams[] = {
        along(at, a, 0, MW_ACCESS_LOAD),
        along(at, b, 0, MW_ACCESS_LOAD),
        along(at, to, 0, MW_ACCESS_STORE),
    };
    return mw_trace_loop(trace, streams, 3, at->size.rows * at->size.d);
}

bool mw_block_trace_softmax(const mw_block_places *at, size_t rows, mw_trace *trace)
{
    size_t context = at->size.context;
    for (size_t i = 0; i < rows; i++) {
        const mw_stream row[] = {
            along(at, MW_BLOCK_SCORES, i * context, MW_ACCESS_LOAD),
            along(at, MW_BLOCK_SCORES, i * context, MW_ACCESS_STORE),
        };
        if (!mw_trace_loop(trace, row, 1, context) || !mw_trace_loop(trace, row, 2, context) ||
            !mw_trace_loop(trace, row, 2, context))
            return false;
    }
    return true;
}
