/* run.c: kernel, phase and bar of a run on one rule, with the seconds that are left. */
#include "tui/view/run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/view/data.h"

static const char *phase_word(const mw_model *model)
{
    if (model->cancel_stage) {
        if (strcmp(model->cancel_stage, "killed") == 0)
            return _("stopping: the worker was ended");
        if (strcmp(model->cancel_stage, "terminated") == 0)
            return _("stopping: the worker is told to leave");
        return _("stopping");
    }
    if (!model->have_counters)
        return _("starting");
    switch ((mw_phase)model->counters.phase) {
    case MW_PHASE_PREPARE:
        return _("preparing");
    case MW_PHASE_WARMUP:
        return _("warming up");
    case MW_PHASE_BESIDE:
        return _("measuring the roof beside it");
    case MW_PHASE_VERIFY:
        return _("checking the result");
    case MW_PHASE_IDLE:
    case MW_PHASE_SAMPLE:
        break;
    }
    return _("running");
}

void mw_run_draw(const mw_model *model, mw_grid *grid, int x, int y, int width)
{
    const json_t *run = mw_json_member(model->view, "run");
    mw_style rule = mw_style_of(MW_ROLE_RULE);
    mw_grid_hline(grid, x, y, width, rule);
    if (!model->running)
        return;
    double part = model->have_counters ? fmin((double)model->counters.progress_ppm * 1e-6, 1) : 0;
    double elapsed = model->have_counters ? (double)model->counters.elapsed_ns * 1e-9 : 0;
    char left[48] = "", title[192], done[48] = "";
    if (part > 0.03 && part < 1 && elapsed > 0.05)
        snprintf(left, sizeof left, _("%.1f s left"), elapsed * (1 - part) / part);
    int total = mw_json_int(run, "total", 0);
    if (total > 1)
        snprintf(done, sizeof done, _(" · %d of %d"), mw_json_int(run, "done", 0) + 1, total);
    const char *kernel = mw_json_text(run, "kernel"), *label = mw_json_text(run, "label");
    snprintf(title, sizeof title, "%.48s%s%.32s%s%s%s %.0f %%", kernel,
             *label && *kernel ? " · " : "", label, done, *label || *kernel ? " · " : "",
             phase_word(model), part * 100);
    if (mw_text_width(title) > width - 16)
        snprintf(title, sizeof title, "%.48s%s%s %.0f %%", kernel, *kernel ? " · " : "",
                 phase_word(model), part * 100);
    mw_grid_put(grid, x + 2, y, ' ', rule);
    int used = mw_grid_text(grid, x + 3, y, width - 4, mw_style_with(MW_ROLE_COUNTED, MW_ATTR_BOLD),
                            title);
    int left_width = mw_text_width(left), at = x + 3 + used + 1;
    if (x + width - at - left_width < 8)
        left_width = 0; /* the bar says more */
    mw_grid_put(grid, at - 1, y, ' ', rule);
    int bar = x + width - at - (left_width ? left_width + 1 : 0);
    if (bar >= 4) {
        mw_grid_bar(grid, at, y, bar, part, mw_style_of(MW_ROLE_COUNTED), rule);
        if (left_width) {
            mw_grid_put(grid, x + width - left_width - 1, y, ' ', rule);
            mw_grid_text(grid, x + width - left_width, y, left_width, mw_style_of(MW_ROLE_DIM),
                         left);
        }
    }
}
