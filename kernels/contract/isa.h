/* isa.h: the instruction sets for which loops are compiled, from the least on. */
#ifndef MW_ISA_H
#define MW_ISA_H

typedef enum mw_isa { MW_ISA_GENERIC = 0, MW_ISA_AVX2 = 1, MW_ISA_AVX512 = 2 } mw_isa;

#endif
