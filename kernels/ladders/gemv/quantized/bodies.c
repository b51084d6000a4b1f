/* The loops of gemv over encoded weights, compiled once per instruction set. */
#include "gemv/quantized/bodies.h"

#include <math.h>

#include "formats/half.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "vector.inc.h"

#include "unpack.inc.h"

#include "loop.inc.h"

#define BODY(name, format)                                                                         \
    static void exact_##name(const mw_quantized_tile *tile)                                        \
    {                                                                                              \
        quantized(format, tile);                                                                   \
    }

BODY(bf16, MW_FORMAT_BF16)
BODY(fp16, MW_FORMAT_FP16)
BODY(q8_0, MW_FORMAT_Q8_0)
BODY(q4_0, MW_FORMAT_Q4_0)
BODY(q4_1, MW_FORMAT_Q4_1)
BODY(q1_0, MW_FORMAT_Q1_0)
BODY(log2, MW_FORMAT_LOG2)
BODY(binary, MW_FORMAT_BINARY)
BODY(codebook, MW_FORMAT_CODEBOOK)
BODY(symmetric, MW_FORMAT_INT8_SYMMETRIC)
BODY(asymmetric, MW_FORMAT_INT8_ASYMMETRIC)

#if defined(__AVX2__)
#include "fixed.inc.h"
#endif

void MW_ISA_NAME(mw_quantized_bodies)(mw_quantized_bodies *bodies)
{
    *bodies = (mw_quantized_bodies){
        .exact =
            {
                [MW_FORMAT_BF16] = exact_bf16,
                [MW_FORMAT_FP16] = exact_fp16,
                [MW_FORMAT_Q8_0] = exact_q8_0,
                [MW_FORMAT_Q4_0] = exact_q4_0,
                [MW_FORMAT_Q4_1] = exact_q4_1,
                [MW_FORMAT_Q1_0] = exact_q1_0,
                [MW_FORMAT_LOG2] = exact_log2,
                [MW_FORMAT_BINARY] = exact_binary,
                [MW_FORMAT_CODEBOOK] = exact_codebook,
                [MW_FORMAT_INT8_SYMMETRIC] = exact_symmetric,
                [MW_FORMAT_INT8_ASYMMETRIC] = exact_asymmetric,
            },
    };
#if defined(__AVX512BW__)
    if (!__builtin_cpu_supports("avx512vnni") || !__builtin_cpu_supports("gfni"))
        return;
#endif
#if defined(__AVX2__)
    bodies->fixed[MW_FORMAT_Q8_0] =
        (mw_fixed_body){fixed_q8_0, fix_x_q8_0, GROUP_8, DIGITS, UNITS_8};
    bodies->fixed[MW_FORMAT_Q4_0] =
        (mw_fixed_body){fixed_q4_0, fix_x_q4_0, GROUP_4, DIGITS, UNITS_4};
#endif
}
