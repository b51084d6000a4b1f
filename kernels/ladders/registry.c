/* registry.c: the list, and the nearest name where one is misspelt. */
#include "registry.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "attention/attention.h"
#include "chain/chain.h"
#include "chase/chase.h"
#include "conv/conv.h"
#include "eltwise/eltwise.h"
#include "gather/gather.h"
#include "gemm/gemm.h"
#include "gemv/gemv.h"
#include "lu/lu.h"
#include "model/nearest.h"
#include "sparse/sparse.h"
#include "stream/stream.h"
#include "transformer/transformer.h"
#include "transpose/transpose.h"

/* clang-format off */
static const mw_kernel *const kernels[] = {
    &mw_stream_read,
    &mw_stream_copy,
    &mw_stream_scale,
    &mw_stream_add,
    &mw_stream_triad,
    &mw_stream_update,
    &mw_stream_store,
    &mw_stream_store_nt,
    &mw_stream_copy_nt,
    &mw_stream_triad_nt,
    &mw_gemv_reference,
    &mw_gemv_column,
    &mw_gemv_unrolled,
    &mw_gemv_simd,
    &mw_gemv_rows,
    &mw_gemv_prefetch,
    &mw_gemv_parallel,
    &mw_gemv_openblas,
    &mw_gemv_bf16,
    &mw_gemv_fp16,
    &mw_gemv_q8_0,
    &mw_gemv_q4_0,
    &mw_gemv_q4_1,
    &mw_gemv_log2,
    &mw_gemv_binary,
    &mw_gemv_codebook,
    &mw_gemv_int8_symmetric,
    &mw_gemv_int8_asymmetric,
    &mw_gemm_ijk,
    &mw_gemm_jik,
    &mw_gemm_jki,
    &mw_gemm_kji,
    &mw_gemm_kij,
    &mw_gemm_ikj,
    &mw_gemm_blocked,
    &mw_gemm_blocked2,
    &mw_gemm_packed,
    &mw_gemm_tile,
    &mw_gemm_micro_avx2,
    &mw_gemm_micro_avx512,
    &mw_gemm_parallel,
    &mw_gemm_skinny,
    &mw_gemm_openblas,
    &mw_gemm_blis,
    &mw_chain_forward,
    &mw_chain_train,
    &mw_conv_direct,
    &mw_conv_im2col,
    &mw_transpose_naive,
    &mw_transpose_blocked,
    &mw_transpose_packed,
    &mw_transpose_oblivious,
    &mw_transpose_inplace,
    &mw_eltwise_unfused,
    &mw_eltwise_fused,
    &mw_gemv_csr_int32,
    &mw_gemv_csr_int16,
    &mw_gemv_bitmap,
    &mw_gemv_bcsr,
    &mw_gemv_2_of_4,
    &mw_spmm_csr,
    &mw_lu_unblocked,
    &mw_lu_blocked,
    &mw_attention_naive,
    &mw_attention_tiled,
    &mw_gather_bag,
    &mw_chase_latency,
    &mw_decoder_step,
    &mw_encoder_block,
};
/* clang-format on */

enum {
    KERNEL_COUNT = sizeof kernels / sizeof kernels[0],
    NAME_MAX_LENGTH = MW_NAME_LONGEST,
    NEAREST = 3
};

size_t mw_registry_count(void)
{
    return KERNEL_COUNT;
}

const mw_kernel *mw_registry_at(size_t index)
{
    return index < KERNEL_COUNT ? kernels[index] : NULL;
}

static void full_name(const mw_kernel *kernel, char *name, size_t size)
{
    snprintf(name, size, "%s/%s", kernel->family, kernel->variant);
}

/* The few kernels whose names are least far from `name`, nearest first, as "a, b, c". */
static void nearest(const char *name, char *text, size_t size)
{
    int far[KERNEL_COUNT];
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        char known[NAME_MAX_LENGTH + 1];
        full_name(kernels[i], known, sizeof known);
        far[i] = mw_edit_distance(name, known);
    }
    size_t length = 0;
    for (int n = 0; n < NEAREST && length < size; n++) {
        size_t best = 0;
        for (size_t i = 1; i < KERNEL_COUNT; i++) {
            if (far[i] < far[best])
                best = i;
        }
        length += (size_t)snprintf(text + length, size - length, "%s%s/%s", n ? ", " : "",
                                   kernels[best]->family, kernels[best]->variant);
        far[best] = INT_MAX;
    }
}

/* "gemm" and "gemm/" name a family; its first kernel, or NULL. */
static const mw_kernel *first_of_family(const char *name)
{
    size_t length = strcspn(name, "/");
    for (size_t i = 0; i < KERNEL_COUNT && name[length + (name[length] == '/')] == 0; i++) {
        if (strlen(kernels[i]->family) == length && strncmp(kernels[i]->family, name, length) == 0)
            return kernels[i];
    }
    return NULL;
}

mw_status mw_registry_find(const char *name, const mw_kernel **kernel, mw_error *error)
{
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        char known[NAME_MAX_LENGTH + 1];
        full_name(kernels[i], known, sizeof known);
        if (strcmp(name, known) == 0) {
            *kernel = kernels[i];
            return MW_OK;
        }
    }
    const mw_kernel *first = first_of_family(name);
    if (first)
        return mw_fail(
            error, MW_INVALID,
            "'%s' is a family of kernels: name one of it, as in %s/%s (memwall kernels %s "
            "lists them)",
            first->family, first->family, first->variant, first->family);
    char asked[NAME_MAX_LENGTH + 1], near[256];
    snprintf(asked, sizeof asked, "%s", name);
    nearest(asked, near, sizeof near);
    return mw_fail(error, MW_INVALID,
                   "no kernel is called '%s'; the nearest are %s (memwall kernels lists all)",
                   asked, near);
}
