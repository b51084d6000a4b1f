/* markdown.c: callbacks of md4c that collect a block and print it when it ends. */
#include "tui/plain/markdown.h"

#include <md4c.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING_MOST = 8, CELLS_MOST = 16, TEXT_START = 256 };

typedef struct list {
    bool ordered;
    unsigned next;
} list;

/* What the parser has told so far: the text of the present block, and where it stands. */
typedef struct writer {
    const mw_lines *lines;
    char *text;
    size_t length, capacity;
    list lists[NESTING_MOST];
    int depth;
    char bullet[16]; /* of the item whose first paragraph is still to come */
    int quotes;
    bool in_code;
    bool written; /* something stands above: a blank line goes before the next block */
    mw_table *table;
    char *cells[CELLS_MOST];
    int cell, columns;
} writer;

static void append(writer *w, const char *text, size_t size)
{
    if (w->length + size + 1 > w->capacity) {
        size_t capacity = w->capacity ? w->capacity : TEXT_START;
        while (capacity < w->length + size + 1)
            capacity *= 2;
        char *grown = realloc(w->text, capacity);
        if (!grown)
            return;
        w->text = grown;
        w->capacity = capacity;
    }
    memcpy(w->text + w->length, text, size);
    w->length += size;
    w->text[w->length] = '\0';
}

static void blank_before(writer *w)
{
    if (w->written)
        mw_lines_blank(w->lines);
    w->written = true;
}

static void flush_block(writer *w)
{
    if (w->length == 0)
        return;
    int indent = 3 * w->depth + 2 * w->quotes;
    bool item = w->bullet[0] != '\0';
    if (!item && !w->in_code)
        blank_before(w);
    if (w->in_code) {
        blank_before(w);
        char *rest = w->text;
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
            if (*line || rest)
                mw_lines_print(w->lines, "%*s%s", indent + 4, "", line);
        }
    } else {
        char *rest = w->text, under[sizeof w->bullet];
        snprintf(under, sizeof under, "%*s", (int)strlen(w->bullet), "");
        for (char *line = strsep(&rest, "\n"), *head = w->bullet; line; head = under) {
            mw_lines_wrap(w->lines, indent, head, line);
            line = strsep(&rest, "\n");
        }
        w->written = true;
    }
    w->bullet[0] = '\0';
    w->length = 0;
}

static void start_item(writer *w)
{
    list *l =
        &w->lists[w->depth > 0 ? (w->depth <= NESTING_MOST ? w->depth : NESTING_MOST) - 1 : 0];
    if (l->ordered)
        snprintf(w->bullet, sizeof w->bullet, "%u. ", l->next++);
    else
        snprintf(w->bullet, sizeof w->bullet, "- ");
}

static void start_list(writer *w, bool ordered, unsigned first)
{
    if (w->depth == 0)
        blank_before(w);
    if (w->depth < NESTING_MOST)
        w->lists[w->depth] = (list){ordered, first};
    w->depth++;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    writer *w = context;
    switch (type) {
    case MD_BLOCK_QUOTE:
        w->quotes++;
        break;
    case MD_BLOCK_UL:
        flush_block(w);
        start_list(w, false, 0);
        break;
    case MD_BLOCK_OL:
        flush_block(w);
        start_list(w, true, ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        start_item(w);
        break;
    case MD_BLOCK_CODE:
        w->in_code = true;
        break;
    case MD_BLOCK_TABLE: {
        char alignment[CELLS_MOST + 1] = "";
        w->columns = (int)((MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
        if (w->columns > CELLS_MOST)
            w->columns = CELLS_MOST;
        memset(alignment, 'l', (size_t)w->columns);
        w->table = mw_table_new(alignment);
        break;
    }
    case MD_BLOCK_TR:
        w->cell = 0;
        break;
    default:
        break;
    }
    return 0;
}

static void finish_cell(writer *w)
{
    if (w->cell < w->columns)
        w->cells[w->cell++] = strdup(w->length ? w->text : "");
    w->length = 0;
}

static void finish_row(writer *w)
{
    const char *cells[CELLS_MOST] = {0};
    for (int i = 0; i < w->cell; i++)
        cells[i] = w->cells[i];
    mw_table_cells(w->table, cells);
    for (int i = 0; i < w->cell; i++)
        free(w->cells[i]);
    w->cell = 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    (void)detail;
    writer *w = context;
    switch (type) {
    case MD_BLOCK_P:
    case MD_BLOCK_H:
    case MD_BLOCK_LI:
        flush_block(w);
        break;
    case MD_BLOCK_CODE:
        flush_block(w);
        w->in_code = false;
        break;
    case MD_BLOCK_QUOTE:
        w->quotes--;
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        w->depth--;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        finish_cell(w);
        break;
    case MD_BLOCK_TR:
        finish_row(w);
        break;
    case MD_BLOCK_TABLE:
        blank_before(w);
        mw_table_print(w->table, w->lines, 2);
        mw_table_free(w->table);
        w->table = NULL;
        break;
    default:
        break;
    }
    return 0;
}

static int ignore_span(MD_SPANTYPE type, void *detail, void *context)
{
    (void)type, (void)detail, (void)context;
    return 0;
}

static int add_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
    writer *w = context;
    switch (type) {
    case MD_TEXT_SOFTBR:
        append(w, " ", 1);
        break;
    case MD_TEXT_BR: /* a line of its own, where there is room for one */
        append(w, w->table ? " " : "\n", 1);
        break;
    case MD_TEXT_NULLCHAR:
        append(w, "\xEF\xBF\xBD", 3);
        break;
    default:
        append(w, text, size);
        break;
    }
    return 0;
}

void mw_markdown_print(const mw_lines *lines, const char *markdown)
{
    writer w = {.lines = lines};
    MD_PARSER parser = {.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML,
                        .enter_block = enter_block,
                        .leave_block = leave_block,
                        .enter_span = ignore_span,
                        .leave_span = ignore_span,
                        .text = add_text};
    md_parse(markdown, (MD_SIZE)strlen(markdown), &parser, &w);
    flush_block(&w);
    free(w.text);
    mw_table_free(w.table);
}
