/* flow.c: breaks pieces into lines by width, and lays tables out in columns. */
#include "tui/markdown/flow.h"

#include <stdlib.h>
#include <string.h>

#include "labs/locale/utf8.h"
#include "tui/markdown/wrap.h"

enum { TABLE_COLUMNS = 12, TABLE_GAP = 2, TABLE_LEAST = 4 };

/* One scalar with its place in the pool of text. */
typedef struct mw_flow_piece {
    uint32_t offset;
    uint32_t scalar;
    uint8_t length, width;
    bool hard_break; /* the line ends after this piece */
    mw_style style;
} piece;

typedef struct mw_flow_cell {
    size_t first_piece, piece_count;
    int row, column;
} cell_text;

static mw_style present_style(const mw_flow *l)
{
    mw_role role = MW_ROLE_TEXT;
    if (l->code > 0 || l->code_block || l->heading || l->in_head)
        role = MW_ROLE_TITLE;
    else if (l->quote > 0)
        role = MW_ROLE_DIM;
    int attrs = 0;
    if (l->strong > 0 || l->heading || l->in_head)
        attrs |= MW_ATTR_BOLD;
    if (l->emphasis > 0)
        attrs |= MW_ATTR_ITALIC;
    if (l->link > 0)
        attrs |= MW_ATTR_UNDERLINE;
    return mw_style_with(role, attrs);
}

static void add_piece(mw_flow *l, const char *text, size_t length, uint32_t scalar)
{
    if (!mw_page_grow(&l->pool, l->pool_size, &l->pool_capacity, 1, length + 1) ||
        !mw_page_grow(&l->pieces, l->piece_count, &l->piece_capacity, sizeof *l->pieces, 1)) {
        l->failed = true;
        return;
    }
    int width = mw_utf8_width(scalar);
    l->pieces[l->piece_count++] = (piece){.offset = (uint32_t)l->pool_size,
                                          .scalar = scalar,
                                          .length = (uint8_t)length,
                                          .width = (uint8_t)width,
                                          .style = present_style(l)};
    memcpy(l->pool + l->pool_size, text, length);
    l->pool_size += length;
}

void mw_flow_break(mw_flow *l)
{
    add_piece(l, " ", 1, ' ');
    if (l->piece_count > 0)
        l->pieces[l->piece_count - 1].hard_break = true;
}

void mw_flow_text(mw_flow *l, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end && !l->failed) {
        const char *start = text;
        uint32_t scalar = mw_utf8_next(&text);
        if (scalar == '\n' && l->code_block)
            mw_flow_break(l);
        else if (scalar == '\t' || scalar == '\n')
            add_piece(l, " ", 1, ' ');
        else
            add_piece(l, start, (size_t)(text - start), scalar);
    }
}

/* In a Chinese paragraph a line end of the source is no space. */
void mw_flow_soft(mw_flow *l)
{
    if (l->piece_count == 0 || l->pieces[l->piece_count - 1].width != 2)
        add_piece(l, " ", 1, ' ');
}

/* ---- lines ---- */

static void begin_line(mw_flow *l)
{
    if (!mw_page_begin_line(l->page))
        l->failed = true;
}

static void emit(mw_flow *l, int x, int width, mw_style style, const char *text, size_t length)
{
    if (!mw_page_add(l->page, x, width, style, text, length))
        l->failed = true;
}

static bool same_style(mw_style a, mw_style b)
{
    return a.role == b.role && a.attrs == b.attrs;
}

static int emit_pieces(mw_flow *l, int x, size_t first, size_t last)
{
    while (first < last) {
        size_t next = first;
        int width = 0;
        for (; next < last && same_style(l->pieces[next].style, l->pieces[first].style); next++)
            width += l->pieces[next].width;
        const piece *end = &l->pieces[next - 1];
        emit(l, x, width, l->pieces[first].style, l->pool + l->pieces[first].offset,
             end->offset + end->length - l->pieces[first].offset);
        x += width;
        first = next;
    }
    return x;
}

/* Cells before the text of the present block: quotation bars and list levels. */
static int indent_of(const mw_flow *l)
{
    int indent = 2 * l->quote + 2 * l->depth + (l->code_block ? 2 : 0);
    for (int i = 0; i < l->depth && i < MW_FLOW_LISTS; i++)
        indent += l->lists[i].ordered ? 1 : 0;
    /* Deep nesting must leave room for words. */
    return indent < l->width / 2 ? indent : l->width / 2;
}

static void emit_margin(mw_flow *l, int indent)
{
    for (int i = 0; i < l->quote && 2 * i < indent; i++)
        emit(l, 2 * i, 1, mw_style_of(MW_ROLE_RULE), "│", strlen("│"));
    if (l->marker[0]) {
        int width = mw_text_width(l->marker);
        emit(l, indent > width ? indent - width - 1 : 0, width, mw_style_of(MW_ROLE_DIM), l->marker,
             strlen(l->marker));
        l->marker[0] = '\0';
    }
}

static size_t break_line(const mw_flow *l, size_t first, size_t count, int width, size_t *next)
{
    int used = 0;
    size_t best = 0;
    bool found = false;
    for (size_t i = first; i < count; i++) {
        const piece *p = &l->pieces[i];
        if (i > first && mw_wrap_allowed(p[-1].scalar, p[-1].width, p->scalar, p->width)) {
            best = i;
            found = true;
        }
        if (used + p->width > width && p->scalar != ' ' && i > first) {
            *next = found ? best : i;
            return *next;
        }
        used += p->width;
        if (p->hard_break) {
            *next = i + 1;
            return *next;
        }
    }
    *next = count;
    return count;
}

