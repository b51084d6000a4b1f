/* lab.c: a folder with lab.lua and text/<locale>.md becomes a state machine. */
#include "lab.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_host.h"

enum { LUA_MEMORY = 64 << 20, FILE_MAX_BYTES = 1 << 20 };

struct mw_lab {
    mw_lua *lua;
    json_t *about;
    int machine; /* registry reference of the object that memwall.engine opened */
};

/* What a protected function needs and gives. */
typedef struct open_call {
    mw_lab *lab;
    const json_t *request, *kernels, *course, *published;
    const char *source;
    const char *texts[2]; /* en, then the wanted locale (NULL: the same, or missing) */
    const char *locale;
} open_call;

typedef struct input_call {
    mw_lab *lab;
    const json_t *event, *recorded;
    json_t *reply;
} input_call;

/* A whole text file, or NULL. MW_IO when it cannot be read, MW_INVALID when it is too long. */
static char *read_file(const char *dir, const char *name, mw_status *status, mw_error *error)
{
    char path[4400];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        *status = mw_fail(error, MW_IO, "cannot open %s: %s", path, strerror(errno));
        return NULL;
    }
    char *text = malloc(FILE_MAX_BYTES + 1);
    size_t size = text ? fread(text, 1, FILE_MAX_BYTES + 1, file) : 0;
    fclose(file);
    if (!text) {
        *status = mw_fail(error, MW_NO_MEMORY, "no memory for %s", path);
    } else if (size > FILE_MAX_BYTES) {
        *status = mw_fail(error, MW_INVALID, "%s: longer than 1 MiB", path);
    } else if (memchr(text, '\0', size)) {
        *status = mw_fail(error, MW_INVALID, "%s: holds a zero byte: not a text file", path);
    } else {
        text[size] = '\0';
        *status = MW_OK;
        return text;
    }
    free(text);
    return NULL;
}

/* course.json of the folder above, or NULL: a lab also runs alone. */
static json_t *read_course(const char *dir)
{
    char path[4400];
    snprintf(path, sizeof path, "%s/../course.json", dir);
    return json_load_file(path, 0, NULL);
}

/* published.json: a run of the lab recorded on a quiet machine, which few labs bring; NULL without.
 */
static json_t *read_published(const char *dir, mw_status *status, mw_error *error)
{
    mw_status missing;
    json_error_t where;
    char *text = read_file(dir, "published.json", &missing, NULL);
    if (!text)
        return NULL;
    json_t *published = json_loads(text, 0, &where);
    free(text);
    if (!published)
        *status = mw_fail(error, MW_INVALID, "published.json:%d: %s", where.line, where.text);
    return published;
}

static const char *leaf_of(const char *dir)
{
    size_t end = strlen(dir);
    while (end > 1 && dir[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && dir[begin - 1] != '/')
        begin--;
    return dir + begin;
}

/* [-0, +0, e]: calls engine.open and keeps the object it returns. */
static int open_protected(lua_State *L)
{
    open_call *call = lua_touserdata(L, 1);
    mw_lua_require(L, "memwall.engine");
    lua_getfield(L, -1, "open");
    lua_newtable(L);
    lua_pushstring(L, call->source);
    lua_setfield(L, -2, "source");
    lua_pushstring(L, call->locale);
    lua_setfield(L, -2, "locale");
    lua_newtable(L);
    lua_pushstring(L, call->texts[0]);
    lua_setfield(L, -2, "en");
    if (call->texts[1]) {
        lua_pushstring(L, call->texts[1]);
        lua_setfield(L, -2, call->locale);
    }
    lua_setfield(L, -2, "texts");
    mw_lua_push_json(L, call->request);
    lua_setfield(L, -2, "request");
    if (call->kernels) {
        mw_lua_push_json(L, call->kernels);
        lua_setfield(L, -2, "kernels");
    }
    if (call->course) {
        mw_lua_push_json(L, call->course);
        lua_setfield(L, -2, "course");
    }
    if (call->published) {
        mw_lua_push_json(L, call->published);
        lua_setfield(L, -2, "published");
    }
    lua_pushstring(L, leaf_of(json_string_value(json_object_get(call->request, "dir"))));
    lua_setfield(L, -2, "folder");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "about");
    call->lab->about = mw_lua_to_json(L, -1);
    lua_pop(L, 1);
    call->lab->machine = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

mw_status mw_lab_open(mw_lab **lab, const json_t *request, const json_t *kernels,
                      const char *scripts, mw_error *error)
{
    const char *dir = json_string_value(json_object_get(request, "dir"));
    const char *locale = json_string_value(json_object_get(request, "locale"));
    char *source = NULL, *english = NULL, *other = NULL;
    json_t *course = NULL, *published = NULL;
    mw_status status = MW_OK;
    *lab = NULL;
    if (!dir || !*dir)
        return mw_fail(error, MW_INVALID, "open: 'dir' is missing");
    if (!locale || !*locale ||
        strspn(locale, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_@") != strlen(locale))
        locale = "en";

    mw_lab *opened = calloc(1, sizeof *opened);
    if (!opened)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a lab");
    opened->machine = LUA_NOREF;
    source = read_file(dir, "lab.lua", &status, error);
    if (source)
        english = read_file(dir, "text/en.md", &status, error);
    if (english && strcmp(locale, "en") != 0) {
        char name[80];
        mw_status missing; /* a locale without a text falls back to en */
        snprintf(name, sizeof name, "text/%.60s.md", locale);
        other = read_file(dir, name, &missing, NULL);
    }
    course = read_course(dir);
    if (status == MW_OK)
        published = read_published(dir, &status, error);
    if (status == MW_OK)
        status = mw_lua_open(&opened->lua, scripts, LUA_MEMORY, error);
    if (status == MW_OK) {
        open_call call = {opened,    request, kernels,          course,
                          published, source,  {english, other}, locale};
        status = mw_lua_protect(opened->lua, open_protected, &call, error);
    }
    json_decref(course);
    json_decref(published);
    free(source);
    free(english);
    free(other);
    if (status != MW_OK) {
        mw_lab_close(opened);
        return status;
    }
    *lab = opened;
    return MW_OK;
}

void mw_lab_close(mw_lab *lab)
{
    if (!lab)
        return;
    json_decref(lab->about);
    mw_lua_close(lab->lua);
    free(lab);
}

const json_t *mw_lab_about(const mw_lab *lab)
{
    return lab->about;
}

/* The engine keeps its new state only after the reply has become JSON. [-0, +0, e] */
static int input_protected(lua_State *L)
{
    input_call *call = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->lab->machine);
    lua_getfield(L, -1, "input");
    lua_pushvalue(L, -2);
    mw_lua_push_json(L, call->event);
    if (call->recorded)
        mw_lua_push_json(L, call->recorded);
    else
        lua_pushnil(L);
    lua_call(L, 3, 1);
    call->reply = mw_lua_to_json(L, -1);
    lua_getfield(L, -2, "commit");
    lua_pushvalue(L, -3);
    lua_call(L, 1, 0);
    return 0;
}

mw_status mw_lab_input(mw_lab *lab, const json_t *event, const json_t *recorded, json_t **reply,
                       mw_error *error)
{
    input_call call = {lab, event, recorded, NULL};
    *reply = NULL;
    if (!json_is_object(event))
        return mw_fail(error, MW_INVALID, "input: an event is a JSON object");
    mw_status status = mw_lua_protect(lab->lua, input_protected, &call, error);
    if (status != MW_OK) {
        json_decref(call.reply);
        return status;
    }
    *reply = call.reply;
    return MW_OK;
}
