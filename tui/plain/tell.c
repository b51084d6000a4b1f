/* tell.c: what a view holds, said once and in reading order. */
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/json_print.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/plain/fields.h"
#include "tui/plain/figures.h"
#include "tui/plain/markdown.h"
#include "tui/plain/session.h"

const json_t *mw_plain_step(const mw_plain *plain)
{
    return json_object_get(plain->view, "step");
}

const char *mw_plain_step_id(const mw_plain *plain)
{
    return mw_json_text(mw_plain_step(plain), "id");
}

bool mw_plain_can(const mw_plain *plain, const char *action)
{
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(plain->view, "actions"), i, name)
    {
        if (json_is_string(name) && strcmp(json_string_value(name), action) == 0)
            return true;
    }
    return false;
}

const char *mw_plain_run_action(const mw_plain *plain)
{
    static const char *const names[] = {"run", "sweep", "compare"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (mw_plain_can(plain, names[i]))
            return names[i];
    }
    return NULL;
}

const json_t *mw_plain_by_id(const json_t *list, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        if (strcmp(mw_json_text(one, "id"), id) == 0)
            return one;
    }
    return NULL;
}

const char *mw_plain_neighbour(const mw_plain *plain, int direction)
{
    const json_t *steps = json_object_get(plain->view, "steps");
    size_t i;
    json_t *step;
    json_array_foreach(steps, i, step)
    {
        if (strcmp(mw_json_text(step, "id"), mw_plain_step_id(plain)) != 0)
            continue;
        if ((direction < 0 && i == 0) || (direction > 0 && i + 1 >= json_array_size(steps)))
            return NULL;
        return mw_json_text(json_array_get(steps, direction < 0 ? i - 1 : i + 1), "id");
    }
    return NULL;
}

json_t *mw_plain_event(const mw_plain *plain, const char *name)
{
    return json_pack("{s:s, s:s}", "e", name, "step", mw_plain_step_id(plain));
}

static const char *state_word(const char *state)
{
    static const char *const states[] = {N_("open"),  N_("waiting"), N_("committed"),
                                         N_("right"), N_("wrong"),   N_("done")};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (strcmp(state, states[i]) == 0)
            return _(states[i]);
    }
    return state;
}

static const char *kind_word(const char *kind)
{
    static const char *const kinds[] = {N_("read"), N_("predict"), N_("place"),
                                        N_("run"),  N_("sweep"),   N_("compare"),
                                        N_("goal"), N_("check"),   N_("explain")};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kind, kinds[i]) == 0)
            return _(kinds[i]);
    }
    return kind;
}

static void tell_notices(mw_plain *plain)
{
    json_t *notices = json_object_get(plain->view, "notices");
    if (json_equal(notices, plain->notices))
        return;
    size_t i;
    json_t *notice;
    json_array_foreach(notices, i, notice)
    {
        if (json_is_string(notice))
            mw_lines_wrap(&plain->out, 0, "", json_string_value(notice));
    }
    json_decref(plain->notices);
    plain->notices = json_incref(notices);
}

void mw_plain_tell_step(mw_plain *plain, bool again)
{
    const char *id = mw_plain_step_id(plain);
    if (!again && strcmp(id, plain->step) == 0)
        return;
    snprintf(plain->step, sizeof plain->step, "%s", id);
    const json_t *step = mw_plain_step(plain);
    const char *title = mw_json_text(step, "title");
    const char *state = mw_json_text(step, "state");
    const char *kind = mw_json_text(step, "kind");
    bool plainly_open = strcmp(state, "open") == 0 || !*state;
    mw_lines_blank(&plain->out);
    mw_lines_print(&plain->out, _("Step %lld of %lld: %s (%s%s%s)"),
                   (long long)json_integer_value(json_object_get(step, "index")),
                   (long long)json_integer_value(json_object_get(step, "count")),
                   *title ? title : id, kind_word(kind), plainly_open ? "" : ", ",
                   plainly_open ? "" : state_word(state));
    mw_lines_blank(&plain->out);
    free(plain->said);
    plain->said = strdup(mw_json_text(plain->view, "text"));
    mw_markdown_print(&plain->out, mw_json_text(plain->view, "text"));
    tell_notices(plain);
    mw_plain_say_controls(&plain->out, plain->view);
    mw_plain_say_unknown(&plain->out, plain->view);
    mw_lines_blank(&plain->out);
}

