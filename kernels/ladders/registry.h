/* registry.h: the one list of kernels. */
#ifndef MW_REGISTRY_H
#define MW_REGISTRY_H

#include "kernel.h"

size_t mw_registry_count(void);
const mw_kernel *mw_registry_at(size_t index);

/* `name` is "family/variant". MW_INVALID names the nearest known kernels. */
mw_status mw_registry_find(const char *name, const mw_kernel **kernel, mw_error *error);

#endif
