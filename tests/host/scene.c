/* scene.c: opens the host with a stand-in for the worker, pumps it, remembers events. */
#include "tests/host/scene.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void open_host(mw_scene *scene, bool keep_progress)
{
    mw_host_options options = {&scene->paths, keep_progress};
    mw_error error;
    assert_int_equal(mw_host_open(&scene->host, &options, &error), MW_OK);
}

void scene_begin(mw_scene *scene, const char *behaviour, bool keep_progress)
{
    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/memwall-host-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->paths.worker, sizeof scene->paths.worker, "%s", DOUBLE);
    snprintf(scene->paths.student, sizeof scene->paths.student, "%s", DOUBLE);
    snprintf(scene->paths.data, sizeof scene->paths.data, "%s/data/memwall", scene->folder);
    snprintf(scene->paths.cache, sizeof scene->paths.cache, "%s/cache/memwall", scene->folder);
    snprintf(scene->paths.courses, sizeof scene->paths.courses, "%s/courses", scene->folder);
    if (behaviour)
        setenv("MW_DOUBLE", behaviour, 1);
    else
        unsetenv("MW_DOUBLE");
    unsetenv("MW_DOUBLE_ONCE");
    scene->seen = json_array();
    scene->replies = json_object();
    scene->deaths = json_array();
    open_host(scene, keep_progress);
}

static void forget(mw_scene *scene)
{
    mw_host_close(scene->host);
    scene->host = NULL;
    json_decref(scene->view);
    json_decref(scene->seen);
    scene->view = NULL;
    scene->seen = json_array();
    json_object_clear(scene->replies);
    json_array_clear(scene->deaths);
    scene->views = 0;
    scene->errors[0] = scene->whats[0] = scene->kept[0] = scene->log[0] = 0;
    scene->left_out = scene->refused = 0;
}

void scene_reopen(mw_scene *scene, bool keep_progress)
{
    forget(scene);
    open_host(scene, keep_progress);
}

void scene_end(mw_scene *scene)
{
    forget(scene);
    json_decref(scene->seen);
    json_decref(scene->replies);
    json_decref(scene->deaths);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", scene->folder);
    assert_int_equal(system(command), 0);
}

void scene_data_path(const mw_scene *scene, const char *name, char path[256])
{
    snprintf(path, 256, "%s/data/memwall/%s", scene->folder, name);
}

void scene_execute_sql(const mw_scene *scene, const char *sql, int wanted)
{
    char path[256];
    sqlite3 *db;
    scene_data_path(scene, "progress.sqlite", path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), wanted);
    sqlite3_close(db);
}

void scene_open_lab(mw_scene *scene, const json_t *recording)
{
    mw_error error;
    json_t *machine = json_pack("{s:s}", "name", "some machine");
    mw_lab_options options = {
        .dir = scene->folder, .locale = "en", .machine = machine, .measurements = recording};
    assert_int_equal(mw_host_lab_open(scene->host, &options, &error), MW_OK);
    json_decref(machine);
}

void scene_send(mw_scene *scene, const char *event)
{
    mw_error error;
    json_t *json = json_loads(event, 0, NULL);
    assert_non_null(json);
    assert_int_equal(mw_host_input(scene->host, json, &error), MW_OK);
}

static void append_line(char *text, size_t size, const char *line)
{
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s\n", line ? line : "");
}

static void remember_reply(mw_scene *scene, const mw_host_event *event)
{
    const json_t *id = json_object_get(event->body, "id");
    char name[32];
    if (!json_is_integer(id) || (event->kind != MW_HOST_ANSWER && event->kind != MW_HOST_ERROR))
        return;
    snprintf(name, sizeof name, "%lld", (long long)json_integer_value(id));
    json_object_set_new(scene->replies, name,
                        event->kind == MW_HOST_ERROR
                            ? json_deep_copy(event->body)
                            : json_pack("{s:O}", "answer", json_object_get(event->body, "body")));
}

