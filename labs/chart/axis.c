/* axis.c: linear, decimal and binary scales, and as many labelled ticks as do not touch. */
#include "labs/chart/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/number.h"

/* Beyond these a double still computes, but no picture of a machine needs them. */
static const double smallest = 1e-15, largest = 1e21;

static double bounded(double value, double otherwise)
{
    if (!isfinite(value))
        return otherwise;
    return fmin(fmax(value, -largest), largest);
}

mw_axis mw_axis_make(mw_scale scale, double low, double high, double from, double to)
{
    low = bounded(low, scale == MW_SCALE_LINEAR ? 0 : 1);
    high = bounded(high, low > 0 ? low * 10 : 1);
    if (low > high) {
        double swapped = low;
        low = high;
        high = swapped;
    }
    if (scale != MW_SCALE_LINEAR) {
        if (high < smallest)
            high = 1;
        if (low < smallest)
            low = fmax(high * 1e-3, smallest);
        if (high < low * 1.05) {
            low /= 2;
            high *= 2;
        }
    } else if (high - low <= 1e-12 * fmax(fabs(low), fabs(high))) {
        high = low + fmax(fabs(low), 1);
    }
    return (mw_axis){.scale = scale, .low = low, .high = high, .from = from, .to = to};
}

bool mw_axis_position(const mw_axis *axis, double value, double *position)
{
    if (!isfinite(value) || (axis->scale != MW_SCALE_LINEAR && value <= 0))
        return false;
    double part = axis->scale == MW_SCALE_LINEAR
                      ? (value - axis->low) / (axis->high - axis->low)
                      : log(value / axis->low) / log(axis->high / axis->low);
    if (!isfinite(part))
        return false;
    *position = axis->from + part * (axis->to - axis->from);
    return true;
}

double mw_axis_value(const mw_axis *axis, double position)
{
    double part = axis->to != axis->from ? (position - axis->from) / (axis->to - axis->from) : 0;
    if (axis->scale == MW_SCALE_LINEAR)
        return axis->low + part * (axis->high - axis->low);
    return axis->low * pow(axis->high / axis->low, part);
}

double mw_axis_clamp(const mw_axis *axis, double position)
{
    double least = fmin(axis->from, axis->to), most = fmax(axis->from, axis->to);
    return fmin(fmax(position, least), most);
}

double mw_axis_prefix(const mw_axis *axis, const char **prefix)
{
    static const char *const names[] = {"n", "µ", "m", "", "k", "M", "G", "T", "P", "E"};
    double biggest = fmax(fabs(axis->low), fabs(axis->high));
    int i = 3;
    double factor = 1;
    while (i < 9 && biggest >= factor * 1e3) {
        factor *= 1e3;
        i++;
    }
    while (i > 0 && biggest < factor) {
        factor /= 1e3;
        i--;
    }
    *prefix = names[i];
    return factor;
}

static void write_label(mw_tick *tick, mw_scale scale, double value)
{
    if (scale == MW_SCALE_LOG2) {
        static const char *const binary[] = {"", "K", "M", "G", "T", "P"};
        int i = 0;
        for (; i < 5 && value >= 1024; i++)
            value /= 1024;
        snprintf(tick->label, sizeof tick->label, "%.4g%s", value, binary[i]);
        return;
    }
    /* What was multiplied and divided again is round once more. */
    char round[32];
    snprintf(round, sizeof round, "%.12g", fabs(value) < 1e-12 ? 0 : value);
    mw_value_format(strtod(round, NULL), MW_UNIT_ONE, 4, tick->label, sizeof tick->label);
}

static double label_half(const mw_tick *tick, double char_width)
{
    size_t characters = 0;
    for (const char *c = tick->label; *c; c++)
        characters += (*c & 0xC0) != 0x80;
    return char_width * (double)characters / 2;
}

static bool labels_touch(const mw_tick *a, const mw_tick *b, double char_width, double gap)
{
    double room = label_half(a, char_width) + label_half(b, char_width) + gap;
    return fabs(a->position - b->position) < room - 1e-9;
}

/* Labels every tick that `wanted` names, or none of them when two would touch. */
static bool try_labels(mw_tick *ticks, int count, const bool *wanted, double char_width, double gap)
{
    const mw_tick *last = NULL;
    int labelled = 0;
    for (int i = 0; i < count; i++) {
        if (!wanted[i])
            continue;
        if (last && labels_touch(last, &ticks[i], char_width, gap))
            return false;
        last = &ticks[i];
        labelled++;
    }
    if (labelled < 2)
        return false;
    for (int i = 0; i < count; i++)
        ticks[i].labelled = wanted[i];
    return true;
}

static bool add_tick(const mw_axis *axis, double value, double factor, mw_tick *ticks, int *count,
                     int capacity)
{
    double slack = 1e-9 * (axis->high - axis->low);
    if (axis->scale != MW_SCALE_LINEAR)
        slack = value * 1e-9;
    if (value < axis->low - slack || value > axis->high + slack)
        return true;
    if (*count >= capacity || *count >= MW_TICKS_MAX)
        return false;
    mw_tick *tick = &ticks[*count];
    *tick = (mw_tick){.value = value};
    if (!mw_axis_position(axis, value, &tick->position))
        return true;
    write_label(tick, axis->scale, value / factor);
    ++*count;
    return true;
}

