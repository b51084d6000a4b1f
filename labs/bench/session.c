/* session.c: runs suites row by row, and keeps what is found. */
#include "labs/bench/session.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/bench/row.h"
#include "labs/bench/targets.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"

/* ---- who listens ---- */

bool mw_bench_tell(const mw_bench_session *s, double fraction, const char *what)
{
    const mw_bench_listener *to = s->setting.listener;
    return to->progress(to->context, fraction, what, NULL);
}

bool mw_bench_stopped(const mw_bench_listener *to)
{
    return !to->progress(to->context, -1, NULL, NULL);
}

void mw_bench_settled(const mw_bench_session *s)
{
    const mw_bench_listener *to = s->setting.listener;
    if (to->settled)
        to->settled(to->context);
}

static void notice(const mw_bench_session *s, const char *text)
{
    const mw_bench_listener *to = s->setting.listener;
    if (to->notice)
        to->notice(to->context, text);
}

json_t *mw_bench_ask(const mw_bench_session *s, const char *name, json_t *body, mw_error *error)
{
    const mw_bench_listener *to = s->setting.listener;
    json_t *answer = NULL;
    mw_status status =
        mw_host_call(s->setting.host, name, body, to->progress, to->context, &answer, error);
    mw_bench_settled(s);
    if (status == MW_OK)
        return answer;
    mw_host_explain_death(s->setting.host, error);
    return NULL;
}

json_t *mw_bench_worker(const mw_suite *suite, mw_bench_session *s, mw_error *error)
{
    return mw_bench_ask(s, "bench", json_pack("{s:s}", "suite", suite->name), error);
}

json_t *mw_bench_machine_of(const mw_bench_session *s, mw_error *error)
{
    json_t *machine = mw_host_machine_load(s->setting.host, NULL);
    if (machine)
        return machine;
    machine = mw_bench_ask(s, "calibrate", json_object(), error);
    mw_error problem;
    if (machine && mw_host_machine_store(s->setting.host, machine, &problem) != MW_OK)
        notice(s, problem.message); /* the result still stands */
    return machine;
}

/* ---- rows ---- */

static bool wanted(const mw_bench_session *s, const char *label)
{
    return !s->only || strstr(label, s->only);
}

static double expected(const mw_bench_session *s, const mw_target *target)
{
    return target->aside + (s->setting.budget > 0 ? s->setting.budget : target->budget);
}

/* Whoever has written the file: a row has its label, one of our verdicts and a number. */
static bool is_row(const json_t *row)
{
    mw_verdict verdict;
    mw_number value;
    return mw_verdict_parse(mw_json_text(row, "verdict"), &verdict) &&
           *mw_json_text(row, "label") &&
           mw_number_from_json(json_object_get(row, "value"), &value);
}

/* What an earlier run found for a row, borrowed; `row` "" is a suite that is kept whole. */
static json_t *kept(const mw_bench_session *s, const char *suite, const char *row)
{
    json_t *found = mw_keep_find(s->keep, suite, row), *each;
    if (*row)
        return is_row(found) && strcmp(mw_json_text(found, "label"), row) == 0 ? found : NULL;
    json_t *rows = json_object_get(found, "rows");
    size_t i;
    json_array_foreach(rows, i, each)
    {
        if (!is_row(each))
            return NULL;
    }
    return json_array_size(rows) > 0 ? found : NULL;
}

/* Whether a suite is made of the targets that name it. */
static bool is_table(const mw_suite *suite)
{
    return !suite->run;
}

/* Seconds of a suite by the table, without what is kept already, which is counted. */
static double expected_of_suite(mw_bench_session *s, const mw_suite *suite)
{
    if (!is_table(suite) && !kept(s, suite->name, "")) {
        s->kept += mw_keep_count(s->keep, suite->name);
        return suite->seconds;
    }
    if (!is_table(suite)) {
        s->kept++;
        return 0;
    }
    double sum = 0;
    size_t count;
    const mw_target *targets = mw_target_table(&count);
    for (size_t i = 0; i < count; i++) {
        const mw_target *target = &targets[i];
        if (strcmp(target->suite, suite->name) != 0 || !wanted(s, target->label))
            continue;
        if (kept(s, suite->name, target->label))
            s->kept++;
        else
            sum += expected(s, target);
    }
    return sum;
}

/* The time left is the table's, stretched as the rows behind us were. */
static void show_progress(const mw_bench_session *s, const char *label)
{
    char text[160], left[48];
    double stretch = s->spent > 0 ? (mw_bench_now() - s->begin) / s->spent : 1;
    double seconds = (s->total - s->spent) * stretch;
    mw_bench_time_left(seconds, left, sizeof left);
    snprintf(text, sizeof text, "%s: %s", left, label);
    mw_bench_tell(s, s->total > 0 ? s->spent / s->total : 0, text);
}

static void remember(mw_bench_session *s, const char *suite, const char *row, json_t *found)
{
    if (mw_keep_put(s->keep, suite, row, found)) {
        s->kept++;
    } else if (!s->warned) {
        s->warned = true;
        int why = errno;
        mw_paths paths;
        mw_error error;
        bool known = mw_paths_find(&paths, &error) == MW_OK;
        mw_fail(&error, MW_IO,
                "an interruption would lose the rows found so far: %.160s cannot be written: %s",
                known ? paths.cache : "the cache folder", strerror(why));
        mw_bench_settled(s);
        notice(s, error.message);
    }
}

