/* run.c: `memwall run LAB`, and `memwall` without a terminal: the laboratory's front ends. */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "tui/app/app.h"
#include "tui/commands/console.h"
#include "tui/commands/front.h"
#include "tui/grid/charset.h"
#include "tui/grid/theme.h"
#include "tui/plain/lines.h"
#include "tui/plain/plain.h"

/* The lab that shows what memwall is when nobody is there to choose one. */
static const char demonstration[] = "gemv-gemm";

bool mw_front_language(const char *command, const char *wanted, const char **language)
{
    if (wanted && !mw_locale_match(wanted)) {
        mw_console_refuse(command, "--lang '%s' is not spoken here; en and zh_CN are", wanted);
        return false;
    }
    mw_locale locale = mw_locale_init(wanted);
    *language = locale.language; /* English where Chinese could not be shown */
    return true;
}

bool mw_front_has_screen(void)
{
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term &&
           strcmp(term, "dumb") != 0;
}

int mw_front_exit(const char *command, mw_plain_end end, const mw_error *error)
{
    switch (end) {
    case MW_PLAIN_FINISHED:
    case MW_PLAIN_LEFT:
        return MW_EXIT_OK;
    case MW_PLAIN_UNFINISHED:
        return MW_EXIT_FAILED;
    case MW_PLAIN_INTERRUPTED:
        return MW_EXIT_INTERRUPTED;
    case MW_PLAIN_REFUSED:
        mw_console_complain(command, error);
        return MW_EXIT_USAGE;
    case MW_PLAIN_FAILED:
        break;
    }
    mw_console_complain(command, error);
    return MW_EXIT_FAILED;
}

/* Announces the seconds that measuring takes, where nobody sees a progress bar. */
static json_t *machine_for(const mw_front *front, mw_host *host, int *code)
{
    bool remembered;
    mw_error error = {0};
    json_t *machine = mw_host_machine_load(host, &error);
    mw_reason what;
    mw_lines lines;
    mw_lines_open(&lines, front->json || front->silent ? stderr : stdout);
    if (machine) {
        if (mw_machine_compare(host, machine, &what) == MW_MACHINE_CHANGED)
            mw_machine_tell(&lines, MW_MACHINE_CHANGED, &what);
        return machine;
    }
    if (mw_host_is_useless(host)) { /* neither roofs nor lab */
        *code = mw_console_complain(front->command, &error);
        return NULL;
    }
    mw_lines_print(&lines, "%s",
                   _("Measuring this machine's roofs once; this takes about 5 seconds."));
    fflush(lines.file);
    machine = mw_machine_of(front->command, host, true, &remembered, code);
    if (machine || *code == MW_EXIT_INTERRUPTED)
        return machine;
    /* A lab is better with the roofs of the system's description than not at all. */
    machine = mw_host_machine_nominal(host);
    if (machine)
        mw_lines_wrap(&lines, 0, "",
                      _("They could not be measured: the lab goes on with nominal roofs, and says "
                        "so where they are used."));
    return machine;
}

/* A picture of a recording is one of the variant that was recorded. */
static const char *seed_of(const mw_front *front, const json_t *recording)
{
    const char *recorded =
        front->silent ? json_string_value(json_object_get(recording, "seed")) : NULL;
    return front->seed || !recorded || !*recorded ? front->seed : recorded;
}

static int run_plain(const mw_front *front, mw_host *host, const char *dir,
                     const char *answers_path, json_t *answers, const json_t *recording)
{
    int code = MW_EXIT_FAILED;
    mw_error error = {0};
    json_t *machine = recording ? json_incref(json_object_get(recording, "machine"))
                                : machine_for(front, host, &code);
    if (!machine)
        return code;
    mw_console_catch_interrupt();
    mw_plain_options options = {.command = front->command,
                                .dir = dir,
                                .locale = front->language,
                                .seed = seed_of(front, recording),
                                .machine = machine,
                                .answers = answers,
                                .answers_name = answers_path,
                                .measurements = recording,
                                .record = front->record,
                                .fresh = front->fresh,
                                .json = front->json,
                                .terminal = isatty(STDIN_FILENO),
                                .interrupted = mw_console_interrupted,
                                .silent = front->silent,
                                .seen = front->seen,
                                .seen_context = front->seen_context};
    mw_plain_end end = mw_plain_run(host, &options, &error);
    json_decref(machine);
    return mw_front_exit(front->command, end, &error);
}

