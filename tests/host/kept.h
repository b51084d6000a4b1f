/*
 * kept.h: a home in which a student has worked with the memwall of the fixtures: two attempts at
 * lab 04 in progress.sqlite. Beside it the recording, the machine and the course of that day.
 */
#ifndef MW_TEST_KEPT_H
#define MW_TEST_KEPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/program.h"

#define KEPT_RECORDING KEPT_FIXTURES "/recording.json"
#define KEPT_MACHINE   KEPT_FIXTURES "/machine.json"
#define KEPT_COURSES   KEPT_FIXTURES "/courses" /* the labs as they were then */
#define KEPT_LAB       "04-gemv-gemm"

/* For setup and teardown of a cmocka test. MEMWALL_COURSES is unset: the labs of today. */
int kept_begin(void **state);
int kept_end(void **state);

/* The finished attempt becomes the newest: the other one is filed under another lab. */
void kept_finished(void);

/* Of progress.sqlite: executes, or gives the first column of the first row (-1 without one). */
void kept_execute(const char *sql);
long long kept_number(const char *sql);

/* Its path, static. */
const char *kept_file(void);

/* A copy of the courses of that day, whose lab 04 may be changed: its folder, static. */
const char *kept_courses_copy(void);

/* In lab.lua or a text of that copy: the first `from` becomes `to`. */
void kept_change(const char *name, const char *from, const char *to);

/* The last line of `run --json`, {"finished","earned",…}; the caller's. */
json_t *kept_summary(const char *lines);

#endif
