/* nearest.h: the name that was most probably meant. */
#ifndef MW_NEAREST_H
#define MW_NEAREST_H

#include <stddef.h>

enum { MW_NAME_LONGEST = 63 };

/* Letters to insert, delete, replace or swap with their neighbour to turn one word into the other
 * (optimal string alignment); MW_NAME_LONGEST when one of them has more bytes than that. */
int mw_edit_distance(const char *a, const char *b);

/* The nearest of `count` names by edit distance, one that `name` begins first; NULL when none is
 * near enough to be a typing slip. */
const char *mw_nearest(const char *name, const char *const *names, size_t count);

#endif
