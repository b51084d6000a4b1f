/* word_test.c: a toy kind of field, listed by this program's list.c alone, is drawn and typed on
 * the screen, told and asked on plain lines; and no driver of ours names a kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <glob.h>
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/view/screen.h"
#include "tui/form/actions.h"
#include "tui/form/form.h"
#include "tui/plain/fields.h"

static json_t *field_of(const char *kind)
{
    json_t *field = json_pack("{s:s, s:s, s:s, s:i}", "id", "word", "kind", kind, "label",
                              "Which wall", "letters", 6);
    assert_non_null(field);
    return field;
}

static mw_model *model_with(const char *kind)
{
    return screen_model(json_pack("{s:{s:s}, s:[o], s:[], s:[s]}", "step", "id", "wall", "fields",
                                  field_of(kind), "controls", "actions", "submit"));
}

static void a_toy_is_drawn_typed_and_sent(void **state)
{
    (void)state;
    mw_model *model = model_with("word");
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows("Which wall") && screen_shows("_ _ _ _ _ _"));
    assert_true(model->typing && mw_form_takes(model, 'h') && !mw_form_takes(model, '1'));
    assert_true(mw_form_next_empty(model));
    for (const char *c = "Mem7"; *c; c++)
        mw_form_key(model, *c);
    assert_false(mw_form_next_empty(model));
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows("m e m _ _ _") && screen_is_sound());
    json_t *values = mw_form_values(model);
    assert_string_equal(json_string_value(json_object_get(values, "word")), "mem");
    json_decref(values);
    screen_free(model);
}

static char *text;
static size_t size;

/* What plain lines say before an answer, and the answer that they make of a line. */
static char *asked(json_t *field, const char *line, json_t **value)
{
    mw_lines out = {.file = open_memstream(&text, &size), .utf8 = true, .width = 80};
    assert_non_null(out.file);
    mw_plain_say_prompt(&out, field);
    *value = mw_plain_take_line(&out, field, line);
    fclose(out.file);
    json_decref(field);
    return text;
}

static void a_toy_is_told_asked_and_taken_on_plain_lines(void **state)
{
    (void)state;
    json_t *value, *field = field_of("word");
    assert_true(mw_plain_is_open(field));
    char *said = asked(field, "MEMORY", &value);
    assert_string_equal(said, "  One word of 6 letters.\nWhich wall (letters): ");
    assert_string_equal(json_string_value(value), "memory");
    json_decref(value);
    free(said);
}

static void a_kind_that_no_list_has_is_said_in_one_line_and_takes_nothing(void **state)
{
    (void)state;
    static const char *const lines =
        "Which wall: only a newer memwall can show this (its kind is 'sonnet')";
    mw_model *model = model_with("sonnet");
    screen_draw(model, 120, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows("only a newer memwall") && screen_is_sound());
    assert_int_equal(model->focus, -1);
    assert_false(mw_form_can_focus(model) || mw_form_next_empty(model));
    mw_form_focus_at(model, 0);
    mw_form_paste(model, "x");
    assert_false(mw_form_key(model, 'x') || mw_form_choose(model) || mw_form_turn(model, 1) ||
                 mw_form_push(model, 1, 1, 2, 2));
    json_t *values = mw_form_values(model);
    assert_int_equal(json_object_size(values), 0);
    json_decref(values);

    mw_lines out = {.file = open_memstream(&text, &size), .utf8 = true, .width = 80};
    mw_plain_say_unknown(&out, model->view);
    fclose(out.file);
    assert_non_null(strstr(text, lines));
    assert_ptr_equal(strchr(text, '\n'), text + size - 1);
    free(text);
    json_t *field = field_of("sonnet");
    assert_false(mw_plain_is_open(field));
    json_decref(field);
    screen_free(model);
}

/* Whether a source compares a kind with the name of one, or takes the table of one. */
static bool names(const char *source, const mw_field_kind *kind)
{
    char pattern[160];
    regex_t found;
    snprintf(pattern, sizeof pattern, "strcmp\\([^;]*kind[^;]*\"%s\"|mw_field_%s;", kind->kind,
             kind->kind);
    assert_int_equal(regcomp(&found, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool named = regexec(&found, source, 0, NULL, 0) == 0;
    regfree(&found);
    return named;
}

/* Only the room of the kinds knows their names. */
static void no_other_room_names_a_kind(void **state)
{
    (void)state;
    glob_t sources;
    assert_int_equal(glob(TUI "/*/*.[ch]", 0, NULL, &sources), 0);
    assert_true(sources.gl_pathc > 50);
    for (size_t i = 0; i < sources.gl_pathc; i++) {
        char *source = NULL;
        size_t length = 0;
        FILE *file = fopen(sources.gl_pathv[i], "r");
        assert_non_null(file);
        assert_true(getdelim(&source, &length, '\0', file) > 0);
        fclose(file);
        for (const mw_field_kind *const *kind = mw_field_kinds; *kind; kind++)
            if (!strstr(sources.gl_pathv[i], "/fields/") && names(source, *kind))
                fail_msg("%s names the kind %s", sources.gl_pathv[i], (*kind)->kind);
        free(source);
    }
    globfree(&sources);
    assert_true(
        names("if (strcmp(mw_json_text(item, \"kind\"), \"number\") == 0)", mw_field_kinds[0]));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_toy_is_drawn_typed_and_sent),
        cmocka_unit_test(a_toy_is_told_asked_and_taken_on_plain_lines),
        cmocka_unit_test(a_kind_that_no_list_has_is_said_in_one_line_and_takes_nothing),
        cmocka_unit_test(no_other_room_names_a_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
