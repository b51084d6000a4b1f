/* wrap.c: rules for both sides of a break, and lines of at most so many cells. */
#include "tui/markdown/wrap.h"

#include <string.h>

#include "labs/locale/utf8.h"

static bool one_of(uint32_t scalar, const char *set)
{
    while (*set)
        if (mw_utf8_next(&set) == scalar)
            return true;
    return false;
}

bool mw_wrap_allowed(uint32_t left, int left_width, uint32_t right, int right_width)
{
    if (left == ' ')
        return right != ' ';
    if (right == ' ')
        return false;
    if (left_width < 2 && right_width < 2)
        return false; /* not after '-' either: a command line is copied with its options whole */
    /* Chinese breaks anywhere, except before a closing mark and after an opening one. */
    return !one_of(right, "，。、；：？！）」』】》〉〕…—·％”’,.;:?!)]}%") &&
           !one_of(left, "（「『【《〈〔“‘([{");
}

int mw_wrap_text(const char *text, int width, mw_wrap_line *each, void *context)
{
    const char *end = text + strlen(text);
    int lines = 0;
    if (width < 1)
        width = 1;
    while (text < end) {
        const char *at = text, *line_end = NULL, *next = NULL;
        uint32_t previous = 0;
        int used = 0, previous_width = 0;
        while (at < end && *at != '\n') {
            const char *after = at;
            uint32_t scalar = mw_utf8_next(&after);
            int cells = mw_utf8_width(scalar);
            if (at > text && mw_wrap_allowed(previous, previous_width, scalar, cells))
                line_end = next = at;
            if (used + cells > width && scalar != ' ' && at > text)
                break;
            used += cells;
            at = after;
            previous = scalar;
            previous_width = cells;
        }
        if (at == end || *at == '\n') {
            line_end = at;
            next = at < end ? at + 1 : at;
        } else if (!line_end) {
            line_end = next = at;
        }
        size_t length = (size_t)(line_end - text);
        while (length > 0 && text[length - 1] == ' ')
            length--;
        if (each)
            each(context, lines, text, length);
        lines++;
        text = next;
    }
    return lines;
}
