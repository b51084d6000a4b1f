/* roofline_read.c: from the view model to the roofline that labs/chart lays out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/pictures/roofline.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/utf8.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "labs/view/pictures.h"

/* "DRAM 15.8 ±0.9 GB/s" where the band is as wide above as below, "L1 417–483 GB/s" where the roof
 * is one end of it, else "LLC 29 (25–30) GB/s": as it is drawn. */
static void name_band(const char *label, const mw_number *number, const char *shown,
                      const char *unit, char name[64])
{
    double below = number->value - number->low, above = number->high - number->value;
    double scale = strtod(shown, NULL) / number->value, near = 0.2 * (below + above);
    const char *point = strchr(shown, '.');
    int decimals = point ? (int)strlen(point) - 1 : 0;
    double low = number->low * scale, high = number->high * scale;
    if (fabs(below - above) <= near)
        snprintf(name, 64, "%.24s %s ±%.*f%s", label, shown, decimals, scale * (below + above) / 2,
                 unit);
    else if (above <= near)
        snprintf(name, 64, "%.24s %.*f–%s%s", label, decimals, low, shown, unit);
    else if (below <= near)
        snprintf(name, 64, "%.24s %s–%.*f%s", label, shown, decimals, high, unit);
    else
        snprintf(name, 64, "%.24s %s (%.*f–%.*f)%s", label, shown, decimals, low, decimals, high,
                 unit);
}

/* Its name with its band, with its value, without the unit, alone; a compute roof leaves the unit
 * to the axis. */
static void name_roof(const char *label, const mw_number *number, bool compute,
                      char names[MW_CHART_NAMES][64])
{
    char value[24];
    mw_value_format(number->value, compute ? MW_UNIT_FLOP_PER_SECOND : MW_UNIT_BYTE_PER_SECOND, 3,
                    value, sizeof value);
    char *space = strchr(value, ' '), unit[16] = "";
    if (space && !compute)
        snprintf(unit, sizeof unit, "%s", space);
    if (space)
        *space = '\0';
    snprintf(names[3], 64, "%.30s", label);
    snprintf(names[2], 64, "%.30s %s", label, value);
    snprintf(names[1], 64, "%.30s %s%s", label, value, unit);
    names[0][0] = '\0';
    double half = (number->high - number->low) / 2;
    if (half / number->value > 0.015 && isfinite(half))
        name_band(label, number, value, unit, names[0]);
}

static void mark_names(char names[MW_CHART_NAMES][64])
{
    for (int i = 0; i < MW_CHART_NAMES; i++)
        if (*names[i])
            mw_mark_append(names[i], 64, mw_unsure_mark(true));
}

/* Under the bytes of one level its own roof counts. */
static bool is_active(const json_t *roof, bool compute, const char *level)
{
    if (compute || !*level || strcmp(level, "*") == 0)
        return mw_json_true(roof, "active");
    return strcmp(mw_json_text(roof, "level"), level) == 0;
}

static void read_roofs(const json_t *roofline, const char *key, bool compute,
                       mw_roofline_view *view)
{
    for (int i = 0; i < mw_json_count(roofline, key); i++) {
        int at = view->chart.roof_count;
        if (at == MW_CHART_ROOFS)
            return;
        const json_t *roof = mw_json_item(roofline, key, i);
        mw_number number = mw_data_quantity(mw_json_member(roof, "number"));
        if (number.absent || !(number.value > 0))
            continue;
        const char *label = mw_json_text(roof, "label");
        name_roof(*label ? label : mw_json_text(roof, "id"), &number, compute, view->names[at]);
        bool active = is_active(roof, compute, view->level), unsure = mw_json_true(roof, "unsure");
        if (unsure)
            mark_names(view->names[at]);
        if (unsure && active)
            view->chart.ridge_mark = mw_unsure_mark(true);
        view->chart.roofs[at] = (mw_chart_roof){.compute = compute,
                                                .kind = number.kind,
                                                .active = active,
                                                .value = number.value,
                                                .low = number.low,
                                                .high = number.high,
                                                .texts = {view->names[at][0], view->names[at][1],
                                                          view->names[at][2], view->names[at][3]}};
        view->chart.roof_count++;
    }
}

