/* sheet.c: opens SVG, PDF or PNG in memory, and measures words alike for all three. */
#include "labs/chart/sheet.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* fontconfig keeps the fonts it found until the process ends: leak checkers must not count them. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() (void)0
#define __lsan_enable()  (void)0
#endif

enum { TEXT_MOST = 512 };

static const double usual_dpi = 200, pixels_most = 64e6;

/* Okabe and Ito's colours; on a dark ground blue gives way to sky blue, orange to yellow. */
static const struct palette {
    unsigned fixed[MW_INK_KIND], kinds[MW_PUBLISHED + 1];
} palettes[2] = {{{0xFFFFFF, 0x1A1C20, 0x5A6069, 0x8A9099, 0xE8EAED, 0xD55E00, 0x9AA0A8},
                  {[MW_GIVEN] = 0x5A6069,
                   [MW_COUNTED] = 0x0072B2,
                   [MW_MODELLED] = 0xE69F00,
                   [MW_MEASURED] = 0x009E73,
                   [MW_PREDICTED] = 0xB8568F,
                   [MW_PUBLISHED] = 0x30343A}},
                 {{0x16181D, 0xE9ECF1, 0xA4ABB7, 0x767D8A, 0x282C34, 0xE69F00, 0x767D8A},
                  {[MW_GIVEN] = 0xA4ABB7,
                   [MW_COUNTED] = 0x56B4E9,
                   [MW_MODELLED] = 0xF0E442,
                   [MW_MEASURED] = 0x1FB98C,
                   [MW_PREDICTED] = 0xDE93BD,
                   [MW_PUBLISHED] = 0xD0D5DE}}};

static unsigned rgb_of(const mw_sheet *sheet, int ink)
{
    const struct palette *palette = &palettes[sheet->paper->dark];
    return ink < MW_INK_KIND ? palette->fixed[ink] : palette->kinds[ink - MW_INK_KIND];
}

void mw_sheet_ink(mw_sheet *sheet, int ink, double alpha)
{
    unsigned rgb = rgb_of(sheet, ink);
    cairo_set_source_rgba(sheet->cairo, (rgb >> 16 & 0xFF) / 255.0, (rgb >> 8 & 0xFF) / 255.0,
                          (rgb & 0xFF) / 255.0, alpha);
}

/* ---- the output ---- */

static cairo_status_t keep(void *closure, const unsigned char *data, unsigned length)
{
    mw_sheet *sheet = closure;
    mw_bytes *bytes = &sheet->bytes;
    if (length > sheet->bytes_room - bytes->size) {
        size_t room = 2 * (bytes->size + length) + 4096;
        unsigned char *grown = realloc(bytes->data, room);
        if (!grown)
            return CAIRO_STATUS_NO_MEMORY;
        bytes->data = grown;
        sheet->bytes_room = room;
    }
    memcpy(bytes->data + bytes->size, data, length);
    bytes->size += length;
    return CAIRO_STATUS_SUCCESS;
}

static double measure_words(void *context, const char *text)
{
    static const mw_words plain = {0};
    return mw_sheet_measure(context, text, &plain);
}

/* Words have the same widths on every output, so that a picture does not depend on its format. */
static void steady_fonts(cairo_t *cairo)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
}

mw_status mw_sheet_open(mw_sheet *sheet, const mw_paper *paper, mw_error *error)
{
    *sheet = (mw_sheet){.paper = paper};
    /* 7 points in one column of a paper, 9 across a page. */
    double usual = fmin(fmax(7 + (paper->width - 240) / 107, 7), 12);
    sheet->font = paper->font > 0 ? paper->font : paper->width > 0 ? usual : 9;
    sheet->line = 1.2 * sheet->font;
    sheet->pad = 0.8 * sheet->font;
    sheet->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    sheet->cairo = cairo_create(sheet->surface);
    steady_fonts(sheet->cairo);
    static const mw_words plain = {0};
    sheet->medium = (mw_medium){.slants = true,
                                .line = sheet->line,
                                .letter = mw_sheet_measure(sheet, "0", &plain),
                                .mark = 2 * mw_sheet_mark_radius(sheet) + 2,
                                .grain = 0.4,
                                .measure = measure_words,
                                .context = sheet};
    if (cairo_status(sheet->cairo) != CAIRO_STATUS_SUCCESS || !(sheet->medium.letter > 0)) {
        cairo_destroy(sheet->cairo);
        cairo_surface_destroy(sheet->surface);
        return mw_fail(error, MW_UNSUPPORTED,
                       "no font was found to draw with; 'fc-list' shows what is installed");
    }
    return MW_OK;
}