/* What an answer or a run has added to the text of the step. */
static void tell_more_text(mw_plain *plain)
{
    const char *text = mw_json_text(plain->view, "text");
    size_t length = plain->said ? strlen(plain->said) : 0;
    if (strlen(text) > length && strncmp(text, plain->said ? plain->said : "", length) == 0) {
        mw_lines_blank(&plain->out);
        mw_markdown_print(&plain->out, text + length);
    }
    free(plain->said);
    plain->said = strdup(text);
}

mw_plain_end mw_plain_end_now(const mw_plain *plain)
{
    if (!json_is_true(json_object_get(plain->view, "finished")))
        return plain->options->terminal && !plain->options->answers ? MW_PLAIN_LEFT
                                                                    : MW_PLAIN_UNFINISHED;
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(plain->view, "steps"), i, step)
    {
        if (strcmp(mw_json_text(step, "state"), "wrong") == 0)
            return MW_PLAIN_UNFINISHED;
    }
    return MW_PLAIN_FINISHED;
}

static const char *verdict_word(const char *verdict)
{
    static const char *const verdicts[] = {N_("right"), N_("wrong"), N_("committed"), N_("done"),
                                           N_("unchecked")};
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (strcmp(verdict, verdicts[i]) == 0)
            return _(verdicts[i]);
    }
    return verdict;
}

static const char *points_text(double points, char *text, size_t size)
{
    snprintf(text, size, ngettext("%.3g point", "%.3g points", points == 1 ? 1 : 2), points);
    return text;
}

static void tell_verdict(const mw_plain *plain, const json_t *verdict)
{
    const char *field = mw_json_text(verdict, "field");
    const json_t *shown = mw_plain_by_id(json_object_get(plain->view, "fields"), field);
    const char *label = mw_json_text(shown, "label");
    /* What rests on this machine's roofs is judged by the run, not by us. */
    const bool claimed = json_is_true(json_object_get(verdict, "claimed"));
    const char *word = claimed ? "committed" : mw_json_text(verdict, "verdict");
    double points = json_number_value(json_object_get(verdict, "points"));
    if (!*field)
        label = mw_json_text(verdict, "step");
    char earned[96] = "", text[64];
    if (points > 0)
        snprintf(earned, sizeof earned, _(", %s"), points_text(points, text, sizeof text));
    mw_lines_print(&plain->out, _("Verdict: %s: %s%s"), *label ? label : field, verdict_word(word),
                   earned);
}

void mw_plain_tell_records(mw_plain *plain)
{
    const json_t *transcript = mw_host_transcript(plain->host);
    for (; plain->told < json_array_size(transcript); plain->told++) {
        const json_t *record = json_array_get(transcript, plain->told);
        if (plain->options->json) {
            mw_json_print(stdout, record, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
            fputc('\n', stdout);
            continue;
        }
        size_t i;
        json_t *verdict;
        json_array_foreach(json_object_get(record, "verdicts"), i, verdict)
            tell_verdict(plain, verdict);
    }
    if (plain->options->json)
        fflush(stdout);
}

static const char *tone_word(const char *tone)
{
    return strcmp(tone, "good") == 0      ? _("Good")
           : strcmp(tone, "warning") == 0 ? _("Look again")
                                          : _("Note");
}

static void tell_feedback_text(const mw_plain *plain, const json_t *feedback, const char *label)
{
    mw_lines_blank(&plain->out);
    mw_lines_print(&plain->out, "%s%s%s:", tone_word(mw_json_text(feedback, "tone")),
                   *label ? ", " : "", label);
    mw_markdown_print(&plain->out, mw_json_text(feedback, "text"));
}

/* Fields first. What is then said to the step as well is not said twice, nor that right is right:
 * the verdict has said it. */
void mw_plain_tell_feedback(mw_plain *plain)
{
    const char *said = "";
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(plain->view, "fields"), i, one)
    {
        const json_t *feedback = json_object_get(one, "feedback");
        const char *text = mw_json_text(feedback, "text");
        if (*text && strcmp(mw_json_text(feedback, "tone"), "good") != 0)
            tell_feedback_text(plain, feedback, mw_json_text(one, "label"));
        if (*text)
            said = text;
    }
    json_array_foreach(json_object_get(plain->view, "feedback"), i, one)
    {
        if (strcmp(mw_json_text(one, "text"), said) != 0)
            tell_feedback_text(plain, one, "");
    }
    tell_more_text(plain);
    tell_notices(plain);
}