void mw_flow_end_block(mw_flow *l)
{
    int indent = indent_of(l);
    size_t first = 0, count = l->piece_count;
    while (first < count && !l->failed) {
        if (!l->code_block)
            while (first < count && l->pieces[first].scalar == ' ' && !l->pieces[first].hard_break)
                first++;
        if (first == count)
            break;
        size_t next, last = break_line(l, first, count, l->width - indent, &next);
        while (last > first && l->pieces[last - 1].scalar == ' ')
            last--;
        begin_line(l);
        emit_margin(l, indent);
        emit_pieces(l, indent, first, last);
        first = next;
    }
    l->piece_count = l->pool_size = 0;
}

void mw_flow_gap(mw_flow *l)
{
    if (l->pending_gap && l->page->line_count > 0) {
        begin_line(l);
        if (l->quote > 0)
            emit_margin(l, indent_of(l));
    }
    l->pending_gap = false;
}

void mw_flow_rule(mw_flow *l)
{
    begin_line(l);
    emit(l, 0, 3, mw_style_of(MW_ROLE_RULE), "───", strlen("───"));
    l->pending_gap = true;
}

/* ---- tables ---- */

static int cell_width(const mw_flow *l, const cell_text *cell)
{
    int width = 0;
    for (size_t i = 0; i < cell->piece_count; i++)
        width += l->pieces[cell->first_piece + i].width;
    return width;
}

/* The widest columns give way until the table fits; their cells are then broken into lines. */
static void fit_columns(int widths[TABLE_COLUMNS], int room)
{
    for (;;) {
        int total = -TABLE_GAP, widest = 0;
        for (int c = 0; c < TABLE_COLUMNS; c++) {
            total += widths[c] ? widths[c] + TABLE_GAP : 0;
            widest = widths[c] > widths[widest] ? c : widest;
        }
        if (total <= room || widths[widest] <= TABLE_LEAST)
            return;
        widths[widest]--;
    }
}

static size_t skip_blanks(const mw_flow *l, size_t first, size_t end)
{
    while (first < end && l->pieces[first].scalar == ' ')
        first++;
    return first;
}

/* One line of a cell whose text is left from *first on. */
static void emit_cell_line(mw_flow *l, int x, int width, size_t *first, size_t end)
{
    *first = skip_blanks(l, *first, end);
    if (*first == end)
        return;
    size_t next, last = break_line(l, *first, end, width, &next);
    while (last > *first && l->pieces[last - 1].scalar == ' ')
        last--;
    emit_pieces(l, x, *first, last);
    *first = skip_blanks(l, next, end);
}

/* The cells of one row, as many lines as the longest of them takes. */
static void emit_row(mw_flow *l, const cell_text *cells, size_t count, const int *x,
                     const int *widths)
{
    size_t at[TABLE_COLUMNS], left = 0;
    for (size_t i = 0; i < count; i++) {
        at[i] = cells[i].first_piece;
        left += cells[i].piece_count;
    }
    do {
        begin_line(l);
        left = 0;
        for (size_t i = 0; i < count && !l->failed; i++) {
            size_t end = cells[i].first_piece + cells[i].piece_count;
            emit_cell_line(l, x[cells[i].column], widths[cells[i].column], &at[i], end);
            left += end - at[i];
        }
    } while (left > 0 && !l->failed);
}

void mw_flow_end_table(mw_flow *l)
{
    int widths[TABLE_COLUMNS] = {0}, x[TABLE_COLUMNS + 1] = {0};
    int indent = indent_of(l);
    for (size_t i = 0; i < l->cell_count; i++) {
        int width = cell_width(l, &l->cells[i]);
        if (width > widths[l->cells[i].column])
            widths[l->cells[i].column] = width;
    }
    fit_columns(widths, l->width - indent);
    x[0] = indent;
    for (int c = 0; c < TABLE_COLUMNS; c++)
        x[c + 1] = x[c] + widths[c] + (widths[c] ? TABLE_GAP : 0);
    for (size_t first = 0, next; first < l->cell_count && !l->failed; first = next) {
        for (next = first + 1; next < l->cell_count && l->cells[next].row == l->cells[first].row;)
            next++;
        emit_row(l, l->cells + first, next - first, x, widths);
    }
    l->piece_count = l->pool_size = l->cell_count = 0;
}

void mw_flow_end_cell(mw_flow *l)
{
    if (!mw_page_grow(&l->cells, l->cell_count, &l->cell_capacity, sizeof *l->cells, 1)) {
        l->failed = true;
    } else if (l->table_column < TABLE_COLUMNS) {
        size_t first = 0;
        if (l->cell_count > 0)
            first =
                l->cells[l->cell_count - 1].first_piece + l->cells[l->cell_count - 1].piece_count;
        l->cells[l->cell_count++] = (cell_text){.first_piece = first,
                                                .piece_count = l->piece_count - first,
                                                .row = l->table_row,
                                                .column = l->table_column};
    }
    l->table_column++;
}

void mw_flow_free(mw_flow *l)
{
    free(l->pool);
    free(l->pieces);
    free(l->cells);
}
