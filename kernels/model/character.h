/*
 * character.h: what may be shown of foreign text. One table for every gate: the full screen, plain
 * lines, what a worker prints, what Lua says, and JSON on its way to a terminal.
 */
#ifndef MW_MODEL_CHARACTER_H
#define MW_MODEL_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum mw_character {
    MW_CHARACTER_PLAIN,
    /* Joiners, selectors, tags, byte order marks: they occupy nothing and hide in what they stand
     * beside. Gates leave them out. */
    MW_CHARACTER_INVISIBLE,
    /* Controls, which terminals act upon; line separators; what turns the direction of its
     * neighbours; what is no character at all. Gates put a sign in their place. */
    MW_CHARACTER_HARMFUL
} mw_character;

mw_character mw_character_kind(uint32_t scalar);

/*
 * Bytes (1 to 4) of the well-formed UTF-8 sequence at `text` (RFC 3629), of which `size` may be
 * looked at, and its scalar; 0 where there is none. In text that ends with a zero byte a size of 4
 * looks never behind it.
 */
size_t mw_character_decode(const char *text, size_t size, uint32_t *scalar);

/* U+FFFD, the mark where a reader should see that something was there. */
#define MW_CHARACTER_REPLACEMENT "\xEF\xBF\xBD"

/*
 * Foreign text made fit for a terminal, a file or JSON: copies `size` bytes of it to `clean`, which
 * has `room` bytes, the final zero byte included, and may be `text` itself where `mark` is at most
 * one byte. `mark` stands for each harmful character and each byte that is no UTF-8; tabs become
 * spaces, and so do line ends unless `lines` are kept; invisible characters go. What does not fit
 * is cut off before a character. Returns the length written.
 */
size_t mw_character_clean(const char *text, size_t size, const char *mark, bool lines, char *clean,
                          size_t room);

/* Offset of the first byte for which mw_character_clean, with lines kept, would put a mark, or
 * `size`. */
size_t mw_character_check(const char *text, size_t size);

#endif
