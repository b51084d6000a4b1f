/* Charts on paper: what was really drawn, by cairo's own measures. */
#include "labs/chart/paper.h"

#include <cairo.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/chart/sheet.h"

/* ---- what was drawn ---- */

enum { DRAWN_MOST = 600 };
static struct {
    char text[80];
    mw_box ink;
} drawn[DRAWN_MOST];
static int drawn_count;

static void keep_drawn(void *context, const char *text, const mw_box *ink)
{
    (void)context;
    if (drawn_count < DRAWN_MOST) {
        snprintf(drawn[drawn_count].text, sizeof drawn->text, "%s", text);
        drawn[drawn_count++].ink = *ink;
    }
}

/* These texts are clean, but for what a cut in the middle of a character leaves. */
static void gate(const char *text, char *clean, size_t size)
{
    size_t used = 0;
    for (; *text && used + 1 < size; text++)
        if ((unsigned char)*text >= ' ')
            clean[used++] = *text;
    clean[used] = '\0';
}

static const char *const kinds[] = {"given",    "counted",   "modelled",
                                    "measured", "predicted", "published"};

static mw_paper paper_of(mw_paper_format format, double width, double height)
{
    return (mw_paper){.format = format,
                      .width = width,
                      .height = height,
                      .dpi = 72,
                      .title = "One user or many: what does a second user cost?",
                      .note = rand() % 2 ? "memwall · 04 · serve"
                                         : "memwall 0.1.0 · 04 One user or many, version 1.1 · "
                                           "serve · seed one · Some Processor with a long name · "
                                           "date not recorded · 10 of 10 samples are noisy",
                      .kinds = kinds,
                      .noisy = "noisy",
                      .gate = gate,
                      .drawn = keep_drawn};
}

static void check_drawn(double width, double height)
{
    for (int i = 0; i < drawn_count; i++) {
        double x[4], y[4];
        mw_box_corners(&drawn[i].ink, x, y);
        for (int k = 0; k < 4; k++)
            if (x[k] < -0.5 || y[k] < -0.5 || x[k] > width + 0.5 || y[k] > height + 0.5)
                fail_msg("'%s' leaves the paper of %g×%g at %g, %g", drawn[i].text, width, height,
                         x[k], y[k]);
        for (int k = 0; k < i; k++)
            if (mw_box_overlaps(&drawn[i].ink, &drawn[k].ink))
                fail_msg("'%s' and '%s' overlap on %g×%g", drawn[i].text, drawn[k].text, width,
                         height);
    }
}

/* ---- random charts ---- */

static double any(double least, double most)
{
    return least * pow(most / least, rand() / (double)RAND_MAX);
}

static const char *const words[] = {"",
                                    "1",
                                    "16",
                                    "gemv/simd",
                                    "DRAM 15.8 ±0.9 GB/s",
                                    "一个很长的名字",
                                    "48",
                                    "你",
                                    "skinny",
                                    "a long name of a roof",
                                    "library"};

static const char *a_word(void)
{
    return words[(size_t)rand() % (sizeof words / sizeof *words)];
}

static mw_roofline_chart random_roofline(void)
{
    mw_roofline_chart chart = {.ridge_word = "ridge"};
    for (int i = 2 + rand() % 9; i > 0; i--) {
        double value = any(1e9, 1e12);
        chart.roofs[chart.roof_count++] = (mw_chart_roof){.compute = rand() % 3 == 0,
                                                          .active = rand() % 4 == 0,
                                                          .value = value,
                                                          .low = value * any(0.7, 1),
                                                          .high = value * any(1, 1.4),
                                                          .texts = {a_word(), a_word(), "L2"}};
    }
    for (int i = rand() % 30; i > 0; i--) {
        double y = any(1e8, 1e12);
        chart.points[chart.point_count++] = (mw_chart_point){.x = any(0.05, 300),
                                                             .y = y,
                                                             .low = y * any(0.5, 1),
                                                             .high = y * any(1, 2),
                                                             .noisy = rand() % 3 == 0,
                                                             .label = a_word(),
                                                             .active = rand() % 8 == 0,
                                                             .kind = (mw_kind)(rand() % 6)};
    }
    for (int i = 0; i < chart.point_count; i += 2)
        chart.trail[chart.trail_count++] = i;
    for (int i = 0; chart.point_count > 1 && i < rand() % 4; i++)
        chart.links[chart.link_count++] = (mw_chart_link){
            rand() % chart.point_count, rand() % chart.point_count, "you: ×1.9 too high"};
    return chart;
}