static void remember(mw_scene *scene, const mw_host_event *event)
{
    static const char *const names[] = {"view", "run",   "progress", "answer", "error",
                                        "log",  "death", "kept",     "cancel"};
    const char *name = names[event->kind];
    const char *message = json_string_value(json_object_get(event->body, "message"));
    remember_reply(scene, event);
    if (event->kind == MW_HOST_DEATH)
        json_array_append_new(
            scene->deaths, json_pack("{s:i, s:s*}", "worker", event->worker, "message", message));
    if (event->kind == MW_HOST_VIEW) {
        json_decref(scene->view);
        scene->view = json_incref(event->body);
        scene->views++;
    } else if (event->kind == MW_HOST_ERROR || event->kind == MW_HOST_DEATH) {
        append_line(scene->errors, sizeof scene->errors, message);
        scene->refused += event->kind == MW_HOST_ERROR && mw_host_refuses(scene->host, event->body);
        if (event->kind == MW_HOST_ERROR)
            append_line(scene->whats, sizeof scene->whats,
                        json_string_value(json_object_get(event->body, "what")));
        json_t *left_out = json_object_get(event->body, "left_out");
        if (left_out)
            scene->left_out = (int)json_integer_value(left_out);
    } else if (event->kind == MW_HOST_LOG) {
        append_line(scene->log, sizeof scene->log,
                    json_string_value(json_object_get(event->body, "text")));
    } else if (event->kind == MW_HOST_KEPT) {
        append_line(scene->kept, sizeof scene->kept, message);
    } else if (event->kind == MW_HOST_CANCEL) {
        name = json_string_value(json_object_get(event->body, "stage"));
    } else if (event->kind == MW_HOST_RUN) {
        name = json_string_value(json_object_get(event->body, "state"));
    }
    json_array_append_new(scene->seen, json_string(name));
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void pump_once(mw_scene *scene, int timeout)
{
    struct pollfd fds[MW_HOST_FDS];
    size_t count = mw_host_fds(scene->host, fds, MW_HOST_FDS, &timeout);
    poll(fds, count, timeout);
    mw_host_pump(scene->host);
    mw_host_event event;
    while (mw_host_next(scene->host, &event)) {
        remember(scene, &event);
        json_decref(event.body);
    }
}

void scene_pump_for(mw_scene *scene, int milliseconds)
{
    long long end = now_ms() + milliseconds;
    for (long long left; (left = end - now_ms()) > 0;)
        pump_once(scene, (int)left);
}

size_t scene_taken(const mw_scene *scene)
{
    return json_array_size(json_object_get(scene->view, "events"));
}

void scene_until(mw_scene *scene, size_t count)
{
    long long end = now_ms() + 20000;
    while (scene_taken(scene) < count) {
        if (now_ms() > end)
            fail_msg("only %zu of %zu inputs were taken; errors: %s", scene_taken(scene), count,
                     scene->errors);
        pump_once(scene, 100);
    }
}

bool scene_saw(const mw_scene *scene, const char *name)
{
    size_t index;
    json_t *each;
    json_array_foreach(scene->seen, index,
                       each) if (strcmp(json_string_value(each), name) == 0) return true;
    return false;
}

void scene_until_seen(mw_scene *scene, const char *name)
{
    long long end = now_ms() + 20000;
    while (!scene_saw(scene, name)) {
        if (now_ms() > end)
            fail_msg("'%s' never came; errors: %s", name, scene->errors);
        pump_once(scene, 100);
    }
}

const json_t *scene_until_reply(mw_scene *scene, long id)
{
    long long end = now_ms() + 20000;
    char name[32];
    snprintf(name, sizeof name, "%ld", id);
    while (!json_object_get(scene->replies, name)) {
        if (now_ms() > end)
            fail_msg("request %ld was never answered; errors: %s", id, scene->errors);
        pump_once(scene, 100);
    }
    return json_object_get(scene->replies, name);
}

void scene_begin_lab(mw_scene *scene, const char *behaviour, bool keep_progress)
{
    scene_begin(scene, behaviour, keep_progress);
    scene_open_lab(scene, NULL);
    scene_until(scene, 1);
}
