/* field.c: which kind a field is of, and what holds for a kind that says nothing itself. */
#include "tui/fields/field.h"

#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "model/number.h"

const mw_field_kind *mw_field_kind_of(const json_t *item, bool control)
{
    const char *name = mw_json_text(item, "kind");
    for (const mw_field_kind *const *kind = control ? mw_control_kinds : mw_field_kinds; *kind;
         kind++)
        if (strcmp((*kind)->kind, name) == 0)
            return *kind;
    return NULL;
}

const char *mw_field_unknown(const json_t *item, char text[MW_FIELD_UNKNOWN_TEXT])
{
    const char *label = mw_json_text(item, "label");
    snprintf(text, MW_FIELD_UNKNOWN_TEXT,
             _("%.160s: only a newer memwall can show this (its kind is '%.40s')"),
             *label ? label : mw_json_text(item, "id"), mw_json_text(item, "kind"));
    return text;
}

bool mw_field_is_open(const mw_field *field)
{
    return field->draft && !mw_json_true(field->item, "locked");
}

static const char *spelled(const json_t *number, char *text, size_t size)
{
    mw_value_spell(json_number_value(number), text, size);
    return text;
}

void mw_field_fill(const mw_field *field)
{
    const json_t *value = mw_json_member(field->item, "value");
    char text[64];
    if (field->kind && field->kind->fill)
        field->kind->fill(field->draft, field->item);
    else if (json_is_string(value))
        mw_draft_take(field->draft, json_string_value(value));
    else if (json_is_number(value))
        mw_draft_take(field->draft, spelled(value, text, sizeof text));
}

json_t *mw_field_value(const mw_field *field)
{
    return field->kind->value ? field->kind->value(field)
                              : json_string(mw_draft_text(field->draft));
}

bool mw_field_key(const mw_field *field, mw_key key)
{
    return field->kind->key ? field->kind->key(field->draft, key)
                            : mw_draft_key(field->draft, key, field->kind->lines);
}

void mw_field_paste(const mw_field *field, const char *text)
{
    if (field->kind->paste)
        field->kind->paste(field->draft, text);
    else
        mw_draft_paste(field->draft, text, field->kind->lines);
}

json_t *mw_field_given(const json_t *item, const json_t *value)
{
    const mw_field_kind *kind = mw_field_kind_of(item, false);
    char text[64];
    json_t *own = kind && kind->given ? kind->given(item, value) : NULL;
    if (own)
        return own;
    return json_is_number(value) ? json_string(spelled(value, text, sizeof text))
                                 : json_incref((json_t *)value);
}
