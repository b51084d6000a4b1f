/* The action table keeps its promises: one key, one meaning; every action explained. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/form/actions.h"
#include "tui/form/form.h"

static mw_model *model;

static int fresh_model(void **state)
{
    (void)state;
    model = calloc(1, sizeof *model);
    model->focus = -1;
    return model ? 0 : -1;
}

static int drop_model(void **state)
{
    (void)state;
    mw_form_close(model);
    free(model);
    return 0;
}

static void show_lab(const char *view)
{
    json_t *json = json_loads(view, 0, NULL);
    assert_non_null(json);
    model->screen = MW_SCREEN_LAB;
    mw_form_take_view(model, json);
}

static mw_action_id press(mw_key key)
{
    return mw_action_for(mw_action_context(model), mw_action_state(model), key);
}

static bool in_footer(const char *name)
{
    mw_action_footer(model);
    for (int i = 0; i < model->footer_count; i++) {
        if (strcmp(model->footer[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Whether both can be valid in one state of one context. */
static bool can_meet(const mw_action *a, const mw_action *b)
{
    const unsigned needs = a->needs | b->needs, unless = a->unless | b->unless;
    return (a->contexts & b->contexts) != 0 && (needs & unless) == 0;
}

static void no_key_means_two_things_at_once(void **state)
{
    (void)state;
    for (int a = 0; a < MW_ACTION_COUNT; a++) {
        for (int b = a + 1; b < MW_ACTION_COUNT; b++) {
            const mw_action *one = mw_action_of((mw_action_id)a),
                            *other = mw_action_of((mw_action_id)b);
            if (!can_meet(one, other))
                continue;
            const char *mine = one->keys;
            for (mw_key x = mw_key_next(&mine); x != MW_KEY_NONE; x = mw_key_next(&mine)) {
                const char *theirs = other->keys;
                for (mw_key y = mw_key_next(&theirs); y != MW_KEY_NONE; y = mw_key_next(&theirs)) {
                    if (x == y)
                        fail_msg("\"%s\" and \"%s\" share a key", one->help, other->help);
                }
            }
        }
    }
}

static void every_action_has_a_name_a_help_and_keys_that_exist(void **state)
{
    (void)state;
    for (int id = 0; id < MW_ACTION_COUNT; id++) {
        const mw_action *action = mw_action_of((mw_action_id)id);
        assert_true(action->name[0] != '\0' && action->help[0] != '\0');
        assert_true(action->contexts != 0 && (action->contexts & ~(unsigned)MW_IN_ALL) == 0);
        assert_int_equal(action->needs & action->unless, 0);
        /* A key that is spelled wrong would end the list early. */
        const char *keys = action->keys;
        while (mw_key_next(&keys) != MW_KEY_NONE)
            ;
        assert_string_equal(keys, "");
    }
}

static void the_footer_shows_only_what_is_valid(void **state)
{
    (void)state;
    show_lab(
        "{\"step\":{\"id\":\"a\"},\"actions\":[\"run\",\"hint\"],\"fields\":[],\"controls\":[]}");
    assert_true(in_footer("run"));
    assert_true(in_footer("hint"));
    assert_false(in_footer("answer"));
    assert_false(in_footer("stop run"));
    assert_false(in_footer("back"));
    model->running = true;
    assert_true(in_footer("stop run"));
    assert_int_equal(press(MW_KEY_ESCAPE), MW_ACTION_CANCEL);
    model->running = false;
    assert_int_equal(press(MW_KEY_ESCAPE), MW_ACTION_NONE);
    assert_int_equal(press('s'), MW_ACTION_NONE);
}

static void letters_are_text_while_a_number_is_typed(void **state)
{
    (void)state;
    show_lab("{\"step\":{\"id\":\"a\"},\"actions\":[\"submit\",\"hint\"],"
             "\"fields\":[{\"id\":\"n\",\"kind\":\"number\"}],\"controls\":[]}");
    assert_true(model->typing);
    assert_true(mw_form_takes(model, 'h'));
    assert_false(mw_form_takes(model, '?'));
    assert_false(in_footer("hint"));
    assert_true(in_footer("answer"));
    assert_int_equal(press(MW_KEY_ESCAPE), MW_ACTION_LEAVE_FIELD);
    model->typing = false;
    assert_false(mw_form_takes(model, 'h'));
    assert_true(in_footer("hint"));
}

