/* chase.h: how long one access takes when nothing can be overlapped with it. */
#ifndef MW_CHASE_H
#define MW_CHASE_H

#include "kernel.h"

extern const mw_kernel mw_chase_latency;

#endif
