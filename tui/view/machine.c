/* machine.c: the machine as a roofline and a sweep, and its state in a few lines. */
#include "tui/view/machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/machine.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "model/roofline.h"
#include "tui/view/chrome.h"
#include "tui/view/machine_tables.h"
#include "tui/view/plot.h"
#include "tui/view/view.h"

/* Those of a burst of one core whose data lie in the last level. */
static bool find_roofs(const mw_machine *machine, const char *dtype, mw_roofs *roofs)
{
    mw_workload any = {.flops = NAN, .bytes = INFINITY};
    snprintf(any.dtype, sizeof any.dtype, "%s", dtype);
    return mw_roofs_of_run(machine, &any, roofs);
}

/* "clean, measured 2 h ago" */
static void write_verdict(const mw_model *model, char *text, size_t size)
{
    const char *verdict = mw_json_text(model->machine, "verdict");
    double age = model->machine_known ? model->machine_age : -1;
    const char *word = mw_json_has_run_verdict(model->machine, MW_RUN_NOMINAL)
                           ? _("nominal: not measured yet")
                           : mw_run_verdict_word(verdict);
    if (model->calibrating)
        snprintf(text, size, _("measuring %.0f %%"),
                 fmin(fmax(model->calibration_fraction, 0), 1) * 100);
    else if (age >= 0 && age < 90)
        snprintf(text, size, _("%s, measured just now"), word);
    else if (age >= 0 && age < 5400)
        snprintf(text, size, _("%s, measured %.0f min ago"), word, age / 60);
    else if (age >= 0 && age < 48 * 3600)
        snprintf(text, size, _("%s, measured %.0f h ago"), word, age / 3600);
    else if (age >= 0 && age < 1e9)
        snprintf(text, size, _("%s, measured %.0f days ago"), word, age / 86400);
    else
        snprintf(text, size, "%.60s", word);
}

/* ---- the foot of the course map ---- */

int mw_machine_summary_height(int width)
{
    return width >= 70 ? 2 : 3;
}

static int write_item(mw_grid *grid, mw_rect *at, int left, const char *name, const char *value)
{
    int width = mw_text_width(name) + 1 + mw_text_width(value);
    if (at->x + width > left + at->width) {
        if (at->height <= 1)
            return 0;
        at->x = left;
        at->y++;
        at->height--;
    }
    at->x += mw_grid_text(grid, at->x, at->y, width, mw_style_of(MW_ROLE_DIM), name) + 1;
    at->x += mw_grid_text(grid, at->x, at->y, width, mw_style_of(MW_ROLE_ROOF), value) + 3;
    return width;
}

void mw_machine_summary_draw(const mw_model *model, mw_grid *grid, mw_rect rect)
{
    char text[128], name[64];
    int x = rect.x + 2;
    mw_grid_text(grid, x, rect.y, rect.width, mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD),
                 _("This machine"));
    x += mw_text_width(_("This machine")) + 3;
    if (!json_is_object(model->machine)) {
        mw_grid_text(grid, x, rect.y, rect.x + rect.width - x, mw_style_of(MW_ROLE_DIM),
                     _("not measured yet: m"));
        return;
    }
    write_verdict(model, text, sizeof text);
    int width = mw_text_width(text);
    bool warn = !mw_json_has_run_verdict(model->machine, MW_RUN_CLEAN);
    mw_grid_text(grid, rect.x + rect.width - width, rect.y, width,
                 mw_style_of(warn ? MW_ROLE_WARNING : MW_ROLE_GOOD), text);
    snprintf(name, sizeof name, "%.40s", mw_json_text(model->machine, "brand"));
    mw_grid_text(grid, x, rect.y, rect.x + rect.width - width - 2 - x, mw_style_of(MW_ROLE_DIM),
                 name);

    mw_rect at = {rect.x + 2, rect.y + 1, rect.width - 2, rect.height - 1};
    mw_machine machine;
    mw_roofs roofs;
    mw_machine_from_json(model->machine, &machine);
    bool both = find_roofs(&machine, "f32", &roofs);
    if (roofs.burst.value > 0) {
        mw_value_format(roofs.burst.value, MW_UNIT_FLOP_PER_SECOND, 3, text, sizeof text);
        mw_mark_append(text, sizeof text, mw_unsure_mark(roofs.burst.unsure));
        write_item(grid, &at, rect.x + 2, "f32", text);
    }
    for (int i = 0; i < mw_json_count(model->machine, "levels"); i++) {
        const json_t *level = mw_json_item(model->machine, "levels", i);
        mw_machine_rate(level, "bytes_per_second", MW_UNIT_BYTE_PER_SECOND, text, sizeof text);
        /* The unit once, at the last level. */
        if (i + 1 < mw_json_count(model->machine, "levels") && strstr(text, " GB/s"))
            *strstr(text, " GB/s") = '\0';
        mw_mark_append(text, sizeof text, mw_row_mark(level));
        snprintf(name, sizeof name, "%.40s", mw_level_word(mw_json_text(level, "name")));
        write_item(grid, &at, rect.x + 2, name, text);
    }
    if (both) {
        mw_value_format(mw_roofline_ridge(roofs.burst.value, roofs.memory.value), MW_UNIT_ONE, 3,
                        text, sizeof text);
        mw_mark_append(text, sizeof text,
                       mw_unsure_mark(roofs.burst.unsure || roofs.memory.unsure));
        write_item(grid, &at, rect.x + 2, _("ridge"), text);
    }
}

