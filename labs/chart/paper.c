/* paper.c: finds the drawing module and passes each chart on to it. */
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

mw_status mw_paper_roofline(const mw_paper *paper, const mw_roofline_chart *chart,
                            const char *x_title, const char *aside, mw_bytes *bytes,
                            mw_error *error)
{
    const mw_paper_pens *with = pens(bytes, error);
    return with ? with->roofline(paper, chart, x_title, aside, bytes, error) : MW_UNSUPPORTED;
}

mw_status mw_paper_series(const mw_paper *paper, const mw_series_chart *chart,
                          mw_paper_titles *titles, void *context, mw_bytes *bytes, mw_error *error)
{
    const mw_paper_pens *with = pens(bytes, error);
    return with ? with->series(paper, chart, titles, context, bytes, error) : MW_UNSUPPORTED;
}

mw_status mw_paper_table_draw(const mw_paper *paper, const mw_paper_table *table, mw_bytes *bytes,
                              mw_error *error)
{
    const mw_paper_pens *with = pens(bytes, error);
    return with ? with->table(paper, table, bytes, error) : MW_UNSUPPORTED;
}
