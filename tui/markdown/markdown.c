/* markdown.c: md4c's callbacks tell flow.c which styles and lists are open. */
#include "tui/markdown/markdown.h"

#include <md4c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/markdown/flow.h"

struct mw_markdown {
    mw_page page;
};

static void add_entity(mw_flow *l, const char *text, size_t size)
{
    static const struct {
        const char *name, *text;
    } known[] = {{"&amp;", "&"},       {"&lt;", "<"},     {"&gt;", ">"},     {"&quot;", "\""},
                 {"&nbsp;", "\u00A0"}, {"&times;", "×"},  {"&middot;", "·"}, {"&ndash;", "–"},
                 {"&mdash;", "—"},     {"&hellip;", "…"}, {"&micro;", "µ"},  {"&plusmn;", "±"},
                 {"&pi;", "π"},        {"&beta;", "β"},   {"&le;", "≤"},     {"&ge;", "≥"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == size && memcmp(known[i].name, text, size) == 0) {
            mw_flow_text(l, known[i].text, strlen(known[i].text));
            return;
        }
    mw_flow_text(l, text, size);
}

static void open_item(mw_flow *l)
{
    if (l->depth < 1 || l->depth > MW_FLOW_LISTS)
        return;
    mw_flow_list *open = &l->lists[l->depth - 1];
    if (open->ordered)
        snprintf(l->marker, sizeof l->marker, "%u.", open->number++ % 1000);
    else
        snprintf(l->marker, sizeof l->marker, "%s", "•");
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    mw_flow *l = context;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        mw_flow_end_block(l); /* a tight item's own text comes before the list inside it */
        if (l->depth == 0)
            mw_flow_gap(l);
        if (l->depth < MW_FLOW_LISTS)
            l->lists[l->depth] = (mw_flow_list){
                .ordered = type == MD_BLOCK_OL,
                .number = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 0};
        l->depth++;
        break;
    case MD_BLOCK_LI:
        mw_flow_gap(l);
        open_item(l);
        break;
    case MD_BLOCK_QUOTE:
        mw_flow_gap(l);
        l->quote++;
        break;
    case MD_BLOCK_H:
        mw_flow_gap(l);
        l->heading = true;
        break;
    case MD_BLOCK_CODE:
        mw_flow_end_block(l);
        mw_flow_gap(l);
        l->code_block = true;
        break;
    case MD_BLOCK_TABLE:
        mw_flow_gap(l);
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
        mw_flow_gap(l);
        break;
    case MD_BLOCK_HR:
        mw_flow_gap(l);
        mw_flow_rule(l);
        break;
    default:
        break;
    }
    return l->failed;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    mw_flow *l = context;
    (void)detail;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        mw_flow_end_block(l);
        l->depth--;
        l->pending_gap = l->depth == 0 || l->pending_gap;
        break;
    case MD_BLOCK_LI:
        mw_flow_end_block(l);
        l->marker[0] = '\0';
        break;
    case MD_BLOCK_QUOTE:
        l->quote--;
        l->pending_gap = true;
        break;
    case MD_BLOCK_H:
        mw_flow_end_block(l);
        l->heading = false;
        l->pending_gap = true;
        break;
    case MD_BLOCK_CODE:
        mw_flow_end_block(l);
        l->code_block = false;
        l->pending_gap = true;
        break;
    case MD_BLOCK_TABLE:
        mw_flow_end_table(l);
        l->pending_gap = true;
        break;
    case MD_BLOCK_THEAD:
        l->in_head = false;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        mw_flow_end_cell(l);
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
        mw_flow_end_block(l);
        l->pending_gap = true;
        break;
    default:
        break;
    }
    return l->failed;
}

static int change_span(mw_flow *l, MD_SPANTYPE type, int change)
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

static int take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
    mw_flow *l = context;
    switch (type) {
    case MD_TEXT_NULLCHAR:
        mw_flow_text(l, "\xEF\xBF\xBD", 3);
        break;
    case MD_TEXT_BR:
        mw_flow_break(l);
        break;
    case MD_TEXT_SOFTBR:
        mw_flow_soft(l);
        break;
    case MD_TEXT_ENTITY:
        add_entity(l, text, size);
        break;
    default:
        mw_flow_text(l, text, size);
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
    mw_flow l = {.page = &markdown->page, .width = width < 1 ? 1 : width};
    md_parse(text, (MD_SIZE)strlen(text), &parser, &l);
    mw_flow_free(&l);
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
