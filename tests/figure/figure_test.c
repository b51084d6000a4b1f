/* Figures as files: whole, named by where their numbers are from, whatever the ending. */
#include "labs/figure/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "labs/chart/pictures/roofline.h"
#include "labs/view/data.h"
#include "tests/figure/figures.h"
#include "tests/tui/view/screen.h"

static const char *const figures[] = {"roofline", "sweep", MW_FIGURE_COUNTERS};
enum { FIGURES = 3 };

static char folder[] = "/tmp/memwall-figure-XXXXXX";

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = calloc(1, 1 << 22);
    assert_non_null(bytes);
    assert_true(fread(bytes, 1, (1 << 22) - 1, file) > 0);
    fclose(file);
    return bytes;
}

/* ---- where the numbers are from ---- */

/* What the file says beside its numbers: by its text, which a PDF spells in UTF-16. */
static void check_note(const json_t *view, const char *name, const char *note)
{
    char path[128];
    mw_error error;
    mw_figure figure = {.name = name, .view = view};
    snprintf(path, sizeof path, "%s/note.svg", folder);
    if (mw_figure_check_path(path, NULL) == MW_UNSUPPORTED)
        return;
    assert_int_equal(mw_figure_write(&figure, path, &error), MW_OK);
    char *bytes = read_file(path), described[700];
    snprintf(described, sizeof described, "<desc>%s.", note);
    if (!strstr(bytes, described))
        fail_msg("%.400s", strstr(bytes, "<desc>"));
    assert_non_null(strstr(strstr(bytes, "</desc>"), ">memwall ")); /* and below the picture */
    free(bytes);
    unlink(path);
    snprintf(path, sizeof path, "%s/note.pdf", folder);
    assert_int_equal(mw_figure_write(&figure, path, &error), MW_OK);
    bytes = read_file(path);
    assert_non_null(memmem(bytes, 1 << 22, "/Subject", 8));
    free(bytes);
    unlink(path);
}

static json_t *with_noise(void)
{
    json_t *view = screen_fixture("15-serve-done"), *point, *row;
    size_t i;
    int measured = 0;
    json_array_foreach(
        json_object_get(picture_of(view, "roofline"), "points"), i,
        point) if (strcmp(json_string_value(json_object_get(point, "kind")), "measured") == 0)
        json_object_set_new(point, "noisy", json_boolean(measured++ < 2));
    for (int s = 0; s < 2; s++)
        json_array_append_new(
            json_array_get(
                json_object_get(
                    json_array_get(json_object_get(picture_of(view, "sweep"), "series"), (size_t)s),
                    "points"),
                3),
            json_true());
    json_array_foreach(json_object_get(view, "counters"), i,
                       row) if (strcmp(json_string_value(json_object_get(row, "id")), "seconds") ==
                                0) json_object_set_new(row, "noisy", json_true());
    return view;
}

static int rows_with(const json_t *data, const char *verdict)
{
    json_t *rows = rows_of(data, "verdict", verdict);
    int count = (int)json_array_size(rows);
    json_decref(rows);
    return count;
}

static void figures_say_machine_date_versions_seed_and_how_many_samples_are_noisy(void **state)
{
    (void)state;
    json_t *view = with_noise();
    note_origin(view);
    json_t *data = mw_figure_data("sweep", view);
    assert_string_equal(json_string_value(get(data, "machine", "brand")), "Some Processor");
    assert_string_equal(json_string_value(get(data, "lab", "seed")), "a seed");
    assert_string_equal(json_string_value(json_object_get(data, "measured")),
                        "2026-11-30T18:02:11Z");
    assert_int_equal(json_integer_value(get(data, "samples", "shown")), 10);
    assert_int_equal(json_integer_value(get(data, "samples", "noisy")), 1);
    assert_int_equal(rows_with(data, "noisy"), 2); /* of both series */
    assert_int_equal(rows_with(data, "clean"), 18);
    json_decref(data);
    data = mw_figure_data("roofline", view);
    assert_int_equal(json_integer_value(get(data, "samples", "noisy")), 2);
    assert_int_equal(rows_with(data, "noisy"), 2);
    json_decref(data);
    data = mw_figure_data(MW_FIGURE_COUNTERS, view);
    assert_int_equal(json_integer_value(get(data, "samples", "shown")), 1);
    assert_true(rows_with(data, "noisy") > 0 && rows_with(data, "clean") == 0);
    json_decref(data);
    const char *version = json_string_value(get(view, "lab", "version"));
    char note[512];
    snprintf(note, sizeof note,
             "memwall %s · 04 One user or many, version %s · serve · seed a seed · Some Processor "
             "· measured 2026-11-30 · 1 of 10 samples are noisy",
             MEMWALL_VERSION, version);
    check_note(view, "sweep", note);
    json_decref(view);
}

