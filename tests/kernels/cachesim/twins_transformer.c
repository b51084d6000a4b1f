/* twins_transformer.c: one token, and a whole text, through a transformer block. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

/* The operands in their order: weights, what norms multiply by and add, and each intermediate. */
enum {
    X, WQ, WK, WV, WO, W1, W2, SCALE1, SHIFT1, SCALE2, SHIFT2, NORM1, Q, K, V, SCORES, MIXED, OUTPUT, Y,
    NORM2, WIDE_ROW, GELU, NARROW, Z
};

/* Each product is a vector, then row by row. Before this token are `size` others in K and V. */
FUNCTION(decoder_step)
{
    enum { D = 144, HEAD = 72, FF = 100, PIECE = 64 };
    size_t context = size + 1, new = size * D;
    EACH(i, 1) {
        EACH(pass, 2)
            EACH(j, D)
                (void)F32(X)[i * D + j]; /* @1 */
        EACH(j, D)
            { float a = F32(X)[i * D + j]; float b = F32(SCALE1)[j]; float c = F32(SHIFT1)[j]; F32(NORM1)[i * D + j] = a + b + c; } /* @2 */
    }
    EACH(j, D)
        (void)F32(NORM1)[j]; /* @3 */
    EACH(i, D) {
        EACH(j, D)
            (void)F32(WQ)[i * D + j]; /* @4 */
        F32(Q)[i] = 0; /* @5 */
    }
    EACH(j, D)
        (void)F32(NORM1)[j]; /* @3 */
    EACH(i, D) {
        EACH(j, D)
            (void)F32(WK)[i * D + j]; /* @6 */
        F32(K)[new + i] = 0; /* @7 */
    }
    EACH(j, D)
        (void)F32(NORM1)[j]; /* @3 */
    EACH(i, D) {
        EACH(j, D)
            (void)F32(WV)[i * D + j]; /* @8 */
        F32(V)[new + i] = 0; /* @9 */
    }
    BLOCKS(head, D, HEAD) {
        EACH(j, HEAD)
            (void)F32(Q)[head + j]; /* @10 */
        EACH(t, context) {
            EACH(j, HEAD)
                (void)F32(K)[t * D + head + j]; /* @11 */
            F32(SCORES)[t] = 0; /* @12 */
        }
        EACH(i, 1) {
            EACH(j, context)
                (void)F32(SCORES)[i * context + j]; /* @13 */
            EACH(pass, 2)
                EACH(j, context)
                    { float s = F32(SCORES)[i * context + j]; F32(SCORES)[i * context + j] = s + s; } /* @14 */
        }
        for (size_t c = head; c < head + HEAD; c += PIECE) {
            size_t end = END_OF(c, PIECE, head + HEAD);
            EACH(t, context) {
                (void)F32(SCORES)[t]; /* @13 */
                FROM_TO(j, c, end)
                    (void)F32(V)[t * D + j]; /* @15 */
            }
            FROM_TO(j, c, end)
                F32(MIXED)[j] = 0; /* @16 */
        }
    }
    EACH(j, D)
        (void)F32(MIXED)[j]; /* @17 */
    EACH(i, D) {
        EACH(j, D)
            (void)F32(WO)[i * D + j]; /* @18 */
        F32(OUTPUT)[i] = 0; /* @19 */
    }
    EACH(i, 1 * D)
        { float a = F32(X)[i]; float b = F32(OUTPUT)[i]; F32(Y)[i] = a + b; } /* @20 */
    EACH(i, 1) {
        EACH(pass, 2)
            EACH(j, D)
                (void)F32(Y)[i * D + j]; /* @21 */
        EACH(j, D)
            { float a = F32(Y)[i * D + j]; float b = F32(SCALE2)[j]; float c = F32(SHIFT2)[j]; F32(NORM2)[i * D + j] = a + b + c; } /* @22 */
    }
    EACH(j, D)
        (void)F32(NORM2)[j]; /* @23 */
    EACH(i, FF) {
        EACH(j, D)
            (void)F32(W1)[i * D + j]; /* @24 */
        F32(WIDE_ROW)[i] = 0; /* @25 */
    }
    EACH(i, FF)
        F32(GELU)[i] = F32(WIDE_ROW)[i]; /* @26 */
    EACH(j, FF)
        (void)F32(GELU)[j]; /* @27 */
    EACH(i, D) {
        EACH(j, FF)
            (void)F32(W2)[i * FF + j]; /* @28 */
        F32(NARROW)[i] = 0; /* @29 */
    }
    EACH(i, 1 * D)
        { float a = F32(Y)[i]; float b = F32(NARROW)[i]; F32(Z)[i] = a + b; } /* @30 */
}