static void words_on_a_roofline_never_overlap_and_stay_on_the_paper(void **state)
{
    (void)state;
    srand(23);
    int labels = 0;
    for (int trial = 0; trial < 60; trial++) {
        mw_roofline_chart chart = random_roofline();
        mw_paper paper = paper_of(MW_PAPER_PNG, 200 + rand() % 500, 160 + rand() % 300);
        paper.dark = trial % 2;
        mw_bytes bytes;
        mw_error error;
        drawn_count = 0;
        if (mw_paper_roofline(&paper, &chart, "FLOP/byte",
                              trial % 5 ? "" : "off the axis, 0 FLOP: copy", &bytes, &error))
            fail_msg("%s", error.message);
        check_drawn(paper.width, paper.height);
        labels += drawn_count;
        free(bytes.data);
    }
    assert_true(labels > 60 * 15);
}

static void titles(void *context, const mw_series_plan *plan, char y[64], char x[80])
{
    (void)context;
    snprintf(y, 64, "%ss", plan->y_prefix);
    snprintf(x, 80, "batch");
}

static void words_on_a_sweep_never_overlap_and_stay_on_the_paper(void **state)
{
    (void)state;
    srand(29);
    static mw_series_point points[MW_SERIES_MAX][MW_SERIES_POINTS];
    for (int trial = 0; trial < 60; trial++) {
        mw_series_chart chart = {.x_scale = (mw_scale)(rand() % 3), .y_scale = trial % 2};
        chart.series_count = 1 + rand() % MW_SERIES_MAX;
        for (int s = 0; s < chart.series_count; s++) {
            int count = trial % 4 ? 1 + rand() % 12 : 1 + rand() % MW_SERIES_POINTS;
            double y = any(1e-6, 10);
            for (int i = 0; i < count; i++) {
                y *= any(0.8, 1.4);
                points[s][i] =
                    (mw_series_point){1 + i * i, y, y * 0.9, y * any(1, 1.5), rand() % 3 == 0};
            }
            chart.series[s].points = points[s];
            chart.series[s].count = count;
            chart.series[s].kind = (mw_kind)(rand() % 6);
            chart.series[s].label = a_word();
        }
        for (; chart.mark_count < rand() % 5; chart.mark_count++) {
            chart.marks[chart.mark_count] = any(1, 140);
            chart.mark_words[chart.mark_count] = "predicted 21";
        }
        mw_paper paper = paper_of(MW_PAPER_PNG, 200 + rand() % 500, 170 + rand() % 300);
        mw_bytes bytes;
        mw_error error;
        drawn_count = 0;
        if (mw_paper_series(&paper, &chart, titles, NULL, &bytes, &error) == MW_OK)
            check_drawn(paper.width, paper.height);
        else
            assert_int_equal(error.code, MW_INVALID); /* no room below the legend */
        free(bytes.data);
    }
}

static int times_drawn(const char *word)
{
    int times = 0;
    for (int i = 0; i < drawn_count; i++)
        times += strcmp(drawn[i].text, word) == 0;
    return times;
}

static char *drawn_roofline(const mw_roofline_chart *chart)
{
    mw_paper paper = paper_of(MW_PAPER_SVG, 400, 300);
    paper.note = "";
    mw_bytes bytes;
    mw_error error;
    drawn_count = 0;
    assert_int_equal(mw_paper_roofline(&paper, chart, "FLOP/byte", "", &bytes, &error), MW_OK);
    char *text = calloc(1, bytes.size + 1);
    memcpy(text, bytes.data, bytes.size);
    free(bytes.data);
    return text;
}

