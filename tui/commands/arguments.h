/* arguments.h: what stands behind KEY= in commands that take a kernel. */
#ifndef MW_COMMANDS_ARGUMENTS_H
#define MW_COMMANDS_ARGUMENTS_H

#include <jansson.h>
#include <stdbool.h>

#include "tui/commands/command.h"

/* From the second operand on: KEY=VALUE goes to `args`, vs.KEY=VALUE to `vs_args` (NULL: there is
 * no other side). False after one line, with *code set. */
bool mw_arguments_read(const mw_request *request, json_t *args, json_t *vs_args, int *code);

/* "gemm/tile  m 512  kc 0 (256)" of an answer with `kernel` and `args`; text that was not given is
 * left out. In parentheses stands what a parameter that chooses for itself came to. */
void mw_arguments_title(const json_t *answer, char *text, size_t size);

#endif
