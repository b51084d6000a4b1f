/*
 * machine.c: our roofs against likwid-bench: ours, likwid-bench on every roof, ours again.
 *
 * The worker measures its roofs and names the loop of likwid-bench that does the same over the same
 * working set. The two measurements embrace the other program's half minute; a roof on which they
 * differ by more than a tenth says nothing, and is called noisy.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/peers.h"
#include "labs/bench/session.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "model/verdict.h"

#define TARGET 0.95
#define DRIFT  0.10

static const char target_words[] = N_("at least 0.95 of likwid-bench");

static double rate_of(const json_t *figures, const char *name, mw_unit *unit)
{
    size_t i;
    json_t *figure;
    json_array_foreach(figures, i, figure)
    {
        mw_number rate;
        if (strcmp(mw_json_text(figure, "name"), name) == 0 &&
            mw_number_from_json(json_object_get(figure, "rate"), &rate) && !rate.absent) {
            *unit = rate.unit;
            return rate.value;
        }
    }
    return 0;
}

static json_t *row_of(const char *label, double before, double after, double theirs, mw_unit unit)
{
    char ours[64], other[64], note[160];
    if (!(theirs > 0) || !(before > 0) || !(after > 0))
        return mw_bench_absent(
            label, MW_UNIT_ONE, target_words,
            mw_reason_of(theirs > 0 ? MW_REASON_ROOF_ONCE : MW_REASON_LIKWID_NOT_RUN, NULL));
    double low = fmin(before, after) / theirs, high = fmax(before, after) / theirs;
    double middle = (low + high) / 2;
    mw_number ratio = mw_number_with_spread(middle, low, high, MW_UNIT_ONE, MW_MEASURED);
    bool drifted = (high - low) / middle > DRIFT;
    mw_value_format((before + after) / 2, unit, 3, ours, sizeof ours);
    mw_value_format(theirs, unit, 3, other, sizeof other);
    snprintf(note, sizeof note, _("ours %s, likwid-bench %s"), ours, other);
    return mw_bench_row(label, &ratio, target_words,
                        mw_verdict_of(middle, low, high, TARGET, drifted), note);
}

static json_t *absent_body(const char *suite)
{
    return json_pack("{s:s, s:[o]}", "suite", suite, "rows",
                     mw_bench_absent(N_("roofs"), MW_UNIT_ONE, target_words,
                                     mw_reason_of(MW_REASON_NO_LIKWID, NULL)));
}

static json_t *ask_worker(mw_bench_session *session, const json_t *machine, mw_error *error)
{
    json_t *body = json_pack("{s:s, s:O}", "suite", "machine", "machine", machine);
    json_t *answer = mw_bench_ask(session, "bench", body, error);
    json_t *figures = json_incref(json_object_get(answer, "figures"));
    json_decref(answer);
    return figures;
}

/* What likwid-bench says of each figure, in their order. */
static double *ask_likwid(const mw_bench_session *session, const json_t *figures)
{
    size_t count = json_array_size(figures), i;
    double *rates = calloc(count + 1, sizeof *rates);
    json_t *figure;
    json_array_foreach(figures, i, figure)
    {
        const char *test = mw_json_text(figure, "likwid_test");
        if (!rates || !mw_bench_tell(session, (double)i / (double)count, test))
            break;
        rates[i] =
            mw_likwid_rate(test, mw_json_number(figure, "bytes", 0),
                           strncmp(test, "peak", 4) == 0 ? MW_LIKWID_FLOPS : MW_LIKWID_BYTES);
    }
    mw_bench_settled(session);
    return rates;
}

json_t *mw_bench_machine(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    if (!mw_likwid_installed())
        return absent_body(suite->name);
    json_t *machine = mw_bench_machine_of(session, error);
    json_t *first = machine ? ask_worker(session, machine, error) : NULL;
    double *theirs = first ? ask_likwid(session, first) : NULL;
    json_t *second = theirs ? ask_worker(session, machine, error) : NULL;
    json_t *body = NULL;
    if (second) {
        json_t *rows = json_array(), *figure;
        size_t i;
        json_array_foreach(first, i, figure)
        {
            const char *name = mw_json_text(figure, "name");
            mw_unit unit = MW_UNIT_ONE;
            double before = rate_of(first, name, &unit), after = rate_of(second, name, &unit);
            json_array_append_new(rows, row_of(name, before, after, theirs[i], unit));
        }
        body = json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
    }
    free(theirs);
    json_decref(first);
    json_decref(second);
    json_decref(machine);
    return body;
}