static void a_text_area_keeps_the_question_mark_and_enter(void **state)
{
    (void)state;
    show_lab("{\"step\":{\"id\":\"a\"},\"actions\":[\"submit\"],"
             "\"fields\":[{\"id\":\"n\",\"kind\":\"text\"}],\"controls\":[]}");
    assert_true(mw_form_takes(model, '?'));
    mw_action_footer(model);
    bool found = false, answers = false;
    for (int i = 0; i < model->footer_count; i++) {
        found = found || strcmp(model->footer[i].key, "F1") == 0;
        answers = answers || strcmp(model->footer[i].key, "Ctrl-D") == 0;
        assert_string_not_equal(model->footer[i].key, "Enter");
    }
    assert_true(found && answers);
}

static void the_palette_finds_by_letters_in_order(void **state)
{
    (void)state;
    mw_action_id ids[MW_ACTION_COUNT];
    model->overlay = MW_OVERLAY_PALETTE;
    snprintf(model->palette_text, sizeof model->palette_text, "mchn");
    assert_true(mw_action_palette(model, ids, MW_ACTION_COUNT) > 0);
    assert_int_equal(ids[0], MW_ACTION_MACHINE);
    snprintf(model->palette_text, sizeof model->palette_text, "zzzz");
    assert_int_equal(mw_action_palette(model, ids, MW_ACTION_COUNT), 0);
    /* Nothing is offered that the screen below would refuse. */
    model->palette_text[0] = '\0';
    const size_t count = mw_action_palette(model, ids, MW_ACTION_COUNT);
    for (size_t i = 0; i < count; i++)
        assert_true(mw_action_valid(ids[i], MW_IN_COURSE, 0));
    assert_true(count >= 5);
}

static void an_overlay_takes_the_keys(void **state)
{
    (void)state;
    assert_int_equal(press('q'), MW_ACTION_QUIT);
    model->overlay = MW_OVERLAY_HELP;
    assert_int_equal(press('q'), MW_ACTION_CLOSE);
    assert_int_equal(press('m'), MW_ACTION_NONE);
}

static void measuring_for_the_first_time_can_be_skipped(void **state)
{
    (void)state;
    model->screen = MW_SCREEN_MACHINE;
    model->calibrating = model->first_start = true;
    assert_int_equal(press(MW_KEY_ESCAPE), MW_ACTION_SKIP);
    model->first_start = false;
    assert_int_equal(press(MW_KEY_ESCAPE), MW_ACTION_CANCEL_CALIBRATION);
    model->calibrating = false;
    assert_int_equal(press(MW_KEY_ESCAPE), MW_ACTION_LEAVE_MACHINE);
    assert_int_equal(press('c'), MW_ACTION_CALIBRATE);
}

static void the_manual_lists_every_action_that_has_a_key(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    mw_action_manual(file, false);
    fclose(file);
    for (int id = 0; id < MW_ACTION_COUNT; id++) {
        if (mw_action_of((mw_action_id)id)->keys[0] != '\0')
            assert_non_null(strstr(text, mw_action_of((mw_action_id)id)->help));
    }
    free(text);
    file = open_memstream(&text, &size);
    mw_action_manual(file, true);
    fclose(file);
    assert_null(strstr(text, "\n'"));
    assert_non_null(strstr(text, ".Ss "));
    free(text);
}

#define ON_MODEL(test) cmocka_unit_test_setup_teardown(test, fresh_model, drop_model)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(no_key_means_two_things_at_once),
        ON_MODEL(every_action_has_a_name_a_help_and_keys_that_exist),
        ON_MODEL(the_footer_shows_only_what_is_valid),
        ON_MODEL(letters_are_text_while_a_number_is_typed),
        ON_MODEL(a_text_area_keeps_the_question_mark_and_enter),
        ON_MODEL(the_palette_finds_by_letters_in_order),
        ON_MODEL(an_overlay_takes_the_keys),
        ON_MODEL(measuring_for_the_first_time_can_be_skipped),
        ON_MODEL(the_manual_lists_every_action_that_has_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