int mw_front_plain(const mw_front *front, const char *lab)
{
    int code = MW_EXIT_USAGE;
    mw_error error = {0};
    mw_host *host = NULL;
    mw_paths paths;
    char dir[4096], answers_path[4096 + 16] = "";
    json_t *answers = NULL, *recording = NULL;
    mw_host_options options = {.paths = &paths, .keep_progress = front->keep_progress};
    if (front->answers)
        snprintf(answers_path, sizeof answers_path, "%s", front->answers);
    if (front->recording)
        recording = json_incref(front->recording);
    else if (front->measurements &&
             mw_plain_recording_load(front->measurements, &recording, &error) != MW_OK)
        goto complain;
    if (front->record && mw_plain_recording_check(front->record, &error) != MW_OK)
        goto complain;
    if (mw_paths_find(&paths, &error) != MW_OK || mw_host_open(&host, &options, &error) != MW_OK ||
        mw_host_find_lab(host, lab, dir, sizeof dir, &error) != MW_OK)
        goto complain;
    if (front->demonstrate)
        snprintf(answers_path, sizeof answers_path, "%s/demo.json", dir);
    mw_file_origin origin = front->demonstrate ? MW_FILE_FOUND : MW_FILE_NAMED;
    if (*answers_path && mw_plain_answers_load(answers_path, origin, &answers, &error) != MW_OK)
        goto complain;
    code = run_plain(front, host, dir, answers_path, answers, recording);
    goto out;
complain:
    code = mw_console_complain(front->command, &error);
out:
    json_decref(answers);
    json_decref(recording);
    if (host)
        mw_host_close(host);
    return code;
}

bool mw_front_looks(mw_front *front, const mw_request *request)
{
    mw_charset charset;
    front->theme = mw_request_value(request, "theme");
    front->charset = mw_request_value(request, "charset");
    if (front->theme && !mw_theme_find(front->theme)) {
        mw_console_refuse(
            front->command,
            "--theme '%s' is not known; dark, light, contrast, okabe-ito and mono are",
            front->theme);
        return false;
    }
    if (front->charset && !mw_charset_parse(front->charset, &charset)) {
        mw_console_refuse(front->command,
                          "--charset '%s' is not known; ascii, quadrant and braille are",
                          front->charset);
        return false;
    }
    return true;
}

/* The lines a terminal gets that cannot be drawn on. */
static int without_screen(const mw_front *front, const char *lab, const mw_error *why)
{
    fprintf(stderr, "memwall %s: plain lines, because %s\n", front->command, why->message);
    return lab ? mw_front_plain(front, lab) : mw_front_course_lines(front, true);
}

int mw_front_screen(const mw_front *front, const char *lab)
{
    mw_error error = {0};
    mw_paths paths;
    json_t *recording = NULL;
    if (front->measurements &&
        mw_plain_recording_load(front->measurements, &recording, &error) != MW_OK)
        return mw_console_complain(front->command, &error);
    mw_app_options options = {.paths = &paths,
                              .lab = lab,
                              .locale = front->language,
                              .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
                              .theme = front->theme,
                              .charset = front->charset,
                              .mouse = front->mouse,
                              .seed = front->seed,
                              .fresh = front->fresh,
                              .keep_progress = front->keep_progress,
                              .measurements = recording};
    mw_status status = mw_paths_find(&paths, &error);
    if (status == MW_OK)
        status = mw_app_run(&options, &error);
    json_decref(recording);
    switch (status) {
    case MW_OK:
        return MW_EXIT_OK;
    case MW_CANCELLED:
        return MW_EXIT_INTERRUPTED;
    case MW_UNSUPPORTED:
        return without_screen(front, lab, &error);
    default:
        return mw_console_complain(front->command, &error);
    }
}

int mw_run_command(const mw_request *request)
{
    if (!mw_request_operands(request, 1, 1))
        return MW_EXIT_USAGE;
    mw_front front = {.command = "run",
                      .answers = mw_request_value(request, "answers"),
                      .measurements = mw_request_value(request, "measurements"),
                      .record = mw_request_value(request, "record"),
                      .seed = mw_request_value(request, "seed"),
                      .json = mw_request_has(request, "json"),
                      .fresh = mw_request_has(request, "fresh"),
                      .mouse = mw_request_has(request, "mouse"),
                      .keep_progress = !mw_request_has(request, "no-progress")};
    if (!mw_front_language("run", mw_request_value(request, "lang"), &front.language) ||
        !mw_front_looks(&front, request))
        return MW_EXIT_USAGE;
    if (front.seed && !*front.seed)
        return mw_console_refuse("run", "--seed is empty; any other text is a seed");
    bool plain = mw_request_has(request, "plain") || front.json || front.answers || front.record ||
                 !mw_front_has_screen();
    return plain ? mw_front_plain(&front, request->operands[0])
                 : mw_front_screen(&front, request->operands[0]);
}

int mw_default_command(void)
{
    mw_front front = {.command = "run", .keep_progress = true};
    mw_front_language("run", NULL, &front.language);
    if (mw_front_has_screen())
        return mw_front_screen(&front, NULL);
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return mw_front_course_lines(&front, true);
    /* Nobody is there: show what a lab is, and leave no trace in anybody's progress. */
    front.demonstrate = front.fresh = true;
    front.keep_progress = false;
    return mw_front_plain(&front, demonstration);
}
