/* committed.c: asks the journal, and tells once when it stops or goes on again. */
#include "labs/engine/host/committed.h"

uint64_t mw_committed(mw_progress *progress, mw_events *events, mw_teller *teller)
{
    if (!progress)
        return UINT64_MAX;
    bool kept = !mw_progress_failed(progress);
    uint64_t committed = mw_progress_committed(progress);
    const char *notice = mw_progress_notice(progress);
    if (kept && mw_progress_failed(progress))
        mw_events_tell_error(events, teller, "progress", MW_IO, "%s", notice);
    else if (!kept && !mw_progress_failed(progress))
        mw_events_tell(events, teller, MW_HOST_KEPT, json_pack("{s:s*}", "message", notice));
    return committed;
}
