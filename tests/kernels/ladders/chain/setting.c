/* setting.c: a chain's arguments from a few members, and its prepared run. */
#include "setting.h"

#include "cpu.h"

mw_args setting_args(const setting *s)
{
    mw_args args;
    mw_args_preset(&mw_chain_train, &args);
    args.value[MW_CHAIN_LAYERS] = s->layers;
    args.value[MW_CHAIN_D] = s->d;
    args.value[MW_CHAIN_BATCH] = s->batch;
    args.value[MW_CHAIN_SHAPE] = s->shape;
    args.value[MW_CHAIN_SCHEDULE] = s->schedule;
    args.value[MW_CHAIN_SNAPSHOTS] = s->snapshots ? s->snapshots : 1;
    args.value[MW_CHAIN_BUDGET] = s->budget;
    args.value[MW_CHAIN_DTYPE] = s->dtype;
    args.value[MW_CHAIN_THREADS] = s->threads > mw_cpu_count() ? mw_cpu_count()
                                   : s->threads                ? s->threads
                                                               : 1;
    args.value[MW_CHAIN_OPTIMIZER] = s->optimizer;
    if (s->operations)
        assert_int_equal(mw_args_set(&mw_chain_train, &args, "operations", s->operations, NULL),
                         MW_OK);
    return args;
}

mw_run setting_prepared(const setting *s)
{
    mw_run run = {
        .kernel = &mw_chain_train, .args = setting_args(s), .ledger = mw_ledger_process()};
    mw_error error = {0};
    mw_ledger_rearm(run.ledger);
    if (mw_args_check(run.kernel, &run.args, &error) != MW_OK ||
        run.kernel->prepare(&run, &error) != MW_OK)
        fail_msg("%s", error.message);
    return run;
}

mw_chain_state *setting_state(const mw_run *run)
{
    return run->state;
}
