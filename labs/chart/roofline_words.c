/* roofline_words.c: offers places for each name and takes the cheapest that is not misread. */
#include "labs/chart/roofline_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct page {
    const mw_roofline_chart *chart;
    const mw_medium *medium;
    mw_roofline_plan *plan;
    mw_label_map *map;
    int marks[MW_CHART_POINTS]; /* numbers of the points' marks in the map */
} page;

typedef struct candidate {
    mw_box box;
    double price;
    bool found, crossed;
    int own;
    const mw_segment *names; /* the line that the words name; NULL: a mark */
    mw_label_reading reading;
} candidate;

/* Two roofs in one place: what names the one stands beside the other as well. */
static bool coincide(const page *p, const mw_segment *a, const mw_segment *b)
{
    double near = 0.1 * p->medium->line;
    return fabs(a->x1 - b->x1) < near && fabs(a->y1 - b->y1) < near && fabs(a->y0 - b->y0) < near;
}

static const double tie = 1e-6;

static bool parallel(const mw_segment *a, const mw_segment *b)
{
    return (fabs(a->y1 - a->y0) < tie) == (fabs(b->y1 - b->y0) < tie);
}

/* Words that are nearer to another roof would be taken for its name. */
static bool mistaken(const page *p, const mw_box *box, const candidate *best)
{
    bool along = best->reading == MW_LABEL_BY_END && p->medium->slants;
    mw_label_reading reading = along ? MW_LABEL_NEAR : best->reading;
    double reach = mw_label_reach(p->medium, box, best->names, reading);
    for (int i = 0; i < p->chart->roof_count; i++) {
        const mw_segment *roof = &p->plan->roofs[i];
        if (roof == best->names || !roof->visible || coincide(p, roof, best->names))
            continue;
        if (along && !parallel(roof, best->names))
            continue; /* words that run along one roof do not name one that they cross */
        if (mw_label_mistaken(p->medium, box, reach, roof, reading))
            return true;
    }
    return false;
}

static void offer(const page *p, candidate *best, mw_box box, double penalty)
{
    if (best->found && penalty >= best->price)
        return;
    box.height = p->medium->line;
    double price = mw_label_map_price(p->map, &box, best->own);
    if (price < 0 || (best->found && price + penalty >= best->price))
        return;
    if (best->names && mistaken(p, &box, best))
        return;
    best->box = box;
    best->price = price + penalty;
    best->found = true;
    best->crossed = price > 0;
}

static void offer_at(const page *p, candidate *best, double x, double y, double width,
                     double penalty)
{
    offer(p, best,
          (mw_box){
              .x = mw_medium_snap(p->medium, x), .y = mw_medium_snap(p->medium, y), .width = width},
          penalty);
}

static bool settle(page *p, mw_label_owner owner, int index, const char *text,
                   const candidate *best, double dearest)
{
    mw_roofline_plan *plan = p->plan;
    if (!best->found || best->price > dearest || plan->label_count >= MW_CHART_LABELS)
        return false;
    mw_chart_label *label = &plan->labels[plan->label_count++];
    *label = (mw_chart_label){
        .owner = owner, .index = index, .box = best->box, .crossed = best->crossed};
    snprintf(label->text, sizeof label->text, "%s", text);
    mw_label_map_take(p->map, best->box);
    return true;
}

/* Longer words than a label can hold, or than most of the picture, only stand in the way. */
static double fitting_width(const page *p, const char *text)
{
    if (!text || !*text || strlen(text) >= sizeof p->plan->labels[0].text)
        return 0;
    double width = mw_medium_measure(p->medium, text);
    return width > 0 && width <= floor(p->plan->width * 2 / 3) ? width : 0;
}

/* What keeps words off a line that they stand beside. */
static double beside(const mw_medium *medium)
{
    return medium->cells ? 0 : medium->letter / 2;
}