static void what_nobody_recorded_is_said_to_be_unknown(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    char note[256];
    snprintf(note, sizeof note,
             "memwall %s · 04 One user or many, version %s · serve · date not recorded · no sample "
             "is noisy",
             MEMWALL_VERSION, json_string_value(get(view, "lab", "version")));
    check_note(view, "sweep", note);
    json_decref(view);
}

static void a_step_that_looks_back_is_told_from_the_one_that_ran(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *step = json_object_get(view, "step");
    assert_true(mw_figure_own("sweep", view));
    assert_true(mw_figure_own("roofline", view));
    json_object_set_new(step, "id", json_string("library"));
    assert_false(mw_figure_own("sweep", view));    /* shows the sweep above it */
    assert_false(mw_figure_own("roofline", view)); /* nothing of its own was run yet */
    assert_true(mw_figure_present("roofline", view));
    json_t *points = json_object_get(picture_of(view, "roofline"), "points");
    json_array_append_new(points, json_pack("{s:s, s:s, s:s, s:f, s:f}", "id", "you", "step",
                                            "library", "kind", "predicted", "x", 1.0, "y", 1e9));
    assert_false(mw_figure_own("roofline", view)); /* what was predicted was not run */
    json_object_set_new(json_array_get(points, json_array_size(points) - 1), "kind",
                        json_string("measured"));
    assert_true(mw_figure_own("roofline", view) && mw_figure_own(MW_FIGURE_COUNTERS, view));
    json_decref(view);
}

static void the_name_of_a_roof_says_its_band_as_it_is_drawn(void **state)
{
    (void)state;
    static const struct {
        double low, value, high;
        const char *name;
    } cases[] = {{14.9e9, 15.8e9, 16.7e9, "L 15.8 ±0.9 GB/s"},
                 {72.6e9, 96.7e9, 96.7e9, "L 72.6–96.7 GB/s"},
                 {96.7e9, 96.7e9, 120e9, "L 96.7–120.0 GB/s"},
                 {20e9, 29e9, 32e9, "L 29 (20–32) GB/s"},
                 {96.7e9, 96.7e9, 96.7e9, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *roofline = json_pack("{s:[{s:s, s:{s:f, s:s, s:s, s:f, s:f}}]}", "memory", "label",
                                     "L", "number", "value", cases[i].value, "unit", "B/s", "kind",
                                     "measured", "low", cases[i].low, "high", cases[i].high);
        mw_roofline_view *read = calloc(1, sizeof *read);
        mw_roofline_read(roofline, &(mw_picture_wish){0}, read);
        assert_string_equal(read->names[0][0], cases[i].name);
        memset(read, 0, sizeof *read);
        mw_roofline_read(roofline, &(mw_picture_wish){.ascii = true}, read);
        for (const char *c = read->names[0][0]; *c; c++)
            assert_true((unsigned char)*c < 0x80);
        free(read);
        json_decref(roofline);
    }
}

static void text_of_a_lab_passes_the_gate(void **state)
{
    (void)state;
    json_t *view = json_pack("{s:{s:s}, s:{s:s, s:s}, s:[{s:s, s:s, s:{s:s}, s:{s:s}, s:[{s:s, "
                             "s:s, s:s, s:[[i,i],[i,i]]}]}]}",
                             "lab", "title", "one\033]0;two\a", "step", "id", "a", "title",
                             "\xE2\x80\xAEright to left", "pictures", "kind", "sweep", "title",
                             "say \"this\", please\033[2J", "x", "label", "\x01n", "y", "unit", "s",
                             "series", "id", "s", "label", "comma, \"quote\"\nand\033[31m line",
                             "kind", "measured", "points", 1, 2, 2, 4);
    assert_non_null(view);
    json_t *data = mw_figure_data("sweep", view);
    size_t size;
    char *csv = mw_figure_csv(data, &size);
    assert_non_null(strstr(csv, "\"comma, \"\"quote\"\" and[31m line\""));
    assert_null(strchr(csv, '\033'));
    free(csv);
    json_decref(data);
    char path[128];
    snprintf(path, sizeof path, "%s/gate.svg", folder);
    mw_figure figure = {.name = "sweep", .view = view};
    mw_error error;
    mw_status status = mw_figure_write(&figure, path, &error);
    if (status != MW_OK && status != MW_UNSUPPORTED) /* a build without cairo */
        fail_msg("%s", error.message);
    unlink(path);
    json_decref(view);
    char clean[8];
    mw_figure_gate("a\xFF"
                   "b\xE2\x82",
                   clean, sizeof clean); /* cut off in the middle */
    assert_string_equal(clean, "ab");
    mw_figure_gate("一二三四", clean, sizeof clean);
    assert_string_equal(clean, "一二");
}

/* ---- files ---- */

static void every_ending_gives_its_file(void **state)
{
    (void)state;
    static const struct {
        const char *ending, *begins;
    } files[] = {{"svg", "<?xml"}, {"pdf", "%PDF"}, {"png", "\x89PNG"}, {"json", "{"}};
    json_t *view = screen_fixture("15-serve-done");
    for (int kind = 0; kind < FIGURES; kind++) {
        assert_true(mw_figure_present(figures[kind], view));
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            char path[128];
            mw_figure figure = {.name = figures[kind], .view = view, .dark = i == 0};
            mw_error error;
            snprintf(path, sizeof path, "%s/a.%s", folder, files[i].ending);
            mw_status status = mw_figure_write(&figure, path, &error);
            if (status == MW_UNSUPPORTED)
                continue; /* a build without cairo */
            if (status != MW_OK)
                fail_msg("%s", error.message);
            char *bytes = read_file(path);
            assert_memory_equal(bytes, files[i].begins, strlen(files[i].begins));
            free(bytes);
            unlink(path);
        }
    }
    json_decref(view);
}

