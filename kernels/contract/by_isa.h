/*
 * by_isa.h: the loops of a family as one table for each instruction set.
 *
 *     typedef struct mw_gemv_bodies { ... } mw_gemv_bodies;
 *     MW_BODIES_BY_ISA(mw_gemv_bodies)                                 in the family's bodies.h
 *
 *     mw_gemv_bodies bodies = mw_gemv_bodies_for(mw_cpu_isa()); wherever they are wanted
 *
 * The family's bodies.c is compiled once per instruction set and fills the whole table each time,
 * under the name MW_ISA_NAME(mw_gemv_bodies) of vector.inc.h. What takes long to compile has a
 * table and a file of its own: bodies_skinny.c.
 */
#ifndef MW_BY_ISA_H
#define MW_BY_ISA_H

#include "isa.h"

#if defined(__x86_64__)
#define MW_BODIES_BY_ISA(table)                                                                    \
    void table##_generic(table *bodies);                                                           \
    void table##_avx2(table *bodies);                                                              \
    void table##_avx512(table *bodies);                                                            \
    static inline table table##_for(mw_isa isa)                                                    \
    {                                                                                              \
        table bodies;                                                                              \
        if (isa >= MW_ISA_AVX512)                                                                  \
            table##_avx512(&bodies);                                                               \
        else if (isa >= MW_ISA_AVX2)                                                               \
            table##_avx2(&bodies);                                                                 \
        else                                                                                       \
            table##_generic(&bodies);                                                              \
        return bodies;                                                                             \
    }
#else
#define MW_BODIES_BY_ISA(table)                                                                    \
    void table##_generic(table *bodies);                                                           \
    static inline table table##_for(mw_isa isa)                                                    \
    {                                                                                              \
        table bodies;                                                                              \
        (void)isa;                                                                                 \
        table##_generic(&bodies);                                                                  \
        return bodies;                                                                             \
    }
#endif

#endif