mw_status mw_sheet_begin(mw_sheet *sheet, double width, double height, mw_error *error)
{
    const mw_paper *paper = sheet->paper;
    double scale = (paper->dpi > 0 ? paper->dpi : usual_dpi) / 72;
    bool pixels = paper->format == MW_PAPER_PNG;
    if (!(width > 0 && height > 0 && width < 14400 && height < 14400) ||
        (pixels && width * height * scale * scale > pixels_most))
        return mw_fail(error, MW_INVALID,
                       "a picture of %.0f×%.0f points at %.0f dpi is too large: at most %.0f "
                       "million pixels, or 14400 points",
                       width, height, scale * 72, pixels_most / 1e6);
    cairo_destroy(sheet->cairo);
    cairo_surface_destroy(sheet->surface);
    sheet->width = width;
    sheet->height = height;
    if (pixels)
        sheet->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width * scale),
                                                    (int)ceil(height * scale));
    else if (paper->format == MW_PAPER_PDF)
        sheet->surface = cairo_pdf_surface_create_for_stream(keep, sheet, width, height);
    else
        sheet->surface = cairo_svg_surface_create_for_stream(keep, sheet, width, height);
    if (paper->format == MW_PAPER_PDF) {
        char title[256];
        paper->gate(paper->title ? paper->title : "", title, sizeof title);
        cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_TITLE, title);
        cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_CREATOR, "memwall");
        char note[TEXT_MOST];
        paper->gate(paper->note, note, sizeof note);
        cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_SUBJECT, note);
    }
    sheet->cairo = cairo_create(sheet->surface);
    if (pixels)
        cairo_scale(sheet->cairo, scale, scale);
    steady_fonts(sheet->cairo);
    mw_sheet_ink(sheet, MW_INK_GROUND, 1);
    cairo_paint(sheet->cairo);
    return paper->format == MW_PAPER_SVG ? mw_svg_words_open(&sheet->words, error) : MW_OK;
}

/* cairo numbers the surfaces of a process, and names the outermost group of an SVG by that number.
 */
static void forget_number(mw_bytes *bytes)
{
    static const char name[] = "<g id=\"surface";
    unsigned char *at = memmem(bytes->data, bytes->size, name, sizeof name - 1);
    if (!at)
        return;
    unsigned char *first = at + sizeof name - 1, *end = first, *stop = bytes->data + bytes->size;
    while (end < stop && *end >= '0' && *end <= '9')
        end++;
    memmove(first, end, (size_t)(stop - end));
    bytes->size -= (size_t)(end - first);
}

static mw_status put_words(mw_sheet *sheet, mw_error *error)
{
    const mw_paper *paper = sheet->paper;
    char title[256], description[2048];
    paper->gate(paper->title ? paper->title : "", title, sizeof title);
    paper->gate(paper->description ? paper->description
                : paper->note      ? paper->note
                                   : "",
                description, sizeof description);
    return mw_svg_words_finish(&sheet->words, title, description, &sheet->bytes.data,
                               &sheet->bytes.size, error);
}

mw_status mw_sheet_finish(mw_sheet *sheet, mw_status status, mw_bytes *bytes, mw_error *error)
{
    cairo_status_t drawn = cairo_status(sheet->cairo);
    __lsan_disable();
    cairo_destroy(sheet->cairo);
    if (status == MW_OK && drawn == CAIRO_STATUS_SUCCESS && sheet->paper->format == MW_PAPER_PNG)
        drawn = cairo_surface_write_to_png_stream(sheet->surface, keep, sheet);
    cairo_surface_finish(sheet->surface);
    if (drawn == CAIRO_STATUS_SUCCESS)
        drawn = cairo_surface_status(sheet->surface);
    cairo_surface_destroy(sheet->surface);
    __lsan_enable();
    if (status == MW_OK && drawn != CAIRO_STATUS_SUCCESS)
        status = mw_fail(error, drawn == CAIRO_STATUS_NO_MEMORY ? MW_NO_MEMORY : MW_IO,
                         "the picture cannot be drawn: %s", cairo_status_to_string(drawn));
    if (status == MW_OK && sheet->words.stream) {
        forget_number(&sheet->bytes);
        status = put_words(sheet, error);
    }
    mw_svg_words_drop(&sheet->words);
    if (status != MW_OK) {
        free(sheet->bytes.data);
        sheet->bytes = (mw_bytes){0};
    }
    *bytes = sheet->bytes;
    return status;
}

/* ---- words ---- */

static double size_of(const mw_sheet *sheet, const mw_words *words)
{
    return words->size > 0 ? words->size : sheet->font;
}

/* U+2E80 and above, without the private characters: first bytes E2 BA … F4, without EE. */
static bool is_asian(const char *text)
{
    const unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
    return first == 0xE2 ? second >= 0xBA : first > 0xE2 && first != 0xEE;
}

/* Characters of East Asia have a font of their own; the length of the run that begins here. */
static size_t run_length(const char *text, bool *asian)
{
    size_t length = 0;
    *asian = is_asian(text);
    do {
        length++;
        while (((unsigned char)text[length] & 0xC0) == 0x80)
            length++;
    } while (text[length] && is_asian(text + length) == *asian);
    return length;
}

