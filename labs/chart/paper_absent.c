/* paper_absent.c: what a build without cairo says instead of drawing. */
#include "labs/chart/paper.h"

bool mw_paper_available(void)
{
    return false;
}

static mw_status refuse(mw_bytes *bytes, mw_error *error)
{
    *bytes = (mw_bytes){0};
    return mw_fail(error, MW_UNSUPPORTED,
                   "this build cannot draw: it was made without cairo (libcairo2-dev); .csv and "
                   ".json need none");
}

mw_status mw_paper_roofline(const mw_paper *paper, const mw_roofline_chart *chart,
                            const char *x_title, const char *aside, mw_bytes *bytes,
                            mw_error *error)
{
    (void)paper, (void)chart, (void)x_title, (void)aside;
    return refuse(bytes, error);
}

mw_status mw_paper_series(const mw_paper *paper, const mw_series_chart *chart,
                          mw_paper_titles *titles, void *context, mw_bytes *bytes, mw_error *error)
{
    (void)paper, (void)chart, (void)titles, (void)context;
    return refuse(bytes, error);
}

mw_status mw_paper_table_draw(const mw_paper *paper, const mw_paper_table *table, mw_bytes *bytes,
                              mw_error *error)
{
    (void)paper, (void)table;
    return refuse(bytes, error);
}