/* ---- the machine screen ---- */

static json_t *roof_row(const char *label, const mw_roof *roof, const char *unit, const char *kind)
{
    return json_pack("{s:s, s:b, s:{s:f, s:s, s:s, s:f, s:f}}", "label", label, "unsure",
                     roof->unsure, "number", "value", roof->value, "unit", unit, "kind", kind,
                     "low", fmax(roof->low, 0), "high", fmax(roof->high, 0));
}

static const char *name_of(const json_t *json, const mw_machine_level *level)
{
    return mw_level_word(mw_json_text(mw_json_item(json, "levels", (int)level->row), "name"));
}

/* The machine as the roofline of a view model: every level, the best roof of each element type. */
static json_t *roofline_of(const json_t *json)
{
    json_t *memory = json_array(), *compute = json_array();
    bool nominal = mw_json_has_run_verdict(json, MW_RUN_NOMINAL);
    const char *kind = nominal ? "given" : "measured";
    mw_machine machine;
    mw_machine_from_json(json, &machine);
    for (size_t i = 0; i < machine.level_count; i++)
        json_array_append_new(memory, roof_row(name_of(json, &machine.levels[i]),
                                               &machine.levels[i].one, "B/s", kind));
    static const char *const dtypes[] = {"f64", "f32"};
    for (int d = 0; d < 2; d++) {
        mw_roofs roofs;
        char label[48];
        find_roofs(&machine, dtypes[d], &roofs);
        snprintf(label, sizeof label, "%s %s", roofs.isa, dtypes[d]);
        if (roofs.burst.value > 0)
            json_array_append_new(compute, roof_row(label, &roofs.burst, "FLOP/s", kind));
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "kind", "roofline", "id", "roofline", "memory", memory,
                     "compute", compute);
}

/* Bandwidth against size, with the effective capacities as marks. */
static json_t *sweep_of(const json_t *machine)
{
    json_t *points = json_array(), *marks = json_array();
    for (int i = 0; i < mw_json_count(machine, "sweep"); i++) {
        const json_t *p = mw_json_item(machine, "sweep", i);
        double bytes = mw_json_number(p, "bytes", NAN),
               rate = mw_json_number(p, "bytes_per_second", NAN);
        double low = mw_json_number(p, "low", NAN), high = mw_json_number(p, "high", NAN);
        if (bytes > 0 && rate > 0)
            json_array_append_new(points,
                                  json_pack("[f, f, f, f]", bytes, rate, isfinite(low) ? low : rate,
                                            isfinite(high) ? high : rate));
    }
    for (int i = 0; i < mw_json_count(machine, "levels"); i++) {
        const json_t *level = mw_json_item(machine, "levels", i);
        double bytes = mw_json_number(level, "effective_bytes", NAN);
        if (bytes > 0 && isfinite(bytes))
            json_array_append_new(marks, json_pack("{s:f, s:s, s:s}", "x", bytes, "label",
                                                   mw_level_word(mw_json_text(level, "name")),
                                                   "kind", "given"));
    }
    return json_pack(
        "{s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}, s:[{s:s, s:s, s:s, s:o}], s:o}",
        "kind", "sweep", "id", "sweep", "title", _("Read bandwidth against size"), "x", "label",
        _("bytes read"), "unit", "B", "scale", "log", "y", "label", "", "unit", "B/s", "scale",
        "log", "series", "id", "read", "label", _("one core"), "kind", "measured", "points", points,
        "marks", marks);
}

