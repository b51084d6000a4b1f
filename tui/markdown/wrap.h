/*
 * wrap.h: where a line of mixed Chinese and English may end.
 */
#ifndef MW_TUI_WRAP_H
#define MW_TUI_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when a line may end between two neighbours. Widths are in cells. */
bool mw_wrap_allowed(uint32_t left, int left_width, uint32_t right, int right_width);

/*
 * Splits plain `text` into lines of at most `width` cells (a single wider character stands alone)
 * and calls `each`, which may be NULL, with every one; `text` of a line points into the original.
 * Returns the number of lines.
 */
typedef void mw_wrap_line(void *context, int line, const char *text, size_t length);
int mw_wrap_text(const char *text, int width, mw_wrap_line *each, void *context);

#endif
