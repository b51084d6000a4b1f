/*
 * waiting.h: what students did that could not be written yet, laid over what the file has; inside
 * the host only. `waiting` is what mw_journal_waiting gives, NULL when nothing waits.
 */
#ifndef MW_HOST_WAITING_H
#define MW_HOST_WAITING_H

#include "labs/engine/host/progress.h"

/* Begins `attempt` anew when a newer one at this lab waits: true, and its records all wait too. */
bool mw_waiting_attempt(const json_t *waiting, const char *lab, mw_attempt *attempt);

/* Adds the records of this attempt that are not among its own, and takes out the dropped. */
void mw_waiting_records(const json_t *waiting, mw_attempt *attempt);

/* {lab: summary}: the newest ones. */
void mw_waiting_summaries(const json_t *waiting, json_t *all);

/* The lab that was worked on last, or NULL. Borrowed. */
const char *mw_waiting_last(const json_t *waiting);

#endif
