/* lines.c: wraps by words, measures columns, and spells signs in ASCII. */
#include "tui/plain/lines.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "model/character.h"

enum {
    WIDTH_DEFAULT = 80,
    WIDTH_LEAST = 20,
    WIDTH_MOST = 100,
    REPLACEMENT = 0xFFFD,
    MARKS_MOST = 4
};

void mw_lines_open(mw_lines *lines, FILE *file)
{
    *lines = (mw_lines){.file = file, .width = WIDTH_DEFAULT};
    lines->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    struct winsize size;
    int fd = file ? fileno(file) : -1; /* -1 for a stream in memory */
    if (fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        int width = size.ws_col;
        lines->width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    }
}

/* Decodes one scalar and moves on; REPLACEMENT for a malformed sequence. */
static uint32_t decode(const unsigned char **at)
{
    uint32_t scalar;
    size_t length = mw_character_decode((const char *)*at, 4, &scalar);
    *at += length ? length : 1;
    return length ? scalar : REPLACEMENT;
}

static const char *spelled(uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *text;
    } signs[] = {
        {0x00A0, " "},  {0x00B1, "+-"},  {0x00B2, "^2"},   {0x00B3, "^3"}, {0x00B5, "u"},
        {0x00B7, "*"},  {0x00D7, "x"},   {0x03B2, "b"},    {0x03BC, "u"},  {0x03C0, "pi"},
        {0x2013, "-"},  {0x2014, "-"},   {0x2018, "'"},    {0x2019, "'"},  {0x201C, "\""},
        {0x201D, "\""}, {0x2026, "..."}, {0x202F, " "},    {0x2190, "<-"}, {0x2192, "->"},
        {0x2212, "-"},  {0x2248, "~"},   {0x2264, "<="},   {0x2265, ">="}, {0x22C5, "*"},
        {0x2009, " "},  {0x2260, "!="},  {0x221A, "sqrt"},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].c == c)
            return signs[i].text;
    }
    return "?";
}

static void put_scalar(const mw_lines *lines, uint32_t c)
{
    mw_character kind = mw_character_kind(c);
    if (kind == MW_CHARACTER_INVISIBLE)
        return;
    if (kind == MW_CHARACTER_HARMFUL)
        c = REPLACEMENT;
    if (c < 0x80) {
        fputc((int)c, lines->file);
    } else if (!lines->utf8) {
        fputs(spelled(c), lines->file);
    } else {
        char bytes[5] = {0};
        if (c < 0x800) {
            bytes[0] = (char)(0xC0 | c >> 6);
            bytes[1] = (char)(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            bytes[0] = (char)(0xE0 | c >> 12);
            bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
            bytes[2] = (char)(0x80 | (c & 0x3F));
        } else {
            bytes[0] = (char)(0xF0 | c >> 18);
            bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
            bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
            bytes[3] = (char)(0x80 | (c & 0x3F));
        }
        fputs(bytes, lines->file);
    }
}

static void put_bytes(const mw_lines *lines, const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    int marks = 0; /* on the present character: a heap of them would reach into other lines */
    while (at < end) {
        uint32_t scalar = decode(&at);
        marks = wcwidth((wchar_t)scalar) == 0 ? marks + 1 : 0;
        if (marks <= MARKS_MOST)
            put_scalar(lines, scalar);
    }
}

void mw_lines_put(const mw_lines *lines, const char *text)
{
    if (!lines->file)
        return;
    for (const char *line = text;;) {
        size_t length = strcspn(line, "\n");
        put_bytes(lines, line, length);
        line += length;
        if (!*line)
            break;
        fputc('\n', lines->file);
        line++;
    }
}

void mw_lines_print(const mw_lines *lines, const char *format, ...)
{
    if (!lines->file)
        return;
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length >= 0) {
        mw_lines_put(lines, text);
        free(text);
    }
    fputc('\n', lines->file);
}

void mw_lines_blank(const mw_lines *lines)
{
    if (lines->file)
        fputc('\n', lines->file);
}

static int scalar_width(uint32_t c)
{
    if (mw_character_kind(c) == MW_CHARACTER_INVISIBLE)
        return 0;
    int width = wcwidth((wchar_t)c);
    return width < 0 ? 1 : width;
}

int mw_lines_width(const char *text)
{
    int width = 0;
    const unsigned char *at = (const unsigned char *)text;
    while (*at)
        width += scalar_width(decode(&at));
    return width;
}

/* Bytes of the next piece that must not be broken: a word with the spaces after it, or one wide
 * character. `columns` receives its width without, `spaces` the width of the spaces after it. */
