/* gather.h: rows of a table, summed by index. */
#ifndef MW_GATHER_H
#define MW_GATHER_H

#include "kernel.h"

extern const mw_kernel mw_gather_bag;

#endif
