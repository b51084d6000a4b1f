/* nearest.h: the name that was most probably meant. */
#ifndef MW_PLAIN_NEAREST_H
#define MW_PLAIN_NEAREST_H

#include <stddef.h>

/* The nearest of `count` names by edit distance, one that `name` begins first; NULL when none is
 * near enough to be a typing slip. */
const char *mw_nearest(const char *name, const char *const *names, size_t count);

#endif
