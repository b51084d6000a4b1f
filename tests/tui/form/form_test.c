/* Filling in a step: typing, choosing, placing, turning, and what is sent. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/form/form.h"
#include "tui/keys/edit.h"

static mw_model *model;

static int fresh_model(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C.UTF-8");
    model = calloc(1, sizeof *model);
    model->screen = MW_SCREEN_LAB;
    model->focus = -1;
    return 0;
}

static int drop_model(void **state)
{
    (void)state;
    mw_form_close(model);
    free(model);
    return 0;
}

static void show(const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_t *view = json_loads(text, 0, NULL);
    assert_non_null(view);
    mw_form_take_view(model, view);
}

static void show_fields(const char *step, const char *fields, const char *controls)
{
    show("{\"step\":{\"id\":\"%s\"},\"fields\":[%s],\"controls\":[%s]}", step, fields, controls);
}

static void type(const char *text)
{
    for (; *text != '\0'; text++)
        mw_form_key(model, (unsigned char)*text);
}

static void assert_values(const char *expected)
{
    json_t *values = mw_form_values(model), *wanted = json_loads(expected, 0, NULL);
    assert_non_null(wanted);
    char *have = json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS);
    char *want = json_dumps(wanted, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(have, want);
    free(have);
    free(want);
    json_decref(values);
    json_decref(wanted);
}

/* ---- one text ---- */

static char text[64];
static int cursor;

static mw_edit edit_with(const char *start, bool lines)
{
    snprintf(text, sizeof text, "%s", start);
    cursor = (int)strlen(text);
    return (mw_edit){text, sizeof text, &cursor, lines};
}

static void characters_go_where_the_cursor_is(void **state)
{
    (void)state;
    mw_edit edit = edit_with("内墙", false);
    mw_edit_key(&edit, MW_KEY_LEFT);
    mw_edit_key(&edit, 0x5B58); /* 存 */
    assert_string_equal(text, "内存墙");
    mw_edit_key(&edit, MW_KEY_BACKSPACE);
    mw_edit_key(&edit, MW_KEY_BACKSPACE);
    assert_string_equal(text, "墙");
    mw_edit_key(&edit, MW_KEY_BACKSPACE);
    mw_edit_key(&edit, MW_KEY_DELETE);
    assert_string_equal(text, "");
    mw_edit_key(&edit, MW_KEY_DELETE);
    assert_int_equal(cursor, 0);
}

static void words_and_lines_are_moved_over_and_deleted(void **state)
{
    (void)state;
    mw_edit edit = edit_with("4*n*n + 2*nb", false);
    mw_edit_key(&edit, MW_KEY_WORD_LEFT);
    assert_int_equal(cursor, 10);
    mw_edit_key(&edit, MW_KEY_END);
    mw_edit_key(&edit, MW_KEY_CTRL('w'));
    assert_string_equal(text, "4*n*n + 2*");
    mw_edit_key(&edit, MW_KEY_HOME);
    mw_edit_key(&edit, MW_KEY_WORD_RIGHT);
    assert_int_equal(cursor, 1);
    mw_edit_key(&edit, MW_KEY_CTRL('k'));
    assert_string_equal(text, "4");
    mw_edit_key(&edit, MW_KEY_CTRL('u'));
    assert_string_equal(text, "");
}

static void up_and_down_keep_the_column(void **state)
{
    (void)state;
    mw_edit edit = edit_with("内存墙上\nab\nlonger", true);
    cursor = 9; /* behind the third character */
    assert_true(mw_edit_key(&edit, MW_KEY_DOWN));
    assert_int_equal(cursor, 15);
    assert_true(mw_edit_key(&edit, MW_KEY_UP));
    assert_int_equal(cursor, 6);
    assert_false(mw_edit_key(&edit, MW_KEY_UP));
    assert_true(mw_edit_key(&edit, MW_KEY_ENTER));
    assert_int_equal(strlen(text), strlen("内存墙上\nab\nlonger") + 1);
    edit = edit_with("one line", false);
    assert_false(mw_edit_key(&edit, MW_KEY_ENTER));
}

static void a_full_text_takes_no_more_and_is_never_cut_in_a_character(void **state)
{
    (void)state;
    mw_edit edit = edit_with("", false);
    for (int i = 0; i < 100; i++)
        mw_edit_key(&edit, 0x5185);
    assert_int_equal(strlen(text), 63);
    edit = edit_with("x", false);
    for (int i = 0; i < 40; i++)
        mw_edit_insert(&edit, "内");
    assert_int_equal(strlen(text), 61);
}

static void pasted_text_is_made_harmless(void **state)
{
    (void)state;
    mw_edit edit = edit_with("", false);
    mw_edit_insert(&edit, "a\x1b[31m\r\nb\tc\xff\xe4\xb8");
    assert_string_equal(text, "a[31m b c");
    edit = edit_with("", true);
    mw_edit_insert(&edit, "a\r\nb\rc\x07");
    assert_string_equal(text, "a\nb\nc");
}

