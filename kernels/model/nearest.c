/* nearest.c: edit distance with swapped neighbours counted once. */
#include "model/nearest.h"

#include <stdbool.h>
#include <string.h>

enum { NAME_LONGEST = MW_NAME_LONGEST };

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int mw_edit_distance(const char *a, const char *b)
{
    int rows = (int)strlen(a), columns = (int)strlen(b);
    if (rows > NAME_LONGEST || columns > NAME_LONGEST)
        return NAME_LONGEST;
    int table[NAME_LONGEST + 1][NAME_LONGEST + 1];
    for (int i = 0; i <= rows; i++)
        table[i][0] = i;
    for (int j = 0; j <= columns; j++)
        table[0][j] = j;
    for (int i = 1; i <= rows; i++) {
        for (int j = 1; j <= columns; j++) {
            int cost = a[i - 1] == b[j - 1] ? 0 : 1;
            int best = smaller(table[i - 1][j] + 1, table[i][j - 1] + 1);
            best = smaller(best, table[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = smaller(best, table[i - 2][j - 2] + 1);
            table[i][j] = best;
        }
    }
    return table[rows][columns];
}

const char *mw_nearest(const char *name, const char *const *names, size_t count)
{
    const char *best = NULL;
    int least = NAME_LONGEST;
    size_t length = strlen(name);
    for (size_t i = 0; i < count; i++) {
        /* An unfinished name means the one it begins. */
        bool prefix = length >= 2 && strncmp(names[i], name, length) == 0;
        int d = prefix ? 0 : mw_edit_distance(name, names[i]);
        if (d < least) {
            least = d;
            best = names[i];
        }
    }
    /* Beyond a third of the letters it is a guess, not a typing slip. */
    int allowed = smaller(3, 1 + (int)length / 3);
    return best && least <= allowed ? best : NULL;
}
