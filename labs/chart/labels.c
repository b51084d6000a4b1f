#include "labs/chart/labels.h"

#include <math.h>
#include <stdlib.h>

enum { FREE = 0, LINE = 1, TAKEN = 2, LINE_PRICE = 3 };

struct mw_label_map {
    int width, height;
    unsigned char cells[];
};

mw_label_map *mw_label_map_new(int width, int height)
{
    if (width < 1 || height < 1 || width > 4096 || height > 4096)
        return NULL;
    mw_label_map *map = calloc(1, sizeof *map + (size_t)width * (size_t)height);
    if (map) {
        map->width = width;
        map->height = height;
    }
    return map;
}

void mw_label_map_free(mw_label_map *map)
{
    free(map);
}

static unsigned char *cell(mw_label_map *map, int x, int y)
{
    if (x < 0 || y < 0 || x >= map->width || y >= map->height)
        return NULL;
    return &map->cells[(size_t)y * (size_t)map->width + (size_t)x];
}

void mw_label_map_line(mw_label_map *map, double x0, double y0, double x1, double y1)
{
    double length = fmax(fabs(x1 - x0), fabs(y1 - y0));
    if (!isfinite(length) || length > 1e5)
        return;
    int steps = (int)(length * 4) + 1;
    for (int i = 0; i <= steps; i++) {
        double part = (double)i / steps;
        unsigned char *c =
            cell(map, (int)floor(x0 + part * (x1 - x0)), (int)floor(y0 + part * (y1 - y0)));
        if (c && *c == FREE)
            *c = LINE;
    }
}

void mw_label_map_take(mw_label_map *map, int x, int y, int width)
{
    for (int i = 0; i < width; i++) {
        unsigned char *c = cell(map, x + i, y);
        if (c)
            *c = TAKEN;
    }
}

void mw_label_map_release(mw_label_map *map, int x, int y)
{
    unsigned char *c = cell(map, x, y);
    if (c)
        *c = FREE;
}

int mw_label_map_price(const mw_label_map *map, int x, int y, int width)
{
    if (x < 0 || y < 0 || width < 1 || y >= map->height || x + width > map->width)
        return -1;
    const unsigned char *row = &map->cells[(size_t)y * (size_t)map->width];
    int price = 0;
    for (int i = 0; i < width; i++) {
        if (row[x + i] == TAKEN)
            return -1;
        if (row[x + i] == LINE)
            price += LINE_PRICE;
    }
    if ((x > 0 && row[x - 1] == TAKEN) || (x + width < map->width && row[x + width] == TAKEN))
        return -1;
    return price;
}