/* ---- the step ---- */

#define NUMBER(id, more) "{\"id\":\"" id "\",\"kind\":\"number\"" more "}"

static void typing_goes_to_the_focused_field_and_is_sent_as_typed(void **state)
{
    (void)state;
    show_fields("count", NUMBER("flop", "") "," NUMBER("bytes", ""), "");
    assert_int_equal(model->focus, 0);
    type("2*n*n");
    mw_form_move_focus(model, 1);
    type("4*(n*n+2*n) B");
    assert_values("{\"flop\":\"2*n*n\",\"bytes\":\"4*(n*n+2*n) B\"}");
    mw_form_move_focus(model, 1);
    assert_int_equal(model->focus, 0);
    mw_form_move_focus(model, -1);
    assert_int_equal(model->focus, 1);
}

static void half_typed_text_outlives_a_new_view_of_its_step(void **state)
{
    (void)state;
    show_fields("count", NUMBER("flop", "") "," NUMBER("bytes", ""), "");
    type("2*n");
    show_fields("count", NUMBER("flop", "") "," NUMBER("bytes", ",\"value\":\"7\""), "");
    assert_values("{\"flop\":\"2*n\",\"bytes\":\"7\"}");
    assert_true(model->typing);
    show_fields("other", NUMBER("flop", ""), "");
    assert_values("{\"flop\":\"\"}");
}

static void an_answered_field_is_closed_and_the_next_one_gets_the_focus(void **state)
{
    (void)state;
    show_fields("count", NUMBER("flop", "") "," NUMBER("bytes", ""), "");
    type("1");
    show_fields("count", NUMBER("flop", ",\"locked\":true,\"value\":\"1\"") "," NUMBER("bytes", ""),
                "");
    assert_int_equal(model->focus, 1);
    show_fields(
        "count",
        NUMBER("flop", ",\"locked\":true,\"value\":\"1\"") "," NUMBER("bytes", ",\"locked\":true"),
        "");
    assert_int_equal(model->focus, -1);
    assert_false(model->typing);
    assert_false(mw_form_can_focus(model));
    mw_form_move_focus(model, 1);
    assert_int_equal(model->focus, -1);
}

static void enter_leads_to_what_is_still_empty(void **state)
{
    (void)state;
    show_fields("count", NUMBER("flop", "") "," NUMBER("bytes", ""), "");
    type("1");
    assert_true(mw_form_next_empty(model));
    assert_int_equal(model->focus, 1);
    type("2");
    assert_false(mw_form_next_empty(model));
}

#define OPTIONS "\"options\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"ab\"}]"

static void one_of_a_choice_is_chosen(void **state)
{
    (void)state;
    show_fields("why", "{\"id\":\"c\",\"kind\":\"choice\"," OPTIONS "}", "");
    assert_false(model->typing);
    assert_true(mw_form_next_empty(model)); /* a mark alone is no answer */
    assert_true(mw_form_move_option(model, 1));
    assert_true(mw_form_choose(model));
    assert_values("{\"c\":\"b\"}");
    assert_true(mw_form_pick(model, 2));
    assert_values("{\"c\":\"ab\"}");
    assert_false(mw_form_move_option(model, 1));
    assert_false(mw_form_pick(model, 3));
}

static void several_of_choices_are_chosen_and_taken_back(void **state)
{
    (void)state;
    show_fields("why", "{\"id\":\"c\",\"kind\":\"choices\",\"value\":[\"ab\"]," OPTIONS "}", "");
    assert_values("{\"c\":[\"ab\"]}");
    mw_form_pick(model, 0);
    mw_form_pick(model, 1);
    assert_values("{\"c\":[\"ab\",\"a\",\"b\"]}");
    mw_form_pick(model, 0);
    assert_values("{\"c\":[\"ab\",\"b\"]}");
    mw_form_pick(model, 2);
    mw_form_pick(model, 1);
    assert_values("{\"c\":[]}");
}

#define PLACE                                                                                      \
    "{\"id\":\"p\",\"kind\":\"place\",\"picture\":\"b\",\"x\":{\"low\":0.1,\"high\":100},"         \
    "\"y\":{\"low\":1e9,\"high\":1e12}}"

static void a_point_is_pushed_by_cells_and_stays_in_the_plot(void **state)
{
    (void)state;
    show_fields("point", PLACE, "");
    assert_true(mw_form_next_empty(model));
    assert_true(mw_form_push(model, 1, 0, 2, 2));
    mw_draft *draft = mw_form_focused(model).draft;
    assert_true(fabs(draft->x - sqrt(10)) <= 1e-9);
    assert_true(mw_form_push(model, 2, -1, 2, 10));
    assert_true(fabs(draft->x - 4 * sqrt(10)) <= 1e-9);
    for (int i = 0; i < 40; i++)
        mw_form_push(model, 1, 1, 2, 10);
    assert_true(fabs(draft->x - 100) <= 1e-9);
    assert_true(fabs(draft->y - 1e12) <= 1);
}

