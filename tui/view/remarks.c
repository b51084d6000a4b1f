/* remarks.c: collects labels of rows that say the same, and wraps them below. */
#include "tui/view/remarks.h"

#include <stdio.h>
#include <string.h>

#include "tui/markdown/wrap.h"
#include "tui/view/chrome.h"

void mw_remarks_add(mw_remarks *remarks, const char *label, const char *text)
{
    for (int i = 0; i < remarks->count; i++) {
        char *labels = remarks->each[i].labels;
        size_t used = strlen(labels);
        if (strcmp(remarks->each[i].text, text) != 0 || used + strlen(label) + 3 > MW_REMARK_LABELS)
            continue;
        snprintf(labels + used, MW_REMARK_LABELS - used, "; %s", label);
        return;
    }
    if (remarks->count == MW_REMARKS_MOST)
        return;
    snprintf(remarks->each[remarks->count].labels, MW_REMARK_LABELS, "%s", label);
    snprintf(remarks->each[remarks->count].text, MW_REMARK_TEXT, "%s", text);
    remarks->count++;
}

static void write_remark(const mw_remarks *remarks, int i, char *text, size_t size)
{
    snprintf(text, size, "%s: %s", remarks->each[i].labels, remarks->each[i].text);
}

int mw_remarks_lines(const mw_remarks *remarks, int width)
{
    char text[MW_REMARK_LABELS + MW_REMARK_TEXT + 2];
    int lines = 0;
    for (int i = 0; i < remarks->count && width > 0; i++) {
        write_remark(remarks, i, text, sizeof text);
        lines += mw_wrap_text(text, width, NULL, NULL);
    }
    return lines;
}

void mw_remarks_draw(const mw_remarks *remarks, mw_grid *grid, mw_rect rect)
{
    char text[MW_REMARK_LABELS + MW_REMARK_TEXT + 2];
    for (int i = 0; i < remarks->count && rect.height > 0; i++) {
        write_remark(remarks, i, text, sizeof text);
        int lines = mw_chrome_write(grid, rect, mw_style_of(MW_ROLE_DIM), text);
        rect.y += lines;
        rect.height -= lines;
    }
}
