/* arguments.h: the operands KEY=VALUE of commands that take a kernel. */
#ifndef MW_COMMANDS_ARGUMENTS_H
#define MW_COMMANDS_ARGUMENTS_H

#include <jansson.h>
#include <stdbool.h>

#include "tui/commands/command.h"

/* From the second operand on: KEY=VALUE goes to `args`, vs.KEY=VALUE to `vs_args` (NULL: there is
 * no other side). False after one line, with *code set. */
bool mw_arguments_read(const mw_request *request, json_t *args, json_t *vs_args, int *code);

#endif