static void the_picture_bounds_the_mark_and_not_what_may_be_typed(void **state)
{
    (void)state;
    show("{\"step\":{\"id\":\"point\"},\"fields\":[%s],\"controls\":[],\"pictures\":"
         "[{\"id\":\"a\"},{\"id\":\"b\",\"x\":{\"low\":1,\"high\":4},"
         "\"y\":{\"low\":1e9,\"high\":1e11}}]}",
         PLACE);
    for (int i = 0; i < 40; i++)
        mw_form_push(model, 1, 1, 2, 10);
    const mw_draft *draft = mw_form_focused(model).draft;
    assert_true(fabs(draft->x - 4) <= 1e-9 && fabs(draft->y - 1e11) <= 1);
}

static void a_point_is_sent_as_it_was_typed(void **state)
{
    (void)state;
    show_fields("point", PLACE, "");
    type("f"); /* a letter first is a command */
    assert_values("{\"p\":\"\"}");
    type("2^-1, (8+0) GB/s!");
    assert_values("{\"p\":\"2^-1, (8+0) GB/s!\"}");
    assert_false(mw_form_takes(model, '?') || mw_form_takes(model, ':'));
    mw_form_key(model, MW_KEY_BACKSPACE);
    mw_form_key(model, MW_KEY_HOME);
    type("1*");
    assert_values("{\"p\":\"1*2^-1, (8+0) GB/s\"}");
    assert_false(mw_form_push(model, 1, 0, 2, 2)); /* where it lies is the lab's to say */
    mw_form_key(model, MW_KEY_CTRL('u'));
    mw_form_key(model, MW_KEY_CTRL('k'));
    assert_true(mw_form_push(model, 1, 0, 2, 2));
    json_t *values = mw_form_values(model);
    assert_true(json_is_real(json_object_get(json_object_get(values, "p"), "x")));
    json_decref(values);
    type("5"); /* takes the mark's place */
    assert_values("{\"p\":\"5\"}");
}

static void assert_turned_to(json_int_t expected)
{
    mw_field field = mw_form_focused(model);
    assert_true(field.control);
    json_t *value = mw_field_value(&field);
    assert_int_equal(json_integer_value(value), expected);
    json_decref(value);
}

static void a_control_turns_through_its_values(void **state)
{
    (void)state;
    show_fields("run", "", "{\"id\":\"n\",\"kind\":\"slider\",\"values\":[1,2,4],\"value\":2}");
    assert_int_equal(model->focus, 0);
    assert_true(mw_form_turn(model, 1));
    assert_false(mw_form_turn(model, 1));
    assert_turned_to(4);
    assert_true(mw_form_turn(model, -1000));
    assert_turned_to(1);
    assert_false(mw_form_key(model, 'x'));
}

static void a_view_without_sense_is_survived(void **state)
{
    (void)state;
    show("{}");
    show("{\"fields\":7,\"controls\":{},\"actions\":[1,null]}");
    show("{\"step\":{\"id\":\"a\"},\"fields\":[null,3,{\"kind\":\"odd\"},{\"id\":\"c\",\"kind\":"
         "\"choice\"}],"
         "\"controls\":[{}]}");
    mw_form_move_focus(model, 1);
    mw_form_choose(model);
    mw_form_turn(model, 1);
    mw_form_pick(model, 0);
    mw_form_push(model, 1, 1, 2, 2);
    mw_form_paste(model, "x");
    json_decref(mw_form_values(model));
}

#define ON_MODEL(test) cmocka_unit_test_setup_teardown(test, fresh_model, drop_model)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(characters_go_where_the_cursor_is),
        ON_MODEL(words_and_lines_are_moved_over_and_deleted),
        ON_MODEL(up_and_down_keep_the_column),
        ON_MODEL(a_full_text_takes_no_more_and_is_never_cut_in_a_character),
        ON_MODEL(pasted_text_is_made_harmless),
        ON_MODEL(typing_goes_to_the_focused_field_and_is_sent_as_typed),
        ON_MODEL(half_typed_text_outlives_a_new_view_of_its_step),
        ON_MODEL(an_answered_field_is_closed_and_the_next_one_gets_the_focus),
        ON_MODEL(enter_leads_to_what_is_still_empty),
        ON_MODEL(one_of_a_choice_is_chosen),
        ON_MODEL(several_of_choices_are_chosen_and_taken_back),
        ON_MODEL(a_point_is_pushed_by_cells_and_stays_in_the_plot),
        ON_MODEL(the_picture_bounds_the_mark_and_not_what_may_be_typed),
        ON_MODEL(a_point_is_sent_as_it_was_typed),
        ON_MODEL(a_control_turns_through_its_values),
        ON_MODEL(a_view_without_sense_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
