/*
 * scene.h: a host with the ill-behaved stand-in for its worker, and a folder of its own.
 */
#ifndef MW_TEST_SCENE_H
#define MW_TEST_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "labs/engine/host/host.h"

typedef struct mw_scene {
    char folder[64];
    mw_paths paths;
    mw_host *host;
    json_t *view;      /* the newest */
    json_t *seen;      /* names of the events so far: "view", "death", "asked", … */
    char errors[4096]; /* every error's and death's message, one a line */
    char whats[1024];  /* what every error was about, one a line */
    int refused;       /* errors that refused what was sent last */
    int left_out;      /* records, as told by the last error that counts them */
    char kept[1024];   /* what was said when progress was kept again, one a line */
    char log[8192];
    json_t *replies; /* {id: {"answer"} or {"status", "message"}} of requests */
    json_t *deaths;  /* [{"worker", "message"}] */
    int views;
} mw_scene;

/* `behaviour` is MW_DOUBLE's value, or NULL. */
void scene_begin(mw_scene *scene, const char *behaviour, bool keep_progress);
/* The same with its lab open and the machine known: the first input is taken. */
void scene_begin_lab(mw_scene *scene, const char *behaviour, bool keep_progress);
void scene_end(mw_scene *scene);

/* Another host on the same folder. */
void scene_reopen(mw_scene *scene, bool keep_progress);

/* A file of what the student keeps; and SQL in the one of progress, which no host has open. */
void scene_data_path(const mw_scene *scene, const char *name, char path[256]);
void scene_execute_sql(const mw_scene *scene, const char *sql, int wanted);

void scene_open_lab(mw_scene *scene, const json_t *recording);
void scene_send(mw_scene *scene, const char *event);

/* Pumps until the lab has taken `count` inputs and the view shows them; fails after 20 s. */
void scene_until(mw_scene *scene, size_t count);

/* Pumps until an event of that name was seen, or for some time. */
void scene_until_seen(mw_scene *scene, const char *name);
void scene_pump_for(mw_scene *scene, int milliseconds);
bool scene_saw(const mw_scene *scene, const char *name);

/* Pumps until the request was answered or failed: its entry of `replies`; fails after 20 s. */
const json_t *scene_until_reply(mw_scene *scene, long id);

/* Inputs in the newest view. */
size_t scene_taken(const mw_scene *scene);

#endif
