/*
 * reason.h: sentences of the worker, which speaks English, in the interface's language.
 *
 * The worker says why a number is absent or a measurement is noisy in whole sentences with figures
 * in them. Such a sentence is looked up with every figure, and every name of a memory level, as {};
 * a translation holds them as {} in the same order, or as {1}, {2} where the order changes.
 */
#ifndef MW_TUI_REASON_H
#define MW_TUI_REASON_H

#include <jansson.h>
#include <stddef.h>

enum { MW_REASON_TEXT = 320 };

/* A memory level's name in the interface's language; "L2" and "DRAM" are the same in all. */
const char *mw_level_word(const char *name);

/* The sentence itself when it is not known. Returns `text`. */
const char *mw_reason(const char *english, char text[MW_REASON_TEXT]);

/* What an error of the host says (MW_HOST_ERROR): records left out are counted. Returns `text`. */
const char *mw_reason_of_error(const json_t *error, char text[MW_REASON_TEXT]);

/* "only {} samples fitted into {} s": what is looked up. For tests. */
void mw_reason_key(const char *english, char key[MW_REASON_TEXT]);

/* Every sentence that can be looked up, ended by NULL. */
const char *const *mw_reason_list(void);

#endif
