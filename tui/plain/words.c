/* words.c: the commands of plain mode: a line that is one of these words alone. */
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "model/nearest.h"
#include "tui/plain/fields.h"
#include "tui/plain/figures.h"
#include "tui/plain/session.h"

typedef struct word {
    const char *name;
    const char *help;
    void (*say)(mw_plain *plain, char *rest);
} word;

void mw_plain_leave(mw_plain *plain, char *rest)
{
    (void)rest;
    plain->stop = true;
    plain->end = mw_plain_end_now(plain);
}

static void take_hint(mw_plain *plain, char *rest)
{
    (void)rest;
    if (mw_plain_can(plain, "hint") && !mw_plain_send(plain, mw_plain_event(plain, "hint")))
        return;
    mw_plain_tell_hints(plain);
}

static void go_to(mw_plain *plain, const char *id)
{
    if (!id) {
        mw_lines_print(&plain->out, "%s", _("There is no step there."));
        return;
    }
    mw_plain_send(plain, json_pack("{s:s, s:s}", "e", "goto", "step", id));
}

void mw_plain_go_next(mw_plain *plain, char *rest)
{
    (void)rest;
    if (mw_plain_can(plain, "next"))
        go_to(plain, mw_plain_neighbour(plain, 1));
    else
        mw_lines_print(&plain->out, "%s", _("The next step opens when this one is done."));
}

static void go_back(mw_plain *plain, char *rest)
{
    (void)rest;
    go_to(plain, mw_plain_neighbour(plain, -1));
}

/* "goto 3" or "goto knee". */
static void go_named(mw_plain *plain, char *rest)
{
    const json_t *steps = json_object_get(plain->view, "steps");
    char *end;
    long number = strtol(rest, &end, 10);
    const json_t *step = *rest && !*end && number >= 1 ? json_array_get(steps, (size_t)number - 1)
                                                       : mw_plain_by_id(steps, rest);
    if (step)
        go_to(plain, mw_json_text(step, "id"));
    else
        mw_lines_print(&plain->out, "%s", _("Which step? 'steps' lists them; 'goto 3' opens one."));
}

static void tell_result(mw_plain *plain)
{
    mw_plain_tell_figures(plain);
    mw_plain_tell_feedback(plain);
}

void mw_plain_start_run(mw_plain *plain, char *rest)
{
    (void)rest;
    if (!mw_plain_run_action(plain))
        mw_lines_print(&plain->out, "%s", _("There is nothing to run in this step now."));
    else if (mw_plain_send(plain, mw_plain_event(plain, "run")))
        tell_result(plain);
}

/* The same, of what was noisy, when the machine is quiet. */
static void wait_for_quiet(mw_plain *plain, char *rest)
{
    (void)rest;
    json_t *event = mw_plain_event(plain, "run");
    json_object_set_new(event, "wait", json_true());
    if (!mw_plain_can(plain, "wait")) {
        json_decref(event);
        mw_lines_print(&plain->out, "%s", _("Nothing that was noisy waits to be measured again."));
    } else if (mw_plain_send(plain, event)) {
        tell_result(plain);
    }
}

/* "set batch 16": the lab reads the value, and refuses one that the control does not offer. */
static void set_control(mw_plain *plain, char *rest)
{
    char *name = strtok(rest, " =\t"), *text = strtok(NULL, "");
    text += text ? strspn(text, " =\t") : 0;
    const json_t *control =
        name ? mw_plain_by_id(json_object_get(plain->view, "controls"), name) : NULL;
    if (!control || !text || !*text) {
        mw_lines_print(&plain->out, "%s", _("Usage: set NAME VALUE. The controls of this step:"));
        mw_plain_say_controls(&plain->out, plain->view);
        return;
    }
    json_t *event = mw_plain_event(plain, "set");
    json_object_set_new(event, "param", json_string(name));
    json_object_set_new(event, "value", json_string(text));
    size_t before = json_array_size(mw_host_transcript(plain->host));
    if (!mw_plain_send(plain, event))
        return;
    mw_plain_say_controls(&plain->out, plain->view);
    /* A new value runs the kernel where the step has one to run. */
    if (json_array_size(mw_host_transcript(plain->host)) > before + 1)
        tell_result(plain);
}

