/* ladder.c: cancelling in three steps: the worker is asked, then terminated, then killed. */
#include <signal.h>
#include <string.h>

#include "labs/engine/host/worker.h"

/* Cancelling in three steps: the worker is asked, then terminated, then killed. */

static bool ladder_over(const mw_worker *worker)
{
    const mw_ladder *ladder = &worker->ladder;
    if (ladder->request)
        return !mw_worker_is_pending(worker, ladder->request);
    return !worker->run.active || worker->run.serial != ladder->serial;
}

static void tell_stage(mw_worker *worker, const char *stage)
{
    mw_worker_tell(worker, MW_HOST_CANCEL, json_pack("{s:s}", "stage", stage));
}

void mw_worker_climb(mw_worker *worker, int64_t now)
{
    mw_ladder *ladder = &worker->ladder;
    if (ladder->stage == MW_LADDER_NONE)
        return;
    if (ladder_over(worker) && ladder->stage == MW_ASKED) {
        memset(ladder, 0, sizeof *ladder);
    } else if (ladder->stage == MW_ASKED && now - ladder->since >= MW_TERMINATE_MS) {
        ladder->stage = MW_TERMINATED;
        kill(worker->process.pid, SIGTERM);
        tell_stage(worker, "terminated");
    } else if (ladder->stage == MW_TERMINATED && now - ladder->since >= MW_KILL_MS) {
        ladder->stage = MW_KILLED;
        kill(worker->process.pid, SIGKILL);
        tell_stage(worker, "killed");
    }
}

void mw_worker_cancel(mw_worker *worker, long id)
{
    if (!worker->process.pid || worker->ladder.stage != MW_LADDER_NONE ||
        (id ? !mw_worker_is_pending(worker, id) : !worker->run.active))
        return;
    json_t *message = json_pack("{s:s}", "t", "cancel");
    if (id)
        json_object_set_new(message, "id", json_integer(id));
    mw_worker_send(worker, message, NULL);
    worker->ladder = (mw_ladder){MW_ASKED, mw_now_ms(), id, worker->run.serial};
    tell_stage(worker, "asked");
}
