/* course.c: `memwall course`: the courses, their labs, and how far the student is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/commands/front.h"
#include "tui/plain/lines.h"

static const char *state_word(const char *state)
{
    return strcmp(state, "done") == 0      ? _("done")
           : strcmp(state, "open") == 0    ? _("begun")
           : strcmp(state, "absent") == 0  ? _("not in this version")
           : strcmp(state, "unknown") == 0 ? _("unknown")
                                           : _("new");
}

static void write_number(const json_t *value, char *text, size_t size)
{
    if (json_is_string(value))
        snprintf(text, size, "%s", json_string_value(value));
    else if (json_is_number(value))
        snprintf(text, size, "%02.0f", json_number_value(value));
    else
        text[0] = '\0';
}

static void print_labs(const mw_lines *lines, const json_t *labs)
{
    mw_table *table = mw_table_new("llllrl");
    mw_table_row(table, _("lab"), _("name"), _("title"), _("minutes"), _("points"), _("state"));
    size_t i;
    json_t *lab;
    json_array_foreach(labs, i, lab)
    {
        char number[32], minutes[64] = "", points[64] = "", state[160];
        const json_t *range = json_object_get(lab, "minutes");
        write_number(json_object_get(lab, "number"), number, sizeof number);
        if (json_is_number(range))
            snprintf(minutes, sizeof minutes, "%.0f", json_number_value(range));
        else if (json_array_size(range) == 2)
            snprintf(minutes, sizeof minutes, "%.0f-%.0f",
                     json_number_value(json_array_get(range, 0)),
                     json_number_value(json_array_get(range, 1)));
        if (mw_json_number(lab, "possible", 0) > 0)
            snprintf(points, sizeof points, "%.3g / %.3g", mw_json_number(lab, "earned", 0),
                     mw_json_number(lab, "possible", 0));
        const char *step = mw_json_text(lab, "step");
        snprintf(state, sizeof state, "%s%s%s", state_word(mw_json_text(lab, "state")),
                 *step ? _(", at step ") : "", step);
        mw_table_row(table, number, mw_json_text(lab, "id"), mw_json_text(lab, "title"), minutes,
                     points, state);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_courses(const mw_lines *lines, const json_t *courses)
{
    size_t i;
    json_t *course;
    json_array_foreach(courses, i, course)
    {
        const char *title = mw_json_text(course, "title");
        mw_lines_print(lines, "%s%s", i ? "\n" : "", *title ? title : mw_json_text(course, "id"));
        print_labs(lines, json_object_get(course, "labs"));
    }
    if (i == 0)
        mw_lines_print(lines, "%s",
                       _("There are no courses here; 'memwall doctor' says where they are "
                         "looked for."));
}

/* The first lab that is not done, as the default of the prompt. */
static const char *next_lab(const json_t *courses)
{
    size_t i, j;
    json_t *course, *lab;
    json_array_foreach(courses, i, course)
    {
        json_array_foreach(json_object_get(course, "labs"), j, lab)
        {
            const char *state = mw_json_text(lab, "state");
            if (strcmp(state, "done") != 0 && strcmp(state, "absent") != 0)
                return mw_json_text(lab, "id");
        }
    }
    return NULL;
}

static int ask_for_lab(const mw_front *front, const mw_lines *lines, const json_t *courses)
{
    const char *next = next_lab(courses);
    char line[256], prompt[128];
    snprintf(prompt, sizeof prompt,
             next ? _("\nLab (number or name; Enter opens %.60s): ")
                  : _("\nLab (number or name): "),
             next);
    mw_lines_put(lines, prompt);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) {
        mw_lines_blank(lines);
        return MW_EXIT_OK;
    }
    line[strcspn(line, "\r\n")] = '\0';
    if (strcmp(line, "quit") == 0 || (!*line && !next))
        return MW_EXIT_OK;
    return mw_front_plain(front, *line ? line : next);
}

static json_t *load_courses(const mw_front *front, int *code)
{
    mw_error error = {0};
    mw_paths paths;
    mw_host *host = NULL;
    json_t *courses = NULL;
    mw_host_options options = {.paths = &paths, .keep_progress = front->keep_progress};
    if (mw_paths_find(&paths, &error) == MW_OK && mw_host_open(&host, &options, &error) == MW_OK)
        courses = mw_host_courses(host, front->language, &error);
    if (!courses)
        *code = mw_console_complain("course", &error);
    else if (error.code != MW_OK)
        mw_console_complain("course", &error); /* the others are shown */
    mw_lines lines;
    mw_lines_open(&lines, stderr);
    if (courses && mw_host_notice(host))
        mw_lines_print(&lines, "memwall course: progress: %s", mw_host_notice(host));
    if (host)
        mw_host_close(host);
    return courses;
}

int mw_front_course_lines(const mw_front *front, bool ask)
{
    int code = MW_EXIT_OK;
    json_t *courses = load_courses(front, &code);
    if (!courses)
        return code;
    mw_lines lines;
    mw_lines_open(&lines, stdout);
    if (front->json) {
        json_t *object = json_pack("{s:O}", "courses", courses);
        mw_console_json(object);
        json_decref(object);
    } else {
        print_courses(&lines, courses);
        if (ask)
            code = ask_for_lab(front, &lines, courses);
        else
            mw_lines_print(&lines, "%s", _("\n'memwall run LAB' opens one."));
    }
    json_decref(courses);
    return code;
}

int mw_course_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, 0))
        return MW_EXIT_USAGE;
    mw_front front = {.command = "course",
                      .json = mw_request_has(request, "json"),
                      .mouse = mw_request_has(request, "mouse"),
                      .keep_progress = !mw_request_has(request, "no-progress")};
    if (!mw_front_language("course", mw_request_value(request, "lang"), &front.language) ||
        !mw_front_looks(&front, request))
        return MW_EXIT_USAGE;
    if (front.json || mw_request_has(request, "plain") || !mw_front_has_screen())
        return mw_front_course_lines(&front, false);
    return mw_front_screen(&front, NULL);
}