static void label_point(page *p, int index)
{
    const char *text = p->chart->points[index].label;
    double width = fitting_width(p, text), line = p->medium->line;
    if (!p->plan->points[index].visible || width <= 0)
        return;
    const mw_box *mark = &p->plan->points[index].mark;
    /* Hugging its mark a label reads as one sign with it. On paper a mark is round, so that words
     * come nearer to it on the diagonals. */
    candidate best = {.own = p->marks[index]};
    double nearer = p->medium->cells ? 0 : 0.2 * mark->width;
    double right = mark->x + mark->width, left = mark->x - width;
    double level = mark->y + (mark->height - line) / 2, step = (mark->height + line) / 2;
    static const int rows[] = {0, 1, -1};
    for (int i = 0; i < 3; i++) {
        double y = level + rows[i] * (step - nearer), near = rows[i] ? nearer : 0;
        offer_at(p, &best, right - near, y, width, i * 2);
        offer_at(p, &best, left + near, y, width, i * 2 + 2);
        if (i > 0)
            offer_at(p, &best, mark->x + (mark->width - width) / 2, level + rows[i] * step, width,
                     2);
    }
    settle(p, MW_LABEL_POINT, index, text, &best, 24);
}

/* Behind, before, below and above what belongs to the same point: on a row with it, or on the next.
 */
static void offer_beside(const page *p, candidate *best, const mw_box *of, double width,
                         double penalty)
{
    double line = p->medium->line, gap = 2 * p->medium->letter;
    double level = of->y + (of->height - line) / 2;
    offer_at(p, best, of->x + of->width + gap, level, width, penalty);
    offer_at(p, best, of->x - width - gap, level, width, penalty + 1);
    for (int place = 0; place < 3; place++) { /* from the left, from the middle, to the right */
        double x = of->x + (of->width - width) * place / 2;
        offer_at(p, best, x, of->y + of->height, width, penalty + 1);
        offer_at(p, best, x, of->y - line, width, penalty + 1);
    }
}

/* What a link says is about its two points: it stands beside it, beside their marks or beside their
 * names; farther away, at a price, only where all of these are taken. */
static void label_link(page *p, int index)
{
    const mw_segment *link = &p->plan->links[index];
    const mw_chart_link *given = &p->chart->links[index];
    double width = fitting_width(p, given->text);
    if (!link->visible || width <= 0)
        return;
    double x = mw_medium_snap(p->medium, (link->x0 + link->x1) / 2);
    double y = mw_medium_snap(p->medium, (link->y0 + link->y1) / 2 -
                                             (p->medium->cells ? 0 : p->medium->line / 2));
    double letter = p->medium->letter;
    candidate best = {.own = -1};
    for (int distance = 0; distance < 4; distance++)
        for (int side = -1; side <= 1; side += 2) {
            double row = y + side * distance * p->medium->line, far = 6 * distance;
            offer_at(p, &best, x + 2 * letter, row, width, far);
            offer_at(p, &best, x - width - letter, row, width, far + 1);
            offer_at(p, &best, x + letter / 2 - width / 2, row, width, far + 1);
        }
    offer_beside(p, &best, &p->plan->points[given->from].mark, width, 1);
    offer_beside(p, &best, &p->plan->points[given->to].mark, width, 1);
    for (int i = 0; i < p->plan->label_count; i++) {
        const mw_chart_label *name = &p->plan->labels[i];
        if (name->owner == MW_LABEL_POINT &&
            (name->index == given->from || name->index == given->to))
            offer_beside(p, &best, &name->box, width, 2);
    }
    settle(p, MW_LABEL_LINK, index, given->text, &best, 40);
}

static void label_ridge(page *p)
{
    const mw_segment *ridge = &p->plan->ridge;
    if (!ridge->visible || !p->chart->ridge_word)
        return;
    char text[64], value[20];
    mw_value_format(p->plan->ridge_value, MW_UNIT_ONE, 3, value, sizeof value);
    snprintf(text, sizeof text, "%.40s %s%s", p->chart->ridge_word, value,
             p->chart->ridge_mark ? p->chart->ridge_mark : "");
    double width = fitting_width(p, text), line = p->medium->line;
    if (width <= 0)
        return;
    double left = mw_medium_snap(p->medium, ridge->x0) - width - beside(p->medium);
    double right = p->medium->cells ? floor(ridge->x0) + 1 : ridge->x0 + beside(p->medium);
    double top = mw_medium_snap(p->medium, fmin(ridge->y0, ridge->y1));
    candidate best = {.own = -1, .names = ridge, .reading = MW_LABEL_NEAR};
    /* On cells near the corner that it names, on paper near the axis that it is read on. */
    double first = p->medium->cells ? top + line : p->plan->height - 1.2 * line;
    double down = p->medium->cells ? line : -line;
    for (double y = first; y > top && y + line <= p->plan->height + 1e-9; y += down) {
        double penalty = floor(fabs(y - first) / line / 2);
        offer_at(p, &best, right, y, width, penalty);
        offer_at(p, &best, left, y, width, penalty + 4);
    }
    settle(p, MW_LABEL_RIDGE, 0, text, &best, 30);
}

