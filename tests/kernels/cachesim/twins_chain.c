/* twins_chain.c: a chain of layers. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

/* Two layers of a copy and a product. */
FUNCTION(chain_forward)
{
    enum { D = 37, STRIP = 6, PANEL = 8 };
    for (size_t i = 0; i < size * D; i++)
        F32(5)[i] = F32(0)[i]; /* @1 */
    for (size_t i = 0; i < size * D; i++)
        F32(4)[i] = F32(5)[i]; /* @2 */
    for (size_t i = 0; i < size; i += STRIP) {
        for (size_t r = i; r < size && r < i + STRIP; r++)
            for (size_t p = 0; p < D; p++)
                (void)F32(4)[r * D + p]; /* @3 */
        for (size_t q = 0; q < D; q += PANEL) {
            for (size_t p = 0; i == 0 && p < D; p++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    (void)F32(1)[p * D + j]; /* @4 */
            for (size_t r = i; r < size && r < i + STRIP; r++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    F32(3)[r * D + j] = 0; /* @5 */
        }
    }
    for (size_t i = 0; i < size * D; i++)
        F32(5)[i] = F32(3)[i]; /* @6 */
    for (size_t i = 0; i < size; i += STRIP) {
        for (size_t r = i; r < size && r < i + STRIP; r++)
            for (size_t p = 0; p < D; p++)
                (void)F32(5)[r * D + p]; /* @7 */
        for (size_t q = 0; q < D; q += PANEL) {
            for (size_t p = 0; i == 0 && p < D; p++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    (void)F32(2)[p * D + j]; /* @8 */
            for (size_t r = i; r < size && r < i + STRIP; r++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    F32(4)[r * D + j] = 0; /* @9 */
        }
    }
}

/* One layer of a strip's width: what was taken first lies last, since the allocator gives the newest
 * piece again. */
FUNCTION(chain_train)
{
    /* 0 batch, 1 W, 2 and 3 what adam remembers, 4 dW, 5 dx, 6 y, 7 relu(x), 8 x */
    enum { D = 6, STRIP = 6, BLOCK = 16 };
    for (size_t i = 0; i < size * D; i++)
        F32(8)[i] = F32(0)[i]; /* @1 */
    for (size_t i = 0; i < size * D; i++)
        F32(7)[i] = F32(8)[i]; /* @2 */
    for (size_t i = 0; i < size * D; i += STRIP * D) {
        size_t end = i + STRIP * D < size * D ? i + STRIP * D : size * D;
        for (size_t e = i; e < end; e++)
            (void)F32(7)[e]; /* @3 */
        for (size_t e = 0; i == 0 && e < D * D; e++)
            (void)F32(1)[e]; /* @4 */
        for (size_t e = i; e < end; e++)
            F32(6)[e] = 0; /* @5 */
    }
    for (size_t i = 0; i < size; i += BLOCK) {
        size_t end = i + BLOCK < size ? i + BLOCK : size;
        for (size_t j = 0; j < D; j++)
            for (size_t r = i; r < end; r++)
                F32(7)[j * size + r] = F32(8)[r * D + j]; /* @2 */
    }
    for (size_t i = 0; i < size * D; i++)
        (void)F32(7)[i]; /* @3 */
    for (size_t i = 0; i < size * D; i++)
        (void)F32(6)[i]; /* @6 */
    for (size_t i = 0; i < D * D; i++)
        F32(4)[i] = 0; /* @7 */
    for (size_t i = 0; i < size * D; i += STRIP * D) {
        size_t end = i + STRIP * D < size * D ? i + STRIP * D : size * D;
        for (size_t e = i; e < end; e++)
            (void)F32(6)[e]; /* @6 */
        for (size_t e = 0; i == 0 && e < D * D; e++)
            (void)F32(1)[e]; /* @4 */
        for (size_t e = i; e < end; e++)
            F32(5)[e] = 0; /* @8 */
    }
    for (size_t i = 0; i < size * D; i++)
        { float a = F32(8)[i]; float g = F32(5)[i]; F32(5)[i] = a + g; } /* @9 */
    for (size_t i = 0; i < D * D; i++)
        { float a = F32(1)[i]; float g = F32(4)[i]; float p = F32(2)[i]; float q = F32(3)[i]; F32(2)[i] = p + g; F32(3)[i] = q + g; F32(1)[i] = a + p + q; } /* @10 */
}
