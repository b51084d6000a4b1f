/*
 * utf8.h: the gate for text. Whatever bytes come in, what comes out is a printable Unicode scalar.
 *
 * Widths are those of wcwidth in the present locale; where that knows nothing (the C locale),
 * a character takes one cell, because it is drawn as one ASCII character.
 */
#ifndef MW_LABS_UTF8_H
#define MW_LABS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MW_REPLACEMENT = 0xFFFD };

/*
 * Takes one character from *text (not at its end) and advances it. A malformed byte gives
 * MW_REPLACEMENT and advances by one. Control characters come out as they are.
 */
uint32_t mw_utf8_next(const char **text);

/* Writes `scalar` (1 to 4 bytes, no terminator) and returns the length; 0 if it is no scalar. */
size_t mw_utf8_encode(uint32_t scalar, char bytes[4]);

/* True for a character that a cell may hold: no control, no direction override, no invisible. */
bool mw_utf8_printable(uint32_t scalar);

/* Cells it takes: 0 (combining or invisible), 1 or 2. What is not printable takes 1. */
int mw_utf8_width(uint32_t scalar);
int mw_text_width(const char *text); /* of all of them */

/* The ASCII character that stands for it in a drawing without Unicode; '?' when none is near. */
char mw_utf8_ascii(uint32_t scalar);

/* Byte offsets of the characters before and after `offset` in `text`; combining marks stay with
 * their base. */
size_t mw_utf8_before(const char *text, size_t offset);
size_t mw_utf8_after(const char *text, size_t offset);

#endif