static void choose_font(mw_sheet *sheet, const mw_words *words, bool asian)
{
    cairo_select_font_face(sheet->cairo, asian ? "Noto Sans CJK SC" : "DejaVu Sans Condensed",
                           CAIRO_FONT_SLANT_NORMAL,
                           words->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(sheet->cairo, size_of(sheet, words));
}

/* Words of one font, and where they begin on their line. */
typedef struct font_run {
    const char *text;
    const mw_words *words;
    bool asian;
    double at, width;
} font_run;

/* Calls for each run of one font; returns the whole width. */
static double each_run(mw_sheet *sheet, const char *clean, const mw_words *words,
                       void (*draw)(mw_sheet *sheet, const font_run *run))
{
    double at = 0;
    __lsan_disable();
    for (size_t length; *clean; clean += length) {
        bool asian;
        char run[TEXT_MOST];
        length = run_length(clean, &asian);
        memcpy(run, clean, length);
        run[length] = '\0';
        choose_font(sheet, words, asian);
        cairo_text_extents_t extents;
        cairo_text_extents(sheet->cairo, run, &extents);
        if (draw)
            draw(sheet, &(font_run){run, words, asian, at, extents.x_advance});
        at += extents.x_advance;
    }
    __lsan_enable();
    return at;
}

static void keep_run(mw_sheet *sheet, const font_run *run)
{
    cairo_matrix_t matrix;
    cairo_get_matrix(sheet->cairo, &matrix);
    cairo_matrix_translate(&matrix, run->at, 0);
    mw_svg_words_add(
        &sheet->words,
        &(mw_svg_run){.text = run->text,
                      .matrix = {matrix.xx, matrix.yx, matrix.xy, matrix.yy, matrix.x0, matrix.y0},
                      .family = run->asian ? "Noto Sans CJK SC, sans-serif"
                                           : "DejaVu Sans Condensed, sans-serif",
                      .size = size_of(sheet, run->words),
                      .width = run->width,
                      .bold = run->words->bold,
                      .rgb = rgb_of(sheet, (int)run->words->ink)});
}

static void show_run(mw_sheet *sheet, const font_run *run)
{
    if (sheet->words.stream) {
        keep_run(sheet, run);
    } else {
        cairo_move_to(sheet->cairo, run->at, 0);
        cairo_show_text(sheet->cairo, run->text);
    }
}

static void outline_run(mw_sheet *sheet, const font_run *run)
{
    cairo_move_to(sheet->cairo, run->at, 0);
    cairo_text_path(sheet->cairo, run->text);
}

double mw_sheet_measure(mw_sheet *sheet, const char *text, const mw_words *words)
{
    char clean[TEXT_MOST];
    sheet->paper->gate(text, clean, sizeof clean);
    return each_run(sheet, clean, words, NULL);
}

/* Tells the place of the ink: the box of capitals and descenders over the width. */
static void tell_drawn(mw_sheet *sheet, const char *clean, double middle_x, double middle_y,
                       double width, const mw_words *words)
{
    double height = size_of(sheet, words);
    mw_box box = {.x = middle_x - width / 2,
                  .y = middle_y - height / 2,
                  .width = width,
                  .height = height,
                  .angle = words->angle};
    if (sheet->paper->drawn)
        sheet->paper->drawn(sheet->paper->context, clean, &box);
}

double mw_sheet_words(mw_sheet *sheet, double x, double y, const char *text, const mw_words *words)
{
    char clean[TEXT_MOST];
    sheet->paper->gate(text, clean, sizeof clean);
    if (!*clean)
        return 0;
    double size = size_of(sheet, words), width = each_run(sheet, clean, words, NULL);
    double middle_x = x + (0.5 - words->align) * width, middle_y = y + 0.6 * size;
    cairo_save(sheet->cairo);
    cairo_translate(sheet->cairo, middle_x, middle_y);
    cairo_rotate(sheet->cairo, words->angle);
    /* From the middle of the line to the start of its baseline. */
    cairo_translate(sheet->cairo, -width / 2, 0.27 * size);
    if (words->halo) {
        cairo_new_path(sheet->cairo);
        each_run(sheet, clean, words, outline_run);
        mw_sheet_ink(sheet, MW_INK_GROUND, 0.9);
        cairo_set_line_width(sheet->cairo, 0.32 * size);
        cairo_set_line_join(sheet->cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(sheet->cairo);
    }
    mw_sheet_ink(sheet, (int)words->ink, 1);
    each_run(sheet, clean, words, show_run);
    cairo_restore(sheet->cairo);
    cairo_new_path(sheet->cairo);
    tell_drawn(sheet, clean, middle_x, middle_y, width, words);
    return width;
}

double mw_sheet_words_in(mw_sheet *sheet, double x, double y, double room, const char *text,
                         const mw_words *words)
{
    char clean[TEXT_MOST];
    sheet->paper->gate(text, clean, sizeof clean - 4);
    size_t length = strlen(clean);
    while (length > 0 && mw_sheet_measure(sheet, clean, words) > room + 0.01) {
        do
            length--;
        while (length > 0 && ((unsigned char)clean[length] & 0xC0) == 0x80);
        while (length > 0 && clean[length - 1] == ' ')
            length--;
        strcpy(clean + length, length ? "…" : "");
    }
    return mw_sheet_words(sheet, x, y, clean, words);
}