/* Where the point stands by the bytes of a level. One that knows no such bytes has no place: what
 * the student predicted is about compulsory bytes. */
static void place_by(const json_t *point, const char *level, mw_chart_point *p)
{
    p->x = NAN;
    for (int i = 0; i < mw_json_count(point, "places"); i++) {
        const json_t *place = mw_json_item(point, "places", i);
        if (strcmp(mw_json_text(place, "level"), level) == 0)
            p->x = mw_json_number(place, "x", NAN);
    }
}

/* A place of the same kind that could hardly be told from this one. */
static int same_place(const mw_roofline_chart *chart, int first, double x, mw_kind kind)
{
    for (int i = first; i < chart->point_count; i++)
        if (chart->points[i].kind == kind && fabs(x / chart->points[i].x - 1) < 0.03)
            return i;
    return -1;
}

/* The same run under every roof at once. Levels with the same bytes are one mark with all their
 * names. */
static void add_places(const json_t *point, const mw_chart_point *from, mw_roofline_view *view)
{
    mw_roofline_chart *chart = &view->chart;
    int first = chart->point_count;
    for (int i = 0; i < mw_json_count(point, "places"); i++) {
        const json_t *place = mw_json_item(point, "places", i);
        double x = mw_json_number(place, "x", NAN);
        mw_kind kind = MW_MODELLED;
        mw_kind_parse(mw_json_text(place, "kind"), &kind);
        int at = same_place(chart, first, x, kind), own = chart->point_count - first;
        if (at >= 0) {
            char *word = view->places[at - first];
            size_t used = strlen(word);
            snprintf(word + used, sizeof view->places[0] - used, " %.20s",
                     mw_level_word(mw_json_text(place, "level")));
            continue;
        }
        if (chart->point_count == MW_CHART_POINTS || own == MW_CHART_LEVELS)
            return;
        snprintf(view->places[own], sizeof view->places[0], "%.20s",
                 mw_level_word(mw_json_text(place, "level")));
        chart->points[chart->point_count++] = (mw_chart_point){
            .x = x, .y = from->y, .label = view->places[own], .live = from->live, .kind = kind};
        if (x > 0 && from->y > 0)
            view->kind_used[kind] = true;
    }
}

static int find_point(const json_t *roofline, const char *id)
{
    int count = mw_json_count(roofline, "points");
    for (int i = 0; i < count && i < MW_CHART_POINTS; i++)
        if (strcmp(mw_json_text(mw_json_item(roofline, "points", i), "id"), id) == 0)
            return i;
    return -1;
}

/* The run that the step shows, else the last one, of those that know their bytes by level. */
static int find_shown(const json_t *roofline, const mw_roofline_chart *chart)
{
    int shown = -1;
    for (int i = 0; i < chart->point_count; i++) {
        bool places = mw_json_count(mw_json_item(roofline, "points", i), "places") > 0;
        if (places && (shown < 0 || chart->points[i].active || !chart->points[shown].active))
            shown = i;
    }
    return shown;
}

