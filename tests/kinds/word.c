/* word.c: a toy: a field that takes one word, whose letters are known by their number. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "tui/fields/field.h"

static bool takes(const mw_draft *draft, mw_key key)
{
    (void)draft;
    return key < 0x80 && isalpha((int)key);
}

/* "m e m _ _ _" */
static void draw(mw_field_pen *pen, const mw_field *field, bool focused)
{
    const char *word =
        mw_field_is_open(field) ? mw_draft_text(field->draft) : mw_json_text(field->item, "value");
    int letters = mw_json_int(field->item, "letters", 0);
    mw_field_label(pen, mw_json_text(field->item, "label"), focused);
    pen->y++;
    for (int i = 0, x = 2; i < letters || *word; i++, x += 2) {
        char shown[] = {*word ? *word++ : '_', '\0'};
        mw_grid_text(pen->grid, x, pen->y, 1, mw_style_of(MW_ROLE_ACCENT), shown);
    }
    pen->y++;
}

static void tell(const json_t *item, mw_field_say *say, void *context)
{
    char text[80];
    snprintf(text, sizeof text, "One word of %d letters.", mw_json_int(item, "letters", 0));
    say(context, 2, "", text);
}

static void ask(const json_t *item, char *text, size_t size)
{
    (void)item;
    snprintf(text, size, " (letters)");
}

/* In small letters, as the screen takes them. */
static json_t *given(const json_t *item, const json_t *value)
{
    char word[64] = "";
    (void)item;
    snprintf(word, sizeof word, "%s", json_is_string(value) ? json_string_value(value) : "");
    for (char *c = word; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return json_string(word);
}

static bool key(mw_draft *draft, mw_key pressed)
{
    return mw_draft_key(draft, pressed < 0x80 ? tolower((int)pressed) : pressed, false);
}

const mw_field_kind mw_field_word = {.kind = "word",
                                     .draw = draw,
                                     .takes = takes,
                                     .key = key,
                                     .tell = tell,
                                     .ask = ask,
                                     .given = given};
