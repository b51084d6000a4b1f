#include "tui/view/markdown.h"

#include <md4c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/utf8.h"
#include "tui/view/page.h"
#include "tui/view/wrap.h"

/* One scalar with its place in the pool of text. */
typedef struct piece {
    uint32_t offset;
    uint32_t scalar;
    uint8_t length, width;
    bool hard_break; /* the line ends after this piece */
    mw_style style;
} piece;

enum { LIST_DEPTH = 8, TABLE_COLUMNS = 12 };

struct mw_markdown {
    mw_page page;
};

typedef struct list {
    bool ordered;
    unsigned number;
} list;

typedef struct cell_text {
    size_t first_piece, piece_count;
    int row, column;
    bool head;
} cell_text;

typedef struct layout {
    mw_page *page;
    int width;
    bool failed;

    char *pool;
    size_t pool_size, pool_capacity;
    piece *pieces;
    size_t piece_count, piece_capacity;

    int strong, emphasis, code, link;
    bool heading, code_block;
    int quote;
    list lists[LIST_DEPTH];
    int depth;
    char marker[16]; /* of the list item that was opened, until its first line is out */
    bool pending_gap;

    cell_text *cells;
    size_t cell_count, cell_capacity;
    int table_row, table_column;
    bool in_table, in_head;
} layout;

static mw_style present_style(const layout *l)
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

static void add_piece(layout *l, const char *text, size_t length, uint32_t scalar)
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

static void add_text(layout *l, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end && !l->failed) {
        const char *start = text;
        uint32_t scalar = mw_utf8_next(&text);
        if (scalar == '\n' && l->code_block) {
            add_piece(l, " ", 1, ' ');
            if (l->piece_count > 0)
                l->pieces[l->piece_count - 1].hard_break = true;
        } else if (scalar == '\t' || scalar == '\n') {
            add_piece(l, " ", 1, ' ');
        } else {
            add_piece(l, start, (size_t)(text - start), scalar);
        }
    }
}

