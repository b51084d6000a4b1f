/* sheet_paragraph.c: words that need more than a line: remarks in tables, the note of a figure. */
#include <string.h>

#include "labs/chart/sheet.h"

enum { LINES_MOST = 10, TEXT_SIZE = 512 };

/* Bytes of the first line: as many words as fit, and at least one character. East Asian text may be
 * broken anywhere. */
static size_t line_length(mw_sheet *sheet, const char *text, double room, const mw_words *words)
{
    char line[TEXT_SIZE];
    size_t fits = 0;
    for (size_t end = 1;; end++) {
        bool inside = ((unsigned char)text[end] & 0xC0) == 0x80;
        bool wide = (unsigned char)text[end] >= 0xE3 || (unsigned char)text[end - 1] >= 0x80;
        if (text[end] && (inside || (text[end] != ' ' && !wide)))
            continue;
        memcpy(line, text, end);
        line[end] = '\0';
        if (fits && mw_sheet_measure(sheet, line, words) > room)
            return fits;
        fits = end;
        if (!text[end])
            return fits;
    }
}

/* A line of a note ends with a whole piece where that leaves it more than half full. */
static size_t piece_length(const char *text, size_t fits)
{
    static const char between[] = " · ";
    size_t whole = fits;
    if (!text[fits])
        return fits;
    for (size_t at = fits / 2; at + sizeof between - 1 <= fits + 1; at++)
        if (strncmp(text + at, between, sizeof between - 1) == 0)
            whole = at + sizeof between - 2;
    return whole;
}

int mw_sheet_paragraph(mw_sheet *sheet, double room, const char *text, const mw_words *words,
                       const double place[2])
{
    char clean[TEXT_SIZE], line[TEXT_SIZE];
    double height = 1.2 * (words->size > 0 ? words->size : sheet->font);
    sheet->paper->gate(text, clean, sizeof clean);
    int count = 0;
    for (const char *rest = clean; *rest && count < LINES_MOST; count++) {
        bool last = count + 1 == LINES_MOST;
        size_t length =
            last ? strlen(rest) : piece_length(rest, line_length(sheet, rest, room, words));
        memcpy(line, rest, length);
        line[length] = '\0';
        if (place)
            mw_sheet_words_in(sheet, place[0], place[1] + count * height, room, line, words);
        rest += length;
        rest += strspn(rest, " ");
    }
    return count;
}

static mw_words note_words(const mw_sheet *sheet)
{
    return (mw_words){.size = 0.75 * sheet->font, .ink = MW_INK_DIM};
}

double mw_sheet_note_height(mw_sheet *sheet, double room)
{
    const mw_words words = note_words(sheet);
    int lines = mw_sheet_paragraph(sheet, room, sheet->paper->note, &words, NULL);
    return lines ? lines * 1.2 * words.size + 0.3 * sheet->font : 0;
}

void mw_sheet_note(mw_sheet *sheet, double x, double y, double room)
{
    const mw_words words = note_words(sheet);
    const double place[2] = {x, y};
    mw_sheet_paragraph(sheet, room, sheet->paper->note, &words, place);
}