static int count_of(const char *text, const char *piece)
{
    int count = 0;
    while ((text = strstr(text, piece)) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* The dot is one shape more, the whisker three lines. */
static void a_noisy_point_has_a_dot_and_a_word_and_every_interval_a_whisker(void **state)
{
    (void)state;
    mw_roofline_chart chart = {.point_count = 1};
    chart.points[0] = (mw_chart_point){.x = 1, .y = 1e10, .label = "", .kind = MW_MEASURED};
    char *clean = drawn_roofline(&chart);
    assert_int_equal(times_drawn("noisy"), 0);
    chart.points[0].noisy = true;
    char *noisy = drawn_roofline(&chart);
    assert_int_equal(times_drawn("noisy"), 1);
    assert_true(count_of(noisy, "fill-rule") > count_of(clean, "fill-rule"));
    chart.points[0].low = 0.5e10;
    chart.points[0].high = 1.5e10;
    char *certain = drawn_roofline(&chart);
    assert_int_equal(count_of(certain, "<path") - count_of(noisy, "<path"), 3);
    free(clean);
    free(noisy);
    free(certain);
}

static void the_legend_of_a_sweep_names_noisy_samples_where_there_are_some(void **state)
{
    (void)state;
    static mw_series_point points[3] = {
        {1, 2, 1, 3, false}, {2, 3, 2, 4, false}, {4, 5, 4, 6, false}};
    mw_series_chart chart = {.series_count = 1};
    chart.series[0].points = points;
    chart.series[0].count = 3;
    chart.series[0].kind = MW_MEASURED;
    chart.series[0].label = "time";
    for (int noisy = 0; noisy < 2; noisy++) {
        mw_paper paper = paper_of(MW_PAPER_SVG, 400, 300);
        mw_bytes bytes;
        mw_error error;
        points[1].noisy = noisy;
        drawn_count = 0;
        assert_int_equal(mw_paper_series(&paper, &chart, titles, NULL, &bytes, &error), MW_OK);
        assert_int_equal(times_drawn("noisy"), noisy);
        free(bytes.data);
    }
}

static void a_table_is_as_large_as_it_needs(void **state)
{
    (void)state;
    static const char *const cells[] = {"FLOP",
                                        "2.147 GFLOP",
                                        "",
                                        "time",
                                        "20.9 ms ±1 %",
                                        "noisy: another program ran on this CPU and took so much "
                                        "of it that the median says little"};
    const mw_paper_table table = {
        .columns = {{.heading = ""},
                    {.heading = "measured", .marked = true, .right = true, .kind = MW_MEASURED},
                    {.heading = "", .dim = true}},
        .column_count = 3,
        .row_count = 2,
        .cells = cells};
    mw_paper paper = paper_of(MW_PAPER_SVG, 0, 0);
    mw_bytes bytes;
    mw_error error;
    drawn_count = 0;
    assert_int_equal(mw_paper_table_draw(&paper, &table, &bytes, &error), MW_OK);
    double width = 0, height = 0;
    char *svg = strndup((char *)bytes.data, bytes.size);
    const char *size = strstr(svg, "width=\"");
    assert_int_equal(sscanf(size, "width=\"%lf", &width), 1);
    assert_int_equal(sscanf(strstr(size, "height=\""), "height=\"%lf", &height), 1);
    free(svg);
    check_drawn(width, height);
    int lines = 0;
    for (int i = 0; i < drawn_count; i++)
        lines += strstr(drawn[i].text, "another") != NULL || strstr(drawn[i].text, "median");
    assert_true(lines >= 2); /* the remark is broken */
    free(bytes.data);
    paper.width = paper.height = 20;
    assert_int_equal(mw_paper_table_draw(&paper, &table, &bytes, &error), MW_INVALID);
    assert_null(bytes.data);
}

/* ---- formats ---- */

static mw_roofline_chart a_chart(void)
{
    srand(5);
    return random_roofline();
}

static mw_bytes draw(mw_paper_format format)
{
    mw_roofline_chart chart = a_chart();
    mw_paper paper = paper_of(format, 400, 280);
    mw_bytes bytes;
    mw_error error;
    if (mw_paper_roofline(&paper, &chart, "FLOP/byte", "", &bytes, &error))
        fail_msg("%s", error.message);
    return bytes;
}

static void the_same_chart_gives_the_same_svg(void **state)
{
    (void)state;
    mw_bytes first = draw(MW_PAPER_SVG), second = draw(MW_PAPER_SVG);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    free(first.data);
    free(second.data);
}

/* Every element that opens is closed, in its order. */
static void the_svg_is_well_formed(void **state)
{
    (void)state;
    mw_bytes bytes = draw(MW_PAPER_SVG);
    char *svg = strndup((char *)bytes.data, bytes.size), open[64][32];
    int depth = 0, elements = 0;
    assert_null(strchr(svg, '\x1b'));
    for (char *at = strchr(svg, '<'); at; at = strchr(at, '<')) {
        char *end = strchr(at, '>'), name[32] = "";
        assert_non_null(end);
        if (at[1] == '?' || at[1] == '!') {
            at = end;
            continue;
        }
        bool closes = at[1] == '/';
        sscanf(at + 1 + closes, "%31[A-Za-z:]", name);
        assert_true(*name);
        elements++;
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (end[-1] != '/') {
            assert_true(depth < 64);
            strcpy(open[depth++], name);
        }
        at = end;
    }
    assert_int_equal(depth, 0);
    assert_true(elements > 100);
    free(svg);
    free(bytes.data);
}

/* Words of one font; '&' and '<' are spelled. */
static bool has_text(const char *svg, const char *text)
{
    char wanted[600];
    snprintf(wanted, sizeof wanted, ">%.500s</text>", text);
    return strstr(svg, wanted) != NULL;
}

static void the_words_of_an_svg_are_text_with_a_title_and_a_description(void **state)
{
    (void)state;
    mw_roofline_chart chart = a_chart();
    mw_paper paper = paper_of(MW_PAPER_SVG, 400, 280);
    mw_bytes bytes;
    mw_error error;
    paper.title = "A & B < C";
    paper.description = "The roofs of \"one\" machine";
    drawn_count = 0;
    assert_int_equal(mw_paper_roofline(&paper, &chart, "FLOP/byte", "", &bytes, &error), MW_OK);
    char *svg = strndup((char *)bytes.data, bytes.size);
    assert_non_null(strstr(svg, "<title>A &amp; B &lt; C</title>"));
    assert_non_null(strstr(svg, "<desc>The roofs of &quot;one&quot; machine</desc>"));
    int found = 0;
    for (int i = 0; i < drawn_count; i++) {
        bool plain = true;
        for (const char *c = drawn[i].text; *c; c++)
            plain = plain && *c > 0 && !strchr("&<>\"", *c);
        if (plain && !has_text(svg, drawn[i].text))
            fail_msg("'%s' is drawn, and is no text", drawn[i].text);
        found += plain;
    }
    assert_true(found > 10);
    assert_true(has_text(svg, "FLOP/byte") && has_text(svg, "A &amp; B &lt; C"));
    free(svg);
    free(bytes.data);
}

static mw_bytes reading;

static cairo_status_t read_png(void *closure, unsigned char *data, unsigned length)
{
    size_t *at = closure;
    if (*at + length > reading.size)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(data, reading.data + *at, length);
    *at += length;
    return CAIRO_STATUS_SUCCESS;
}

static void the_png_can_be_read_and_shows_ground_and_ink(void **state)
{
    (void)state;
    reading = draw(MW_PAPER_PNG);
    size_t at = 0;
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_png, &at);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    assert_int_equal(cairo_image_surface_get_width(surface), 400);
    assert_int_equal(cairo_image_surface_get_height(surface), 280);
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface), dark = 0;
    assert_true((*(const uint32_t *)(const void *)pixels & 0xFFFFFF) == 0xFFFFFF);
    for (size_t y = 0; y < 280; y++)
        for (size_t x = 0; x < 400; x++)
            dark += pixels[y * stride + 4 * x] < 128;
    assert_true(dark > 300 && dark < 400 * 280 / 4);
    cairo_surface_destroy(surface);
    free(reading.data);
}

