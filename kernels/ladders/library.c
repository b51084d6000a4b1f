/* library.c: asks OpenBLAS and BLIS for their version, core type and threads. */
#include "library.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gemm/blis.h"

/* OpenBLAS says these itself; its header would also declare all of BLAS. */
extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);
extern int openblas_get_num_threads(void);
extern int openblas_get_parallel(void);

/* x86-64 core types by the vectors their kernels use. AVX without FMA counts as generic. */
static const struct {
    const char *core;
    mw_isa isa;
} cores[] = {
    {"SkylakeX", MW_ISA_AVX512},
    {"Cooperlake", MW_ISA_AVX512},
    {"SapphireRapids", MW_ISA_AVX512},
    {"Haswell", MW_ISA_AVX2},
    {"Zen", MW_ISA_AVX2},
    {"Excavator", MW_ISA_AVX2},
    {"Sandybridge", MW_ISA_GENERIC},
    {"Bulldozer", MW_ISA_GENERIC},
    {"Piledriver", MW_ISA_GENERIC},
    {"Steamroller", MW_ISA_GENERIC},
    {"Nehalem", MW_ISA_GENERIC},
    {"Penryn", MW_ISA_GENERIC},
    {"Dunnington", MW_ISA_GENERIC},
    {"Core2", MW_ISA_GENERIC},
    {"Prescott", MW_ISA_GENERIC},
    {"Katmai", MW_ISA_GENERIC},
    {"Coppermine", MW_ISA_GENERIC},
    {"Northwood", MW_ISA_GENERIC},
    {"Banias", MW_ISA_GENERIC},
    {"Atom", MW_ISA_GENERIC},
    {"Nano", MW_ISA_GENERIC},
    {"Athlon", MW_ISA_GENERIC},
    {"Opteron", MW_ISA_GENERIC},
    {"Opteron_SSE3", MW_ISA_GENERIC},
    {"Barcelona", MW_ISA_GENERIC},
    {"Bobcat", MW_ISA_GENERIC},
    {"Generic", MW_ISA_GENERIC},
};

bool mw_library_core_isa(const char *core, mw_isa *isa)
{
    for (size_t i = 0; i < sizeof cores / sizeof *cores; i++) {
        if (strcasecmp(core, cores[i].core) == 0) {
            *isa = cores[i].isa;
            return true;
        }
    }
    return false;
}

static bool probe_openblas(mw_library *library)
{
    const char *config = openblas_get_config(), *core = openblas_get_corename();
    if (!config || sscanf(config, "OpenBLAS %31[0-9.]", library->version) != 1)
        library->version[0] = '\0';
    snprintf(library->core, sizeof library->core, "%.31s", core ? core : "");
    library->core_known = mw_library_core_isa(library->core, &library->isa);
    library->threads = openblas_get_num_threads();
    library->serial = openblas_get_parallel() == 0;
    return true;
}

static bool probe_blis(mw_library *library)
{
    const char *version = mw_blis_version();
    if (!version)
        return false;
    snprintf(library->version, sizeof library->version, "%.31s", version);
    return true;
}

bool mw_library_probe(const char *name, mw_library *library)
{
    static const struct {
        const char *name;
        bool (*probe)(mw_library *library);
    } libraries[] = {{"OpenBLAS", probe_openblas}, {"BLIS", probe_blis}};
    for (size_t i = 0; name && i < sizeof libraries / sizeof *libraries; i++) {
        if (strcmp(name, libraries[i].name) == 0) {
            *library = (mw_library){.name = libraries[i].name};
            return libraries[i].probe(library);
        }
    }
    return false;
}

void mw_library_describe(const mw_library *library, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s%s%s%s", library->name, *library->version ? " " : "",
             library->version, *library->core ? ", " : "", library->core,
             library->serial ? ", serial" : "");
}
