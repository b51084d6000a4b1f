/*
 * recording.h: measurements of an earlier run that stand in for kernels.
 */
#ifndef MW_HOST_RECORDING_H
#define MW_HOST_RECORDING_H

#include <jansson.h>
#include <stdbool.h>

#include "model/status.h"

typedef struct mw_recording mw_recording;

/* `json` is {"format":1,"machine","results":[result inputs]} or the bare list of results. */
mw_status mw_recording_open(mw_recording **recording, const json_t *json, mw_error *error);
void mw_recording_close(mw_recording *recording);

/*
 * The result input that answers a run effect: the first unused one of its id with the same kernel
 * and arguments, else the first unused one of the same kernel and arguments, else one of those
 * used before. NULL when there is none. The caller owns it.
 */
json_t *mw_recording_answer(mw_recording *recording, const json_t *run);

#endif
