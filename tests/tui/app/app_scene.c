/* app_scene.c: starts the program on a terminal, presses keys by name, waits for text. */
#include "tests/tui/app/app_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

char app_home[64];

int app_fresh_home(void **state)
{
    (void)state;
    snprintf(app_home, sizeof app_home, "/tmp/memwall-app-XXXXXX");
    return mkdtemp(app_home) ? 0 : -1;
}

int app_drop_home(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", app_home);
    return system(command);
}

mw_vt *app_start(const char *const *arguments, const char *const *environment, int columns,
                 int rows)
{
    const char *argv[16] = {MW_PROGRAM};
    for (int i = 0; arguments[i]; i++)
        argv[i + 1] = arguments[i];
    const mw_vt_options options = {.argv = argv,
                                   .columns = columns,
                                   .rows = rows,
                                   .home = app_home,
                                   .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    return vt;
}

const char *const *app_worker_after(const char *before)
{
    static char setting[160];
    static const char *const environment[] = {setting, NULL};
    char path[128];
    snprintf(path, sizeof path, "%s/worker", app_home);
    FILE *script = fopen(path, "w");
    assert_non_null(script);
    fprintf(script, "#!/bin/sh\nhome=%s\n%s\nexec '%s' \"$@\"\n", app_home, before, MW_WORKER);
    fclose(script);
    assert_int_equal(chmod(path, 0700), 0);
    snprintf(setting, sizeof setting, "MEMWALL_WORKER=%s", path);
    return environment;
}

void app_shows(mw_vt *vt, const char *text)
{
    if (!mw_vt_wait_text(vt, text, APP_PATIENCE))
        fail_msg("\"%s\" never came", text);
}

void app_gone(mw_vt *vt, const char *text)
{
    if (!mw_vt_wait_no_text(vt, text, APP_PATIENCE))
        fail_msg("\"%s\" stayed", text);
}

void app_keys(mw_vt *vt, const char *names)
{
    assert_true(mw_vt_keys(vt, names));
}

static bool measures_or_is_past(mw_vt *vt, void *after)
{
    return mw_vt_shows(vt, "skip") || mw_vt_shows(vt, after);
}

void app_skip(mw_vt *vt, const char *after)
{
    if (!mw_vt_wait(vt, measures_or_is_past, (void *)after, APP_PATIENCE))
        fail_msg("neither \"skip\" nor \"%s\" came", after);
    if (!mw_vt_shows(vt, after))
        app_keys(vt, "Escape");
    app_shows(vt, after);
}

mw_vt *app_open_lab(const char *const *environment)
{
    const char *arguments[] = {"run", MW_LABS "/keys", NULL};
    mw_vt *vt = app_start(arguments, environment, 110, 34);
    app_skip(vt, "Turn the slider.");
    return vt;
}

mw_vt *app_open_question(void)
{
    mw_vt *vt = app_open_lab(NULL);
    app_keys(vt, "r");
    app_shows(vt, "continue");
    app_keys(vt, "Enter");
    app_shows(vt, "How many?");
    app_shows(vt, "answer");
    app_gone(vt, "continue");
    return vt;
}

void app_leave(mw_vt *vt, int expected)
{
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, APP_PATIENCE));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    assert_false(mw_vt_alternate(vt));
    assert_true(mw_vt_cooked(vt));
    mw_vt_free(vt);
}