static void the_pdf_is_whole(void **state)
{
    (void)state;
    mw_bytes bytes = draw(MW_PAPER_PDF);
    assert_true(bytes.size > 1000);
    assert_memory_equal(bytes.data, "%PDF-", 5);
    assert_memory_equal(bytes.data + bytes.size - 6, "%%EOF\n", 6);
    free(bytes.data);
}

static void too_small_and_too_large_are_refused(void **state)
{
    (void)state;
    static const struct {
        double width, height, dpi;
        mw_paper_format format;
    } bad[] = {{30, 30, 72, MW_PAPER_SVG},     {400, 40, 72, MW_PAPER_PDF},
               {40, 400, 72, MW_PAPER_PNG},    {5000, 5000, 600, MW_PAPER_PNG},
               {20000, 300, 72, MW_PAPER_SVG}, {NAN, 300, 72, MW_PAPER_SVG},
               {-3, 300, 72, MW_PAPER_SVG}};
    mw_roofline_chart chart = a_chart();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_paper paper = paper_of(bad[i].format, bad[i].width, bad[i].height);
        paper.dpi = bad[i].dpi;
        mw_bytes bytes;
        mw_error error;
        assert_int_equal(mw_paper_roofline(&paper, &chart, "x", "", &bytes, &error), MW_INVALID);
        assert_null(bytes.data);
        assert_non_null(strstr(error.message, "too "));
    }
}

