/*
 * axis.h: from quantities to positions and back, and the ticks between.
 *
 * Positions are in whatever unit the caller draws in: character cells for a terminal, points for
 * paper. `from` is where `low` lies and `to` where `high` lies; a vertical axis has from > to.
 */
#ifndef MW_CHART_AXIS_H
#define MW_CHART_AXIS_H

#include <stdbool.h>

typedef enum mw_scale {
    MW_SCALE_LINEAR,
    MW_SCALE_LOG, /* decades */
    MW_SCALE_LOG2 /* powers of two, labelled with binary prefixes: sizes */
} mw_scale;

typedef struct mw_axis {
    mw_scale scale;
    double low, high;
    double from, to;
} mw_axis;

/*
 * An axis that can always be drawn: bounds that are not finite, not ordered or, on a log axis, not
 * positive are replaced by the nearest sensible ones.
 */
mw_axis mw_axis_make(mw_scale scale, double low, double high, double from, double to);

/* False for a value that has no place: not finite, or not positive on a log axis. Values outside
 * [low, high] get positions outside [from, to]. */
bool mw_axis_position(const mw_axis *axis, double value, double *position);
double mw_axis_value(const mw_axis *axis, double position);

/* The same, moved into [from, to]. */
double mw_axis_clamp(const mw_axis *axis, double position);

typedef struct mw_tick {
    double value, position;
    bool labelled;
    char label[24];
} mw_tick;

enum { MW_TICKS_MAX = 96 };

/*
 * Ticks in rising order: decades and the steps between on a log axis, round steps on a linear one.
 * As many are labelled as fit: a label takes `char_width` per character along the axis (0 for a
 * vertical one) and keeps `gap` to the next. Labels show value / factor. Returns the count.
 */
int mw_axis_ticks(const mw_axis *axis, double factor, double char_width, double gap, mw_tick *ticks,
                  int capacity);

/* Ticks at given values, such as the batches of a sweep; the first and the last are labelled first.
 */
int mw_axis_ticks_at(const mw_axis *axis, const double *values, int count, double factor,
                     double char_width, double gap, mw_tick *ticks, int capacity);

/* The SI prefix that reads best over an axis: 1e9 and "G" for 3e9 … 2e11. */
double mw_axis_prefix(const mw_axis *axis, const char **prefix);

#endif
