/*
 * lua_text.h: text from labs and students made harmless before it leaves the worker.
 */
#ifndef MW_WORKER_LUA_TEXT_H
#define MW_WORKER_LUA_TEXT_H

#include <stddef.h>

/*
 * Copies `size` bytes to `clean` (room for 3 * size + 1): U+FFFD takes the place of harmful
 * characters (model/character.h) other than newline and of invalid UTF-8, a tab becomes a space,
 * and invisible ones are left out. Returns the length written.
 */
size_t mw_text_clean(const char *text, size_t size, char *clean);

/* Offset of the first byte that mw_text_clean would replace by U+FFFD, or `size`. */
size_t mw_text_check(const char *text, size_t size);

#endif
