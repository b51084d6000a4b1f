/* svg_words.c: collects runs of text and splices them into what cairo wrote. */
#include "labs/chart/svg_words.h"

#include <stdlib.h>
#include <string.h>

mw_status mw_svg_words_open(mw_svg_words *words, mw_error *error)
{
    *words = (mw_svg_words){0};
    words->stream = open_memstream(&words->text, &words->size);
    return words->stream ? MW_OK : mw_fail(error, MW_NO_MEMORY, "no memory for a picture");
}

void mw_svg_words_drop(mw_svg_words *words)
{
    if (words->stream)
        fclose(words->stream);
    free(words->text);
    *words = (mw_svg_words){0};
}

static void escape(FILE *stream, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        case '"':
            fputs("&quot;", stream);
            break;
        default:
            fputc(*text, stream);
        }
    }
}

void mw_svg_words_add(mw_svg_words *words, const mw_svg_run *run)
{
    const double *m = run->matrix;
    const bool upright = m[0] == 1 && m[1] == 0 && m[2] == 0 && m[3] == 1;
    if (!words->stream || run->text[strspn(run->text, " ")] == '\0')
        return;
    if (upright)
        fprintf(words->stream, "<text x=\"%.2f\" y=\"%.2f\"", m[4], m[5]);
    else
        fprintf(words->stream, "<text transform=\"matrix(%.5f %.5f %.5f %.5f %.2f %.2f)\"", m[0],
                m[1], m[2], m[3], m[4], m[5]);
    fprintf(words->stream,
            " font-family=\"%s\" font-size=\"%.2f\"%s%s fill=\"#%06x\" textLength=\"%.2f\""
            " lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">",
            run->family, run->size, run->bold ? " font-weight=\"bold\"" : "",
            run->italic ? " font-style=\"italic\"" : "", run->rgb & 0xFFFFFF, run->width);
    escape(words->stream, run->text);
    fputs("</text>\n", words->stream);
}

/* What stands behind the opening tag: what a screen reader says instead of the picture. */
static char *head_of(const char *title, const char *description, size_t *size)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);
    if (!stream)
        return NULL;
    fputs("\n<title>", stream);
    escape(stream, title);
    fputs("</title>\n<desc>", stream);
    escape(stream, description);
    fputs("</desc>", stream);
    fclose(stream);
    return text;
}

mw_status mw_svg_words_finish(mw_svg_words *words, const char *title, const char *description,
                              unsigned char **data, size_t *size, mw_error *error)
{
    size_t head_size = 0;
    char *head = head_of(title, description, &head_size);
    fclose(words->stream);
    words->stream = NULL;
    const unsigned char *svg = *data, *stop = svg + *size;
    const unsigned char *open = memmem(svg, *size, "<svg", 4);
    const unsigned char *begin = open ? memchr(open, '>', (size_t)(stop - open)) : NULL;
    const unsigned char *end = memmem(svg, *size, "</svg>", 6);
    unsigned char *made = malloc(*size + head_size + words->size + 1);
    mw_status status = MW_OK;
    if (!head || !made) {
        status = mw_fail(error, MW_NO_MEMORY, "no memory for a picture");
    } else if (!begin || !end || end < begin) {
        status = mw_fail(error, MW_INTERNAL, "the picture that was drawn is no SVG");
    } else {
        unsigned char *at = mempcpy(made, svg, (size_t)(begin + 1 - svg));
        at = mempcpy(at, head, head_size);
        at = mempcpy(at, begin + 1, (size_t)(end - begin - 1));
        at = mempcpy(at, words->text, words->size);
        at = mempcpy(at, end, (size_t)(stop - end));
        free(*data);
        *data = made;
        *size = (size_t)(at - made);
        made = NULL;
    }
    free(head);
    free(made);
    mw_svg_words_drop(words);
    return status;
}