/* Each part of a mixed text has its own font, and the whole is as wide as its parts. */
static void mixed_text_is_as_wide_as_its_parts(void **state)
{
    (void)state;
    mw_paper paper = paper_of(MW_PAPER_SVG, 400, 300);
    mw_sheet sheet;
    mw_error error;
    mw_bytes bytes;
    const mw_words plain = {0};
    assert_int_equal(mw_sheet_open(&sheet, &paper, &error), MW_OK);
    double latin = mw_sheet_measure(&sheet, "another program", &plain),
           asian = mw_sheet_measure(&sheet, "有干扰：", &plain),
           mixed = mw_sheet_measure(&sheet, "有干扰：another program有干扰：", &plain);
    assert_true(latin > 0 && asian > 0);
    assert_true(fabs(mixed - latin - 2 * asian) < 1e-6);
    assert_int_equal(mw_sheet_finish(&sheet, MW_INVALID, &bytes, &error), MW_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_on_a_roofline_never_overlap_and_stay_on_the_paper),
        cmocka_unit_test(words_on_a_sweep_never_overlap_and_stay_on_the_paper),
        cmocka_unit_test(a_noisy_point_has_a_dot_and_a_word_and_every_interval_a_whisker),
        cmocka_unit_test(the_legend_of_a_sweep_names_noisy_samples_where_there_are_some),
        cmocka_unit_test(a_table_is_as_large_as_it_needs),
        cmocka_unit_test(the_same_chart_gives_the_same_svg),
        cmocka_unit_test(the_svg_is_well_formed),
        cmocka_unit_test(the_words_of_an_svg_are_text_with_a_title_and_a_description),
        cmocka_unit_test(the_png_can_be_read_and_shows_ground_and_ink),
        cmocka_unit_test(the_pdf_is_whole),
        cmocka_unit_test(too_small_and_too_large_are_refused),
        cmocka_unit_test(mixed_text_is_as_wide_as_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