/* What is being measured, how far it is, and on the first start why. */
static int draw_progress(const mw_model *model, mw_grid *grid, mw_rect rect)
{
    int y = rect.y, right = rect.x + rect.width;
    double part = fmin(fmax(model->calibration_fraction, 0), 1);
    if (model->first_start) {
        y += mw_chrome_write(
            grid, (mw_rect){rect.x, y, rect.width, 3}, mw_style_of(MW_ROLE_TEXT),
            _("Welcome. Before the first lab memwall measures this machine's roofs: how fast it "
              "can compute, and how fast each level of its memory can be read."));
        y++;
    }
    char left[48] = "";
    if (part > 0.08 && part < 1 && model->calibration_seconds > 0.3)
        snprintf(left, sizeof left, _("%.0f s left"),
                 ceil(model->calibration_seconds * (1 - part) / part));
    int left_width = mw_text_width(left);
    mw_grid_text(grid, right - left_width, y, left_width, mw_style_of(MW_ROLE_DIM), left);
    right -= left_width ? left_width + 2 : 0;
    int used =
        mw_grid_textf(grid, rect.x, y, right - rect.x, mw_style_with(MW_ROLE_COUNTED, MW_ATTR_BOLD),
                      _("Measuring  %s"), model->calibration_what);
    int bar = right - rect.x - used - 2;
    bar = bar > 40 ? 40 : bar;
    if (bar >= 4)
        mw_grid_bar(grid, right - bar, y, bar, part, mw_style_of(MW_ROLE_COUNTED),
                    mw_style_of(MW_ROLE_RULE));
    return y - rect.y + 2;
}

static int draw_status(const mw_model *model, mw_grid *grid, mw_rect rect)
{
    char text[256];
    int y = rect.y, right = rect.x + rect.width;
    if (model->calibrating)
        return draw_progress(model, grid, rect);
    write_verdict(model, text, sizeof text);
    bool clean = mw_json_has_run_verdict(model->machine, MW_RUN_CLEAN);
    mw_grid_put(grid, rect.x, y, mw_chrome_tone(grid, clean ? "good" : "warning"),
                mw_style_with(clean ? MW_ROLE_GOOD : MW_ROLE_WARNING, MW_ATTR_BOLD));
    int x = rect.x + 2;
    x += mw_grid_text(grid, x, y, right - x, mw_style_of(clean ? MW_ROLE_GOOD : MW_ROLE_WARNING),
                      text);
    double seconds = mw_json_number(model->machine, "seconds", NAN);
    double clock = mw_json_number(model->machine, "clock_hz", NAN);
    if (seconds > 0) {
        x += mw_grid_textf(grid, x, y, right - x, mw_style_of(MW_ROLE_DIM), _(" in %.1f s"),
                           seconds);
    }
    if (clock > 0) {
        mw_value_format(clock, MW_UNIT_HERTZ, 3, text, sizeof text);
        mw_grid_textf(grid, x, y, right - x, mw_style_of(MW_ROLE_DIM), _("   clock %s"), text);
    }
    y++;
    for (int i = 0; i < mw_json_count(model->machine, "reasons") && y < rect.y + rect.height - 1;
         i++) {
        char said[MW_REASON_TEXT];
        y += mw_chrome_write(grid,
                             (mw_rect){rect.x + 2, y, rect.width - 2, rect.y + rect.height - y},
                             mw_style_of(MW_ROLE_DIM),
                             mw_json_said(mw_json_item(model->machine, "reasons", i), said));
    }
    if (*model->hardware && y < rect.y + rect.height) {
        int used = mw_grid_text(grid, rect.x + 2, y, rect.width - 2, mw_style_of(MW_ROLE_TEXT),
                                _("Hardware counters  "));
        y += mw_chrome_write(
            grid, (mw_rect){rect.x + 2 + used, y, rect.width - 2 - used, rect.y + rect.height - y},
            mw_style_of(MW_ROLE_DIM), model->hardware);
    }
    return y - rect.y + 1;
}

