/* twins_stream.c: streams. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

FUNCTION(stream_read)
{
    enum { VECTOR = 64 / sizeof(float) };
    volatile float *a = F32(0);
    size_t part = size / (8 * VECTOR) * VECTOR;
    for (size_t i = 0; i < part; i++)
        for (size_t s = 0; s < 8; s++)
            (void)a[s * part + i]; /* @1 */
    for (size_t i = 8 * part; i < size; i++)
        (void)a[i]; /* @2 */
}

FUNCTION(stream_copy)
{
    volatile float *a = F32(0), *c = F32(1);
    for (size_t i = 0; i < size; i++)
        c[i] = a[i]; /* @1 */
}

FUNCTION(stream_scale)
{
    volatile double *a = F64(0), *c = F64(1);
    for (size_t i = 0; i < size; i++)
        { double x = a[i]; c[i] = x + x; } /* @1 */
}

FUNCTION(stream_add)
{
    volatile double *a = F64(0), *b = F64(1), *c = F64(2);
    for (size_t i = 0; i < size; i++)
        { double x = a[i]; double y = b[i]; c[i] = x + y; } /* @1 */
}

FUNCTION(stream_triad)
{
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t i = 0; i < size; i++)
        { float x = a[i]; float y = b[i]; c[i] = x + -y; } /* @1 */
}

FUNCTION(stream_update)
{
    volatile float *c = F32(0);
    for (size_t i = 0; i < size; i++)
        { float x = c[i]; c[i] = x + x; } /* @1 */
}

FUNCTION(stream_store)
{
    volatile double *c = F64(0);
    for (size_t i = 0; i < size; i++)
        c[i] = 0; /* @1 */
}

/* Cachegrind takes a store past the caches for a store. */
FUNCTION(stream_store_nt)
{
    volatile float *c = F32(0);
    for (size_t i = 0; i < size; i++)
        c[i] = 0; /* @1 */
}

FUNCTION(stream_copy_nt)
{
    volatile float *a = F32(0), *c = F32(1);
    for (size_t i = 0; i < size; i++)
        c[i] = a[i]; /* @1 */
}

FUNCTION(stream_triad_nt)
{
    volatile double *a = F64(0), *b = F64(1), *c = F64(2);
    for (size_t i = 0; i < size; i++)
        { double x = a[i]; double y = b[i]; c[i] = x + y; } /* @1 */
}