static bool label_compute(page *p, int index, const char *text, double width, candidate best)
{
    const mw_segment *roof = &p->plan->roofs[index];
    double row = mw_medium_snap(p->medium, roof->y0), step = p->medium->letter;
    double above = row - p->medium->line, below = p->medium->cells ? row + 1 : row;
    for (double shift = 0; floor(roof->x1) - width - shift >= floor(roof->x0); shift += step) {
        double x = floor(roof->x1) - width - shift;
        offer_at(p, &best, x, above, width, shift / step);
        offer_at(p, &best, x, below, width, shift / step + 4);
    }
    return settle(p, MW_LABEL_ROOF, index, text, &best, 40);
}

/* Below the slope on the right, or above it on the left. The lower third is preferred, where the
 * roofs lie far from the points and from the flat roofs. */
static void offer_rows(const page *p, const mw_segment *roof, double width, candidate *best)
{
    for (int row = 0; row < p->plan->height; row++) {
        double part = (row + 0.5 - roof->y0) / (roof->y1 - roof->y0);
        if (!(part >= 0 && part <= 1))
            continue;
        double at = roof->x0 + part * (roof->x1 - roof->x0);
        double cell = fabs(roof->x1 - roof->x0) / fmax(fabs(roof->y1 - roof->y0), 1e-9);
        double far = floor(fabs(part - 0.3) * 10);
        for (int aside = 0; aside < 3; aside++) {
            offer_at(p, best, ceil(at + cell / 2 + 0.25) + aside, row, width, far + 2 * aside);
            offer_at(p, best, floor(at - cell / 2 - 0.25) - width - aside, row, width,
                     far + 2 + 2 * aside);
        }
    }
    /* Under its lower end. */
    for (int aside = 0; aside < 3; aside++)
        offer_at(p, best, roof->x0 + aside, floor(roof->y0) + 1, width, 6 + aside);
}

/* The box of words beside a slope, `out` away from it: above it, or below it when negative. */
static mw_box slanted_box(const page *p, const mw_segment *roof, double part, double out,
                          double width)
{
    double dx = roof->x1 - roof->x0, dy = roof->y1 - roof->y0, length = hypot(dx, dy);
    return (mw_box){.x = roof->x0 + part * dx + out * dy / length - width / 2,
                    .y = roof->y0 + part * dy - out * dx / length - p->medium->line / 2,
                    .width = width,
                    .height = p->medium->line,
                    .angle = atan2(dy, dx)};
}

/* Along the slope, above it or below it; between two slopes that leave no more than the line only
 * where there is nothing better. */
static void offer_slanted(const page *p, const mw_segment *roof, double width, candidate *best)
{
    enum { PLACES = 40 };
    double length = hypot(roof->x1 - roof->x0, roof->y1 - roof->y0);
    double room = length - width - 2 * p->medium->letter, aside = p->medium->line / 2 + 0.5;
    for (int i = 0; room > 0 && i <= PLACES; i++) {
        double part = (p->medium->letter + width / 2 + room * i / PLACES) / length;
        double far = fabs(part - 0.35) * 10;
        for (int place = 0; place < 4; place++) {
            /* Above and below the line, and once more beyond the marks that lie on it. */
            double penalty = far + 2 * (place % 2) + 3 * (place / 2);
            if (best->found && penalty >= best->price)
                continue;
            double out = aside + (place / 2) * (p->medium->mark / 2 + 1);
            out = place % 2 ? -out : out;
            mw_box beyond =
                slanted_box(p, roof, part, out + copysign(0.3 * p->medium->line, out), width);
            double squeezed = mw_label_map_price(p->map, &beyond, -1) == 0 ? 0 : 4;
            offer(p, best, slanted_box(p, roof, part, out, width), penalty + squeezed);
        }
    }
}

