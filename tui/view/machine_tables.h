/* machine_tables.h: the tables of the machine screen: levels, compute roofs, mixed traffic. */
#ifndef MW_TUI_VIEW_MACHINE_TABLES_H
#define MW_TUI_VIEW_MACHINE_TABLES_H

#include <jansson.h>
#include <stdbool.h>

#include "model/number.h"
#include "tui/grid/grid.h"

enum { MW_TABLE_LINES = 96, MW_TABLE_CELLS = 6, MW_TABLE_CELL = 40 };

/* One line: a heading, or cells under it. */
typedef struct mw_table_line {
    bool heading;
    char cells[MW_TABLE_CELLS][MW_TABLE_CELL];
} mw_table_line;

typedef struct mw_machine_tables {
    mw_table_line lines[MW_TABLE_LINES];
    mw_table_line spare; /* takes what comes when all are full */
    int count;
} mw_machine_tables;

/* Fills empty tables from a machine, which may be partial or NULL. */
void mw_machine_tables_read(const json_t *machine, mw_machine_tables *tables);

/* Rows that they take, with a blank one between two. */
int mw_machine_tables_rows(const mw_machine_tables *tables);

/* Draws with `scroll` rows hidden above; the column right of `rect` says where there is more. */
void mw_machine_tables_draw(const mw_machine_tables *tables, mw_grid *grid, mw_rect rect,
                            int scroll);

/* A member with its unit, "412 GB/s"; "–" when it is none or not positive. */
void mw_machine_rate(const json_t *object, const char *key, mw_unit unit, char *text, size_t size);

#endif
