/* Figures as text: every number with its kind, absence with its reason, gaps as gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/plain/figures.h"

static char *text;

static void print(void (*figure)(const mw_lines *, const json_t *), const char *json)
{
    size_t size;
    free(text);
    text = NULL;
    json_error_t error;
    json_t *part = json_loads(json, 0, &error);
    assert_non_null(part);
    mw_lines lines = {.file = open_memstream(&text, &size), .utf8 = true, .width = 80};
    figure(&lines, part);
    fclose(lines.file);
    json_decref(part);
}

static void counters_show_only_the_kinds_that_something_has(void **state)
{
    (void)state;
    print(mw_figures_counters,
          "[{\"id\":\"load_bytes\",\"counted\":{\"value\":134217728,\"unit\":\"FLOP\","
          "\"kind\":\"counted\"},\"measured\":{\"value\":null,\"unit\":\"FLOP\",\"kind\":"
          "\"measured\","
          "\"absent\":true,\"reason\":\"no PMU here\"}}]");
    assert_non_null(strstr(text, "counted"));
    assert_null(strstr(text, "predicted"));
    assert_non_null(strstr(text, "bytes loaded"));
    assert_non_null(strstr(text, "134.2 MFLOP"));
    assert_non_null(strstr(text, "absent: no PMU here"));
}

static void the_roofline_lists_roofs_ridges_and_points_with_kinds(void **state)
{
    (void)state;
    print(mw_figures_picture,
          "{\"kind\":\"roofline\",\"memory\":[{\"id\":\"dram\",\"label\":\"DRAM\",\"number\":{"
          "\"value\":16e9,\"unit\":"
          "\"B/s\","
          "\"kind\":\"measured\"}}],\"compute\":["
          "{\"id\":\"f64\",\"label\":\"another\",\"number\":"
          "{\"value\":800e9,\"unit\":\"FLOP/s\",\"kind\":\"measured\"}},"
          "{\"id\":\"f32\",\"active\":true,\"label\":\"AVX-512 "
          "f32\",\"number\":"
          "{\"value\":192e9,\"unit\":\"FLOP/s\",\"kind\":\"measured\"}}],\"points\":[{\"id\":\"a\","
          "\"label\":\"batch "
          "1\",\"x\":0.5,\"y\":7.9e9,\"kind\":\"measured\"},{\"id\":\"p\",\"label\":\"you\","
          "\"x\":0.5,\"y\":9e9,\"kind\":\"predicted\"}],\"links\":[{\"from\":\"p\",\"to\":\"a\","
          "\"text\":\"you: x1.1 too high\"}]}");
    assert_non_null(strstr(text, "DRAM  16 GB/s  measured"));
    assert_non_null(strstr(text, "AVX-512 f32  192 GFLOP/s  measured"));
    assert_non_null(strstr(text, "Ridge points under AVX-512 f32"));
    assert_non_null(strstr(text, "12 FLOP/B"));
    assert_non_null(strstr(text, "batch 1  0.5 FLOP/B  7.9 GFLOP/s  measured"));
    assert_non_null(strstr(text, "9 GFLOP/s  predicted"));
    assert_non_null(strstr(text, "you: x1.1 too high"));
}

static void what_is_unsure_is_marked_and_so_are_the_ridges_under_it(void **state)
{
    (void)state;
    static const char *const numbers =
        "{\"kind\":\"roofline\",\"memory\":[{\"label\":\"L1\",\"number\":{\"value\":400e9,\"unit\":"
        "\"B/s\",\"kind\":"
        "\"measured\"}},{\"label\":\"DRAM\",\"unsure\":true,\"number\":{\"value\":16e9,\"unit\":"
        "\"B/s\",\"kind\":\"measured\"}}],\"compute\":[{\"active\":true,\"unsure\":%s,\"label\":"
        "\"AVX-512 f32\",\"number\":{\"value\":192e9,\"unit\":\"FLOP/s\",\"kind\":\"measured\"}}]}";
    char json[600];
    snprintf(json, sizeof json, numbers, "false");
    print(mw_figures_picture, json);
    assert_true(strstr(text, "16 GB/s ?") && strstr(text, "12 FLOP/B ?"));
    assert_false(strstr(text, "400 GB/s ?") || strstr(text, "0.48 FLOP/B ?") ||
                 strstr(text, "192 GFLOP/s ?"));
    snprintf(json, sizeof json, numbers, "true");
    print(mw_figures_picture, json);
    assert_true(strstr(text, "192 GFLOP/s ?") && strstr(text, "0.48 FLOP/B ?"));
}

static void a_series_without_a_value_has_a_gap_there(void **state)
{
    (void)state;
    print(
        mw_figures_picture,
        "{\"kind\":\"sweep\",\"title\":\"Step "
        "time\",\"x\":{\"label\":\"batch\",\"unit\":\"1\"},\"y\":{\"label\":\"time\","
        "\"unit\":\"s\"},\"series\":[{\"id\":\"t\",\"label\":\"step\",\"kind\":\"measured\","
        "\"points\":"
        "[[1,0.02,0.019,0.021,true],[4,0.021,0.02,0.022]]},{\"id\":\"m\",\"label\":\"model\","
        "\"kind\":"
        "\"modelled\",\"points\":[[1,0.018,0.018,0.018]]}],\"marks\":[{\"x\":4,\"label\":\"knee\","
        "\"kind\":\"measured\"}]}");
    assert_non_null(strstr(text, "step (measured)"));
    assert_non_null(strstr(text, "model (modelled)"));
    assert_non_null(strstr(text, "20 ms"));
    assert_non_null(strstr(text, "18.0 ms  noisy\n")); /* behind the row of what was disturbed */
    assert_non_null(strstr(text, "-\n"));
    assert_non_null(strstr(text, "knee: batch 4 (measured)"));
}

static void strange_views_are_survived(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}",
                                        "[]",
                                        "[1, null, {}]",
                                        "{\"kind\": \"sweep\", \"series\": 5, \"points\": [7]}",
                                        "{\"kind\": \"sweep\", \"series\":[{\"points\":[[]]}]}",
                                        "{\"kind\": \"roofline\", \"points\": [7]}",
                                        "{\"kind\": \"roofline\", \"memory\": [[]]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        print(mw_figures_counters, texts[i]);
        print(mw_figures_picture, texts[i]);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_show_only_the_kinds_that_something_has),
        cmocka_unit_test(the_roofline_lists_roofs_ridges_and_points_with_kinds),
        cmocka_unit_test(what_is_unsure_is_marked_and_so_are_the_ridges_under_it),
        cmocka_unit_test(a_series_without_a_value_has_a_gap_there),
        cmocka_unit_test(strange_views_are_survived),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(text);
    return failed;
}
