/*
 * paper.h: charts on paper: the same plans as on the screen, drawn by cairo as SVG, PDF or PNG.
 *
 * Sizes are in points (1/72 inch). Kinds are told by the shape of their mark and by a colour of
 * Okabe and Ito's set (jfly.uni-koeln.de/color), so that a picture also works in grey and for
 * readers with any colour vision. The same input gives the same bytes of SVG, in which words are
 * text.
 */
#ifndef MW_CHART_PAPER_H
#define MW_CHART_PAPER_H

#include <stddef.h>

#include "labs/chart/pen.h"
#include "model/status.h"

typedef enum mw_paper_format { MW_PAPER_SVG, MW_PAPER_PDF, MW_PAPER_PNG } mw_paper_format;

typedef struct mw_paper {
    mw_paper_format format;
    double width, height; /* a table may be 0 × 0: as large as it needs */
    double dpi;           /* of a PNG; 0 means 200 */
    double font;          /* size of the words; 0: 7 to 12, by the width */
    bool dark;
    const char *title, *note; /* above the picture and small below it; "" for none */
    const char *description;  /* what it shows, for who does not see it; NULL: the note */
    /* What of a text may be drawn: valid UTF-8 without control characters. Every word passes it. */
    void (*gate)(const char *text, char *clean, size_t size);
    /* Called with the bounding box of every word that was drawn; may be NULL. */
    void (*drawn)(void *context, const char *text, const mw_box *ink);
    void *context;
} mw_paper;

typedef struct mw_bytes {
    unsigned char *data; /* free() it */
    size_t size;
} mw_bytes;

/* What stands in a table: rows of `columns` texts each, and a mark before some headings. */
enum { MW_PAPER_COLUMNS = 8 };
typedef struct mw_paper_column {
    const char *heading;
    bool marked; /* with the mark of `kind`, whose colour the column has */
    bool right;  /* numbers end at one edge */
    bool dim;
    mw_kind kind;
} mw_paper_column;

typedef struct mw_paper_table {
    mw_paper_column columns[MW_PAPER_COLUMNS];
    int column_count, row_count;
    const char *const *cells; /* [row_count][column_count]; "" stays empty */
} mw_paper_table;

/* Whether anything can be drawn here; where not, MW_UNSUPPORTED with the reason, as each function
 * below gives it. */
mw_status mw_paper_check(mw_error *error);

/* Draws a picture. MW_INVALID when the paper is too small for anything, or has too many pixels. */
mw_status mw_paper_draw(const mw_paper *paper, mw_drawing *drawing, mw_bytes *bytes,
                        mw_error *error);
mw_status mw_paper_table_draw(const mw_paper *paper, const mw_paper_table *table, mw_bytes *bytes,
                              mw_error *error);

#endif
