/*
 * svg_words.h: the words of an SVG picture as text, so that they can be searched, copied and read
 * aloud. Cairo draws words as shapes; here they are kept while the rest is drawn, and put into its
 * output at the end, with a title and a description. Each run of words is as wide as it was
 * measured, whatever font its reader has.
 */
#ifndef MW_CHART_SVG_WORDS_H
#define MW_CHART_SVG_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include "model/status.h"

typedef struct mw_svg_words {
    FILE *stream; /* onto `text` */
    char *text;
    size_t size;
} mw_svg_words;

typedef struct mw_svg_run {
    const char *text;   /* valid UTF-8 without control characters */
    double matrix[6];   /* from the start of its baseline to the picture: xx, yx, xy, yy, x0, y0 */
    const char *family; /* as CSS names fonts */
    double size, width;
    bool bold, italic;
    unsigned rgb;
} mw_svg_run;

mw_status mw_svg_words_open(mw_svg_words *words, mw_error *error);
void mw_svg_words_add(mw_svg_words *words, const mw_svg_run *run);

/* Puts title, description and words into an SVG, whose bytes may move; closes `words` in any case.
 */
mw_status mw_svg_words_finish(mw_svg_words *words, const char *title, const char *description,
                              unsigned char **data, size_t *size, mw_error *error);

/* Closes without a picture. */
void mw_svg_words_drop(mw_svg_words *words);

#endif