static size_t next_piece(const char *text, int *columns, int *spaces)
{
    const unsigned char *at = (const unsigned char *)text;
    *columns = *spaces = 0;
    while (*at && *at != ' ') {
        const unsigned char *before = at;
        int width = scalar_width(decode(&at));
        if (width > 1 && before != (const unsigned char *)text) {
            at = before;
            break;
        }
        *columns += width;
        if (width > 1) {
            const unsigned char *after = at;
            uint32_t c = *after ? decode(&after) : 0;
            /* Closing punctuation stays on the line of what it closes. */
            if (c == 0x3002 || c == 0xFF0C || c == 0xFF1A || c == 0xFF1B || c == 0xFF09) {
                *columns += 2;
                at = after;
            }
            break;
        }
    }
    while (*at == ' ') {
        ++*spaces;
        at++;
    }
    return (size_t)((const char *)at - text);
}

void mw_lines_wrap(const mw_lines *lines, int indent, const char *first, const char *text)
{
    if (!lines->file)
        return;
    int before = indent - mw_lines_width(first);
    fprintf(lines->file, "%*s", before > 0 ? before : 0, "");
    mw_lines_put(lines, first);
    int column = indent, pending = 0;
    bool fresh = true;
    while (*text) {
        int columns, spaces;
        size_t length = next_piece(text, &columns, &spaces);
        if (!fresh && column + pending + columns > lines->width) {
            fprintf(lines->file, "\n%*s", indent, "");
            column = indent;
        } else {
            fprintf(lines->file, "%*s", fresh ? 0 : pending, "");
            column += fresh ? 0 : pending;
        }
        put_bytes(lines, text, length - (size_t)spaces);
        column += columns;
        pending = spaces;
        fresh = false;
        text += length;
    }
    fputc('\n', lines->file);
}

struct mw_table {
    int columns;
    char *alignment;
    size_t rows, capacity;
    char **cells;
};

mw_table *mw_table_new(const char *alignment)
{
    mw_table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    table->columns = (int)strlen(alignment);
    table->alignment = strdup(alignment);
    if (!table->alignment) {
        free(table);
        return NULL;
    }
    return table;
}

void mw_table_free(mw_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->rows * (size_t)table->columns; i++)
        free(table->cells[i]);
    free(table->cells);
    free(table->alignment);
    free(table);
}

void mw_table_cells(mw_table *table, const char *const *cells)
{
    if (!table)
        return;
    size_t columns = (size_t)table->columns;
    if (table->rows == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 16;
        char **grown = realloc(table->cells, capacity * columns * sizeof *grown);
        if (!grown)
            return;
        table->cells = grown;
        table->capacity = capacity;
    }
    for (size_t i = 0; i < columns; i++)
        table->cells[table->rows * columns + i] = cells[i] ? strdup(cells[i]) : NULL;
    table->rows++;
}

void mw_table_row(mw_table *table, ...)
{
    enum { COLUMNS_MOST = 16 };
    const char *cells[COLUMNS_MOST] = {0};
    if (!table || table->columns > COLUMNS_MOST)
        return;
    va_list arguments;
    va_start(arguments, table);
    for (int i = 0; i < table->columns; i++)
        cells[i] = va_arg(arguments, const char *);
    va_end(arguments);
    mw_table_cells(table, cells);
}

static const char *cell_at(const mw_table *table, size_t row, int column)
{
    const char *cell = table->cells[row * (size_t)table->columns + (size_t)column];
    return cell ? cell : "";
}

/* What is spelled out in ASCII is wider than its sign: count what will be written. */
static int written_width(const mw_lines *lines, const char *cell)
{
    if (lines->utf8)
        return mw_lines_width(cell);
    int width = 0;
    const unsigned char *at = (const unsigned char *)cell;
    while (*at) {
        uint32_t c = decode(&at);
        if (mw_character_kind(c) != MW_CHARACTER_INVISIBLE)
            width += c < 0x80 ? 1 : (int)strlen(spelled(c));
    }
    return width;
}

static int column_width(const mw_table *table, const mw_lines *lines, int column)
{
    int width = 0;
    for (size_t row = 0; row < table->rows; row++) {
        int w = written_width(lines, cell_at(table, row, column));
        width = w > width ? w : width;
    }
    return width;
}

void mw_table_print(const mw_table *table, const mw_lines *lines, int indent)
{
    if (!table || !lines->file)
        return;
    int *widths = calloc((size_t)table->columns, sizeof *widths);
    if (!widths)
        return;
    for (int column = 0; column < table->columns; column++)
        widths[column] = column_width(table, lines, column);
    for (size_t row = 0; row < table->rows; row++) {
        int last = table->columns - 1;
        while (last > 0 && !*cell_at(table, row, last))
            last--;
        fprintf(lines->file, "%*s", indent, "");
        for (int column = 0; column <= last; column++) {
            const char *cell = cell_at(table, row, column);
            int space = widths[column] - written_width(lines, cell);
            bool right = table->alignment[column] == 'r';
            fprintf(lines->file, "%*s", right ? space : 0, "");
            mw_lines_put(lines, cell);
            if (column < last)
                fprintf(lines->file, "%*s", (right ? 0 : space) + 2, "");
        }
        fputc('\n', lines->file);
    }
    free(widths);
}