static void undo(mw_plain *plain, char *rest)
{
    (void)rest;
    if (mw_plain_can(plain, "undo"))
        mw_plain_send(plain, mw_plain_event(plain, "undo"));
    else
        mw_lines_print(&plain->out, "%s", _("There is nothing to undo here."));
}

static void tell_again(mw_plain *plain, char *rest)
{
    (void)rest;
    mw_plain_tell_step(plain, true);
    mw_plain_tell_feedback(plain);
}

static void tell_pictures(mw_plain *plain, char *rest)
{
    (void)rest;
    mw_figures_pictures(&plain->out, plain->view, false);
    mw_lines_print(&plain->out, "%s",
                   _("'memwall export roofline -o roofline.svg' draws it into a file."));
}

static void tell_counters(mw_plain *plain, char *rest)
{
    (void)rest;
    mw_plain_tell_figures(plain);
}

static void tell_steps(mw_plain *plain, char *rest)
{
    (void)rest;
    mw_plain_tell_steps(plain);
}

static void begin_anew(mw_plain *plain, char *rest)
{
    (void)rest;
    if (plain->anew) {
        mw_plain_open(plain, true);
        return;
    }
    mw_lines_print(&plain->out, "%s",
                   _("'anew' once more begins this lab with other numbers and leaves this attempt "
                     "behind."));
}

static void tell_help(mw_plain *plain, char *rest);

static const word words[] = {
    {"help", N_("this list"), tell_help},
    {"hint", N_("the next hint; the last one is the answer, and takes the marks for it"),
     take_hint},
    {"next", N_("go to the next step"), mw_plain_go_next},
    {"skip", N_("the same as next, where the step allows it"), mw_plain_go_next},
    {"back", N_("go to the step before"), go_back},
    {"goto", N_("go to a step by number or name"), go_named},
    {"steps", N_("the steps and their states"), tell_steps},
    {"again", N_("repeat the text of this step"), tell_again},
    {"run", N_("start the kernel, the sweep or the comparison"), mw_plain_start_run},
    {"wait", N_("wait for a quiet moment, then measure again what was noisy"), wait_for_quiet},
    {"set", N_("set a control: set NAME VALUE"), set_control},
    {"undo", N_("take back the last answer, before it is marked"), undo},
    {"counters", N_("counters and series as tables"), tell_counters},
    {"roofline", N_("roofs, ridge points and points as tables"), tell_pictures},
    {"anew", N_("begin this lab again with other numbers; say it twice"), begin_anew},
    {"quit", N_("leave; progress is kept"), mw_plain_leave},
};

enum { WORD_COUNT = sizeof words / sizeof *words };

static void tell_help(mw_plain *plain, char *rest)
{
    (void)rest;
    mw_table *table = mw_table_new("ll");
    for (size_t i = 0; i < WORD_COUNT; i++)
        mw_table_row(table, words[i].name, _(words[i].help));
    mw_table_print(table, &plain->out, 2);
    mw_table_free(table);
    mw_lines_wrap(
        &plain->out, 0, "",
        _("A line that is not one of these words is the answer to the prompt. An answer that "
          "is one of them is typed with = before it."));
}

static const word *find_word(const char *name, size_t length)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (strlen(words[i].name) == length && strncmp(words[i].name, name, length) == 0)
            return &words[i];
    }
    return NULL;
}

/* A command stands alone on its line; only goto and set take something after it. */
bool mw_plain_command(mw_plain *plain, char *line)
{
    size_t length = strcspn(line, " \t");
    const word *found = find_word(line, length);
    char *rest = line + length + strspn(line + length, " \t");
    bool takes_rest = found && (found->say == go_named || found->say == set_control);
    if (!found || (*rest && !takes_rest))
        return false;
    found->say(plain, rest);
    plain->anew = found->say == begin_anew && !plain->anew;
    return true;
}

void mw_plain_tell_unknown(const mw_plain *plain, const char *text)
{
    const char *names[WORD_COUNT];
    for (size_t i = 0; i < WORD_COUNT; i++)
        names[i] = words[i].name;
    const char *near = mw_nearest(text, names, WORD_COUNT);
    if (near)
        mw_lines_print(&plain->out, _("'%s' is no command; did you mean '%s'?"), text, near);
    else
        mw_lines_print(&plain->out, _("'%s' is no command; 'help' lists them."), text);
}
