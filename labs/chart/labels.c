/* labels.c: prices of places by what they cover, with the geometry of turned boxes. */
#include "labs/chart/labels.h"

#include <math.h>
#include <stdlib.h>

static const double line_price = 3, slack = 1e-6;

enum { TAKEN_MAX = 4200, LINES_MAX = 4200 };

struct mw_label_map {
    const mw_medium *medium;
    double width, height;
    int taken_count, line_count;
    mw_segment lines[LINES_MAX];
    mw_box taken[TAKEN_MAX];
};

mw_label_map *mw_label_map_new(const mw_medium *medium, double width, double height)
{
    if (!(width > 0 && height > 0 && width < 1e5 && height < 1e5))
        return NULL;
    mw_label_map *map = malloc(sizeof *map);
    if (map) {
        map->medium = medium;
        map->width = width;
        map->height = height;
        map->taken_count = map->line_count = 0;
    }
    return map;
}

void mw_label_map_free(mw_label_map *map)
{
    free(map);
}

void mw_label_map_line(mw_label_map *map, double x0, double y0, double x1, double y1)
{
    if (map->line_count < LINES_MAX && isfinite(x0 + y0 + x1 + y1))
        map->lines[map->line_count++] = (mw_segment){true, x0, y0, x1, y1};
}

int mw_label_map_take(mw_label_map *map, mw_box box)
{
    if (map->taken_count == TAKEN_MAX)
        return -1;
    map->taken[map->taken_count] = box;
    return map->taken_count++;
}

/* ---- turned rectangles ---- */

void mw_box_corners(const mw_box *box, double x[4], double y[4])
{
    static const double sides[4][2] = {{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}};
    double cx = box->x + box->width / 2, cy = box->y + box->height / 2;
    double c = cos(box->angle), s = sin(box->angle);
    for (int i = 0; i < 4; i++) {
        double dx = sides[i][0] * box->width, dy = sides[i][1] * box->height;
        x[i] = cx + c * dx - s * dy;
        y[i] = cy + s * dx + c * dy;
    }
}

/* Half of a box's extent along a direction of length 1. */
static double reach(const mw_box *box, double x, double y)
{
    double c = cos(box->angle), s = sin(box->angle);
    return fabs(x * c + y * s) * box->width / 2 + fabs(y * c - x * s) * box->height / 2;
}

/* Two convex shapes are apart when some edge of one of them parts them (separating axes). */
bool mw_box_overlaps(const mw_box *a, const mw_box *b)
{
    if (a->angle == 0 && b->angle == 0)
        return a->x < b->x + b->width - slack && b->x < a->x + a->width - slack &&
               a->y < b->y + b->height - slack && b->y < a->y + a->height - slack;
    double dx = b->x + b->width / 2 - a->x - a->width / 2;
    double dy = b->y + b->height / 2 - a->y - a->height / 2;
    const double angles[4] = {a->angle, a->angle + M_PI_2, b->angle, b->angle + M_PI_2};
    int directions = a->angle == b->angle ? 2 : 4;
    for (int i = 0; i < directions; i++) {
        double x = cos(angles[i]), y = sin(angles[i]);
        if (fabs(dx * x + dy * y) >= reach(a, x, y) + reach(b, x, y) - slack)
            return false;
    }
    return true;
}

/* The part of a line inside the box, as its extent along the words; -1 when it passes by. */
static double covered(const mw_box *box, const mw_segment *l)
{
    double c = box->angle == 0 ? 1 : cos(box->angle), s = box->angle == 0 ? 0 : sin(box->angle);
    double cx = box->x + box->width / 2, cy = box->y + box->height / 2;
    /* In the box's own directions. */
    double ax = (l->x0 - cx) * c + (l->y0 - cy) * s, ay = (l->y0 - cy) * c - (l->x0 - cx) * s;
    double bx = (l->x1 - cx) * c + (l->y1 - cy) * s, by = (l->y1 - cy) * c - (l->x1 - cx) * s;
    const double p[4] = {ax - bx, bx - ax, ay - by, by - ay};
    const double q[4] = {ax + box->width / 2, box->width / 2 - ax, ay + box->height / 2,
                         box->height / 2 - ay};
    double enter = 0, leave = 1;
    for (int i = 0; i < 4; i++) {
        if (fabs(p[i]) < 1e-12) {
            if (q[i] <= slack)
                return -1;
        } else if (p[i] < 0) {
            enter = fmax(enter, q[i] / p[i]);
        } else {
            leave = fmin(leave, q[i] / p[i]);
        }
    }
    return enter < leave ? fabs(bx - ax) * (leave - enter) : -1;
}