static void the_same_view_gives_the_same_bytes(void **state)
{
    (void)state;
    static const char *const endings[] = {"svg", "csv", "json"};
    json_t *view = screen_fixture("15-serve-done");
    for (int kind = 0; kind < FIGURES; kind++)
        for (size_t i = 0; i < 3; i++) {
            char path[128], *bytes[2];
            mw_figure figure = {.name = figures[kind], .view = view};
            snprintf(path, sizeof path, "%s/a.%s", folder, endings[i]);
            if (mw_figure_check_path(path, NULL) == MW_UNSUPPORTED)
                continue;
            for (int k = 0; k < 2; k++) {
                assert_int_equal(mw_figure_write(&figure, path, NULL), MW_OK);
                bytes[k] = read_file(path);
                unlink(path);
            }
            assert_string_equal(bytes[0], bytes[1]);
            free(bytes[0]);
            free(bytes[1]);
        }
    json_decref(view);
}

static void what_is_not_in_a_view_is_not_present(void **state)
{
    (void)state;
    json_t *view =
        json_loads("{\"pictures\": [{\"kind\": \"roofline\", \"memory\": [], \"points\": 3},"
                   " {\"kind\": \"sweep\", \"series\": [{\"points\": []}]}],"
                   " \"counters\": {}}",
                   0, NULL);
    for (int kind = 0; kind < FIGURES; kind++) {
        assert_false(mw_figure_present(figures[kind], view));
        assert_false(mw_figure_present(figures[kind], NULL));
    }
    json_decref(view);
    view = screen_fixture("02-count-answered");
    assert_true(mw_figure_present("roofline", view));
    assert_false(mw_figure_present("sweep", view));
    json_decref(view);
}

static void sizes_are_read_with_their_units(void **state)
{
    (void)state;
    double w, h;
    assert_true(mw_figure_size_parse("16x10cm", &w, &h) && (int)(w + 0.5) == 454);
    assert_true(mw_figure_size_parse("16x10", &w, &h) && (int)(h + 0.5) == 283);
    assert_true(mw_figure_size_parse("84x60.5mm", &w, &h) && (int)(w + 0.5) == 238);
    assert_true(mw_figure_size_parse("6.5x4in", &w, &h) && w == 468 && h == 288);
    assert_true(mw_figure_size_parse("480x320pt", &w, &h) && w == 480 && h == 320);
    static const char *const bad[] = {
        "",        "16",      "16x",      "x10",   "16x10px", "16x10cm ", "-3x4",      "0x10",
        "1e9x1e9", "nanxnan", "16x10cmm", "infx4", "16x.",    "..x4",     "9999x99cm", "16 x 10"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (mw_figure_size_parse(bad[i], &w, &h))
            fail_msg("'%s' is taken for a size", bad[i]);
}

static void another_ending_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const bad[] = {"a.jpeg", "a", "svg", "a.svg.gz", "", "a.SVG"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_error error;
        assert_int_equal(mw_figure_check_path(bad[i], &error), MW_INVALID);
        assert_non_null(strstr(error.message, ".svg"));
    }
    assert_int_equal(mw_figure_check_path("a.csv", NULL), MW_OK);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_say_machine_date_versions_seed_and_how_many_samples_are_noisy),
        cmocka_unit_test(what_nobody_recorded_is_said_to_be_unknown),
        cmocka_unit_test(a_step_that_looks_back_is_told_from_the_one_that_ran),
        cmocka_unit_test(the_name_of_a_roof_says_its_band_as_it_is_drawn),
        cmocka_unit_test(text_of_a_lab_passes_the_gate),
        cmocka_unit_test(every_ending_gives_its_file),
        cmocka_unit_test(the_same_view_gives_the_same_bytes),
        cmocka_unit_test(what_is_not_in_a_view_is_not_present),
        cmocka_unit_test(sizes_are_read_with_their_units),
        cmocka_unit_test(another_ending_is_refused_by_name),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
