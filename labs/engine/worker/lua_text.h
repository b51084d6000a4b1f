/*
 * lua_text.h: text from labs and students made harmless before it leaves the worker.
 */
#ifndef MW_WORKER_LUA_TEXT_H
#define MW_WORKER_LUA_TEXT_H

#include <stddef.h>

/*
 * Copies `size` bytes to `clean` (room for 3 * size + 1), replacing by U+FFFD whatever a terminal
 * or a reader could be misled by: control characters other than newline, C1 controls, bidirectional
 * overrides, invalid UTF-8. A tab becomes a space. Returns the length written.
 */
size_t mw_text_clean(const char *text, size_t size, char *clean);

/* Offset of the first byte that mw_text_clean would replace (tabs pass), or `size`. */
size_t mw_text_check(const char *text, size_t size);

#endif
