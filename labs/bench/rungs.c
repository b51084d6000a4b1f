/* rungs.c: finds a kernel in the worker's list, and hands its arguments over to another. */
#include "labs/bench/rungs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"

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

static const json_t *param_of(const json_t *rung, const char *name)
{
    size_t i;
    json_t *param;
    json_array_foreach(json_object_get(rung, "params"), i, param)
    {
        if (strcmp(mw_json_text(param, "name"), name) == 0)
            return param;
    }
    return NULL;
}

bool mw_rung_takes(const json_t *rung, const char *parameter)
{
    return param_of(rung, parameter) != NULL;
}

/* Within a family a name has one meaning; elsewhere the summaries say whether it is the same. */
static bool same_meaning(const json_t *from, const json_t *to, const char *name)
{
    if (!from || strcmp(mw_json_text(from, "family"), mw_json_text(to, "family")) == 0)
        return true;
    return strcmp(mw_json_text(param_of(from, name), "summary"),
                  mw_json_text(param_of(to, name), "summary")) == 0;
}

bool mw_rung_share(const json_t *kernels, const char *from, const char *to, const json_t *args,
                   json_t *into, mw_error *error)
{
    const json_t *giver = mw_rung_find(kernels, from), *taker = mw_rung_find(kernels, to);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)args, key, value)
    {
        if (json_object_get(into, key) || (taker && !mw_rung_takes(taker, key)))
            continue;
        if (taker && mw_rung_takes(giver, key) && !same_meaning(giver, taker, key)) {
            mw_fail(error, MW_INVALID, "%s is '%s' in %s and '%s' in %s: say vs.%s=VALUE", key,
                    mw_json_text(param_of(giver, key), "summary"), from,
                    mw_json_text(param_of(taker, key), "summary"), to, key);
            return false;
        }
        json_object_set(into, key, value);
    }
    return true;
}

json_t *mw_argument_value(const char *text)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end != text && !*end && errno == 0)
        return json_integer(value);
    return json_string(text);
}
