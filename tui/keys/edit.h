/* edit.h: editing one text in UTF-8, as pure functions on a buffer and a byte offset. */
#ifndef MW_TUI_EDIT_H
#define MW_TUI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keys/keys.h"

typedef struct mw_edit {
    char *text;  /* well formed, ended by 0 */
    size_t size; /* of the buffer */
    int *cursor; /* byte offset, on a character's border */
    bool lines;  /* several lines: Enter breaks, Up and Down move */
} mw_edit;

/* Characters, cursor keys, Backspace and Delete, words (Ctrl-W, Ctrl-arrows), line ends (Home, End,
 * Ctrl-A, Ctrl-E), Ctrl-U and Ctrl-K. False when the key means nothing here. */
bool mw_edit_key(mw_edit *edit, mw_key key);

/* Inserts what was pasted: line breaks become blanks in one line, other controls and malformed
 * bytes are dropped; what does not fit is cut between characters. False when something was cut. */
bool mw_edit_insert(mw_edit *edit, const char *text);

#endif