static double square_to_line(double x, double y, const mw_segment *l)
{
    double dx = l->x1 - l->x0, dy = l->y1 - l->y0, length = dx * dx + dy * dy;
    double part = length > 0 ? ((x - l->x0) * dx + (y - l->y0) * dy) / length : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    double ex = x - l->x0 - part * dx, ey = y - l->y0 - part * dy;
    return ex * ex + ey * ey;
}

/* How far the nearest points of a box and of a line are apart; 0 where they touch, else these are a
 * corner of the one or an end of the other. A unit of y is as much longer than one of x as the
 * medium says. */
static double distance(const mw_medium *medium, const mw_box *box, const mw_segment *line)
{
    const double stretch = medium->stretch > 0 ? medium->stretch : 1;
    mw_segment l = *line;
    if (covered(box, &l) >= 0)
        return 0;
    double x[4], y[4], square = INFINITY;
    mw_box_corners(box, x, y);
    l.y0 *= stretch;
    l.y1 *= stretch;
    for (int i = 0; i < 4; i++) {
        int next = (i + 1) % 4;
        mw_segment side = {true, x[i], y[i] * stretch, x[next], y[next] * stretch};
        square = fmin(square, square_to_line(side.x0, side.y0, &l));
        square = fmin(square, square_to_line(l.x0, l.y0, &side));
        square = fmin(square, square_to_line(l.x1, l.y1, &side));
    }
    return sqrt(square);
}

static double distance_from_end(const mw_medium *medium, const mw_box *box, const mw_segment *line)
{
    mw_box left = *box, right = *box;
    left.width = right.width = medium->letter;
    right.x += box->width - right.width;
    return fmin(distance(medium, &left, line), distance(medium, &right, line));
}

static double read_distance(const mw_medium *medium, const mw_box *box, const mw_segment *line,
                            mw_label_reading reading)
{
    return reading == MW_LABEL_BY_END ? distance_from_end(medium, box, line)
                                      : distance(medium, box, line);
}

double mw_label_reach(const mw_medium *medium, const mw_box *box, const mw_segment *own,
                      mw_label_reading reading)
{
    double clear = reading == MW_LABEL_BY_END  ? 2 * medium->letter
                   : reading == MW_LABEL_APART ? medium->letter - slack
                                               : -slack;
    return read_distance(medium, box, own, reading) + clear;
}

bool mw_label_mistaken(const mw_medium *medium, const mw_box *box, double reach,
                       const mw_segment *other, mw_label_reading reading)
{
    return read_distance(medium, box, other, reading) < reach;
}

static bool inside(const mw_label_map *map, const mw_box *box)
{
    double x[4], y[4];
    mw_box_corners(box, x, y);
    for (int i = 0; i < 4; i++)
        if (x[i] < -slack || y[i] < -slack || x[i] > map->width + slack ||
            y[i] > map->height + slack)
            return false;
    return true;
}

double mw_label_map_price(const mw_label_map *map, const mw_box *box, int own)
{
    if (!inside(map, box))
        return -1;
    mw_box spaced = *box;
    spaced.x -= map->medium->letter;
    spaced.width += 2 * map->medium->letter;
    /* On paper a line of words is higher than their ink. */
    double leading = map->medium->cells ? 0 : 0.08 * map->medium->line;
    spaced.y += leading;
    spaced.height -= 2 * leading;
    for (int i = 0; i < map->taken_count; i++)
        if (mw_box_overlaps(i == own ? box : &spaced, &map->taken[i]))
            return -1;
    double price = 0;
    for (int i = 0; i < map->line_count; i++) {
        double length = covered(box, &map->lines[i]);
        if (length >= 0)
            price += line_price * fmax(length / map->medium->letter, 1);
    }
    return price;
}
