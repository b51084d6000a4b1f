#include "tui/view/view.h"

#include "tui/view/chrome.h"

void mw_view_draw(const mw_model *model, mw_grid *grid)
{
    if (model->overlay == MW_OVERLAY_HELP) {
        mw_view_help(model, grid);
        return;
    }
    if (model->overlay == MW_OVERLAY_LOG) {
        mw_view_log(model, grid);
        return;
    }
    if (model->overlay == MW_OVERLAY_PALETTE) {
        mw_view_palette(model, grid);
        return;
    }
    switch (model->screen) {
    case MW_SCREEN_COURSE:
        mw_view_course(model, grid);
        break;
    case MW_SCREEN_LAB:
        mw_view_lab(model, grid);
        break;
    case MW_SCREEN_MACHINE:
        mw_view_machine(model, grid);
        break;
    }
}
