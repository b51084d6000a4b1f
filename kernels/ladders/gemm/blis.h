/* blis.h: whether BLIS is on this machine. */
#ifndef MW_GEMM_BLIS_H
#define MW_GEMM_BLIS_H

/* Its version, or NULL when there is no libblis. Looked for once, never linked. */
const char *mw_blis_version(void);

#endif
