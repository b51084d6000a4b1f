/* date.c: milliseconds of the system's clock, and strftime in UTC. */
#include "labs/engine/host/date.h"

#include <time.h>

int64_t mw_date_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void mw_date_write(int64_t milliseconds, char text[MW_DATE_TEXT])
{
    const int64_t last = 253402300799; /* the end of the year 9999 */
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm parts;
    text[0] = '\0';
    if (seconds > 0 && seconds <= last && gmtime_r(&seconds, &parts))
        strftime(text, MW_DATE_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts);
}
