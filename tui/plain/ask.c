/* ask.c: one prompt at a time: a field's value, or a command. */
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/plain/fields.h"
#include "tui/plain/session.h"

typedef enum heard {
    HEARD_VALUE,   /* the line is an answer */
    HEARD_COMMAND, /* it was a command, and is carried out */
    HEARD_END      /* the input ended or the session stopped */
} heard;

static char *trimmed(char *line)
{
    line += strspn(line, " \t");
    size_t length = strlen(line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        line[--length] = '\0';
    return line;
}

/* Behind a prompt: reads a line, and carries it out when it is a command. *value is the caller's.
 */
static heard listen(mw_plain *plain, char **value)
{
    *value = NULL;
    char *line;
    if (!mw_plain_wait_line(plain, &line)) {
        mw_lines_blank(&plain->out);
        if (!plain->stop)
            mw_plain_leave(plain, NULL);
        return HEARD_END;
    }
    /* What is piped in is not echoed by a terminal: without it the transcript could not be read. */
    if (!plain->options->terminal)
        mw_lines_print(&plain->out, "%s", line);
    char *text = trimmed(line);
    if (mw_plain_command(plain, text)) {
        free(line);
        return plain->stop ? HEARD_END : HEARD_COMMAND;
    }
    *value = strdup(*text == '=' ? text + 1 : text);
    free(line);
    return *value ? HEARD_VALUE : HEARD_END;
}

/* Asks for one field; *value is set when it was answered. */
static heard ask_field(mw_plain *plain, const json_t *field, json_t **value)
{
    char *text;
    json_t *held = json_incref((json_t *)field); /* another view may come while we listen */
    mw_plain_say_prompt(&plain->out, field);
    heard what = listen(plain, &text);
    if (what == HEARD_VALUE)
        *value = mw_plain_take_line(&plain->out, field, text);
    free(text);
    json_decref(held);
    return what;
}

/* The first open field without a draft, or NULL. */
static const json_t *open_field(const mw_plain *plain)
{
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(plain->view, "fields"), i, field)
    {
        if (mw_plain_is_open(field) && !json_object_get(plain->draft, mw_json_text(field, "id")))
            return field;
    }
    return NULL;
}

static void submit(mw_plain *plain)
{
    json_t *event = mw_plain_event(plain, "submit");
    json_object_set(event, "values", plain->draft);
    mw_plain_send(plain, event);
    json_decref(plain->draft);
    plain->draft = json_object();
    if (!plain->stop)
        mw_plain_tell_feedback(plain);
}

/* Enter does what comes next; a word is a command. */
static void ask_command(mw_plain *plain)
{
    /* What has run once leads on; 'run' repeats it. */
    bool ran = strcmp(mw_json_text(mw_plain_step(plain), "state"), "done") == 0;
    const char *action = ran && mw_plain_can(plain, "next") ? NULL : mw_plain_run_action(plain);
    const char *present = action                          ? _("run")
                          : mw_plain_can(plain, "next")   ? _("next step")
                          : mw_plain_can(plain, "submit") ? _("hand in")
                                                          : _("leave");
    char prompt[128], *text;
    snprintf(prompt, sizeof prompt, _("Enter: %s. Or a command: "), present);
    mw_lines_put(&plain->out, prompt);
    if (listen(plain, &text) != HEARD_VALUE)
        return;
    if (*text) {
        mw_plain_tell_unknown(plain, text);
    } else if (action) {
        mw_plain_start_run(plain, text);
    } else if (mw_plain_can(plain, "next")) {
        mw_plain_go_next(plain, text);
    } else if (mw_plain_can(plain, "submit")) {
        submit(plain);
    } else {
        mw_plain_leave(plain, text);
    }
    free(text);
}

void mw_plain_ask(mw_plain *plain)
{
    char at[64] = "";
    while (!plain->stop) {
        if (strcmp(at, mw_plain_step_id(plain)) != 0) {
            snprintf(at, sizeof at, "%s", mw_plain_step_id(plain));
            json_decref(plain->draft);
            plain->draft = json_object();
        }
        mw_plain_tell_step(plain, false);
        bool finished = json_is_true(json_object_get(plain->view, "finished"));
        bool asks = mw_plain_can(plain, "submit");
        if (finished && !asks && !mw_plain_can(plain, "next") && !plain->options->terminal) {
            mw_plain_leave(plain, NULL);
            return;
        }
        const json_t *field = asks ? open_field(plain) : NULL;
        if (!field && asks && json_object_size(plain->draft) > 0) {
            submit(plain);
        } else if (!field) {
            ask_command(plain);
        } else {
            json_t *value = NULL;
            char id[64];
            snprintf(id, sizeof id, "%s", mw_json_text(field, "id"));
            if (ask_field(plain, field, &value) == HEARD_VALUE && value)
                json_object_set(plain->draft, id, value);
            json_decref(value);
        }
    }
}
