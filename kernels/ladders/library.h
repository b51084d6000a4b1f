/*
 * library.h: what the libraries behind library rungs say of themselves.
 *
 * A library chooses its loops by its own idea of the processor, and a ratio against it means
 * something only beside that choice. So results name it, and `doctor` warns when it is below ours.
 */
#ifndef MW_LIBRARY_H
#define MW_LIBRARY_H

#include "kernel.h"

typedef struct mw_library {
    const char *name; /* as mw_kernel.library has it: "OpenBLAS" */
    char version[32]; /* "0.3.21"; empty when it does not say */
    char core[32];    /* the processor its kernels are for: "Haswell"; empty when unknown */
    bool core_known;  /* `isa` is known: */
    mw_isa isa;       /* the widest vectors of those kernels */
    int threads;      /* at most; 0 when it does not say */
    bool serial;      /* built without threads */
} mw_library;

/* The library of that name as it is in this process; false when it is not there. */
bool mw_library_probe(const char *name, mw_library *library);

/* "OpenBLAS 0.3.21, Haswell", and less where less is known. */
void mw_library_describe(const mw_library *library, char *text, size_t size);

/* The widest vectors of the kernels that OpenBLAS has for a processor type; false when the type is
 * not known. Letters may be large or small. */
bool mw_library_core_isa(const char *core, mw_isa *isa);

#endif
