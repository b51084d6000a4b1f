/* small_lab.h: a lab that needs no kernel, where what plain mode says is the subject. */
#ifndef MW_TEST_SMALL_LAB_H
#define MW_TEST_SMALL_LAB_H

#include "tests/harness/program.h"

extern const char small_lab[], small_text[]; /* its lab.lua and its text/en.md */
extern char small[256];                      /* its folder, once start_home() has made it */

/* Group setup: a home as program_home() makes it, with the lab in it. */
int start_home(void **state);

/* Another lab's folder in that home; four are remembered. */
char *below_home(const char *name, const char *lua, const char *text);

/* A recording holds a machine, so that a lab opens without measuring one. */
const char *machine_file(void);

/* Exit code 2 after one line that has `part`; frees the outcome. */
void expect_refusal(outcome result, const char *part);

#endif
