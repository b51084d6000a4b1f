/* kernels.c: `memwall kernels`: the registry, as a list or one kernel with its parameters. */
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "model/nearest.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

static const char *const kernel_keys[] = {"family", "variant", "isa", "summary", "params", NULL};
static const char *const param_keys[] = {"name", "unit", "min", "max", "default", NULL};

static bool matches(const json_t *kernel, const char *wanted)
{
    if (!wanted)
        return true;
    char name[128];
    snprintf(name, sizeof name, "%s/%s", mw_json_text(kernel, "family"),
             mw_json_text(kernel, "variant"));
    return strcmp(wanted, name) == 0 || strcmp(wanted, mw_json_text(kernel, "family")) == 0;
}

/* The kernels that match, with their members in the documented order. */
static json_t *select_kernels(const json_t *answer, const char *wanted)
{
    json_t *list = json_array();
    size_t i;
    json_t *kernel;
    json_array_foreach(json_object_get(answer, "kernels"), i, kernel)
    {
        if (!matches(kernel, wanted))
            continue;
        json_t *ordered = mw_json_ordered(kernel, kernel_keys, true);
        json_t *params = json_array();
        size_t j;
        json_t *param;
        json_array_foreach(json_object_get(kernel, "params"), j, param)
            json_array_append_new(params, mw_json_ordered(param, param_keys, true));
        json_object_set_new(ordered, "params", params);
        json_array_append_new(list, ordered);
    }
    return list;
}

static int complain_kernel(const json_t *answer, const char *wanted)
{
    enum { NAMES_MOST = 512 };
    static char full[NAMES_MOST][128];
    const char *names[NAMES_MOST];
    size_t count = 0, i;
    json_t *kernel;
    json_array_foreach(json_object_get(answer, "kernels"), i, kernel)
    {
        if (count + 2 > NAMES_MOST)
            break;
        snprintf(full[count], sizeof full[count], "%s/%s", mw_json_text(kernel, "family"),
                 mw_json_text(kernel, "variant"));
        names[count] = full[count];
        count++;
        names[count] = mw_json_text(kernel, "family");
        count++;
    }
    const char *near = mw_nearest(wanted, names, count);
    if (near)
        return mw_console_refuse("kernels", "unknown kernel '%s'; did you mean %s?", wanted, near);
    return mw_console_refuse("kernels", "unknown kernel '%s'; 'memwall kernels' lists them",
                             wanted);
}

static void value_text(const json_t *value, char *text, size_t size)
{
    if (json_is_integer(value))
        snprintf(text, size, "%lld", (long long)json_integer_value(value));
    else if (json_is_number(value))
        snprintf(text, size, "%.0f", json_number_value(value));
    else
        snprintf(text, size, "%s", json_is_string(value) ? json_string_value(value) : "");
}

static void choices_text(const json_t *choices, char *text, size_t size)
{
    size_t used = 0, i;
    json_t *choice;
    text[0] = '\0';
    json_array_foreach(choices, i, choice)
    {
        int n = snprintf(text + used, size - used, "%s%s", i ? ", " : "",
                         json_is_string(choice) ? json_string_value(choice) : "?");
        if (n < 0 || (size_t)n >= size - used)
            break;
        used += (size_t)n;
    }
}

static void print_params(const mw_lines *lines, const json_t *kernel)
{
    mw_table *table = mw_table_new("lrll");
    mw_table_row(table, _("parameter"), _("default"), _("allowed"), "");
    size_t i;
    json_t *param;
    json_array_foreach(json_object_get(kernel, "params"), i, param)
    {
        char preset[64], low[64], high[64], allowed[256];
        value_text(json_object_get(param, "default"), preset, sizeof preset);
        value_text(json_object_get(param, "min"), low, sizeof low);
        value_text(json_object_get(param, "max"), high, sizeof high);
        const char *unit = mw_count_word(mw_json_text(param, "unit"));
        const json_t *choices = json_object_get(param, "choices");
        const json_t *most = json_object_get(param, "text");
        if (json_is_integer(most))
            snprintf(allowed, sizeof allowed, _("text of at most %.0f bytes"),
                     json_number_value(most));
        else if (json_is_array(choices))
            choices_text(choices, allowed, sizeof allowed);
        else
            snprintf(allowed, sizeof allowed, _("%s to %s%s%s"), low, high, *unit ? " " : "", unit);
        mw_table_row(table, mw_json_text(param, "name"), preset, allowed,
                     mw_json_text(param, "summary"));
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_list(const mw_lines *lines, const json_t *list)
{
    mw_table *table = mw_table_new("lll");
    const char *family = "";
    size_t i;
    json_t *kernel;
    json_array_foreach(list, i, kernel)
    {
        char name[128];
        if (i > 0 && strcmp(family, mw_json_text(kernel, "family")) != 0)
            mw_table_row(table, "", "", "");
        family = mw_json_text(kernel, "family");
        snprintf(name, sizeof name, "%s/%s", family, mw_json_text(kernel, "variant"));
        mw_table_row(table, name, mw_json_text(kernel, "isa"), mw_json_text(kernel, "summary"));
    }
    mw_table_print(table, lines, 0);
    mw_table_free(table);
    mw_lines_blank(lines);
    mw_lines_print(lines, _("%zu kernels; 'memwall kernels FAMILY/VARIANT' shows parameters."),
                   json_array_size(list));
}

static void print_kernels(const json_t *list, const char *wanted)
{
    mw_lines lines;
    mw_lines_open(&lines, stdout);
    if (!wanted) {
        print_list(&lines, list);
        return;
    }
    size_t i;
    json_t *kernel;
    json_array_foreach(list, i, kernel)
    {
        mw_lines_print(&lines, "%s%s/%s (%s): %s", i ? "\n" : "", mw_json_text(kernel, "family"),
                       mw_json_text(kernel, "variant"), mw_json_text(kernel, "isa"),
                       mw_json_text(kernel, "summary"));
        print_params(&lines, kernel);
    }
}

int mw_kernels_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, 1))
        return MW_EXIT_USAGE;
    const char *wanted = request->count ? request->operands[0] : NULL;
    mw_host *host = NULL;
    int code = MW_EXIT_OK;
    if (!mw_console_open_host("kernels", &host, &code))
        return code;
    json_t *answer = mw_console_call("kernels", host, "kernels", json_object(), &code);
    if (answer) {
        json_t *list = select_kernels(answer, wanted);
        if (wanted && json_array_size(list) == 0) {
            code = complain_kernel(answer, wanted);
        } else if (mw_request_has(request, "json")) {
            json_t *object = json_pack("{s:O}", "kernels", list);
            mw_console_json(object);
            json_decref(object);
        } else {
            print_kernels(list, wanted);
        }
        json_decref(list);
    }
    json_decref(answer);
    mw_host_close(host);
    return code;
}
