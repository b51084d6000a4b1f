/*
 * lines.h: text for people as plain lines: no escape codes, no meaning by glyph alone.
 *
 * Every byte passes one gate: UTF-8 is decoded, control characters and malformed bytes become
 * U+FFFD, and where the locale is not UTF-8 the few signs we use are spelled in ASCII ("+-", "x").
 */
#ifndef MW_PLAIN_LINES_H
#define MW_PLAIN_LINES_H

#include <stdbool.h>
#include <stdio.h>

typedef struct mw_lines {
    FILE *file; /* NULL: nothing is written */
    bool utf8;
    int width; /* columns to wrap at */
} mw_lines;

/* Charset from the locale; width from the terminal, else 80. */
void mw_lines_open(mw_lines *lines, FILE *file);

/* Writes text without and with a line end. */
void mw_lines_put(const mw_lines *lines, const char *text);
void mw_lines_print(const mw_lines *lines, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void mw_lines_blank(const mw_lines *lines);

/* One paragraph, wrapped at spaces (and between wide characters), each line indented; the first by
 * `first` in place of as many columns of the indent. */
void mw_lines_wrap(const mw_lines *lines, int indent, const char *first, const char *text);

/* Columns that UTF-8 text takes. */
int mw_lines_width(const char *text);

/* A table whose columns are as wide as their widest cell. Cells are copied. */
typedef struct mw_table mw_table;
mw_table *mw_table_new(const char *alignment); /* one letter per column: l or r */
void mw_table_free(mw_table *table);
void mw_table_row(mw_table *table,
                  ...); /* as many const char * as columns; NULL is an empty cell */
void mw_table_cells(mw_table *table, const char *const *cells); /* the same from an array */
void mw_table_print(const mw_table *table, const mw_lines *lines, int indent);

#endif
