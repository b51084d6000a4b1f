/* screen.c: `memwall screen`: a picture of a screen, without a terminal. */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/commands/console.h"
#include "tui/commands/front.h"
#include "tui/export/screen.h"
#include "tui/form/form.h"
#include "tui/grid/charset.h"

/* While a lab plays with its demonstration answers: the newest view of the wanted step. */
typedef struct watcher {
    const char *step; /* NULL: any, so that the last one stays */
    json_t *view;     /* of that step */
    json_t *last;
} watcher;

static void replace(json_t **kept, json_t *view)
{
    json_decref(*kept);
    *kept = json_incref(view);
}

static void watch(void *context, json_t *view)
{
    watcher *w = context;
    const char *id = mw_json_text(json_object_get(view, "step"), "id");
    replace(&w->last, view);
    if (!w->step || strcmp(w->step, id) == 0)
        replace(&w->view, view);
}

static int complain_step(const watcher *w)
{
    char known[512] = "";
    const json_t *steps = json_object_get(w->last, "steps");
    for (size_t i = 0; i < json_array_size(steps); i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                 mw_json_text(json_array_get(steps, i), "id"));
    }
    return mw_console_refuse("screen", "--step '%s' is no step of this lab; its steps are %s",
                             w->step, known);
}

static int export_model(mw_model *model, const mw_screen_picture *picture)
{
    mw_error error = {0};
    int code = MW_EXIT_OK;
    if (mw_screen_export(model, picture, &error) != MW_OK)
        code = mw_console_complain("screen", &error);
    return code;
}

static int picture_of_lab(mw_front *front, const char *lab, const char *step, mw_model *model,
                          const mw_screen_picture *picture)
{
    watcher w = {.step = step};
    front->seen = watch;
    front->seen_context = &w;
    int code = mw_front_plain(front, lab);
    if (code == MW_EXIT_OK && !w.view)
        code = complain_step(&w);
    if (code == MW_EXIT_OK) {
        mw_form_take_view(model, json_incref(w.view));
        code = export_model(model, picture);
    }
    json_decref(w.view);
    json_decref(w.last);
    return code;
}

/* The row of the first lab that has content. */
static int first_lab(const json_t *courses)
{
    int row = 0;
    size_t c, l;
    json_t *course, *lab;
    json_array_foreach(courses, c, course)
    {
        json_array_foreach(json_object_get(course, "labs"), l, lab)
        {
            if (json_object_get(lab, "dir"))
                return row;
            row++;
        }
    }
    return 0;
}

/* The course map and the machine show what is remembered; nothing is measured for a picture. */
static int picture_of_place(const mw_front *front, mw_model *model,
                            const mw_screen_picture *picture)
{
    int code = MW_EXIT_FAILED;
    mw_host *host = NULL;
    mw_error error = {0};
    if (!mw_console_open_host("screen", &host, &code))
        return code;
    model->machine = mw_host_machine_load(host, NULL);
    model->machine_known = model->machine != NULL;
    model->machine_age = mw_host_machine_age(host);
    if (!model->machine)
        model->machine = mw_host_machine_nominal(host);
    model->courses = mw_host_courses(host, front->language, &error);
    model->course_row = first_lab(model->courses);
    code = model->courses ? export_model(model, picture) : mw_console_complain("screen", &error);
    mw_host_close(host);
    return code;
}

static bool read_picture(mw_front *front, const mw_request *request, mw_screen_picture *picture)
{
    const char *size = mw_request_value(request, "size");
    picture->path = mw_request_value(request, "output");
    if (!picture->path) {
        mw_console_refuse("screen", "--output is missing: a file that ends in .svg, .png or .txt");
        return false;
    }
    if (!mw_screen_size_parse(size ? size : "120x40", &picture->width, &picture->height)) {
        mw_console_refuse("screen",
                          "--size '%s' is not COLUMNSxROWS, such as 120x40 and at most %dx%d", size,
                          MW_SCREEN_COLUMNS_MAX, MW_SCREEN_ROWS_MAX);
        return false;
    }
    if (!mw_front_looks(front, request))
        return false;
    picture->theme = mw_theme_find(front->theme ? front->theme : "dark");
    picture->charset = MW_CHARSET_BRAILLE;
    picture->unicode_text = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (front->charset)
        mw_charset_parse(front->charset, &picture->charset);
    return true;
}

int mw_screen_command(const mw_request *request)
{
    if (!mw_request_operands(request, 1, 1))
        return MW_EXIT_USAGE;
    const char *what = request->operands[0];
    mw_front front = {.command = "screen",
                      .answers = mw_request_value(request, "answers"),
                      .measurements = mw_request_value(request, "measurements"),
                      .seed = mw_request_value(request, "seed"),
                      .fresh = true,
                      .silent = true};
    mw_screen_picture picture;
    if (!mw_front_language("screen", mw_request_value(request, "lang"), &front.language) ||
        !read_picture(&front, request, &picture))
        return MW_EXIT_USAGE;
    front.demonstrate = !front.answers;
    mw_model *model = calloc(1, sizeof *model);
    if (!model)
        return MW_EXIT_FAILED;
    bool course = strcmp(what, "course") == 0, machine = strcmp(what, "machine") == 0;
    model->screen = course ? MW_SCREEN_COURSE : machine ? MW_SCREEN_MACHINE : MW_SCREEN_LAB;
    model->locale = front.language;
    int code = course || machine ? picture_of_place(&front, model, &picture)
                                 : picture_of_lab(&front, what, mw_request_value(request, "step"),
                                                  model, &picture);
    mw_form_close(model);
    json_decref(model->courses);
    json_decref(model->machine);
    free(model);
    return code;
}
