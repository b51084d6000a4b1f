/* app_send.c: inputs on their way to the lab; what is turned rests a moment before it is sent. */
#include <stdio.h>
#include <string.h>

#include "tui/app/app_state.h"

#include "labs/engine/wire/member.h"

static void send_now(mw_app *app, json_t *event)
{
    mw_error error;
    if (!app->lab_open)
        json_decref(event);
    else if (mw_host_input(app->host, event, &error) != MW_OK)
        mw_app_say(app, "warning", "%s", error.message);
}

void mw_app_flush(mw_app *app, bool all)
{
    int64_t now = mw_app_now_ms();
    int kept = 0;
    for (int i = 0; i < app->pending_count; i++) {
        mw_pending *one = &app->pending[i];
        if (!all && one->due_ms > now) {
            app->pending[kept++] = *one;
            continue;
        }
        if (strcmp(one->step, mw_app_step(app)) == 0)
            mw_form_sent(&app->model, one->param);
        send_now(app, json_pack("{s:s, s:s, s:s, s:o}", "e", "set", "step", one->step, "param",
                                one->param, "value", one->value));
    }
    app->pending_count = kept;
}

void mw_app_send(mw_app *app, json_t *event)
{
    mw_app_flush(app, true);
    send_now(app, event);
}

void mw_app_turned(mw_app *app, const mw_field *control)
{
    const char *param = mw_json_text(control->item, "id");
    int at = 0;
    while (at < app->pending_count && strcmp(app->pending[at].param, param) != 0)
        at++;
    if (at == MW_PENDING_MAX) {
        mw_app_flush(app, true);
        at = 0;
    }
    mw_pending *one = &app->pending[at];
    if (at < app->pending_count)
        json_decref(one->value);
    else
        app->pending_count++;
    snprintf(one->step, sizeof one->step, "%s", mw_app_step(app));
    snprintf(one->param, sizeof one->param, "%s", param);
    one->value = mw_field_value(control);
    one->due_ms = mw_app_now_ms() + MW_DEBOUNCE_MS;
}
