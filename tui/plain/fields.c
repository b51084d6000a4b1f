/* fields.c: a field is told, asked and taken as its kind says. */
#include "tui/plain/fields.h"

#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/fields/field.h"

static void say(void *context, int indent, const char *first, const char *text)
{
    mw_lines_wrap(context, indent, first, text);
}

/* Whether the kind is known; what it has to tell. */
static const mw_field_kind *tell(const mw_lines *out, const json_t *item, bool control)
{
    const mw_field_kind *kind = mw_field_kind_of(item, control);
    if (kind && kind->tell)
        kind->tell(item, say, (void *)out);
    return kind;
}

static void say_unknown(const mw_lines *out, const json_t *item)
{
    char text[MW_FIELD_UNKNOWN_TEXT];
    mw_lines_wrap(out, 4, "  ", mw_field_unknown(item, text));
}

void mw_plain_say_controls(const mw_lines *out, const json_t *view)
{
    for (int i = 0; i < mw_json_count(view, "controls"); i++) {
        const json_t *control = mw_json_item(view, "controls", i);
        if (!tell(out, control, true))
            say_unknown(out, control);
    }
}

void mw_plain_say_unknown(const mw_lines *out, const json_t *view)
{
    for (int i = 0; i < mw_json_count(view, "fields"); i++) {
        const json_t *field = mw_json_item(view, "fields", i);
        if (!mw_field_kind_of(field, false))
            say_unknown(out, field);
    }
}

void mw_plain_say_prompt(const mw_lines *out, const json_t *field)
{
    const mw_field_kind *kind = tell(out, field, false);
    const char *present = mw_json_text(field, "value");
    char prompt[800], asked[400] = "", now[192] = "";
    if (kind && kind->ask)
        kind->ask(field, asked, sizeof asked);
    if (*present)
        snprintf(now, sizeof now, _(" (now: %.120s; Enter keeps it)"), present);
    snprintf(prompt, sizeof prompt, "%.160s%s%s: ", mw_json_text(field, "label"), asked, now);
    mw_lines_put(out, prompt);
}

bool mw_plain_is_open(const json_t *field)
{
    return mw_field_kind_of(field, false) && !mw_json_true(field, "locked");
}

json_t *mw_plain_take_line(const mw_lines *out, const json_t *field, const char *line)
{
    const char *present = mw_json_text(field, "value");
    if (!*line && *present)
        return json_incref((json_t *)mw_json_member(field, "value"));
    if (!*line) {
        mw_lines_print(out, "%s", _("An answer is wanted; 'hint' helps, 'help' lists commands."));
        return NULL;
    }
    json_t *text = json_string(line);
    if (!text) {
        mw_lines_print(out, "%s", _("That is not UTF-8 text."));
        return NULL;
    }
    json_t *value = mw_field_given(field, text);
    json_decref(text);
    return value;
}
