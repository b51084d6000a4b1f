#include "model/status.h"

#include <stdarg.h>
#include <stdio.h>

mw_status mw_fail(mw_error *error, mw_status code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return code;
}

const char *mw_status_name(mw_status status)
{
    static const char *const names[] = {
        [MW_OK] = "ok",
        [MW_INVALID] = "invalid",
        [MW_NO_MEMORY] = "no-memory",
        [MW_CANCELLED] = "cancelled",
        [MW_UNSUPPORTED] = "unsupported",
        [MW_IO] = "io",
        [MW_PROTOCOL] = "protocol",
        [MW_DEAD] = "dead",
        [MW_TIMEOUT] = "timeout",
        [MW_INTERNAL] = "internal",
    };
    const char *name = (unsigned)status < sizeof names / sizeof *names ? names[status] : NULL;
    return name ? name : "internal";
}
