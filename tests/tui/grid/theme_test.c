/* Every theme gives every role a look that can be read, at every depth of colour. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/grid/theme.h"

static double channel(int value)
{
    const double c = value / 255.0;
    return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance and contrast as in WCAG 2. */
static double luminance(int32_t rgb)
{
    return 0.2126 * channel(rgb >> 16 & 255) + 0.7152 * channel(rgb >> 8 & 255) +
           0.0722 * channel(rgb & 255);
}

static double contrast(int32_t a, int32_t b)
{
    const double la = luminance(a), lb = luminance(b);
    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

static void every_role_is_painted_in_every_theme(void **state)
{
    (void)state;
    size_t count;
    const mw_theme *themes = mw_theme_list(&count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) {
        const bool mono = strcmp(themes[i].name, "mono") == 0;
        for (int role = 0; role < MW_ROLE_COUNT; role++) {
            const mw_paint *paint = &themes[i].paints[role];
            /* A row that was forgotten would be black on whatever there is. */
            assert_false(paint->rgb == 0 && paint->ansi == 0 && paint->attrs == 0);
            assert_true(paint->ansi >= -1 && paint->ansi < 16);
            assert_true(paint->rgb >= -1 && paint->rgb <= 0xffffff);
            assert_int_equal(paint->rgb < 0, paint->ansi < 0);
            if (mono)
                assert_int_equal(paint->rgb, MW_COLOUR_DEFAULT);
        }
    }
}

static void every_colour_stands_out_from_its_ground(void **state)
{
    (void)state;
    size_t count;
    const mw_theme *themes = mw_theme_list(&count);
    for (size_t i = 0; i < count; i++) {
        const double least = strcmp(themes[i].name, "contrast") == 0 ? 7 : 4.5;
        for (int role = 0; role < MW_ROLE_COUNT; role++) {
            const int32_t rgb = themes[i].paints[role].rgb;
            const bool line = role == MW_ROLE_RULE || role == MW_ROLE_ROOF_BAND;
            if (rgb >= 0)
                assert_true(contrast(rgb, themes[i].ground) >= (line ? 3 : least));
        }
    }
}

static void the_colour_blind_theme_keeps_marks_apart(void **state)
{
    (void)state;
    const mw_theme *theme = mw_theme_find("okabe-ito");
    for (int a = MW_ROLE_PREDICTED; a <= MW_ROLE_PUBLISHED; a++) {
        for (int b = a + 1; b <= MW_ROLE_PUBLISHED; b++)
            assert_int_not_equal(theme->paints[a].rgb, theme->paints[b].rgb);
    }
}

static void colours_find_their_nearest_of_256(void **state)
{
    (void)state;
    assert_int_equal(mw_theme_nearest_256(0x000000), 16);
    assert_int_equal(mw_theme_nearest_256(0xffffff), 231);
    assert_int_equal(mw_theme_nearest_256(0xff0000), 196);
    assert_int_equal(mw_theme_nearest_256(0x00ff00), 46);
    assert_int_equal(mw_theme_nearest_256(0x0000ff), 21);
    assert_int_equal(mw_theme_nearest_256(0x5f87af), 67);
    assert_int_equal(mw_theme_nearest_256(0x808080), 244);
    assert_int_equal(mw_theme_nearest_256(0x010101), 16);
}

static void no_colour_is_obeyed_and_a_wish_outranks_it(void **state)
{
    (void)state;
    setenv("NO_COLOR", "1", 1);
    unsetenv("MEMWALL_THEME");
    assert_string_equal(mw_theme_choose(NULL)->name, "mono");
    assert_string_equal(mw_theme_choose("light")->name, "light");
    setenv("NO_COLOR", "", 1);
    assert_string_equal(mw_theme_choose(NULL)->name, "dark");
    setenv("COLORFGBG", "0;default;15", 1);
    assert_string_equal(mw_theme_choose(NULL)->name, "light");
    setenv("MEMWALL_THEME", "okabe-ito", 1);
    assert_string_equal(mw_theme_choose(NULL)->name, "okabe-ito");
    setenv("MEMWALL_THEME", "no such theme", 1);
    assert_string_equal(mw_theme_choose("nor this")->name, "light");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_is_painted_in_every_theme),
        cmocka_unit_test(every_colour_stands_out_from_its_ground),
        cmocka_unit_test(the_colour_blind_theme_keeps_marks_apart),
        cmocka_unit_test(colours_find_their_nearest_of_256),
        cmocka_unit_test(no_colour_is_obeyed_and_a_wish_outranks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
