/*
 * committed.h: how far progress is written, told to the front end when that stops or goes on again;
 * inside the host only.
 */
#ifndef MW_HOST_COMMITTED_H
#define MW_HOST_COMMITTED_H

#include "labs/engine/host/events.h"
#include "labs/engine/host/progress.h"

/* The highest ticket that is committed; UINT64_MAX without progress (NULL). */
uint64_t mw_committed(mw_progress *progress, mw_events *events, mw_teller *teller);

#endif
