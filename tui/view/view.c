/* view.c: chooses the screen, and draws the overlay above it. */
#include "tui/view/view.h"

#include "tui/form/actions.h"

#include "tui/view/chrome.h"
#include "tui/view/lab.h"
#include "tui/view/machine.h"
#include "tui/view/overlay.h"

void mw_view_prepare(mw_model *model, const mw_grid *grid)
{
    model->more_panels = model->screen == MW_SCREEN_LAB && model->view &&
                         mw_view_next_panel(model, grid) != MW_PANEL_AUTO;
    mw_action_footer(model);
}

void mw_view_screen(const mw_model *model, mw_grid *grid)
{
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
    mw_view_screen(model, grid);
}

int mw_view_scroll_most(const mw_model *model, const mw_grid *grid)
{
    if (grid->width < MW_SCREEN_LEAST_WIDTH || grid->height < MW_SCREEN_LEAST_HEIGHT)
        return 0;
    if (model->overlay == MW_OVERLAY_HELP || model->overlay == MW_OVERLAY_LOG)
        return mw_overlay_scroll_most(model, grid);
    if (model->screen == MW_SCREEN_LAB)
        return mw_lab_scroll_most(model, grid);
    return model->screen == MW_SCREEN_MACHINE ? mw_machine_scroll_most(model, grid) : 0;
}
