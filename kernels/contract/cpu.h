/*
 * cpu.h: which instruction set runs, decided once from CPUID (and XGETBV), never by ifunc.
 *
 * MEMWALL_ISA=generic|avx2|avx512 may lower the choice, never raise it.
 */
#ifndef MW_CPU_H
#define MW_CPU_H

#include "kernel.h"

/* Reads MEMWALL_ISA; MW_INVALID when it is unknown or above what the processor has. */
mw_status mw_cpu_init(mw_error *error);

mw_isa mw_cpu_isa(void);      /* what kernels use (generic before mw_cpu_init) */
mw_isa mw_cpu_best_isa(void); /* what the processor has */
const char *mw_isa_name(mw_isa isa);

/* The processor's brand string, and whether a hypervisor is announced. */
const char *mw_cpu_brand(void);
bool mw_cpu_hypervisor(void);

/* CPUs this process may use, by the affinity mask it had when it was first asked; and the number
 * that the system gives to the index-th of them. */
int mw_cpu_count(void);
int mw_cpu_allowed(int index);

#endif
