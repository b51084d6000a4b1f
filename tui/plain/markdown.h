/* markdown.h: a lab's text as plain wrapped lines; emphasis is dropped, structure is kept. */
#ifndef MW_PLAIN_MARKDOWN_H
#define MW_PLAIN_MARKDOWN_H

#include "tui/plain/lines.h"

void mw_markdown_print(const mw_lines *lines, const char *markdown);

#endif
