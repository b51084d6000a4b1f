/* plain.c: opens the lab, talks until it ends, and writes the recording. */
#include "tui/plain/plain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/plain/session.h"

/* An attempt of another version of the lab: under --json told where it disturbs no reader. */
static void tell_attempt(mw_plain *plain)
{
    const json_t *attempt = json_object_get(plain->view, "attempt");
    const char *text = mw_json_text(attempt, "text");
    mw_lines lines = plain->out;
    if (plain->options->json)
        mw_lines_open(&lines, stderr);
    if (!*text)
        return;
    mw_lines_wrap(&lines, 0, "", text);
    if (!json_is_true(json_object_get(attempt, "offer")))
        return;
    mw_lines_wrap(&lines, 0, "",
                  plain->options->answers || plain->options->json
                      ? _("It goes on; --fresh begins anew with other numbers.")
                      : _("Go on, or type 'anew' twice to begin anew with other numbers."));
}

static void tell_opening(mw_plain *plain)
{
    const json_t *lab = json_object_get(plain->view, "lab");
    const json_t *minutes = json_object_get(lab, "minutes");
    const json_t *number = json_object_get(lab, "number");
    char numbered[32] = "";
    if (json_is_string(number))
        snprintf(numbered, sizeof numbered, "%s ", json_string_value(number));
    else if (json_is_integer(number))
        snprintf(numbered, sizeof numbered, "%02lld ", (long long)json_integer_value(number));
    mw_lines_print(&plain->out, "%s%s", numbered, mw_json_text(lab, "title"));
    if (json_array_size(minutes) == 2)
        mw_lines_print(&plain->out, _("About %lld to %lld minutes."),
                       (long long)json_integer_value(json_array_get(minutes, 0)),
                       (long long)json_integer_value(json_array_get(minutes, 1)));
    const char *notice = mw_host_notice(plain->host);
    if (notice && !plain->not_kept)
        mw_lines_print(&plain->out, _("Progress: %s"), notice);
    tell_attempt(plain);
    if (!plain->options->answers)
        mw_lines_print(
            &plain->out, "%s",
            _("Type an answer at each prompt; 'help' lists the commands, 'quit' leaves."));
}

static mw_status record(const mw_plain *plain, mw_error *error)
{
    json_t *recording = mw_plain_recording_of(mw_host_transcript(plain->host));
    const char *lab = mw_json_text(json_object_get(plain->view, "lab"), "id");
    json_object_set_new(recording, "lab", json_string(lab));
    json_object_set_new(recording, "seed", json_string(mw_host_seed(plain->host)));
    const char *measured = mw_host_measured(plain->host);
    if (*measured)
        json_object_set_new(recording, "measured", json_string(measured));
    mw_status status = mw_plain_recording_save(plain->options->record, recording, error);
    json_decref(recording);
    return status;
}

static void forget_attempt(mw_plain *plain)
{
    json_decref(plain->view);
    json_decref(plain->draft);
    json_decref(plain->notices);
    free(plain->said);
    plain->view = plain->notices = NULL;
    plain->draft = json_object();
    plain->said = NULL;
    plain->step[0] = plain->run[0] = '\0';
    plain->told = 0;
    plain->after = 0;
}

bool mw_plain_open(mw_plain *plain, bool fresh)
{
    const mw_plain_options *options = plain->options;
    const mw_lab_options lab = {.dir = options->dir,
                                .locale = options->locale,
                                .seed = fresh && plain->view ? NULL : options->seed,
                                .machine = options->machine,
                                .measurements = options->measurements,
                                .fresh = fresh};
    forget_attempt(plain);
    mw_status status = mw_host_lab_open(plain->host, &lab, plain->error);
    if (status != MW_OK) {
        plain->stop = true;
        plain->end =
            status == MW_INVALID || status == MW_NO_MEMORY ? MW_PLAIN_REFUSED : MW_PLAIN_FAILED;
        return false;
    }
    mw_plain_wait_view(plain);
    mw_plain_settle(plain);
    /* Under --json the stored records belong to the transcript; people have seen them. */
    if (!options->json)
        plain->told = json_array_size(mw_host_transcript(plain->host));
    if (!plain->stop && (!options->answers || mw_plain_script_check(plain))) {
        mw_plain_tell_records(plain);
        tell_opening(plain);
    }
    return !plain->stop;
}

mw_plain_end mw_plain_run(mw_host *host, const mw_plain_options *options, mw_error *error)
{
    mw_plain plain = {.options = options, .host = host, .error = error, .end = MW_PLAIN_FAILED};
    mw_lines_open(&plain.out, options->json || options->silent ? NULL : stdout);
    mw_reader_open(&plain.in, STDIN_FILENO);
    if (mw_plain_open(&plain, options->fresh)) {
        if (options->answers)
            mw_plain_script(&plain);
        else
            mw_plain_ask(&plain);
    }
    if (plain.view && plain.end != MW_PLAIN_REFUSED) {
        mw_plain_tell_records(&plain);
        mw_plain_tell_end(&plain);
    }
    if (options->record && plain.view && record(&plain, error) != MW_OK)
        plain.end = MW_PLAIN_FAILED;
    mw_host_lab_close(host);
    forget_attempt(&plain);
    json_decref(plain.draft);
    mw_reader_close(&plain.in);
    return plain.end;
}
