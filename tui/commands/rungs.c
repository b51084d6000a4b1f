#include "tui/commands/rungs.h"

#include <stdio.h>
#include <string.h>

#include "tui/commands/console.h"

const json_t *mw_rung_find(const json_t *kernels, const char *name)
{
    size_t i;
    json_t *kernel;
    json_array_foreach(json_object_get(kernels, "kernels"), i, kernel)
    {
        char full[128];
        snprintf(full, sizeof full, "%s/%s", mw_json_text(kernel, "family"),
                 mw_json_text(kernel, "variant"));
        if (strcmp(full, name) == 0)
            return kernel;
    }
    return NULL;
}

bool mw_rung_takes(const json_t *rung, const char *parameter)
{
    size_t i;
    json_t *param;
    json_array_foreach(json_object_get(rung, "params"), i, param)
    {
        if (strcmp(mw_json_text(param, "name"), parameter) == 0)
            return true;
    }
    return false;
}

void mw_rung_share(const json_t *kernels, const char *name, const json_t *args, json_t *into)
{
    const json_t *rung = mw_rung_find(kernels, name);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)args, key, value)
    {
        if ((!rung || mw_rung_takes(rung, key)) && !json_object_get(into, key))
            json_object_set(into, key, value);
    }
}
