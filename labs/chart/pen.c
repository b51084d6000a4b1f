/* pen.c: the ink of a kind of number. */
#include "labs/chart/pen.h"

mw_ink mw_ink_of_kind(mw_kind kind)
{
    return (mw_ink)(MW_INK_KIND + (int)kind);
}