static void add_entity(layout *l, const char *text, size_t size)
{
    static const struct {
        const char *name, *text;
    } known[] = {{"&amp;", "&"},       {"&lt;", "<"},     {"&gt;", ">"},     {"&quot;", "\""},
                 {"&nbsp;", "\u00A0"}, {"&times;", "×"},  {"&middot;", "·"}, {"&ndash;", "–"},
                 {"&mdash;", "—"},     {"&hellip;", "…"}, {"&micro;", "µ"},  {"&plusmn;", "±"},
                 {"&pi;", "π"},        {"&beta;", "β"},   {"&le;", "≤"},     {"&ge;", "≥"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == size && memcmp(known[i].name, text, size) == 0) {
            add_text(l, known[i].text, strlen(known[i].text));
            return;
        }
    add_text(l, text, size);
}

/* ---- lines ---- */

static void begin_line(layout *l)
{
    if (!mw_page_begin_line(l->page))
        l->failed = true;
}

static void emit(layout *l, int x, int width, mw_style style, const char *text, size_t length)
{
    if (!mw_page_add(l->page, x, width, style, text, length))
        l->failed = true;
}

static bool same_style(mw_style a, mw_style b)
{
    return a.role == b.role && a.attrs == b.attrs;
}

static int emit_pieces(layout *l, int x, size_t first, size_t last)
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
static int indent_of(const layout *l)
{
    int indent = 2 * l->quote + 2 * l->depth + (l->code_block ? 2 : 0);
    for (int i = 0; i < l->depth && i < LIST_DEPTH; i++)
        indent += l->lists[i].ordered ? 1 : 0;
    /* Deep nesting must leave room for words. */
    return indent < l->width / 2 ? indent : l->width / 2;
}

static void emit_margin(layout *l, int indent)
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

static size_t break_line(const layout *l, size_t first, size_t count, int width, size_t *next)
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

static void flush(layout *l)
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

/* One blank line between blocks, none before the first. */
static void gap(layout *l)
{
    if (l->pending_gap && l->page->line_count > 0) {
        begin_line(l);
        if (l->quote > 0)
            emit_margin(l, indent_of(l));
    }
    l->pending_gap = false;
}

/* ---- tables ---- */

static int cell_width(const layout *l, const cell_text *cell)
{
    int width = 0;
    for (size_t i = 0; i < cell->piece_count; i++)
        width += l->pieces[cell->first_piece + i].width;
    return width;
}

static void flush_table(layout *l)
{
    int widths[TABLE_COLUMNS] = {0}, x[TABLE_COLUMNS + 1] = {0};
    int indent = indent_of(l);
    for (size_t i = 0; i < l->cell_count; i++) {
        int width = cell_width(l, &l->cells[i]);
        if (width > widths[l->cells[i].column])
            widths[l->cells[i].column] = width;
    }
    x[0] = indent;
    for (int c = 0; c < TABLE_COLUMNS; c++)
        x[c + 1] = x[c] + widths[c] + (widths[c] ? 2 : 0);
    int row = -1;
    for (size_t i = 0; i < l->cell_count && !l->failed; i++) {
        const cell_text *cell = &l->cells[i];
        if (cell->row != row)
            begin_line(l);
        row = cell->row;
        size_t first = cell->first_piece, last = first;
        int used = 0, room = l->width - x[cell->column];
        while (last < first + cell->piece_count && used + l->pieces[last].width <= room)
            used += l->pieces[last++].width;
        emit_pieces(l, x[cell->column], first, last);
    }
    l->piece_count = l->pool_size = l->cell_count = 0;
}

static void end_cell(layout *l)
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

/* ---- md4c ---- */

static void open_item(layout *l)
{
    if (l->depth < 1 || l->depth > LIST_DEPTH)
        return;
    list *open = &l->lists[l->depth - 1];
    if (open->ordered)
        snprintf(l->marker, sizeof l->marker, "%u.", open->number++ % 1000);
    else
        snprintf(l->marker, sizeof l->marker, "%s", "•");
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    layout *l = context;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        flush(l); /* a tight item's own text comes before the list inside it */
        if (l->depth == 0)
            gap(l);
        if (l->depth < LIST_DEPTH)
            l->lists[l->depth] =
                (list){.ordered = type == MD_BLOCK_OL,
                       .number = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 0};
        l->depth++;
        break;
    case MD_BLOCK_LI:
        gap(l);
        open_item(l);
        break;
    case MD_BLOCK_QUOTE:
        gap(l);
        l->quote++;
        break;
    case MD_BLOCK_H:
        gap(l);
        l->heading = true;
        break;
    case MD_BLOCK_CODE:
        flush(l);
        gap(l);
        l->code_block = true;
        break;
    case MD_BLOCK_TABLE:
        gap(l);
        l->in_table = true;
        l->table_row = -1;
        break;
    case MD_BLOCK_THEAD:
        l->in_head = true;
        break;
    case MD_BLOCK_TR:
        l->table_row++;
        l->table_column = 0;
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
        gap(l);
        break;
    case MD_BLOCK_HR:
        gap(l);
        begin_line(l);
        emit(l, 0, 3, mw_style_of(MW_ROLE_RULE), "───", strlen("───"));
        l->pending_gap = true;
        break;
    default:
        break;
    }
    return l->failed;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    layout *l = context;
    (void)detail;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        flush(l);
        l->depth--;
        l->pending_gap = l->depth == 0 || l->pending_gap;
        break;
    case MD_BLOCK_LI:
        flush(l);
        l->marker[0] = '\0';
        break;
    case MD_BLOCK_QUOTE:
        l->quote--;
        l->pending_gap = true;
        break;
    case MD_BLOCK_H:
        flush(l);
        l->heading = false;
        l->pending_gap = true;
        break;
    case MD_BLOCK_CODE:
        flush(l);
        l->code_block = false;
        l->pending_gap = true;
        break;
    case MD_BLOCK_TABLE:
        flush_table(l);
        l->in_table = false;
        l->pending_gap = true;
        break;
    case MD_BLOCK_THEAD:
        l->in_head = false;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        end_cell(l);
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
        flush(l);
        l->pending_gap = true;
        break;
    default:
        break;
    }
    return l->failed;
}