static bool is_absent(const json_t *row)
{
    return mw_json_has_verdict(row, MW_VERDICT_ABSENT);
}

/* The targets that name this suite, each kept as soon as it is found. */
static json_t *run_targets(mw_bench_session *s, const mw_suite *suite, mw_error *error)
{
    if (!s->kernels) {
        s->kernels = mw_bench_ask(s, "kernels", json_object(), error);
        if (!s->kernels)
            return NULL;
        s->setting.kernels = s->kernels;
        s->setting.machine = mw_host_machine_load(s->setting.host, NULL);
    }
    json_t *rows = json_array();
    size_t count;
    const mw_target *targets = mw_target_table(&count);
    for (size_t i = 0; i < count; i++) {
        const mw_target *target = &targets[i];
        if (strcmp(target->suite, suite->name) != 0 || !wanted(s, target->label))
            continue;
        json_t *before = kept(s, suite->name, target->label);
        if (before) {
            json_array_append(rows, before);
            continue;
        }
        show_progress(s, target->label);
        json_t *row = mw_pair_measure(&s->setting, target);
        if (!row) {
            json_decref(rows);
            mw_fail(error, MW_CANCELLED, "interrupted");
            return NULL;
        }
        s->spent += expected(s, target);
        if (!is_absent(row))
            remember(s, suite->name, target->label, row);
        json_array_append_new(rows, row);
    }
    mw_bench_settled(s);
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}

/* The body of a suite, from what was kept or from now. */
json_t *mw_bench_suite(mw_bench_session *s, const mw_suite *suite, mw_error *error)
{
    if (is_table(suite))
        return run_targets(s, suite, error);
    json_t *body = json_incref(kept(s, suite->name, ""));
    if (body)
        return body;
    show_progress(s, suite->name);
    body = suite->run(suite, s, error);
    s->spent += suite->seconds;
    if (body)
        remember(s, suite->name, "", body);
    return body;
}

json_t *mw_bench_piece(const mw_bench_session *s, const mw_suite *suite, const char *name)
{
    return mw_keep_find(s->keep, suite->name, name);
}

void mw_bench_piece_keep(mw_bench_session *s, const mw_suite *suite, const char *name,
                         json_t *piece)
{
    remember(s, suite->name, name, piece);
}

void mw_bench_piece_drop(mw_bench_session *s, const mw_suite *suite, const char *name)
{
    if (mw_keep_find(s->keep, suite->name, name) && s->kept > 0)
        s->kept--;
    mw_keep_drop(s->keep, suite->name, name);
}

/* What rows are kept for: the machine, the build and what was asked. */
static mw_status open_keep(mw_bench_session *s, mw_error *error)
{
    mw_paths paths;
    struct stat worker = {0};
    mw_error aside;
    const char *machine = mw_host_key(s->setting.host, &aside);
    if (!machine || mw_paths_find(&paths, &aside) != MW_OK)
        return MW_OK;
    stat(paths.worker, &worker);
    const char *isa = getenv("MEMWALL_ISA");
    char key[1024];
    snprintf(key, sizeof key, "%.600s; memwall %s, worker %lld.%09ld %lld; isa %.16s; budget %g",
             machine, MEMWALL_VERSION, (long long)worker.st_mtim.tv_sec, worker.st_mtim.tv_nsec,
             (long long)worker.st_size, isa ? isa : "", s->setting.budget);
    return mw_keep_open(paths.cache, key, s->fresh, &s->keep, error);
}

void mw_bench_interrupted(const mw_bench_session *s, mw_error *error)
{
    if (s->kept > 0)
        mw_fail(error, MW_CANCELLED,
                "interrupted; %zu finished row%s kept: the same command goes on from there",
                s->kept, s->kept == 1 ? " is" : "s are");
    else
        mw_fail(error, MW_CANCELLED, "interrupted; nothing was kept");
}

static void say_taken_over(const mw_bench_session *s)
{
    char text[160];
    snprintf(text, sizeof text,
             "%zu finished row%s taken over from an interrupted run; --fresh measures all anew",
             s->kept, s->kept == 1 ? " is" : "s are");
    notice(s, text);
}

mw_status mw_bench_begin(mw_bench_session *s, const mw_suite *const *chosen, size_t count,
                         mw_error *error)
{
    mw_status status = open_keep(s, error);
    if (status != MW_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        s->total += expected_of_suite(s, chosen[i]);
    if (s->kept > 0)
        say_taken_over(s);
    s->begin = mw_bench_now();
    return MW_OK;
}

void mw_bench_finish(mw_bench_session *s, const mw_suite *const *chosen, size_t count)
{
    size_t targets;
    const mw_target *table = mw_target_table(&targets);
    for (size_t i = 0; i < count; i++) {
        mw_keep_drop(s->keep, chosen[i]->name, "");
        for (size_t j = 0; j < targets; j++) {
            if (strcmp(table[j].suite, chosen[i]->name) == 0 && wanted(s, table[j].label))
                mw_keep_drop(s->keep, chosen[i]->name, table[j].label);
        }
    }
}

void mw_bench_end(mw_bench_session *s)
{
    mw_keep_close(s->keep);
    json_decref(s->kernels);
    json_decref(s->setting.machine);
    s->keep = NULL;
    s->kernels = NULL;
    s->setting.machine = NULL;
}
