/* date.h: a moment as text that means the same everywhere: "2026-11-30T18:02:11Z". */
#ifndef MW_HOST_DATE_H
#define MW_HOST_DATE_H

#include <stdint.h>

enum { MW_DATE_TEXT = 32 };

/* Milliseconds since 1970, now. */
int64_t mw_date_now(void);

/* "" for a moment before 1970, or too late for four digits of a year. */
void mw_date_write(int64_t milliseconds, char text[MW_DATE_TEXT]);

#endif
