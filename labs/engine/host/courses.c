/* courses.c: reads the course folders into one list, and finds labs in it by name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/engine/host/state.h"
#include "labs/engine/wire/json_file.h"
#include "model/nearest.h"

enum { TITLE_MOST = 200 }; /* bytes of a title that are shown */

/* A title is {"en": …, "zh_CN": …} or one string for all. The caller's; cut between characters. */
static json_t *title_of(const json_t *title, const char *locale)
{
    const char *text =
        json_string_value(json_is_string(title) ? title : json_object_get(title, locale));
    if (!text)
        text = json_string_value(json_object_get(title, "en"));
    if (!text)
        return json_string("");
    size_t length = strlen(text);
    if (length <= TITLE_MOST)
        return json_string(text);
    length = TITLE_MOST;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return json_sprintf("%.*s…", (int)length, text);
}

/* A course holds its labs: no folder outside of its own. */
static bool is_inside(const char *folder)
{
    if (folder[0] == '/')
        return false;
    for (const char *part = folder; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return false;
    }
    return true;
}

static bool has_lab(const char *folder)
{
    char path[4300];
    struct stat about;
    snprintf(path, sizeof path, "%s/lab.lua", folder);
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static json_t *lab_entry(const char *course_folder, const char *course_id, const json_t *lab,
                         json_t *unit, const char *locale, const json_t *summaries)
{
    const char *folder = json_string_value(json_object_get(lab, "dir"));
    char path[4200] = "", name[512] = "";
    if (folder && !is_inside(folder))
        folder = NULL;
    if (folder) {
        snprintf(path, sizeof path, "%s/%s", course_folder, folder);
        snprintf(name, sizeof name, "%s/%s", course_id, folder);
    }
    bool present = folder && has_lab(path);
    const json_t *summary = present ? json_object_get(summaries, name) : NULL;
    bool done = json_is_true(json_object_get(summary, "finished"));
    const char *state = !present                              ? "absent"
                        : !summaries || json_is_null(summary) ? "unknown"
                        : done                                ? "done"
                        : summary                             ? "open"
                                                              : "new";
    json_t *entry =
        json_pack("{s:o, s:O, s:s}", "title", title_of(json_object_get(lab, "title"), locale),
                  "unit", unit, "state", state);
    static const char *const copied[] = {"id", "number", "minutes", "core"};
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        if (json_object_get(lab, copied[i]))
            json_object_set(entry, copied[i], json_object_get(lab, copied[i]));
    static const char *const remembered[] = {"step", "earned", "possible"};
    for (size_t i = 0; i < sizeof remembered / sizeof *remembered; i++)
        if (json_object_get(summary, remembered[i]))
            json_object_set(entry, remembered[i], json_object_get(summary, remembered[i]));
    if (present)
        json_object_set_new(entry, "dir", json_string(path));
    return entry;
}

/* The file of a folder that means to be a course: NULL where there is none, and with the error
 * where it is not one. */
static json_t *course_file(const char *folder, mw_error *error)
{
    char path[4200];
    struct stat about;
    snprintf(path, sizeof path, "%s/course.json", folder);
    if (lstat(path, &about) != 0)
        return NULL;
    json_t *file = mw_json_read(path, MW_FILE_FOUND, error);
    if (file && !json_string_value(json_object_get(file, "id"))) {
        mw_fail(error, MW_INVALID, "%.400s is not a course: it has no \"id\"", path);
        json_decref(file);
        file = NULL;
    }
    return file;
}

static json_t *read_course(const char *folder, const char *locale, const json_t *summaries,
                           mw_error *error)
{
    json_t *file = course_file(folder, error);
    if (!file)
        return NULL;
    const char *id = json_string_value(json_object_get(file, "id"));
    json_t *labs = json_array();
    size_t u, l;
    json_t *unit, *lab;
    json_array_foreach(json_object_get(file, "units"), u, unit)
    {
        json_t *title = title_of(json_object_get(unit, "title"), locale);
        json_array_foreach(json_object_get(unit, "labs"), l, lab)
            json_array_append_new(labs, lab_entry(folder, id, lab, title, locale, summaries));
        json_decref(title);
    }
    json_t *course = json_pack("{s:s, s:o, s:o}", "id", id, "title",
                               title_of(json_object_get(file, "title"), locale), "labs", labs);
    json_decref(file);
    return course;
}

json_t *mw_host_courses(mw_host *host, const char *locale, mw_error *error)
{
    struct dirent **entries;
    int count = scandir(host->paths.courses, &entries, NULL, alphasort);
    if (count < 0) {
        mw_fail(error, MW_IO, "no courses: %.400s cannot be read", host->paths.courses);
        return NULL;
    }
    json_t *summaries = host->progress ? mw_progress_summaries(host->progress) : json_object();
    json_t *courses = json_array();
    mw_error broken = {.code = MW_OK};
    for (int i = 0; i < count; i++) {
        char folder[4096];
        bool fits = snprintf(folder, sizeof folder, "%s/%s", host->paths.courses,
                             entries[i]->d_name) < (int)sizeof folder;
        json_t *course = fits && entries[i]->d_name[0] != '.'
                             ? read_course(folder, locale, summaries, &broken)
                             : NULL;
        if (course)
            json_array_append_new(courses, course);
        free(entries[i]);
    }
    free(entries);
    json_decref(summaries);
    if (broken.code != MW_OK)
        mw_fail(error, broken.code, "%s", broken.message);
    if (broken.code != MW_OK && json_array_size(courses) == 0) {
        json_decref(courses);
        return NULL;
    }
    return courses;
}

/* ---- finding one ---- */

static bool is_named(const json_t *lab, const char *name)
{
    const json_t *number = json_object_get(lab, "number");
    const char *id = json_string_value(json_object_get(lab, "id"));
    const char *digits = json_string_value(number);
    const char *folder = json_string_value(json_object_get(lab, "dir"));
    char text[24] = "";
    if (json_is_integer(number))
        snprintf(text, sizeof text, "%02d", (int)json_integer_value(number));
    else if (digits)
        snprintf(text, sizeof text, "%s", digits);
    if (id && strcmp(id, name) == 0)
        return true;
    if (text[0] && (strcmp(text, name) == 0 || (text[0] == '0' && strcmp(text + 1, name) == 0)))
        return true;
    const char *base = folder ? strrchr(folder, '/') : NULL;
    return base && strcmp(base + 1, name) == 0;
}

typedef struct lab_search {
    char dir[4096];
    char absent[160]; /* title of a lab that is announced only */
    char nearest[64];
    char present[256];
    int nearest_distance;
} lab_search;

static void consider(lab_search *finding, const json_t *lab, const char *name)
{
    const char *id = json_string_value(json_object_get(lab, "id"));
    const char *folder = json_string_value(json_object_get(lab, "dir"));
    const char *title = json_string_value(json_object_get(lab, "title"));
    if (is_named(lab, name)) {
        if (folder)
            snprintf(finding->dir, sizeof finding->dir, "%s", folder);
        else
            snprintf(finding->absent, sizeof finding->absent, "%s", title ? title : name);
    }
    if (!folder || !id)
        return;
    size_t used = strlen(finding->present);
    int edits = mw_edit_distance(name, id);
    snprintf(finding->present + used, sizeof finding->present - used, "%s%s", used ? ", " : "", id);
    if (edits < finding->nearest_distance) {
        finding->nearest_distance = edits;
        snprintf(finding->nearest, sizeof finding->nearest, "%s", id);
    }
}

mw_status mw_host_last_lab(mw_host *host, char *dir, size_t size, mw_error *error)
{
    char name[4200] = "";
    if (!host->progress || !mw_progress_last(host->progress, name, sizeof name))
        return mw_fail(error, MW_INVALID,
                       host->progress && mw_progress_unknown(host->progress)
                           ? "what is recorded cannot be read%s%s"
                           : "nothing is recorded yet; a picture comes after 'memwall run LAB'%s%s",
                       mw_host_notice(host) ? ": " : "",
                       mw_host_notice(host) ? mw_host_notice(host) : "");
    mw_error broken = {.code = MW_OK};
    json_t *courses = mw_host_courses(host, "en", &broken);
    if (!courses)
        return mw_fail(error, broken.code, "%s", broken.message);
    size_t c, l;
    json_t *course, *lab;
    dir[0] = '\0';
    json_array_foreach(courses, c, course)
        json_array_foreach(json_object_get(course, "labs"), l, lab)
    {
        const char *id = json_string_value(json_object_get(course, "id"));
        const char *folder = json_string_value(json_object_get(lab, "dir"));
        const char *base = folder ? strrchr(folder, '/') : NULL;
        size_t length = strlen(id);
        if (base && strncmp(name, id, length) == 0 && strcmp(name + length, base) == 0)
            snprintf(dir, size, "%s", folder);
    }
    json_decref(courses);
    if (!*dir && has_lab(name))
        snprintf(dir, size, "%s", name);
    if (*dir)
        return MW_OK;
    if (broken.code != MW_OK) /* it may be in the course that cannot be read */
        return mw_fail(error, broken.code, "%s", broken.message);
    return mw_fail(error, MW_INVALID, "the last lab, %.300s, is not here", name);
}

mw_status mw_host_find_lab(mw_host *host, const char *name, char *dir, size_t size, mw_error *error)
{
    if (strchr(name, '/') || strcmp(name, ".") == 0) {
        if (!has_lab(name))
            return mw_fail(error, MW_INVALID, "%.300s has no lab.lua", name);
        snprintf(dir, size, "%s", name);
        return MW_OK;
    }
    mw_error broken = {.code = MW_OK};
    json_t *courses = mw_host_courses(host, "en", &broken);
    if (!courses && !has_lab(name))
        return mw_fail(error, broken.code, "%s", broken.message);
    lab_search found = {.nearest_distance = 4};
    size_t c, l;
    json_t *course, *lab;
    json_array_foreach(courses, c, course)
        json_array_foreach(json_object_get(course, "labs"), l, lab)
    {
        consider(&found, lab, name);
    }
    json_decref(courses);
    if (found.dir[0]) {
        snprintf(dir, size, "%s", found.dir);
        return MW_OK;
    }
    if (has_lab(name)) {
        snprintf(dir, size, "%s", name);
        return MW_OK;
    }
    const char *present = found.present[0] ? found.present : "none";
    if (found.absent[0])
        return mw_fail(error, MW_INVALID, "lab '%.60s' (%s) is not in this version; there is: %s",
                       name, found.absent, present);
    if (broken.code != MW_OK) /* it may be in the course that cannot be read */
        return mw_fail(error, broken.code, "%s", broken.message);
    if (found.nearest[0])
        return mw_fail(error, MW_INVALID, "no lab '%.60s'; did you mean %s?", name, found.nearest);
    return mw_fail(error, MW_INVALID, "no lab '%.60s'; there is: %s", name, present);
}
