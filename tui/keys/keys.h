/*
 * keys.h: keys as numbers: a Unicode scalar, a control character, or one of the names below.
 */
#ifndef MW_TUI_KEYS_H
#define MW_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t mw_key;

enum {
    MW_KEY_NONE = 0,
    MW_KEY_TAB = 9,
    MW_KEY_ENTER = 13,
    MW_KEY_ESCAPE = 27,
    MW_KEY_SPACE = 32,
    MW_KEY_SPECIAL = 0x110000, /* above every scalar */
    MW_KEY_UP,
    MW_KEY_DOWN,
    MW_KEY_LEFT,
    MW_KEY_RIGHT,
    MW_KEY_HOME,
    MW_KEY_END,
    MW_KEY_PAGE_UP,
    MW_KEY_PAGE_DOWN,
    MW_KEY_BACKSPACE,
    MW_KEY_DELETE,
    MW_KEY_BACK_TAB,
    MW_KEY_WORD_LEFT, /* Ctrl or Alt with an arrow */
    MW_KEY_WORD_RIGHT,
    MW_KEY_WORD_BACKSPACE, /* Alt-Backspace, Ctrl-W */
    MW_KEY_F1,
    MW_KEY_F2,
    MW_KEY_PASTE, /* text came at once: see mw_terminal_pasted() */
    MW_KEY_WHEEL_UP,
    MW_KEY_WHEEL_DOWN
};

#define MW_KEY_CTRL(letter) ((letter)&0x1F)

/* As people read it: "Up", "Tab", "Shift-Tab", "Ctrl-L", "?". */
enum { MW_KEY_NAME_MAX = 16 };
void mw_key_name(mw_key key, char name[MW_KEY_NAME_MAX]);

/* Reads the next name of a list separated by blanks ("Up", "S-Tab", "C-l", "?") and advances;
 * MW_KEY_NONE at the end or when it is unknown. */
mw_key mw_key_next(const char **list);

/* True for a key that puts a character into a text. */
bool mw_key_is_text(mw_key key);

#endif