void mw_plain_tell_figures(mw_plain *plain)
{
    mw_figures_counters(&plain->out, json_object_get(plain->view, "counters"));
    mw_figures_pictures(&plain->out, plain->view, true);
}

void mw_plain_tell_hints(mw_plain *plain)
{
    const json_t *hint = json_object_get(plain->view, "hint");
    const json_t *texts = json_object_get(hint, "texts");
    size_t count = json_array_size(texts);
    if (count == 0) {
        mw_lines_print(&plain->out, "%s", _("There is no hint here."));
        return;
    }
    mw_lines_print(&plain->out, _("Hint %zu of %lld:"), count,
                   (long long)json_integer_value(json_object_get(hint, "total")));
    const json_t *last = json_array_get(texts, count - 1);
    if (json_is_string(last))
        mw_markdown_print(&plain->out, json_string_value(last));
}

void mw_plain_tell_steps(mw_plain *plain)
{
    mw_table *table = mw_table_new("rllll");
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(plain->view, "steps"), i, step)
    {
        char number[24], worth[64], note[160] = "";
        snprintf(number, sizeof number, "%zu", i + 1);
        const json_t *points = json_object_get(step, "points");
        const char *version = mw_json_text(step, "answered_in");
        if (json_is_number(points))
            snprintf(note, sizeof note, _("worth %s"),
                     points_text(json_number_value(points), worth, sizeof worth));
        if (*version)
            snprintf(note + strlen(note), sizeof note - strlen(note),
                     _(" (answered in version %.32s)"), version);
        mw_table_row(table, number, mw_json_text(step, "id"), mw_json_text(step, "title"),
                     state_word(mw_json_text(step, "state")), note);
    }
    mw_table_print(table, &plain->out, 2);
    mw_table_free(table);
}

static json_t *summary_of(const mw_plain *plain, const char *how)
{
    const json_t *lab = json_object_get(plain->view, "lab");
    json_t *steps = json_array();
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(plain->view, "steps"), i, step)
    {
        json_t *line = json_pack("{s:s, s:s}", "id", mw_json_text(step, "id"), "state",
                                 mw_json_text(step, "state"));
        json_t *points = json_object_get(step, "points");
        if (points)
            json_object_set(line, "points", points);
        json_array_append_new(steps, line);
    }
    const char *measured = mw_host_measured(plain->host);
    return json_pack("{s:{s:s, s:s, s:s, s:s?, s:s, s:b, s:O?, s:o}}", "summary", "lab",
                     mw_json_text(lab, "id"), "version", mw_json_text(lab, "version"), "seed",
                     mw_host_seed(plain->host), "measured", *measured ? measured : NULL, "end", how,
                     "finished", json_is_true(json_object_get(plain->view, "finished")), "score",
                     json_object_get(plain->view, "score"), "steps", steps);
}

void mw_plain_tell_end(mw_plain *plain)
{
    static const char *const names[] = {"finished", "left",        "unfinished",
                                        "refused",  "interrupted", "failed"};
    if (!plain->view)
        return;
    if (plain->options->json) {
        json_t *summary = summary_of(plain, names[plain->end]);
        mw_json_print(stdout, summary, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
        fputc('\n', stdout);
        json_decref(summary);
        return;
    }
    /* Who leaves in the middle at a prompt has not asked for tables. */
    if (plain->end != MW_PLAIN_LEFT)
        mw_figures_pictures(&plain->out, plain->view, false);
    const json_t *score = json_object_get(plain->view, "score");
    mw_lines_blank(&plain->out);
    if (json_is_object(score))
        mw_lines_print(&plain->out, _("Score: %.3g of %.3g points"),
                       json_number_value(json_object_get(score, "earned")),
                       json_number_value(json_object_get(score, "possible")));
    double pending = json_number_value(json_object_get(score, "pending"));
    if (pending > 0)
        mw_lines_print(&plain->out, _("Up to %.3g more when a person has read your text."),
                       pending);
    if (json_is_true(json_object_get(plain->view, "finished")))
        mw_lines_print(&plain->out, "%s", _("The lab is finished."));
    else
        mw_lines_print(&plain->out, _("Left at step %s."), mw_plain_step_id(plain));
}
