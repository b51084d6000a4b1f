/*
 * paste.h: what the terminal says is pasted, from its beginning until its end or a silence.
 */
#ifndef MW_TUI_PASTE_H
#define MW_TUI_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MW_PASTE_MAX = 64 * 1024 };

typedef struct mw_paste {
    bool open; /* its end did not come yet */
    char text[MW_PASTE_MAX];
    size_t length;
    int64_t last_ms; /* when the last of it came */
} mw_paste;

void mw_paste_begin(mw_paste *paste);

/* One character more; what has no room is left out. */
void mw_paste_add(mw_paste *paste, uint32_t character);

/* Milliseconds until the end is not coming any more: 0 when that is so, -1 when none is open. */
int mw_paste_patience(const mw_paste *paste);

#endif
