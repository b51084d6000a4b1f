/* fields_test.c: drafts own long texts and say what they cut, and a control that was turned keeps
 * its value until it is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/view/screen.h"
#include "tui/form/form.h"

static mw_model *model;

/* A view of one field or one control (both are stolen; NULL: none). */
static json_t *view_of(json_t *field, json_t *control)
{
    json_t *view = json_pack("{s:{s:s}, s:[], s:[], s:[s]}", "step", "id", "one", "fields",
                             "controls", "actions", "submit");
    if (field)
        json_array_append_new(json_object_get(view, "fields"), field);
    if (control)
        json_array_append_new(json_object_get(view, "controls"), control);
    return view;
}

static json_t *field_of(const char *kind, const char *value)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "id", "f", "kind", kind, "label", "Why", "value",
                     value);
}

static json_t *slider_at(int value)
{
    return json_pack("{s:s, s:s, s:s, s:[i,i,i], s:i}", "id", "n", "kind", "slider", "label", "n",
                     "values", 1024, 2048, 4096, "value", value);
}

static int close_model(void **state)
{
    (void)state;
    screen_free(model);
    return 0;
}

/* ---- texts ---- */

static const char *text_now(void)
{
    return mw_draft_text(&model->drafts[0]);
}

static void paste_characters(const char *character, int count)
{
    char *pasted = calloc((size_t)count + 1, strlen(character));
    assert_non_null(pasted);
    for (int i = 0; i < count; i++)
        memcpy(pasted + (size_t)i * strlen(character), character, strlen(character));
    mw_form_paste(model, pasted);
    free(pasted);
}

static void a_text_takes_32_KiB_and_what_has_no_room_is_said_once(void **state)
{
    (void)state;
    model = screen_model(view_of(field_of("text", ""), NULL));
    paste_characters("line\n", 6000);
    assert_int_equal(strlen(text_now()), 30000);
    assert_false(mw_form_was_cut(model));
    paste_characters("墙", 1000); /* of which 2768 bytes have room */
    assert_int_equal(strlen(text_now()), 30000 + 2766);
    assert_true(mw_form_was_cut(model));
    assert_false(mw_form_was_cut(model));
    mw_form_key(model, 'a');
    mw_form_key(model, MW_KEY_ENTER);
    assert_int_equal(strlen(text_now()), MW_DRAFT_MOST);
    assert_false(mw_form_was_cut(model));
    mw_form_key(model, 'b');
    assert_true(mw_form_was_cut(model));
    mw_form_key(model, MW_KEY_BACKSPACE);
    mw_form_key(model, 'b');
    assert_int_equal(strlen(text_now()), MW_DRAFT_MOST);
    assert_false(mw_form_was_cut(model));
}

static void what_a_view_says_is_never_cut_and_can_be_sent_again(void **state)
{
    (void)state;
    enum { LONG = 40000 };
    char *value = malloc(LONG + 1);
    assert_non_null(value);
    memset(value, 'x', LONG);
    value[LONG] = '\0';
    model = screen_model(view_of(field_of("text", value), NULL));
    assert_int_equal(strlen(text_now()), LONG);
    assert_false(mw_form_key(model, 'y') && !mw_form_was_cut(model));
    mw_form_key(model, MW_KEY_BACKSPACE);
    json_t *values = mw_form_values(model);
    assert_int_equal(json_string_length(json_object_get(values, "f")), LONG - 1);
    json_decref(values);
    free(value);
}

static void the_window_of_a_long_text_goes_with_the_cursor(void **state)
{
    (void)state;
    char value[2000] = "";
    for (int i = 10; i < 60; i++)
        sprintf(value + strlen(value), "line %d%s", i, i < 59 ? "\n" : "");
    model = screen_model(view_of(field_of("text", value), NULL));
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows("line 59") && !screen_shows("line 10"));
    assert_int_equal(screen_grid()->cursor_y, screen_find("line 59"));
    for (int i = 0; i < 49; i++)
        mw_form_key(model, MW_KEY_UP);
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows("line 10") && !screen_shows("line 59"));
    assert_int_equal(screen_grid()->cursor_y, screen_find("line 10"));
}

static void the_end_of_a_long_line_is_shown_with_its_cursor(void **state)
{
    (void)state;
    model = screen_model(view_of(field_of("number", ""), NULL));
    paste_characters("1+", MW_DRAFT_MOST / 2 - 2);
    mw_form_paste(model, "end");
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    int line = screen_find("+1+end");
    assert_true(line > 0 && screen_grid()->cursor_visible && screen_is_sound());
    assert_int_equal(screen_grid()->cursor_y, line);
}

/* ---- controls ---- */

static json_int_t sent_value(void)
{
    mw_field field = mw_form_field(model, 0);
    json_t *value = mw_field_value(&field);
    json_int_t number = json_integer_value(value);
    json_decref(value);
    return number;
}

static void a_turned_control_outlives_a_view_until_it_is_sent(void **state)
{
    (void)state;
    json_t *view = view_of(NULL, slider_at(1024));
    model = screen_model(json_incref(view));
    assert_true(mw_form_turn(model, 1));
    assert_int_equal(sent_value(), 2048);
    json_t *control = json_array_get(json_object_get(view, "controls"), 0);
    assert_int_equal(json_integer_value(json_object_get(control, "value")), 1024);
    json_decref(view);
    mw_form_take_view(model, view_of(NULL, slider_at(1024))); /* of something else that happened */
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(sent_value() == 2048 && screen_shows("2048"));
    mw_form_sent(model, "n");
    assert_int_equal(sent_value(), 2048);
    mw_form_take_view(model, view_of(NULL, slider_at(4096))); /* the lab has the last word */
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(sent_value() == 4096 && screen_shows("4096"));
}

static void a_control_of_another_step_begins_anew(void **state)
{
    (void)state;
    model = screen_model(view_of(NULL, slider_at(1024)));
    mw_form_turn(model, 1);
    json_t *next = view_of(NULL, slider_at(1024));
    json_object_set_new(next, "step", json_pack("{s:s}", "id", "two"));
    mw_form_take_view(model, next);
    assert_int_equal(sent_value(), 1024);
}

static void a_value_that_is_none_of_the_list_is_shown_and_turned_from(void **state)
{
    (void)state;
    model = screen_model(view_of(NULL, slider_at(3000)));
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(sent_value() == 3000 && screen_shows("3000"));
    assert_true(mw_form_turn(model, 1));
    assert_int_equal(sent_value(), 1024);
}

static void an_unknown_control_is_said_and_not_turned(void **state)
{
    (void)state;
    json_t *control = slider_at(1024);
    json_object_set_new(control, "kind", json_string("dial"));
    model = screen_model(view_of(NULL, control));
    screen_draw(model, 120, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows("n: only a newer memwall can show this"));
    assert_false(mw_form_can_focus(model) || mw_form_turn(model, 1));
}

#define ON_MODEL(test) cmocka_unit_test_teardown(test, close_model)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_text_takes_32_KiB_and_what_has_no_room_is_said_once),
        ON_MODEL(what_a_view_says_is_never_cut_and_can_be_sent_again),
        ON_MODEL(the_window_of_a_long_text_goes_with_the_cursor),
        ON_MODEL(the_end_of_a_long_line_is_shown_with_its_cursor),
        ON_MODEL(a_turned_control_outlives_a_view_until_it_is_sent),
        ON_MODEL(a_control_of_another_step_begins_anew),
        ON_MODEL(a_value_that_is_none_of_the_list_is_shown_and_turned_from),
        ON_MODEL(an_unknown_control_is_said_and_not_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
