/*
 * A from its elements into its format. What a row or the whole matrix is scaled by has to be known
 * before its first code can be written, so those formats go over the elements twice; they are
 * functions of their index, and so are made again instead of kept.
 */
#include <stdlib.h>

#include "form.h"
#include "gemv/operands.h"
#include "gemv/quantized/operands.h"
#include "team.h"

/* Elements made at a time: they stay in the nearest cache. A multiple of every block. */
enum { PIECE = 4096, SAMPLE_MAX = 1 << 16 };

typedef struct encoding {
    mw_quantized_state *state;
    mw_scaling scaling;  /* of the whole matrix */
    mw_survey *surveys;  /* one for each thread */
    const float *sample; /* of the codebook */
} encoding;

static bool survey_row(const mw_quantized_shape *s, uint64_t i, mw_survey *survey,
                       mw_ledger *ledger)
{
    float piece[PIECE];
    for (uint64_t j = 0; j < s->n; j += PIECE) {
        size_t count = mw_smaller(s->n - j, PIECE);
        mw_elements(piece, MW_GEMV_SEED_A, i * s->n + j, count);
        mw_survey_add(survey, piece, count);
        if (!mw_ledger_poll(ledger))
            return false;
    }
    return true;
}

static bool survey_share(void *context, int thread, int threads, mw_tally *tally)
{
    encoding *e = context;
    mw_range rows = mw_team_share(e->state->shape.m, thread, threads);
    mw_survey survey = mw_survey_begin();
    bool finished = true;
    for (uint64_t i = rows.begin; i < rows.end && finished; i++)
        finished = survey_row(&e->state->shape, i, &survey, tally->ledger);
    e->surveys[thread] = survey;
    return finished;
}

static bool encode_row(const encoding *e, uint64_t i, mw_ledger *ledger)
{
    mw_quantized_state *state = e->state;
    const mw_quantized_shape *s = &state->shape;
    mw_scaling scaling = e->scaling;
    if (s->by_row && s->scalings) {
        mw_survey survey = mw_survey_begin();
        if (!survey_row(s, i, &survey, ledger))
            return false;
        scaling = mw_scaling_of(s->format, &survey);
        ((float *)state->scale.data)[i] = scaling.scale;
        if (state->zero.data)
            ((int32_t *)state->zero.data)[i] = scaling.zero;
    }
    uint8_t *codes = (uint8_t *)state->codes.data + i * s->row_bytes;
    float piece[PIECE];
    for (uint64_t j = 0; j < s->n; j += PIECE) {
        size_t count = mw_smaller(s->n - j, PIECE);
        mw_elements(piece, MW_GEMV_SEED_A, i * s->n + j, count);
        mw_format_encode(s->format, &scaling, piece, count, codes);
        codes += mw_format_bytes(s->format, count);
        if (!mw_ledger_poll(ledger))
            return false;
    }
    return true;
}

static bool encode_share(void *context, int thread, int threads, mw_tally *tally)
{
    encoding *e = context;
    uint64_t groups = mw_ceil_div(e->state->shape.m, MW_QUANTIZED_ROWS);
    mw_range share = mw_team_share(groups, thread, threads);
    uint64_t end = mw_smaller(share.end * MW_QUANTIZED_ROWS, e->state->shape.m);
    for (uint64_t i = share.begin * MW_QUANTIZED_ROWS; i < end; i++) {
        if (!encode_row(e, i, tally->ledger))
            return false;
    }
    return true;
}

/* Every k-th element, and no more than SAMPLE_MAX: the same whoever encodes. */
static mw_status train_codebook(encoding *e, mw_error *error)
{
    const mw_quantized_shape *s = &e->state->shape;
    uint64_t total = s->m * s->n, step = mw_ceil_div(total, SAMPLE_MAX);
    size_t count = (size_t)mw_ceil_div(total, step);
    float *sample = malloc(count * sizeof *sample);
    if (!sample)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    for (size_t k = 0; k < count; k++)
        sample[k] = (float)mw_element(MW_GEMV_SEED_A, k * step);
    mw_status status = mw_codebook_train(&e->scaling, sample, count, error);
    free(sample);
    return status;
}

static mw_status survey_all(encoding *e, mw_ledger *ledger, mw_error *error)
{
    int threads = e->state->threads;
    e->surveys = calloc((size_t)threads, sizeof *e->surveys);
    if (!e->surveys)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_team_run(ledger, threads, survey_share, e);
    mw_survey all = mw_survey_begin();
    for (int thread = 0; thread < threads; thread++)
        mw_survey_merge(&all, &e->surveys[thread]);
    free(e->surveys);
    e->scaling = mw_scaling_of(e->state->shape.format, &all);
    return status;
}

mw_status mw_quantized_encode(mw_quantized_state *state, mw_ledger *ledger, mw_error *error)
{
    encoding e = {.state = state};
    mw_status status = MW_OK;
    if (state->shape.format == MW_FORMAT_CODEBOOK)
        status = train_codebook(&e, error);
    else if (state->shape.scalings && !state->shape.by_row)
        status = survey_all(&e, ledger, error);
    if (status != MW_OK)
        return status;
    for (size_t k = 0; k < 16; k++)
        state->level[k] = e.scaling.level[k];
    if (state->scale.data)
        *(float *)state->scale.data = e.scaling.scale;
    if (state->zero.data)
        *(int32_t *)state->zero.data = e.scaling.zero;
    return mw_team_run(ledger, state->threads, encode_share, &e);
}
