/* version.c: `memwall version`: the version in one line, or as JSON. */
#include "tui/commands/commands.h"

#include <stdio.h>

int mw_version_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, 0))
        return MW_EXIT_USAGE;
    if (mw_request_has(request, "json"))
        puts("{\"version\": \"" MEMWALL_VERSION "\"}");
    else
        puts("memwall " MEMWALL_VERSION);
    return MW_EXIT_OK;
}
