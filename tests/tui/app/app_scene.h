/*
 * app_scene.h: the whole program on a terminal, in a home of its own, and the lab with every kind
 * of field.
 */
#ifndef MW_TEST_APP_SCENE_H
#define MW_TEST_APP_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/vt.h"

enum { APP_PATIENCE = 30000 };

extern char app_home[64];

/* A script that runs `before`, in which $home is the folder of the test, and then is the worker. */
const char *const *app_worker_after(const char *before);

int app_fresh_home(void **state);
int app_drop_home(void **state);

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, app_fresh_home, app_drop_home)

mw_vt *app_start(const char *const *arguments, const char *const *environment, int columns,
                 int rows);

/* Both wait, and fail when it does not come about. */
void app_shows(mw_vt *vt, const char *text);
void app_gone(mw_vt *vt, const char *text);

void app_keys(mw_vt *vt, const char *names);

/* On a first start the machine is measured: skips that, unless it was over before the key came, and
 * waits for what comes after it. */
void app_skip(mw_vt *vt, const char *after);

/* The lab, on the roofs there are: measuring the machine is skipped. Then its first question. */
mw_vt *app_open_lab(const char *const *environment);
mw_vt *app_open_question(void);

/* The program ends by itself, with that code and the terminal as it was. Frees it. */
void app_leave(mw_vt *vt, int expected);

#endif
