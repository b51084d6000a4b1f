/* machine_tables.c: rows of cells from the machine's JSON, and the widths of their columns. */
#include "tui/view/machine_tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"

void mw_machine_rate(const json_t *object, const char *key, mw_unit unit, char *text, size_t size)
{
    double value = mw_json_number(object, key, NAN);
    if (value > 0 && isfinite(value))
        mw_value_format(value, unit, 3, text, size);
    else
        snprintf(text, size, "–");
}

/* "15.0–16.9" beside a value that carries the unit; empty when the band is nothing. */
static void format_band(const json_t *object, const char *key, mw_unit unit, char *text,
                        size_t size)
{
    double value = mw_json_number(object, key, NAN);
    double low = mw_json_number(object, "low", NAN), high = mw_json_number(object, "high", NAN);
    char from[24], to[24];
    text[0] = '\0';
    if (!(low > 0) || !(high > low) || !((high - low) / value > 0.005))
        return;
    mw_value_format(low, unit, 3, from, sizeof from);
    mw_value_format(high, unit, 3, to, sizeof to);
    /* Both ends with the same prefix name it once. */
    const char *from_unit = strchr(from, ' '), *to_unit = strchr(to, ' ');
    if (from_unit && to_unit && strcmp(from_unit, to_unit) == 0)
        snprintf(text, size, "%.*s–%.*s", (int)(from_unit - from), from, (int)(to_unit - to), to);
    else
        snprintf(text, size, "%.16s–%.16s", from, to);
}

static void format_size(const json_t *object, const char *key, char *text, size_t size)
{
    double bytes = mw_json_number(object, key, NAN);
    if (bytes > 0 && isfinite(bytes))
        mw_value_format(bytes, MW_UNIT_BYTE, 3, text, size);
    else
        snprintf(text, size, "–");
}

static mw_table_line *add_line(mw_machine_tables *t, bool heading)
{
    if (t->count == MW_TABLE_LINES)
        return &t->spare;
    mw_table_line *line = &t->lines[t->count++];
    *line = (mw_table_line){.heading = heading};
    return line;
}

#define PUT(line, cell, ...) snprintf((line)->cells[cell], MW_TABLE_CELL, __VA_ARGS__)

static void add_levels(const json_t *machine, mw_machine_tables *t)
{
    mw_table_line *line = add_line(t, true);
    PUT(line, 0, "%s", _("Read roofs"));
    PUT(line, 1, "%s", _("one core"));
    PUT(line, 2, "%s", _("band"));
    PUT(line, 3, "%s", _("all cores"));
    PUT(line, 4, "%s", _("holds"));
    PUT(line, 5, "%s", _("nominal"));
    for (int i = 0; i < mw_json_count(machine, "levels"); i++) {
        const json_t *level = mw_json_item(machine, "levels", i);
        line = add_line(t, false);
        PUT(line, 0, "%.36s", mw_level_word(mw_json_text(level, "name")));
        mw_machine_rate(level, "bytes_per_second", MW_UNIT_BYTE_PER_SECOND, line->cells[1],
                        MW_TABLE_CELL);
        format_band(level, "bytes_per_second", MW_UNIT_BYTE_PER_SECOND, line->cells[2],
                    MW_TABLE_CELL);
        mw_machine_rate(mw_json_member(level, "all_cores"), "bytes_per_second",
                        MW_UNIT_BYTE_PER_SECOND, line->cells[3], MW_TABLE_CELL);
        mw_mark_append(line->cells[1], MW_TABLE_CELL, mw_row_mark(level));
        mw_mark_append(line->cells[3], MW_TABLE_CELL,
                       mw_row_mark(mw_json_member(level, "all_cores")));
        format_size(level, "effective_bytes", line->cells[4], MW_TABLE_CELL);
        format_size(level, "nominal_bytes", line->cells[5], MW_TABLE_CELL);
    }
}

static void add_compute(const json_t *machine, mw_machine_tables *t)
{
    mw_table_line *line = add_line(t, true);
    PUT(line, 0, "%s", _("Compute roofs"));
    PUT(line, 1, "f32 FLOP/s");
    PUT(line, 2, "%s", _("band"));
    PUT(line, 3, "f64 FLOP/s");
    PUT(line, 4, "%s", _("band"));
    /* f32 and f64 of the same instructions share a line. */
    for (int i = 0; i < mw_json_count(machine, "compute"); i++) {
        const json_t *compute = mw_json_item(machine, "compute", i);
        char name[MW_TABLE_CELL], threads[16] = "";
        if (mw_json_int(compute, "threads", 1) > 1)
            snprintf(threads, sizeof threads, " ×%d", mw_json_int(compute, "threads", 1));
        snprintf(name, sizeof name, "%.12s %.6s%s", mw_json_text(compute, "isa"),
                 mw_json_text(compute, "op"), threads);
        int at = -1;
        for (int k = 0; k < t->count; k++)
            if (!t->lines[k].heading && strcmp(t->lines[k].cells[0], name) == 0)
                at = k;
        mw_table_line *row = at >= 0 ? &t->lines[at] : add_line(t, false);
        snprintf(row->cells[0], MW_TABLE_CELL, "%s", name);
        int column = strcmp(mw_json_text(compute, "dtype"), "f64") == 0 ? 3 : 1;
        mw_machine_rate(compute, "flops_per_second", MW_UNIT_FLOP_PER_SECOND, row->cells[column],
                        MW_TABLE_CELL);
        /* The heading has the unit. */
        char *unit = strstr(row->cells[column], "FLOP/s");
        if (unit)
            *unit = '\0';
        mw_mark_append(row->cells[column], MW_TABLE_CELL, mw_row_mark(compute));
        format_band(compute, "flops_per_second", MW_UNIT_FLOP_PER_SECOND, row->cells[column + 1],
                    MW_TABLE_CELL);
    }
}

