/* overlay_test.c: help, palette and log: what they list and how they scroll. */
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/locale/locale.h"
#include "tui/form/actions.h"

static void every_action_of_the_screen_is_in_its_help(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    model->overlay = MW_OVERLAY_HELP;
    mw_action_id ids[MW_ACTION_COUNT];
    size_t now, count = mw_action_help(model, ids, MW_ACTION_COUNT, &now);
    assert_true(count > 10);
    screen_draw(model, 120, 60, MW_CHARSET_BRAILLE);
    for (size_t i = 0; i < count; i++)
        assert_true(screen_shows(mw_action_of(ids[i])->help));
    assert_true(screen_shows("● measured"));
    screen_free(model);
}

static void help_tells_the_keys_that_work_now_from_the_others(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    model->overlay = MW_OVERLAY_HELP;
    mw_action_id ids[MW_ACTION_COUNT];
    size_t now, count = mw_action_help(model, ids, MW_ACTION_COUNT, &now);
    int escapes = 0;
    assert_true(now > 5 && now < count);
    model->overlay = MW_OVERLAY_NONE;
    for (size_t i = 0; i < count; i++) {
        const bool works = mw_action_valid(ids[i], mw_action_screen(model), mw_action_state(model));
        assert_true(works == (i < now));
        escapes += i < now && strncmp(mw_action_of(ids[i])->keys, "Esc", 3) == 0;
    }
    assert_true(escapes <= 1); /* one key, one meaning */
    model->overlay = MW_OVERLAY_HELP;
    screen_draw(model, 120, 60, MW_CHARSET_BRAILLE);
    const int other = screen_find("At other times");
    assert_true(other > screen_find("find a command by a part of its name"));
    assert_true(other < screen_find("give the answer")); /* nothing is asked */
    screen_free(model);
}

static void help_scrolls_to_the_marks_on_a_small_screen(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    model->overlay = MW_OVERLAY_HELP;
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_false(screen_shows("● measured"));
    model->overlay_scroll = mw_view_scroll_most(model, screen_grid());
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("● measured"));
    screen_free(model);
}

static void the_palette_lists_what_matches(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    model->overlay = MW_OVERLAY_PALETTE;
    snprintf(model->palette_text, sizeof model->palette_text, "sweep");
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("▸ sweep") && !screen_shows("▸ machine"));
    snprintf(model->palette_text, sizeof model->palette_text, "qqqqq");
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("No command here has these letters"));
    screen_free(model);
}

static void the_log_shows_its_newest_lines(void **state)
{
    (void)state;
    mw_model *model = screen_model(NULL);
    model->overlay = MW_OVERLAY_LOG;
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Nothing so far."));
    for (model->log_count = 0; model->log_count < 100; model->log_count++)
        snprintf(model->log[model->log_count], sizeof model->log[0], "line %d.", model->log_count);
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("line 99.") && !screen_shows("line 0.") && screen_shows("100 lines"));
    model->overlay_scroll = 1000;
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("line 0."));
    screen_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_of_the_screen_is_in_its_help),
        cmocka_unit_test(help_tells_the_keys_that_work_now_from_the_others),
        cmocka_unit_test(help_scrolls_to_the_marks_on_a_small_screen),
        cmocka_unit_test(the_palette_lists_what_matches),
        cmocka_unit_test(the_log_shows_its_newest_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
