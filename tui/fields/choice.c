/* choice.c: one option of several ("choice"), and several of several ("choices"): their draft holds
 * the chosen ids, with commas between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/fields/field.h"
#include "tui/markdown/markdown.h"

/* Where `id` stands in a list of ids that is separated by commas or spaces, or NULL. */
static const char *find_id(const char *list, const char *id)
{
    size_t length = strlen(id);
    while (length > 0 && *list) {
        size_t word = strcspn(list, ", ");
        if (word == length && memcmp(list, id, length) == 0)
            return list;
        list += word;
        list += strspn(list, ", ");
    }
    return NULL;
}

static void append_id(mw_draft *draft, const char *id)
{
    const char *text = mw_draft_text(draft);
    size_t size = strlen(text) + strlen(id) + 2;
    char *list = malloc(size);
    if (!list)
        return;
    snprintf(list, size, "%s%s%s", text, *text ? "," : "", id);
    mw_draft_set(draft, list);
    free(list);
}

/* `at` is where it stands. */
static void remove_id(mw_draft *draft, const char *at)
{
    char *list = draft->text, *word = list + (at - list);
    char *rest = word + strcspn(word, ", ");
    if (*rest)
        rest++;
    else if (word > list)
        word--; /* the last one leaves no comma */
    memmove(word, rest, strlen(rest) + 1);
}

/* The option whose id is the whole draft is marked, else the first. */
static void fill(mw_draft *draft, const json_t *item)
{
    const json_t *value = mw_json_member(item, "value");
    if (json_is_string(value))
        mw_draft_take(draft, json_string_value(value));
    for (int i = 0; i < mw_json_count(item, "value"); i++) {
        const json_t *id = mw_json_item(item, "value", i);
        if (json_is_string(id))
            append_id(draft, json_string_value(id));
    }
    for (int i = 0; i < mw_json_count(item, "options"); i++)
        if (strcmp(mw_json_text(mw_json_item(item, "options", i), "id"), mw_draft_text(draft)) == 0)
            draft->option = i;
}

static json_t *list_of_ids(const mw_field *field)
{
    json_t *list = json_array();
    for (const char *word = mw_draft_text(field->draft); *word;) {
        size_t size = strcspn(word, ",");
        if (size > 0)
            json_array_append_new(list, json_stringn(word, size));
        word += size + (word[size] == ',');
    }
    return list;
}

/* ---- keys ---- */

static bool move(const mw_field *field, int direction)
{
    int option = field->draft->option + direction;
    if (option < 0 || option >= mw_json_count(field->item, "options"))
        return false;
    field->draft->option = option;
    return true;
}

/* Marks the option; its id, or NULL when there is no such option. */
static const char *mark_option(const mw_field *field, int option)
{
    const char *id = mw_json_text(mw_json_item(field->item, "options", option), "id");
    if (!*id)
        return NULL;
    field->draft->option = option;
    return id;
}

static bool choose_one(const mw_field *field, int option)
{
    const char *id = mark_option(field, option);
    if (id)
        mw_draft_set(field->draft, id);
    return id != NULL;
}

/* Chosen once more, it is taken back. */
static bool choose_several(const mw_field *field, int option)
{
    const char *id = mark_option(field, option);
    const char *at = id ? find_id(mw_draft_text(field->draft), id) : NULL;
    if (at)
        remove_id(field->draft, at);
    else if (id)
        append_id(field->draft, id);
    return id != NULL;
}

/* ---- the screen ---- */

static bool is_chosen(const mw_field *field, const char *id)
{
    if (mw_field_is_open(field))
        return find_id(mw_draft_text(field->draft), id) != NULL;
    return find_id(mw_json_text(field->item, "value"), id) ||
           mw_json_lists(field->item, "value", id);
}

static void draw_option(mw_field_pen *pen, const mw_field *field, int index, bool here,
                        const mw_glyph glyphs[2])
{
    mw_grid *grid = pen->grid;
    const json_t *option = mw_json_item(field->item, "options", index);
    bool chosen = is_chosen(field, mw_json_text(option, "id"));
    bool faint = !chosen && mw_json_true(field->item, "locked");
    if (here) {
        mw_grid_put(grid, 1, pen->y, mw_grid_glyph(grid, MW_GLYPH_CURSOR),
                    mw_style_with(MW_ROLE_FOCUS, MW_ATTR_BOLD));
        grid->cursor_x = 3;
        grid->cursor_y = pen->y;
    }
    mw_grid_put(grid, 3, pen->y, mw_grid_glyph(grid, glyphs[chosen]),
                mw_style_with(faint ? MW_ROLE_DIM : MW_ROLE_ACCENT, chosen ? MW_ATTR_BOLD : 0));
    mw_rect rect = {5, pen->y, grid->width - 6, grid->height - pen->y};
    int lines = mw_markdown_write(grid, rect,
                                  here    ? MW_ROLE_FOCUS
                                  : faint ? MW_ROLE_DIM
                                          : MW_ROLE_TEXT,
                                  mw_json_text(option, "text"));
    pen->y += lines > 0 ? lines : 1;
}

static void draw_options(mw_field_pen *pen, const mw_field *field, bool focused,
                         const mw_glyph glyphs[2])
{
    const char *label = mw_json_text(field->item, "label");
    if (*label) {
        mw_field_label(pen, label, focused);
        pen->y++;
    }
    for (int i = 0; i < mw_json_count(field->item, "options"); i++)
        draw_option(pen, field, i, focused && mw_field_is_open(field) && field->draft->option == i,
                    glyphs);
}

static void draw_one(mw_field_pen *pen, const mw_field *field, bool focused)
{
    static const mw_glyph glyphs[] = {MW_GLYPH_RADIO_OFF, MW_GLYPH_RADIO_ON};
    draw_options(pen, field, focused, glyphs);
}

static void draw_several(mw_field_pen *pen, const mw_field *field, bool focused)
{
    static const mw_glyph glyphs[] = {MW_GLYPH_CHECK_OFF, MW_GLYPH_CHECK_ON};
    draw_options(pen, field, focused, glyphs);
}

/* ---- plain lines ---- */

static void tell(const json_t *item, mw_field_say *say, void *context)
{
    for (int i = 0; i < mw_json_count(item, "options"); i++) {
        char number[24];
        snprintf(number, sizeof number, "%d. ", i + 1);
        say(context, 5, number, mw_json_text(mw_json_item(item, "options", i), "text"));
    }
}

static void ask_one(const json_t *item, char *text, size_t size)
{
    (void)item;
    snprintf(text, size, "%s", _(" (a number)"));
}

static void ask_several(const json_t *item, char *text, size_t size)
{
    (void)item;
    snprintf(text, size, "%s", _(" (numbers, separated by commas)"));
}

const mw_field_kind mw_field_choice = {.kind = "choice",
                                       .fill = fill,
                                       .draw = draw_one,
                                       .move = move,
                                       .choose = choose_one,
                                       .tell = tell,
                                       .ask = ask_one};

const mw_field_kind mw_field_choices = {.kind = "choices",
                                        .fill = fill,
                                        .value = list_of_ids,
                                        .draw = draw_several,
                                        .move = move,
                                        .choose = choose_several,
                                        .tell = tell,
                                        .ask = ask_several};