static int change_span(layout *l, MD_SPANTYPE type, int change)
{
    if (type == MD_SPAN_STRONG)
        l->strong += change;
    else if (type == MD_SPAN_EM)
        l->emphasis += change;
    else if (type == MD_SPAN_CODE)
        l->code += change;
    else if (type == MD_SPAN_A)
        l->link += change;
    return l->failed;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context)
{
    (void)detail;
    return change_span(context, type, 1);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context)
{
    (void)detail;
    return change_span(context, type, -1);
}

/* In a Chinese paragraph a line end of the source is no space. */
static bool after_wide(const layout *l)
{
    return l->piece_count > 0 && l->pieces[l->piece_count - 1].width == 2;
}

static int take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
    layout *l = context;
    switch (type) {
    case MD_TEXT_NULLCHAR:
        add_text(l, "\xEF\xBF\xBD", 3);
        break;
    case MD_TEXT_BR:
        add_piece(l, " ", 1, ' ');
        if (l->piece_count > 0)
            l->pieces[l->piece_count - 1].hard_break = true;
        break;
    case MD_TEXT_SOFTBR:
        if (!after_wide(l))
            add_piece(l, " ", 1, ' ');
        break;
    case MD_TEXT_ENTITY:
        add_entity(l, text, size);
        break;
    default:
        add_text(l, text, size);
        break;
    }
    return l->failed;
}

mw_markdown *mw_markdown_layout(const char *text, int width)
{
    static const MD_PARSER parser = {.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES |
                                              MD_FLAG_NOINDENTEDCODEBLOCKS,
                                     .enter_block = enter_block,
                                     .leave_block = leave_block,
                                     .enter_span = enter_span,
                                     .leave_span = leave_span,
                                     .text = take_text};
    mw_markdown *markdown = calloc(1, sizeof *markdown);
    if (!markdown)
        return NULL;
    layout l = {.page = &markdown->page, .width = width < 1 ? 1 : width};
    md_parse(text, (MD_SIZE)strlen(text), &parser, &l);
    free(l.pool);
    free(l.pieces);
    free(l.cells);
    if (l.failed) {
        mw_markdown_free(markdown);
        return NULL;
    }
    return markdown;
}

void mw_markdown_free(mw_markdown *markdown)
{
    if (markdown)
        mw_page_free(&markdown->page);
    free(markdown);
}

int mw_markdown_lines(const mw_markdown *markdown)
{
    return markdown ? (int)markdown->page.line_count : 0;
}

void mw_markdown_draw(const mw_markdown *markdown, mw_grid *grid, int x, int y, int first,
                      int count)
{
    const int lines = mw_markdown_lines(markdown);
    for (int line = first < 0 ? 0 : first; line < lines && line - first < count; line++)
        mw_page_draw_line(&markdown->page, grid, x, y + line - first, (size_t)line, MW_ROLE_TEXT);
}

int mw_markdown_write(mw_grid *grid, mw_rect rect, mw_role role, const char *text)
{
    mw_markdown *markdown = mw_markdown_layout(text, rect.width);
    int lines = mw_markdown_lines(markdown);
    if (lines > rect.height)
        lines = rect.height;
    for (int i = 0; i < lines; i++)
        mw_page_draw_line(&markdown->page, grid, rect.x, rect.y + i, (size_t)i, role);
    mw_markdown_free(markdown);
    return lines < 0 ? 0 : lines;
}
