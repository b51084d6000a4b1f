/* export_test.c: screens as SVG, PNG and text, and paths that are refused. */
#include "tui/export/export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tui/view/screen.h"

static char folder[] = "/tmp/memwall-export-XXXXXX";

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = calloc(1, 1 << 22);
    assert_non_null(bytes);
    *size = fread(bytes, 1, (1 << 22) - 1, file);
    fclose(file);
    return bytes;
}

static char *export_screen(const char *name, const char *theme, size_t *size)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    mw_error error = {.message = ""};
    if (mw_grid_export(screen_grid(), mw_theme_find(theme), path, &error) != MW_OK)
        fail_msg("%s", error.message);
    char *bytes = read_file(path, size);
    unlink(path);
    return bytes;
}

static void a_screen_becomes_svg_png_and_text(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    const char *text = screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    size_t size;
    char *bytes = export_screen("a.svg", "light", &size);
    assert_non_null(strstr(bytes, "<svg"));
    assert_non_null(strstr(bytes, "</svg>"));
    free(bytes);
    bytes = export_screen("a.png", "dark", &size);
    assert_memory_equal(bytes, "\x89PNG\r\n", 6);
    free(bytes);
    bytes = export_screen("a.txt", "dark", &size);
    assert_string_equal(bytes, text);
    free(bytes);
    screen_free(model);
}

static void colours_follow_the_theme(void **state)
{
    (void)state;
    mw_model *model = screen_model(screen_fixture("15-serve-done"));
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    size_t light_size, dark_size;
    char *light = export_screen("a.png", "light", &light_size);
    char *dark = export_screen("b.png", "dark", &dark_size);
    assert_true(light_size != dark_size || memcmp(light, dark, dark_size) != 0);
    free(light);
    free(dark);
    screen_free(model);
}

static void a_bad_path_or_ending_is_one_clear_line(void **state)
{
    (void)state;
    mw_model *model = screen_model(NULL);
    screen_draw(model, 20, 5, MW_CHARSET_BRAILLE);
    mw_error error;
    const mw_theme *theme = mw_theme_find("dark");
    assert_int_equal(mw_grid_export(screen_grid(), theme, "/tmp/a.jpeg", &error), MW_INVALID);
    assert_non_null(strstr(error.message, ".svg"));
    static const char *const paths[] = {"/nowhere/a.svg", "/nowhere/a.png", "/nowhere/a.txt"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(mw_grid_export(screen_grid(), theme, paths[i], &error), MW_IO);
        assert_non_null(strstr(error.message, paths[i]));
    }
    screen_free(model);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_becomes_svg_png_and_text),
        cmocka_unit_test(colours_follow_the_theme),
        cmocka_unit_test(a_bad_path_or_ending_is_one_clear_line),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
