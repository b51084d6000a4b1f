/* The files that paper becomes: each can be read as what it says it is. */
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

#include "tests/chart/paper_scene.h"

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
    if (draw_roofline(&paper, &chart, false, &bytes, &error) != MW_OK)
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
    assert_int_equal(draw_roofline(&paper, &chart, false, &bytes, &error), MW_OK);
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
        assert_int_equal(draw_roofline(&paper, &chart, false, &bytes, &error), MW_INVALID);
        assert_null(bytes.data);
        assert_non_null(strstr(error.message, "too "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_chart_gives_the_same_svg),
        cmocka_unit_test(the_svg_is_well_formed),
        cmocka_unit_test(the_words_of_an_svg_are_text_with_a_title_and_a_description),
        cmocka_unit_test(the_png_can_be_read_and_shows_ground_and_ink),
        cmocka_unit_test(the_pdf_is_whole),
        cmocka_unit_test(too_small_and_too_large_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
