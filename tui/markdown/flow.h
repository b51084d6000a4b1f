/*
 * flow.h: text that flows into the lines of a page: paragraphs with a margin, lists, tables.
 *
 * The reader says what is open (bold, a quotation, a list, …) by the members and hands over text;
 * at the end of a block it is broken into lines.
 */
#ifndef MW_VIEW_FLOW_H
#define MW_VIEW_FLOW_H

#include "tui/markdown/page.h"

enum { MW_FLOW_LISTS = 8 };

typedef struct mw_flow_list {
    bool ordered;
    unsigned number; /* of the next item */
} mw_flow_list;

typedef struct mw_flow {
    mw_page *page;
    int width;
    bool failed; /* memory is short: nothing more comes of it */

    /* What is open. */
    int strong, emphasis, code, link, quote;
    bool heading, code_block, in_head;
    mw_flow_list lists[MW_FLOW_LISTS];
    int depth;
    char marker[16]; /* of the list item that was opened, until its first line is out */
    bool pending_gap;
    int table_row, table_column;

    /* flow.c's own: text that waits for the end of its block, and the cells of a table. */
    char *pool;
    size_t pool_size, pool_capacity;
    struct mw_flow_piece *pieces;
    size_t piece_count, piece_capacity;
    struct mw_flow_cell *cells;
    size_t cell_count, cell_capacity;
} mw_flow;

void mw_flow_free(mw_flow *flow); /* what it holds, not the page */

void mw_flow_text(mw_flow *flow, const char *text, size_t size);
void mw_flow_break(mw_flow *flow); /* a line ends here */
void mw_flow_soft(mw_flow *flow);  /* a line of the source ends here */

/* The end of a block: its text becomes lines. */
void mw_flow_end_block(mw_flow *flow);
/* One blank line between blocks, none before the first. */
void mw_flow_gap(mw_flow *flow);
void mw_flow_rule(mw_flow *flow);

/* The end of a cell, and of the whole table. */
void mw_flow_end_cell(mw_flow *flow);
void mw_flow_end_table(mw_flow *flow);

#endif
