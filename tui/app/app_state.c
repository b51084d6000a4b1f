/* app_state.c: the clock, the present step, and the message line. */
#include "tui/app/app_state.h"

#include "labs/engine/wire/member.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

int64_t mw_app_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *mw_app_step(const mw_app *app)
{
    return mw_json_text(json_object_get(app->model.view, "step"), "id");
}

void mw_app_say(mw_app *app, const char *tone, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->model.message, sizeof app->model.message, format, arguments);
    va_end(arguments);
    app->model.message_tone = tone;
    app->dirty = true;
}