static void read_points(const json_t *roofline, const double *live_rate, mw_roofline_view *view)
{
    mw_roofline_chart *chart = &view->chart;
    for (int i = 0; i < mw_json_count(roofline, "points") && i < MW_CHART_POINTS; i++) {
        const json_t *point = mw_json_item(roofline, "points", i);
        mw_kind kind = MW_MEASURED;
        mw_kind_parse(mw_json_text(point, "kind"), &kind);
        mw_chart_point *p = &chart->points[chart->point_count++];
        *p = (mw_chart_point){.x = mw_json_number(point, "x", NAN),
                              .y = mw_json_number(point, "y", NAN),
                              .label = mw_json_text(point, "label"),
                              .active = mw_json_true(point, "active")};
        if (live_rate && mw_json_true(point, "live")) {
            p->live = true;
            kind = MW_COUNTED; /* its height is what the counters say */
            if (*live_rate > 0)
                p->y = *live_rate;
        }
        p->kind = kind;
        if (kind == MW_MEASURED) {
            p->low = mw_json_number(point, "low", NAN);
            p->high = mw_json_number(point, "high", NAN);
            p->noisy = mw_json_true(point, "noisy");
        }
        if (*view->level && strcmp(view->level, "*") != 0)
            place_by(point, view->level, p);
        if (p->x > 0 && p->y > 0) {
            view->kind_used[kind] = true;
            view->noisy_used = view->noisy_used || p->noisy;
        }
    }
    int shown = strcmp(view->level, "*") == 0 ? find_shown(roofline, chart) : -1;
    if (shown >= 0)
        add_places(mw_json_item(roofline, "points", shown), &chart->points[shown], view);
    for (int i = 0; i < mw_json_count(roofline, "trail") && chart->trail_count < MW_CHART_POINTS;
         i++) {
        const char *id = json_string_value(mw_json_item(roofline, "trail", i));
        int point = id ? find_point(roofline, id) : -1;
        if (point >= 0)
            chart->trail[chart->trail_count++] = point;
    }
    for (int i = 0; i < mw_json_count(roofline, "links") && chart->link_count < MW_CHART_LINKS;
         i++) {
        const json_t *link = mw_json_item(roofline, "links", i);
        chart->links[chart->link_count++] =
            (mw_chart_link){.from = find_point(roofline, mw_json_text(link, "from")),
                            .to = find_point(roofline, mw_json_text(link, "to")),
                            .text = mw_json_text(link, "text")};
    }
}

static double wished(const json_t *roofline, const char *axis_name, const char *bound)
{
    double value = mw_json_number(mw_json_member(roofline, axis_name), bound, NAN);
    return value > 0 ? value : 0;
}

/* Words keep off the mark that the student sets; like a live point it never moves the axes. */
static void reserve_placed(const mw_picture_wish *wish, mw_roofline_chart *chart)
{
    if (wish->placed && chart->point_count < MW_CHART_POINTS)
        chart->points[chart->point_count++] = (mw_chart_point){.x = wish->placed_x,
                                                               .y = wish->placed_y,
                                                               .label = "",
                                                               .live = true,
                                                               .kind = MW_PREDICTED};
}

void mw_roofline_read(const json_t *roofline, const mw_picture_wish *wish, mw_roofline_view *view)
{
    view->level = mw_picture_level(roofline, wish->level ? wish->level : "");
    read_roofs(roofline, "memory", false, view);
    read_roofs(roofline, "compute", true, view);
    read_points(roofline, wish->live_rate, view);
    view->chart.x_low = wished(roofline, "x", "low");
    view->chart.x_high = wished(roofline, "x", "high");
    view->chart.y_low = wished(roofline, "y", "low");
    view->chart.y_high = wished(roofline, "y", "high");
    view->chart.ridge_word = _("ridge");
    for (int i = 0; wish->ascii && i < view->chart.roof_count; i++)
        mw_ascii_spread(view->names[i][0]);
    reserve_placed(wish, &view->chart);
}

/* A kernel that was run at several sizes is named once. */
static bool is_named_before(const mw_roofline_chart *chart, int point)
{
    for (int i = 0; i < point; i++)
        if (chart->points[i].x == 0 &&
            strcmp(chart->points[i].label, chart->points[point].label) == 0)
            return true;
    return false;
}

void mw_roofline_off_axis(const mw_roofline_chart *chart, int width, char text[256])
{
    enum { NAME = 48, SIZE = 256, MORE = 8 };
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < chart->point_count; i++) {
        const char *name = chart->points[i].label;
        if (chart->points[i].x != 0 || !*name || is_named_before(chart, i))
            continue;
        bool fits = used == 0 || (used + NAME + MORE < SIZE &&
                                  mw_text_width(text) + 2 + mw_text_width(name) + 3 <= width);
        if (!fits) {
            snprintf(text + used, SIZE - used, ", …");
            return;
        }
        used += (size_t)snprintf(text + used, SIZE - used, "%s%.*s",
                                 used ? ", " : _("off the axis, 0 FLOP: "), NAME, name);
    }
}

void mw_roofline_title(const char *level, char text[64])
{
    if (strcmp(level, "*") == 0)
        snprintf(text, 64, "%s", _("FLOP/byte of each level"));
    else if (*level)
        snprintf(text, 64, _("FLOP/byte of %s"), mw_level_word(level));
    else
        snprintf(text, 64, "%s", _("FLOP/byte"));
}
