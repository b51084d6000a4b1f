/* lab.c: a folder with lab.lua and text/<locale>.md becomes a state machine. */
#include "lab.h"

#include <dirent.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/json_file.h"
#include "lua_host.h"

enum { LUA_MEMORY = 64 << 20, FILE_MAX_BYTES = 1 << 20, TEXTS_MAX = 32, LOCALE_MAX = 64 };

struct mw_lab {
    mw_lua *lua;
    json_t *about;
    int machine; /* registry reference of the object that memwall.engine opened */
};

/* Every text of the lab, whoever reads it: what is too long for one reader would be a lab that
 * stops in its middle. */
typedef struct lab_texts {
    int count;
    struct {
        char locale[LOCALE_MAX];
        char *text;
    } each[TEXTS_MAX];
} lab_texts;

/* What a protected function needs and gives. */
typedef struct open_call {
    mw_lab *lab;
    const json_t *request, *kernels, *course, *published;
    const char *source, *locale;
    const struct lab_texts *texts;
} open_call;

typedef struct input_call {
    mw_lab *lab;
    const json_t *event, *recorded;
    json_t *reply;
} input_call;

/* A whole text file, or NULL. */
static char *read_file(const char *dir, const char *name, mw_status *status, mw_error *error)
{
    char path[4400], *text;
    size_t size;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    *status = mw_file_read(path, MW_FILE_FOUND, FILE_MAX_BYTES, &text, &size, error);
    if (*status == MW_OK && strlen(text) != size) {
        free(text);
        text = NULL;
        *status = mw_fail(error, MW_INVALID, "%s: holds a zero byte: not a text file", path);
    }
    return text;
}

static bool is_locale(const char *name, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_@";
    return length > 0 && length < LOCALE_MAX && strspn(name, letters) >= length;
}

/* English is there in any case; another text that cannot be read is not. */
static mw_status read_texts(const char *dir, lab_texts *texts, mw_error *error)
{
    char path[4400];
    mw_status status, missing;
    texts->each[0].text = read_file(dir, "text/en.md", &status, error);
    strcpy(texts->each[0].locale, "en");
    texts->count = 1;
    snprintf(path, sizeof path, "%s/text", dir);
    DIR *folder = status != MW_OK ? NULL : opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) && texts->count < TEXTS_MAX;) {
        const char *dot = strrchr(entry->d_name, '.');
        size_t length = dot ? (size_t)(dot - entry->d_name) : 0;
        if (!dot || strcmp(dot, ".md") != 0 || !is_locale(entry->d_name, length) ||
            strcmp(entry->d_name, "en.md") == 0)
            continue;
        char name[LOCALE_MAX + 16];
        snprintf(name, sizeof name, "text/%.*s.md", (int)length, entry->d_name);
        char *text = read_file(dir, name, &missing, NULL);
        if (!text)
            continue;
        snprintf(texts->each[texts->count].locale, LOCALE_MAX, "%.*s", (int)length, entry->d_name);
        texts->each[texts->count++].text = text;
    }
    if (folder)
        closedir(folder);
    return status;
}

static void free_texts(lab_texts *texts)
{
    for (int i = 0; i < texts->count; i++)
        free(texts->each[i].text);
}

/* course.json of the folder above, or NULL: a lab also runs alone. */
static json_t *read_course(const char *dir)
{
    char path[4400];
    snprintf(path, sizeof path, "%s/../course.json", dir);
    return mw_json_read(path, MW_FILE_FOUND, NULL);
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
    for (int i = 0; i < call->texts->count; i++) {
        lua_pushstring(L, call->texts->each[i].text);
        lua_setfield(L, -2, call->texts->each[i].locale);
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
    char *source = NULL;
    lab_texts texts = {.count = 0};
    json_t *course = NULL, *published = NULL;
    mw_status status = MW_OK;
    *lab = NULL;
    if (!dir || !*dir)
        return mw_fail(error, MW_INVALID, "open: 'dir' is missing");
    if (!locale || !is_locale(locale, strlen(locale)))
        locale = "en";

    mw_lab *opened = calloc(1, sizeof *opened);
    if (!opened)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a lab");
    opened->machine = LUA_NOREF;
    source = read_file(dir, "lab.lua", &status, error);
    if (source)
        status = read_texts(dir, &texts, error);
    course = read_course(dir);
    if (status == MW_OK)
        published = read_published(dir, &status, error);
    if (status == MW_OK)
        status = mw_lua_open(&opened->lua, scripts, LUA_MEMORY, error);
    if (status == MW_OK) {
        open_call call = {opened, request, kernels, course, published, source, locale, &texts};
        status = mw_lua_protect(opened->lua, open_protected, &call, error);
    }
    json_decref(course);
    json_decref(published);
    free(source);
    free_texts(&texts);
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

/* [-0, +0, e] */
static int view_protected(lua_State *L)
{
    input_call *call = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->lab->machine);
    lua_getfield(L, -1, "view");
    lua_pushvalue(L, -2);
    lua_call(L, 1, 1);
    call->reply = mw_lua_to_json(L, -1);
    return 0;
}

mw_status mw_lab_view(mw_lab *lab, json_t **view, mw_error *error)
{
    input_call call = {lab, NULL, NULL, NULL};
    mw_status status = mw_lua_protect(lab->lua, view_protected, &call, error);
    *view = status == MW_OK ? call.reply : NULL;
    if (status != MW_OK)
        json_decref(call.reply);
    return status;
}
