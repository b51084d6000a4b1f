/*
 * plural.h: which of its forms a language uses for n of something.
 *
 * A catalogue says it as C does: "nplurals=2; plural=n != 1;".
 */
#ifndef MW_LABS_PLURAL_H
#define MW_LABS_PLURAL_H

#include <stdbool.h>

enum { MW_PLURAL_FORMS = 8, MW_PLURAL_TEXT = 512 };

typedef struct mw_plural {
    unsigned forms;
    char rule[MW_PLURAL_TEXT]; /* of n; numbers, n, ( ) ! * / % + - < <= > >= == != && || ?: */
} mw_plural;

/* Reads the value of a catalogue's Plural-Forms; false, with `plural` untouched, for one that is
 * malformed, too long or nested too deep. */
bool mw_plural_read(const char *value, mw_plural *plural);

/* The number of the form for `n`, below plural->forms: 0 where the rule names none. */
unsigned mw_plural_form(const mw_plural *plural, unsigned long n);

#endif
