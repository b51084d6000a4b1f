/* member.c: jansson's getters with a default in the place of every surprise. */
#include "labs/engine/wire/member.h"

#include <string.h>

const json_t *mw_json_member(const json_t *object, const char *key)
{
    return json_is_object(object) ? json_object_get(object, key) : NULL;
}

const char *mw_json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(mw_json_member(object, key));
    return text ? text : "";
}

double mw_json_number(const json_t *object, const char *key, double otherwise)
{
    const json_t *value = mw_json_member(object, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

int mw_json_int(const json_t *object, const char *key, int otherwise)
{
    double value = mw_json_number(object, key, otherwise);
    return value >= -1e9 && value <= 1e9 ? (int)value : otherwise;
}

bool mw_json_true(const json_t *object, const char *key)
{
    return json_is_true(mw_json_member(object, key));
}

int mw_json_count(const json_t *object, const char *key)
{
    size_t count = json_array_size(mw_json_member(object, key));
    return count < 100000 ? (int)count : 100000;
}

const json_t *mw_json_item(const json_t *object, const char *key, int index)
{
    const json_t *list = mw_json_member(object, key);
    return index >= 0 ? json_array_get(list, (size_t)index) : NULL;
}

bool mw_json_lists(const json_t *object, const char *key, const char *text)
{
    for (int i = 0; i < mw_json_count(object, key); i++) {
        const char *item = json_string_value(mw_json_item(object, key, i));
        if (item && strcmp(item, text) == 0)
            return true;
    }
    return false;
}