json_t *mw_machine_view(const json_t *machine)
{
    return json_pack("{s:{s:s, s:s}, s:{s:s, s:s}, s:{s:s, s:s}, s:[o, o]}", "lab", "id", "machine",
                     "title", _("This machine"), "step", "id", "", "title",
                     mw_json_text(machine, "brand"), "machine", "brand",
                     mw_json_text(machine, "brand"), "verdict", mw_json_text(machine, "verdict"),
                     "pictures", roofline_of(machine), sweep_of(machine));
}

static void draw_picture(json_t *picture, mw_grid *grid, mw_rect rect)
{
    mw_plot *plot = rect.height > 0 ? mw_plot_new(picture, NULL, grid->charset, rect) : NULL;
    if (plot)
        mw_plot_draw(plot, grid);
    mw_plot_free(plot);
    json_decref(picture);
}

static void draw_pictures(const mw_model *model, mw_grid *grid, mw_rect rect)
{
    bool has_sweep = mw_json_count(model->machine, "sweep") > 1;
    mw_rect upper = rect, lower = rect;
    if (has_sweep && rect.width >= 72) { /* side by side */
        upper.width = (rect.width - 4) / 2;
        lower.x += upper.width + 4;
        lower.width = upper.width;
    } else if (has_sweep && rect.height >= 2 * MW_PLOT_LEAST_HEIGHT + 4) {
        upper.height = rect.height * 11 / 20;
        lower.y += upper.height + 1;
        lower.height -= upper.height + 1;
    } else {
        lower.height = 0;
    }
    draw_picture(roofline_of(model->machine), grid, upper);
    draw_picture(sweep_of(model->machine), grid, lower);
}

/* Where things stand: the status on top, the tables on the left or above, the pictures. */
typedef struct machine_layout {
    mw_rect tables, pictures; /* without a picture its height is 0 */
    int scroll_most;
} machine_layout;

static machine_layout lay_out(const mw_machine_tables *t, const mw_grid *grid, int status_rows)
{
    mw_rect body = mw_chrome_body(grid);
    body.y += status_rows;
    body.height -= status_rows;
    machine_layout l = {.tables = body};
    if (body.width >= 110) {
        l.tables.width = 65;
        l.pictures = (mw_rect){body.x + 68, body.y, body.width - 68, body.height};
    } else if (body.height >= 18) {
        l.tables.height = body.height * 9 / 20;
        l.pictures = (mw_rect){body.x, body.y + l.tables.height + 1, body.width,
                               body.height - l.tables.height - 1};
    }
    l.tables.width--; /* for the marks that say there is more */
    int most = mw_machine_tables_rows(t) - l.tables.height;
    l.scroll_most = most > 0 ? most : 0;
    return l;
}

static bool is_known(const mw_model *model)
{
    return json_is_object(model->machine) || model->calibrating;
}

int mw_machine_scroll_most(const mw_model *model, const mw_grid *grid)
{
    mw_grid scratch = {.charset = grid->charset, .unicode_text = grid->unicode_text};
    if (!is_known(model) || !mw_grid_resize(&scratch, grid->width, grid->height))
        return 0;
    mw_machine_tables t = {0};
    mw_machine_tables_read(model->machine, &t);
    int status = draw_status(model, &scratch, mw_chrome_body(&scratch));
    mw_grid_free(&scratch);
    return lay_out(&t, grid, status).scroll_most;
}

void mw_view_machine(const mw_model *model, mw_grid *grid)
{
    mw_grid_clear(grid);
    if (!mw_chrome_fits(grid))
        return;
    mw_chrome_head(grid, _("This machine"), mw_json_text(model->machine, "brand"), "");
    mw_rect body = mw_chrome_body(grid);
    if (!is_known(model)) {
        mw_chrome_write(
            grid, body, mw_style_of(MW_ROLE_TEXT),
            _("This machine was not measured yet. Measuring takes about five seconds; the "
              "keys below start it."));
        mw_chrome_foot(model, grid);
        return;
    }
    mw_machine_tables t = {0};
    mw_machine_tables_read(model->machine, &t);
    machine_layout l = lay_out(&t, grid, draw_status(model, grid, body));
    int scroll = model->machine_scroll < 0               ? 0
                 : model->machine_scroll > l.scroll_most ? l.scroll_most
                                                         : model->machine_scroll;
    mw_machine_tables_draw(&t, grid, l.tables, scroll);
    if (l.pictures.height > 0)
        draw_pictures(model, grid, l.pictures);
    mw_chrome_foot(model, grid);
}
