/* app_export.c: the pictures of the present step as files for documents. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "labs/engine/wire/member.h"
#include "labs/figure/figure.h"
#include "labs/locale/locale.h"
#include "tui/app/app_do.h"
#include "tui/app/app_state.h"

/* Ids of labs and steps as a part of a file's name. */
static void put_name(const char *id, char *name, size_t size)
{
    size_t used = 0;
    for (; *id && used + 1 < size; id++)
        name[used++] = isalnum((unsigned char)*id) || *id == '-' ? *id : '_';
    name[used] = '\0';
}

void mw_do_export(mw_app *app)
{
    const json_t *view = app->model.view;
    char lab[48], step[48], path[200], names[64] = "", folder[512];
    int count = 0;
    mw_error error = {0};
    put_name(mw_json_text(json_object_get(view, "lab"), "id"), lab, sizeof lab);
    put_name(mw_app_step(app), step, sizeof step);
    for (int i = 0; mw_figure_at(i); i++) {
        mw_figure figure = {.name = mw_figure_at(i), .view = view, .level = app->model.bytes_level};
        if (!mw_figure_present(figure.name, view))
            continue;
        snprintf(path, sizeof path, "memwall-%s-%s-%s.svg", lab, step, figure.name);
        if (mw_figure_write(&figure, path, &error) != MW_OK) {
            mw_app_say(app, "warning", "%s", error.message);
            return;
        }
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", count++ ? "," : "", figure.name);
    }
    /* As a shell would say it. */
    snprintf(path, sizeof path, count > 1 ? "memwall-%s-%s-{%s}.svg" : "memwall-%s-%s-%s.svg", lab,
             step, names);
    if (count == 0)
        mw_app_say(app, "info", "%s", _("there is no picture on this step yet"));
    else
        mw_app_say(app, "good", _("written: %s in %.300s"), path,
                   getcwd(folder, sizeof folder) ? folder : ".");
}
