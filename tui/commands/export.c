/* export.c: `memwall export`: a picture of a lab as a file, drawn again from what was recorded. */
#include <stdlib.h>
#include <string.h>

#include "labs/view/pictures.h"
#include "model/file.h"
#include "tui/commands/console.h"
#include "tui/commands/export_source.h"
#include "tui/commands/front.h"

static bool read_look(const mw_request *request, mw_figure *figure)
{
    const char *theme = mw_request_value(request, "theme");
    const char *size = mw_request_value(request, "size"), *dpi = mw_request_value(request, "dpi");
    figure->dark = theme && strcmp(theme, "dark") == 0;
    if (theme && !figure->dark && strcmp(theme, "light") != 0) {
        mw_console_refuse("export", "--theme '%.60s' is not known; light and dark are", theme);
        return false;
    }
    if (size && !mw_figure_size_parse(size, &figure->width, &figure->height)) {
        mw_console_refuse(
            "export",
            "--size '%.60s' is not a size on paper, such as 16x11cm, 84x60mm, 6.5x4in "
            "or 480x320pt",
            size);
        return false;
    }
    char *end = NULL;
    figure->dpi = dpi ? strtod(dpi, &end) : 0;
    if (dpi && (*end || !(figure->dpi >= 20 && figure->dpi <= 2400))) {
        mw_console_refuse("export", "--dpi '%.60s' is not a number from 20 to 2400", dpi);
        return false;
    }
    return true;
}

/* "L2", or "all"; false after one line that says which there are. */
static bool read_bytes(const mw_request *request, const json_t *view, mw_figure *figure)
{
    const char *wanted = mw_request_value(request, "bytes");
    const json_t *picture = mw_view_levelled(view);
    char known[256] = "";
    size_t i;
    json_t *level;
    if (!wanted)
        return true;
    figure->level = strcmp(wanted, "all") == 0 ? "*" : wanted;
    if (*mw_picture_level(picture, figure->level))
        return true;
    json_array_foreach(json_object_get(picture, "levels"), i, level)
    {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s, ",
                 json_is_string(level) ? json_string_value(level) : "");
    }
    if (*known)
        mw_console_refuse("export", "--bytes '%.60s' is no level here; %sand all are", wanted,
                          known);
    else
        mw_console_refuse("export", "--bytes: no point of this step knows the bytes of a level");
    return false;
}

static bool read_what(const mw_request *request, mw_export_source *source)
{
    if (!mw_request_operands(request, 1, 2))
        return false;
    const char *from = mw_request_value(request, "from");
    source->from = from ? from : "last";
    source->step = mw_request_value(request, "step");
    source->seed = mw_request_value(request, "seed");
    source->lab = request->count > 1 ? request->operands[1] : NULL;
    source->figure = request->operands[0];
    if (mw_figure_known(source->figure))
        return true;
    char known[256];
    mw_figure_names(known, sizeof known);
    mw_console_refuse("export", "'%.60s' is no picture; %s are", source->figure, known);
    return false;
}

int mw_export_command(const mw_request *request)
{
    mw_export_source source = {0};
    mw_figure figure = {0};
    mw_error error = {0};
    const char *path = mw_request_value(request, "output");
    if (!read_what(request, &source) || !read_look(request, &figure) ||
        !mw_front_language("export", mw_request_value(request, "lang"), &source.language))
        return MW_EXIT_USAGE;
    if (!path)
        return mw_console_refuse(
            "export", "--output is missing: a file that ends in .svg, .pdf, .png, .csv or .json");
    /* Before the lab is played. */
    if (mw_figure_check_path(path, &error) != MW_OK || mw_file_check(path, &error) != MW_OK)
        return mw_console_complain("export", &error);
    int code = MW_EXIT_FAILED;
    json_t *view = mw_export_view(&source, &code);
    if (!view)
        return code;
    figure.name = source.figure;
    figure.view = view;
    if (!read_bytes(request, view, &figure)) {
        json_decref(view);
        return MW_EXIT_USAGE;
    }
    mw_status status = mw_figure_write(&figure, path, &error);
    json_decref(view);
    return status != MW_OK ? mw_console_complain("export", &error) : MW_EXIT_OK;
}
