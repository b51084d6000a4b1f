#include <signal.h>
#include <string.h>

#include "labs/engine/host/state.h"

/* Cancelling in three steps: the worker is asked, then terminated, then killed. */

static bool ladder_over(const mw_host *host)
{
    const mw_host_ladder *ladder = &host->ladder;
    if (ladder->request)
        return !mw_host_is_pending(host, ladder->request);
    return !host->run.active || host->run.serial != ladder->serial;
}

static void tell_stage(mw_host *host, const char *stage)
{
    mw_host_tell(host, MW_HOST_CANCEL, json_pack("{s:s}", "stage", stage));
}

void mw_host_climb(mw_host *host, int64_t now)
{
    mw_host_ladder *ladder = &host->ladder;
    if (ladder->stage == MW_LADDER_NONE)
        return;
    if (ladder_over(host) && ladder->stage == MW_ASKED) {
        memset(ladder, 0, sizeof *ladder);
    } else if (ladder->stage == MW_ASKED && now - ladder->since >= MW_TERMINATE_MS) {
        ladder->stage = MW_TERMINATED;
        kill(host->process.pid, SIGTERM);
        tell_stage(host, "terminated");
    } else if (ladder->stage == MW_TERMINATED && now - ladder->since >= MW_KILL_MS) {
        ladder->stage = MW_KILLED;
        kill(host->process.pid, SIGKILL);
        tell_stage(host, "killed");
    }
}

void mw_host_cancel_request(mw_host *host, long id)
{
    if (!host->process.pid || host->ladder.stage != MW_LADDER_NONE ||
        (id ? !mw_host_is_pending(host, id) : !host->run.active))
        return;
    json_t *message = json_pack("{s:s}", "t", "cancel");
    if (id)
        json_object_set_new(message, "id", json_integer(id));
    mw_host_send(host, message, NULL);
    host->ladder = (mw_host_ladder){MW_ASKED, mw_host_now_ms(), id, host->run.serial};
    tell_stage(host, "asked");
}

void mw_host_cancel(mw_host *host)
{
    /* Without a kernel there is no ladder, but the lab may still wait for a result. */
    if (!host->run.active && host->lab && host->process.pid)
        mw_host_send(host, json_pack("{s:s}", "t", "cancel"), NULL);
    mw_host_cancel_request(host, 0);
}