static void add_mix(const json_t *machine, mw_machine_tables *t)
{
    if (mw_json_count(machine, "mix") == 0)
        return;
    mw_table_line *line = add_line(t, true);
    PUT(line, 0, "%s", _("Mixed traffic"));
    PUT(line, 1, "%s", _("program"));
    PUT(line, 2, "%s", _("band"));
    PUT(line, 3, "%s", _("on the bus"));
    PUT(line, 4, "%s", _("bus/program"));
    for (int i = 0; i < mw_json_count(machine, "mix"); i++) {
        const json_t *mix = mw_json_item(machine, "mix", i);
        double rate = mw_json_number(mix, "bytes_per_second", NAN);
        double bus = mw_json_number(mix, "bus_bytes_per_byte", NAN);
        line = add_line(t, false);
        PUT(line, 0, "%.24s %.14s", mw_level_word(mw_json_text(mix, "level")),
            mw_json_text(mix, "op"));
        mw_machine_rate(mix, "bytes_per_second", MW_UNIT_BYTE_PER_SECOND, line->cells[1],
                        MW_TABLE_CELL);
        format_band(mix, "bytes_per_second", MW_UNIT_BYTE_PER_SECOND, line->cells[2],
                    MW_TABLE_CELL);
        mw_mark_append(line->cells[1], MW_TABLE_CELL, mw_row_mark(mix));
        if (bus > 0 && isfinite(bus)) {
            mw_value_format(rate * bus, MW_UNIT_BYTE_PER_SECOND, 3, line->cells[3], MW_TABLE_CELL);
            PUT(line, 4, "%.3g", bus);
        }
    }
}

void mw_machine_tables_read(const json_t *machine, mw_machine_tables *tables)
{
    add_levels(machine, tables);
    add_compute(machine, tables);
    add_mix(machine, tables);
}

/* Each table has its own columns. */
static void measure_table(const mw_machine_tables *t, int first, int widths[MW_TABLE_CELLS])
{
    memset(widths, 0, MW_TABLE_CELLS * sizeof *widths);
    for (int i = first; i < t->count && (i == first || !t->lines[i].heading); i++)
        for (int c = 0; c < MW_TABLE_CELLS; c++) {
            int width = mw_text_width(t->lines[i].cells[c]);
            widths[c] = width > widths[c] ? width : widths[c];
        }
}

static mw_style table_style(const mw_table_line *line, int column)
{
    if (line->heading)
        return mw_style_with(column == 0 ? MW_ROLE_TITLE : MW_ROLE_DIM,
                             column == 0 ? MW_ATTR_BOLD : 0);
    if (column == 0)
        return mw_style_of(MW_ROLE_TEXT);
    return mw_style_of(column == 1 || column == 3 ? MW_ROLE_ROOF : MW_ROLE_DIM);
}

void mw_machine_tables_draw(const mw_machine_tables *tables, mw_grid *grid, mw_rect rect,
                            int scroll)
{
    int widths[MW_TABLE_CELLS] = {0}, y = rect.y - scroll;
    for (int i = 0; i < tables->count; i++, y++) {
        const mw_table_line *line = &tables->lines[i];
        if (line->heading) {
            y += i > 0;
            measure_table(tables, i, widths);
        }
        int x = rect.x;
        for (int c = 0; c < MW_TABLE_CELLS && y >= rect.y && y < rect.y + rect.height; c++) {
            /* A column that would be cut in the middle is left out. */
            if (x + widths[c] <= rect.x + rect.width)
                mw_grid_text(grid, x, y, widths[c], table_style(line, c), line->cells[c]);
            x += widths[c] + 2;
        }
    }
    mw_style mark = mw_style_with(MW_ROLE_ACCENT, MW_ATTR_BOLD);
    if (scroll > 0)
        mw_grid_put(grid, rect.x + rect.width, rect.y, mw_grid_glyph(grid, MW_GLYPH_UP), mark);
    if (y > rect.y + rect.height)
        mw_grid_put(grid, rect.x + rect.width, rect.y + rect.height - 1,
                    mw_grid_glyph(grid, MW_GLYPH_DOWN), mark);
}

int mw_machine_tables_rows(const mw_machine_tables *tables)
{
    int rows = tables->count;
    for (int i = 1; i < tables->count; i++)
        rows += tables->lines[i].heading;
    return rows;
}