/* The same with strips of six tokens against panels of eight outputs. */
FUNCTION(encoder_block)
{
    enum { D = 20, HEAD = 10, FF = 44, STRIP = 6, PANEL = 8 };
    EACH(i, size) {
        EACH(pass, 2)
            EACH(j, D)
                (void)F32(X)[i * D + j]; /* @1 */
        EACH(j, D)
            { float a = F32(X)[i * D + j]; float b = F32(SCALE1)[j]; float c = F32(SHIFT1)[j]; F32(NORM1)[i * D + j] = a + b + c; } /* @2 */
    }
    BLOCKS(i, size, STRIP) {
        FROM_TO(r, i, END_OF(i, STRIP, size))
            EACH(p, D)
                (void)F32(NORM1)[r * D + p]; /* @3 */
        BLOCKS(q, D, PANEL) {
            if (i == 0)
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    EACH(p, D)
                        (void)F32(WQ)[j * D + p]; /* @4 */
            FROM_TO(r, i, END_OF(i, STRIP, size))
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    F32(Q)[r * D + j] = 0; /* @5 */
        }
    }
    BLOCKS(i, size, STRIP) {
        FROM_TO(r, i, END_OF(i, STRIP, size))
            EACH(p, D)
                (void)F32(NORM1)[r * D + p]; /* @3 */
        BLOCKS(q, D, PANEL) {
            if (i == 0)
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    EACH(p, D)
                        (void)F32(WK)[j * D + p]; /* @6 */
            FROM_TO(r, i, END_OF(i, STRIP, size))
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    F32(K)[r * D + j] = 0; /* @7 */
        }
    }
    BLOCKS(i, size, STRIP) {
        FROM_TO(r, i, END_OF(i, STRIP, size))
            EACH(p, D)
                (void)F32(NORM1)[r * D + p]; /* @3 */
        BLOCKS(q, D, PANEL) {
            if (i == 0)
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    EACH(p, D)
                        (void)F32(WV)[j * D + p]; /* @8 */
            FROM_TO(r, i, END_OF(i, STRIP, size))
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    F32(V)[r * D + j] = 0; /* @9 */
        }
    }
    BLOCKS(head, D, HEAD) {
        BLOCKS(i, size, STRIP) {
            FROM_TO(r, i, END_OF(i, STRIP, size))
                EACH(p, HEAD)
                    (void)F32(Q)[r * D + head + p]; /* @10 */
            BLOCKS(q, size, PANEL) {
                if (i == 0)
                    FROM_TO(j, q, END_OF(q, PANEL, size))
                        EACH(p, HEAD)
                            (void)F32(K)[j * D + head + p]; /* @11 */
                FROM_TO(r, i, END_OF(i, STRIP, size))
                    FROM_TO(j, q, END_OF(q, PANEL, size))
                        F32(SCORES)[r * size + j] = 0; /* @12 */
            }
        }
        EACH(i, size) {
            EACH(j, size)
                (void)F32(SCORES)[i * size + j]; /* @13 */
            EACH(pass, 2)
                EACH(j, size)
                    { float s = F32(SCORES)[i * size + j]; F32(SCORES)[i * size + j] = s + s; } /* @14 */
        }
        BLOCKS(i, size, STRIP) {
            FROM_TO(r, i, END_OF(i, STRIP, size))
                EACH(p, size)
                    (void)F32(SCORES)[r * size + p]; /* @13 */
            BLOCKS(q, HEAD, PANEL) {
                if (i == 0)
                    EACH(p, size)
                        FROM_TO(j, q, END_OF(q, PANEL, HEAD))
                            (void)F32(V)[p * D + head + j]; /* @15 */
                FROM_TO(r, i, END_OF(i, STRIP, size))
                    FROM_TO(j, q, END_OF(q, PANEL, HEAD))
                        F32(MIXED)[r * D + head + j] = 0; /* @16 */
            }
        }
    }
    BLOCKS(i, size, STRIP) {
        FROM_TO(r, i, END_OF(i, STRIP, size))
            EACH(p, D)
                (void)F32(MIXED)[r * D + p]; /* @17 */
        BLOCKS(q, D, PANEL) {
            if (i == 0)
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    EACH(p, D)
                        (void)F32(WO)[j * D + p]; /* @18 */
            FROM_TO(r, i, END_OF(i, STRIP, size))
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    F32(OUTPUT)[r * D + j] = 0; /* @19 */
        }
    }
    EACH(i, size * D)
        { float a = F32(X)[i]; float b = F32(OUTPUT)[i]; F32(Y)[i] = a + b; } /* @20 */
    EACH(i, size) {
        EACH(pass, 2)
            EACH(j, D)
                (void)F32(Y)[i * D + j]; /* @21 */
        EACH(j, D)
            { float a = F32(Y)[i * D + j]; float b = F32(SCALE2)[j]; float c = F32(SHIFT2)[j]; F32(NORM2)[i * D + j] = a + b + c; } /* @22 */
    }
    BLOCKS(i, size, STRIP) {
        FROM_TO(r, i, END_OF(i, STRIP, size))
            EACH(p, D)
                (void)F32(NORM2)[r * D + p]; /* @23 */
        BLOCKS(q, FF, PANEL) {
            if (i == 0)
                FROM_TO(j, q, END_OF(q, PANEL, FF))
                    EACH(p, D)
                        (void)F32(W1)[j * D + p]; /* @24 */
            FROM_TO(r, i, END_OF(i, STRIP, size))
                FROM_TO(j, q, END_OF(q, PANEL, FF))
                    F32(WIDE_ROW)[r * FF + j] = 0; /* @25 */
        }
    }
    EACH(i, size * FF)
        F32(GELU)[i] = F32(WIDE_ROW)[i]; /* @26 */
    BLOCKS(i, size, STRIP) {
        FROM_TO(r, i, END_OF(i, STRIP, size))
            EACH(p, FF)
                (void)F32(GELU)[r * FF + p]; /* @27 */
        BLOCKS(q, D, PANEL) {
            if (i == 0)
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    EACH(p, FF)
                        (void)F32(W2)[j * FF + p]; /* @28 */
            FROM_TO(r, i, END_OF(i, STRIP, size))
                FROM_TO(j, q, END_OF(q, PANEL, D))
                    F32(NARROW)[r * D + j] = 0; /* @29 */
        }
    }
    EACH(i, size * D)
        { float a = F32(Y)[i]; float b = F32(NARROW)[i]; F32(Z)[i] = a + b; } /* @30 */
}
