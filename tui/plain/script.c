/* script.c: a lab that runs by itself on answers from a file. */
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/fields/field.h"
#include "tui/plain/fields.h"
#include "tui/plain/session.h"

static void refuse(mw_plain *plain, const char *format, const char *what)
{
    char text[400];
    snprintf(text, sizeof text, format, what, mw_plain_step_id(plain));
    mw_fail(plain->error, MW_INVALID, "%s: %s", plain->options->answers_name, text);
    plain->stop = true;
    plain->end = MW_PLAIN_REFUSED;
}

bool mw_plain_script_check(mw_plain *plain)
{
    const char *id;
    json_t *fields;
    json_object_foreach((json_t *)plain->options->answers, id, fields)
    {
        if (mw_plain_by_id(json_object_get(plain->view, "steps"), id))
            continue;
        mw_fail(plain->error, MW_INVALID, "%s: this lab has no step '%s'",
                plain->options->answers_name, id);
        plain->stop = true;
        plain->end = MW_PLAIN_REFUSED;
        return false;
    }
    return true;
}

/* Every name must be a field or a control of the step, and of a kind that we know. */
static bool names_known(mw_plain *plain, const json_t *answers)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)answers, name, value)
    {
        const json_t *field = mw_plain_by_id(json_object_get(plain->view, "fields"), name);
        if (mw_plain_by_id(json_object_get(plain->view, "controls"), name) ||
            (field && mw_field_kind_of(field, false)))
            continue;
        refuse(plain,
               field ? "field '%s' in step '%s' is of a kind that only a newer memwall knows"
                     : "unknown field '%s' in step '%s'",
               name);
        return false;
    }
    return true;
}

static bool set_controls(mw_plain *plain, const json_t *answers)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)answers, name, value)
    {
        const json_t *control = mw_plain_by_id(json_object_get(plain->view, "controls"), name);
        if (!control || json_equal(json_object_get(control, "value"), value))
            continue;
        json_t *event = mw_plain_event(plain, "set");
        json_object_set_new(event, "param", json_string(name));
        json_object_set(event, "value", value);
        if (!mw_plain_send(plain, event))
            return false;
    }
    return true;
}

/* Submits what the file says for the unlocked fields; false when it says nothing. */
static bool submit(mw_plain *plain, const json_t *answers)
{
    json_t *values = json_object();
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(plain->view, "fields"), i, field)
    {
        const char *id = mw_json_text(field, "id");
        const json_t *value = json_object_get(answers, id);
        if (value && mw_plain_is_open(field))
            json_object_set_new(values, id, mw_field_given(field, value));
    }
    if (json_object_size(values) == 0 &&
        json_array_size(json_object_get(plain->view, "fields")) > 0) {
        json_decref(values);
        return false;
    }
    char shown[400];
    const char *id;
    json_t *value;
    json_object_foreach(values, id, value)
    {
        const json_t *one = mw_plain_by_id(json_object_get(plain->view, "fields"), id);
        char *other =
            json_is_string(value) ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        snprintf(shown, sizeof shown, "%s: %s", mw_json_text(one, "label"),
                 other ? other : json_string_value(value));
        mw_lines_wrap(&plain->out, 2, _("Answer: "), shown);
        free(other);
    }
    json_t *event = mw_plain_event(plain, "submit");
    json_object_set_new(event, "values", values);
    mw_plain_send(plain, event);
    if (!plain->stop)
        mw_plain_tell_feedback(plain);
    return true;
}

static void give_up(mw_plain *plain, const char *format)
{
    char text[256];
    snprintf(text, sizeof text, format, mw_plain_step_id(plain));
    mw_lines lines;
    mw_lines_open(&lines, stderr);
    mw_lines_print(&lines, "memwall %s: %s", plain->options->command, text);
    plain->stop = true;
    plain->end = MW_PLAIN_UNFINISHED;
}

/* What a script has done in the present step. */
typedef struct progress {
    char step[64];
    bool checked, ran, submitted;
} progress;

/* One move; the order is that of a student: set, run what may run, answer, go on. */
static void move(mw_plain *plain, progress *done)
{
    const json_t *answers = json_object_get(plain->options->answers, mw_plain_step_id(plain));
    if (!done->checked) {
        done->checked = true;
        if (answers && (!names_known(plain, answers) || !set_controls(plain, answers))) {
            if (!plain->stop)
                give_up(plain, _("the answer to step '%s' is not accepted"));
            return;
        }
    }
    const char *run = mw_plain_run_action(plain);
    if (run && !done->ran) {
        done->ran = true;
        if (mw_plain_send(plain, mw_plain_event(plain, "run"))) {
            mw_plain_tell_figures(plain);
            mw_plain_tell_feedback(plain);
        }
        return;
    }
    if (mw_plain_can(plain, "submit") && !done->submitted) {
        done->submitted = true;
        if (submit(plain, answers) || mw_plain_can(plain, "next"))
            return;
        give_up(plain, _("the answers say nothing for step '%s'"));
        return;
    }
    const char *next = mw_plain_can(plain, "next") ? mw_plain_neighbour(plain, 1) : NULL;
    if (next && mw_plain_send(plain, json_pack("{s:s, s:s}", "e", "goto", "step", next)))
        return;
    if (!plain->stop)
        give_up(plain, done->submitted ? _("the answer to step '%s' is not accepted")
                                       : _("step '%s' does not let go on"));
}

void mw_plain_script(mw_plain *plain)
{
    progress done = {0};
    while (!plain->stop) {
        if (strcmp(done.step, mw_plain_step_id(plain)) != 0) {
            done = (progress){0};
            snprintf(done.step, sizeof done.step, "%s", mw_plain_step_id(plain));
        }
        mw_plain_tell_step(plain, false);
        bool last = !mw_plain_can(plain, "next") && (done.ran || !mw_plain_run_action(plain)) &&
                    (done.submitted || !mw_plain_can(plain, "submit"));
        if (last && json_is_true(json_object_get(plain->view, "finished"))) {
            plain->stop = true;
            plain->end = mw_plain_end_now(plain);
            return;
        }
        move(plain, &done);
    }
}
