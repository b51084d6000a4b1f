/* paper.c: pictures on paper, drawn by the module that knows how. */
#include "labs/chart/paper.h"

#include "labs/chart/drawing.h"
#include "labs/chart/paper_pens.h"

static const mw_paper_pens *pens(mw_bytes *bytes, mw_error *error)
{
    *bytes = (mw_bytes){0};
    return mw_drawing_find(MW_PAPER_PENS, error);
}

mw_status mw_paper_check(mw_error *error)
{
    return mw_drawing_find(MW_PAPER_PENS, error) ? MW_OK : MW_UNSUPPORTED;
}

mw_status mw_paper_draw(const mw_paper *paper, mw_drawing *drawing, mw_bytes *bytes,
                        mw_error *error)
{
    const mw_paper_pens *with = pens(bytes, error);
    return with ? with->drawing(paper, drawing, bytes, error) : MW_UNSUPPORTED;
}

mw_status mw_paper_table_draw(const mw_paper *paper, const mw_paper_table *table, mw_bytes *bytes,
                              mw_error *error)
{
    const mw_paper_pens *with = pens(bytes, error);
    return with ? with->table(paper, table, bytes, error) : MW_UNSUPPORTED;
}
