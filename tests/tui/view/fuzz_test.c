/* Views must draw anything: every size, and view models that nobody should send. */
#include "screen.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const fixtures[] = {"02-count-answered", "03-point-open", "06-gemv-running",
                                       "15-serve-done", "21-why-open"};
enum { FIXTURE_COUNT = 5 };

static const mw_charset charsets[] = {MW_CHARSET_ASCII, MW_CHARSET_QUADRANT, MW_CHARSET_BRAILLE};

static void every_size_is_drawn(void **state)
{
    (void)state;
    for (int f = 0; f < FIXTURE_COUNT; f++) {
        mw_model *model = screen_model(screen_fixture(fixtures[f]));
        model->running = f % 2 == 0;
        for (int width = 1; width <= 140; width += 1 + (width > 90 ? 6 : 0))
            for (int height = 1 + (width + f) % 3; height <= 50; height += 3) {
                screen_draw(model, width, height, charsets[(width + height) % 3]);
                assert_true(screen_is_sound());
            }
        screen_free(model);
    }
}

/* Text that a lab, a student or a worker might send in bad faith or by accident. */
static const char *hostile_text(void)
{
    static char huge[9000];
    static const char *const texts[] = {
        "",
        "\x1b[2J\x1b[31mred\x07\b\b",
        "\xE4\xB8\xAD\xE6\x96\x87\xE5\xBE\x88\xE9\x95\xBF\xE7\x9A\x84\xE6\xA0\x87\xE9\xA2\x98",
        "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81 \xE2\x80\xAE reversed \xE2\x80\x8B",
        "# heading\n\n* a\n  * b\n    * c\n      1. d\n\n> quote\n\n```\ncode\n```\n\n| a | b "
        "|\n|---|---|\n| 1 | 2 |",
        "\xF0\x9F\x98\x80 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
        "%s%n%d",
        "a\nb\tc\rd"};
    int choice = rand() % 10;
    if (choice < 8)
        return texts[choice];
    memset(huge, choice == 8 ? 'W' : ' ', sizeof huge - 1);
    return huge;
}

static json_t *hostile_value(void)
{
    switch (rand() % 9) {
    case 0:
        return json_null();
    case 1:
        return json_true();
    case 2:
        return json_integer(rand() % 2 ? -1 : INT64_MAX);
    case 3:
        return json_real(rand() % 2 ? 1e308 : -1e-308);
    case 4:
        return json_real(0);
    case 5:
        return json_array();
    case 6:
        return json_object();
    default: {
        json_t *text = json_string(hostile_text());
        return text ? text : json_null();
    }
    }
}

/* Replaces, removes or repeats members here and there. */
static void spoil(json_t *node, int odds)
{
    if (json_is_object(node)) {
        const char *key;
        json_t *value;
        void *next;
        json_object_foreach_safe(node, next, key, value)
        {
            if (rand() % odds == 0)
                json_object_set_new(node, key, hostile_value());
            else if (rand() % odds == 0)
                json_object_del(node, key);
            else
                spoil(value, odds);
        }
    } else if (json_is_array(node)) {
        for (size_t i = 0; i < json_array_size(node); i++) {
            if (rand() % odds == 0)
                json_array_set_new(node, i, hostile_value());
            else
                spoil(json_array_get(node, i), odds);
        }
        for (int i = 0; json_array_size(node) > 0 && rand() % odds == 0 && i < 70; i++)
            json_array_append(node, json_array_get(node, 0));
    }
}

static void spoil_model(mw_model *model)
{
    model->focus = rand() % 12 - 2;
    model->text_scroll = rand() % 200 - 20;
    model->panel = (mw_panel)(rand() % (MW_PANEL_COUNT + 2) - 1);
    model->running = rand() % 2;
    model->have_counters = rand() % 2;
    model->counters.flops = rand() % 2 ? UINT64_MAX : 0;
    model->counters.progress_ppm = (uint64_t)rand() * 7;
    model->counters.elapsed_ns = (uint64_t)rand() << 20;
    model->counters.phase = (uint64_t)rand() % 9;
    model->rate_flops = rand() % 3 == 0 ? NAN : rand() % 2 ? 1e300 : 5e9;
    model->overlay = (mw_overlay)(rand() % 8 < 4 ? rand() % 4 : 0);
    for (int i = 0; i < model->draft_count; i++) {
        mw_draft *draft = &model->drafts[i];
        mw_draft_set(draft, hostile_text());
        draft->cursor = rand() % 2000 - 100;
        draft->option = rand() % 20 - 5;
        draft->placed = rand() % 2;
        draft->x = rand() % 2 ? 1e300 : 0.5;
        draft->y = rand() % 2 ? -3 : 5e9;
    }
    snprintf(model->message, sizeof model->message, "%.250s", hostile_text());
    model->message_tone = rand() % 2 ? "good" : "nonsense";
}

static void spoilt_view_models_are_drawn(void **state)
{
    (void)state;
    srand(20);
    for (int trial = 0; trial < 700; trial++) {
        json_t *view = screen_fixture(fixtures[trial % FIXTURE_COUNT]);
        spoil(view, 4 + rand() % 60);
        mw_model *model = screen_model(view);
        for (int draw = 0; draw < 4; draw++) {
            spoil_model(model);
            screen_draw(model, 1 + rand() % 140, 1 + rand() % 50, charsets[rand() % 3]);
            assert_true(screen_is_sound());
        }
        screen_free(model);
    }
}

static void the_plot_answers_for_spoilt_models(void **state)
{
    (void)state;
    srand(21);
    for (int trial = 0; trial < 200; trial++) {
        json_t *view = screen_fixture("03-point-open");
        spoil(view, 4 + rand() % 60);
        mw_model *model = screen_model(view);
        mw_grid grid = {.width = 1 + rand() % 140, .height = 1 + rand() % 50};
        double x, y, step_x, step_y;
        int column, row;
        if (mw_view_plot_value(model, &grid, rand() % 60, rand() % 30, &x, &y)) {
            assert_true(x > 0 && y > 0 && isfinite(x) && isfinite(y));
            assert_true(mw_view_plot_cell(model, &grid, x, y, &column, &row));
        }
        if (mw_view_plot_step(model, &grid, &step_x, &step_y))
            assert_true(step_x > 1 && step_y > 1);
        assert_true(mw_view_scroll_most(model, &grid) >= 0);
        mw_view_next_panel(model, &grid);
        screen_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_is_drawn),
        cmocka_unit_test(spoilt_view_models_are_drawn),
        cmocka_unit_test(the_plot_answers_for_spoilt_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