static bool label_memory(page *p, int index, const char *text, double width, candidate best)
{
    if (p->medium->slants)
        offer_slanted(p, &p->plan->roofs[index], width, &best);
    else
        offer_rows(p, &p->plan->roofs[index], width, &best);
    return settle(p, MW_LABEL_ROOF, index, text, &best, 14);
}

static void label_roof(page *p, int index)
{
    const mw_chart_roof *roof = &p->chart->roofs[index];
    if (!p->plan->roofs[index].visible)
        return;
    candidate best = {.own = -1, .names = &p->plan->roofs[index]};
    /* Any name in a place of its own comes before a longer one that touches or covers other roofs.
     * Flat roofs are met by all others, and words on paper run along theirs. */
    bool apart = p->medium->cells && !roof->compute;
    for (int round = apart ? MW_LABEL_APART : MW_LABEL_NEAR; round <= MW_LABEL_BY_END; round++)
        for (int i = 0; i < MW_CHART_NAMES; i++) {
            double width = fitting_width(p, roof->texts[i]);
            best.reading = (mw_label_reading)round;
            if (width > 0 && (roof->compute ? label_compute
                                            : label_memory)(p, index, roof->texts[i], width, best))
                return;
        }
}

static void map_lines(page *p)
{
    const mw_roofline_plan *plan = p->plan;
    const struct {
        const mw_segment *segments;
        int count;
    } groups[] = {{plan->roofs, p->chart->roof_count},
                  {plan->trail, plan->trail_count},
                  {plan->links, p->chart->link_count},
                  {&plan->ridge, 1}};
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (int i = 0; i < groups[g].count; i++) {
            const mw_segment *s = &groups[g].segments[i];
            if (s->visible)
                mw_label_map_line(p->map, s->x0, s->y0, s->x1, s->y1);
        }
    /* On cells there is no room to draw them. */
    for (int i = 0; !p->medium->cells && i < p->chart->point_count; i++)
        if (plan->points[i].visible && plan->points[i].spread)
            mw_label_map_line(p->map, plan->points[i].x, plan->points[i].y_low, plan->points[i].x,
                              plan->points[i].y_high);
}

/* Marks that surround each other stand in one place, which is free to the words of each. */
static void take_marks(page *p)
{
    for (int i = 0; i < p->chart->point_count; i++) {
        int same = 0;
        if (!p->plan->points[i].visible)
            continue;
        const mw_box *mark = &p->plan->points[i].mark;
        while (same < i && (!p->plan->points[same].visible ||
                            memcmp(&p->plan->points[same].mark, mark, sizeof *mark) != 0))
            same++;
        p->marks[i] = same < i ? p->marks[same] : mw_label_map_take(p->map, *mark);
    }
}

/* Named first: what matters now, and what a link is about, whose words go without saying whose. */
static bool is_in_front(const mw_roofline_chart *chart, int point)
{
    bool front = chart->points[point].active || chart->points[point].live;
    for (int i = 0; i < chart->link_count; i++)
        front = front || chart->links[i].from == point || chart->links[i].to == point;
    return front;
}

void mw_roofline_words_place(const mw_roofline_chart *chart, mw_roofline_plan *plan)
{
    page p = {.chart = chart, .plan = plan};
    p.medium = chart->medium ? chart->medium : &mw_medium_cells;
    p.map = mw_label_map_new(p.medium, plan->width, plan->height);
    if (!p.map)
        return;
    map_lines(&p);
    take_marks(&p);
    /* What has least freedom chooses first. */
    for (int i = 0; i < chart->point_count; i++)
        if (is_in_front(chart, i))
            label_point(&p, i);
    for (int i = 0; i < chart->link_count; i++)
        label_link(&p, i);
    for (int i = 0; i < chart->roof_count; i++)
        if (chart->roofs[i].compute)
            label_roof(&p, i);
    label_ridge(&p);
    for (int i = chart->roof_count - 1; i >= 0; i--)
        if (!chart->roofs[i].compute)
            label_roof(&p, i);
    for (int i = chart->point_count - 1; i >= 0; i--)
        if (!is_in_front(chart, i))
            label_point(&p, i);
    mw_label_map_free(p.map);
}