/* Which of 1 … 9 times a decade are labelled, densest first. */
static const char *const decade_sets[] = {"123456789", "1235", "125", "13", "1"};

static int log_ticks(const mw_axis *axis, double factor, double char_width, double gap,
                     mw_tick *ticks, int capacity)
{
    /* Decades and digits of the shown values, so that labels are round under the prefix. */
    int first = (int)floor(log10(axis->low / factor)), last = (int)ceil(log10(axis->high / factor));
    bool minors = last - first <= 8;
    int count = 0;
    int digits[MW_TICKS_MAX], decades[MW_TICKS_MAX];
    for (int decade = first; decade <= last; decade++)
        for (int digit = 1; digit <= (minors ? 9 : 1); digit++) {
            int before = count;
            add_tick(axis, digit * pow(10, decade) * factor, factor, ticks, &count, capacity);
            if (count > before) {
                digits[before] = digit;
                decades[before] = decade;
            }
        }
    bool wanted[MW_TICKS_MAX];
    for (size_t set = minors ? 0 : 4; set < sizeof decade_sets / sizeof *decade_sets; set++) {
        for (int i = 0; i < count; i++)
            wanted[i] = strchr(decade_sets[set], '0' + digits[i]) != NULL;
        if (try_labels(ticks, count, wanted, char_width, gap))
            return count;
    }
    for (int every = 2; every <= 6; every++) {
        for (int i = 0; i < count; i++)
            wanted[i] = digits[i] == 1 && decades[i] % every == 0;
        if (try_labels(ticks, count, wanted, char_width, gap))
            return count;
    }
    return count;
}

static int log2_ticks(const mw_axis *axis, double factor, double char_width, double gap,
                      mw_tick *ticks, int capacity)
{
    int first = (int)floor(log2(axis->low)), last = (int)ceil(log2(axis->high));
    int count = 0, powers[MW_TICKS_MAX];
    for (int power = first; power <= last; power++) {
        int before = count;
        add_tick(axis, ldexp(1, power), factor, ticks, &count, capacity);
        if (count > before)
            powers[before] = power;
    }
    bool wanted[MW_TICKS_MAX];
    for (int every = 1; every <= 16; every++) {
        for (int i = 0; i < count; i++)
            wanted[i] = powers[i] % every == 0;
        if (try_labels(ticks, count, wanted, char_width, gap))
            break;
    }
    return count;
}

/* 1, 2 or 5 times a power of ten. */
static double next_step(double step)
{
    double power = pow(10, floor(log10(step) + 1e-9));
    double digit = step / power;
    return digit < 1.5 ? 2 * power : digit < 3.5 ? 5 * power : 10 * power;
}

static int linear_ticks(const mw_axis *axis, double factor, double char_width, double gap,
                        mw_tick *ticks, int capacity)
{
    double span = axis->high - axis->low;
    double step = pow(10, floor(log10(span / 40)));
    int count = 0;
    for (int tries = 0; tries < 12; tries++, step = next_step(step)) {
        if (span / step > MW_TICKS_MAX / 2.0)
            continue;
        count = 0;
        bool wanted[MW_TICKS_MAX];
        double first = ceil(axis->low / step - 1e-9);
        for (int i = 0; i <= (int)(span / step + 1e-9) + 1; i++)
            add_tick(axis, (first + i) * step, factor, ticks, &count, capacity);
        for (int i = 0; i < count; i++)
            wanted[i] = true;
        if (try_labels(ticks, count, wanted, char_width, gap))
            return count;
    }
    return count;
}

int mw_axis_ticks(const mw_axis *axis, double factor, double char_width, double gap, mw_tick *ticks,
                  int capacity)
{
    if (!(factor > 0) || !isfinite(factor))
        factor = 1;
    if (axis->scale == MW_SCALE_LOG2)
        return log2_ticks(axis, factor, char_width, gap, ticks, capacity);
    if (axis->scale == MW_SCALE_LOG) {
        int count = log_ticks(axis, factor, char_width, gap, ticks, capacity);
        for (int i = 0; i < count; i++)
            if (ticks[i].labelled)
                return count;
        /* Less than a decade with no two round digits in it: round steps instead. */
        if (axis->high / axis->low > 10)
            return count;
    }
    return linear_ticks(axis, factor, char_width, gap, ticks, capacity);
}

int mw_axis_ticks_at(const mw_axis *axis, const double *values, int count, double factor,
                     double char_width, double gap, mw_tick *ticks, int capacity)
{
    if (!(factor > 0) || !isfinite(factor))
        factor = 1;
    int used = 0;
    for (int i = 0; i < count; i++)
        if (isfinite(values[i]))
            add_tick(axis, values[i], factor, ticks, &used, capacity);
    for (int i = 0; i < used; i++)
        for (int k = i; k > 0 && ticks[k].value < ticks[k - 1].value; k--) {
            mw_tick moved = ticks[k];
            ticks[k] = ticks[k - 1];
            ticks[k - 1] = moved;
        }
    for (int round = 0; round < used; round++) {
        int i = round == 0 ? 0 : round == 1 ? used - 1 : round - 1;
        bool free = true;
        for (int k = 0; k < used && free; k++)
            free = k == i || !ticks[k].labelled ||
                   !labels_touch(&ticks[k], &ticks[i], char_width, gap);
        ticks[i].labelled = free;
    }
    return used;
}
