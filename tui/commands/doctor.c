/* doctor.c: `memwall doctor`: what works here, what does not, and why; both processes are asked. */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "labs/bench/peers.h"
#include "labs/engine/host/files.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "mw_built_with.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

typedef enum state { OK, WARNING, ABSENT } state;

/* Returns the check, which belongs to `checks`. */
static json_t *add(json_t *checks, const char *id, const char *label, state how, const char *value,
                   const char *note)
{
    static const char *const names[] = {"ok", "warning", "absent"};
    json_t *check = json_pack("{s:s, s:s, s:s, s:s}", "id", id, "label", label, "state", names[how],
                              "value", value);
    if (check && note && *note)
        json_object_set_new(check, "note", json_string(note));
    json_array_append_new(checks, check);
    return check;
}

/* First line of a small file, or "" when it cannot be read. */
static void read_line(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(text, (int)size, file))
        text[strcspn(text, "\n")] = '\0';
    fclose(file);
}

static void check_system(json_t *checks)
{
    add(checks, "version", "memwall", OK, MEMWALL_VERSION, NULL);
    struct utsname name;
    char text[256];
    if (uname(&name) == 0) {
        snprintf(text, sizeof text, "%.60s %.100s %.60s", name.sysname, name.release, name.machine);
        add(checks, "kernel", N_("system"), OK, text, NULL);
    }
    read_line("/proc/sys/kernel/perf_event_paranoid", text, sizeof text);
    if (!*text)
        add(checks, "paranoid", "perf_event_paranoid", ABSENT, N_("absent"),
            N_("this kernel has no performance events, so hardware counters cannot be read"));
    else
        add(checks, "paranoid", "perf_event_paranoid", atoi(text) > 2 ? WARNING : OK, text,
            atoi(text) > 2 ? N_("above 2 hardware counters are refused without privileges; "
                                "'sysctl kernel.perf_event_paranoid=2' allows them")
                           : NULL);
}

/* A folder that can be made and written, tried and not guessed from its permissions. */
static void check_folder(json_t *checks, const char *id, const char *label, const char *path,
                         const char *lost)
{
    char probe[4200], note[512];
    snprintf(probe, sizeof probe, "%s/.probe-XXXXXX", path);
    int fd = mw_folders_make(path) ? mkstemp(probe) : -1;
    if (fd >= 0) {
        close(fd);
        unlink(probe);
        add(checks, id, label, OK, path, NULL);
        return;
    }
    snprintf(note, sizeof note, "%s: %s",
             *path ? "cannot be written" : "HOME is not set, and the system knows no home of yours",
             lost);
    add(checks, id, label, WARNING, *path ? path : N_("none"), note);
}

static void check_file(json_t *checks, const char *id, const char *label, const char *path,
                       int mode)
{
    bool there = access(path, mode) == 0;
    add(checks, id, label, there ? OK : ABSENT, path,
        there ? NULL : N_("not found: build or install memwall again"));
}

/* Not only the folder: what is in it may not be a course. */
static void check_courses(json_t *checks, const char *folder, mw_host *host)
{
    mw_error error = {.code = MW_OK};
    json_t *courses = access(folder, R_OK) == 0 ? mw_host_courses(host, "en", &error) : NULL;
    if (!courses && error.code == MW_OK)
        check_file(checks, "courses", N_("courses"), folder, R_OK);
    else if (error.code != MW_OK)
        add(checks, "courses", N_("courses"), WARNING, folder, error.message);
    else if (json_array_size(courses) == 0)
        add(checks, "courses", N_("courses"), WARNING, folder,
            N_("no folder in it has a course.json"));
    else
        add(checks, "courses", N_("courses"), OK, folder, NULL);
    json_decref(courses);
}

static void check_paths(json_t *checks, const mw_paths *paths, mw_host *host)
{
    check_file(checks, "worker", N_("worker"), paths->worker, X_OK);
    check_file(checks, "scripts", N_("authoring library"), paths->scripts, R_OK);
    if (host)
        check_courses(checks, paths->courses, host);
    check_file(checks, "assets", N_("assets"), paths->assets, R_OK);
    check_folder(checks, "data", N_("progress folder"), paths->data,
                 "labs run, and progress is not kept");
    check_folder(checks, "cache", N_("cache folder"), paths->cache,
                 "the machine is measured at each start");
}

static void check_terminal(json_t *checks)
{
    char text[128];
    const char *current = setlocale(LC_CTYPE, NULL);
    const char *wanted = getenv("LC_ALL");
    if (!wanted || !*wanted)
        wanted = getenv("LC_CTYPE");
    if (!wanted || !*wanted)
        wanted = getenv("LANG");
    bool other = wanted && *wanted && current && strcmp(wanted, current) != 0;
    snprintf(text, sizeof text, "%s was asked for and is not generated here", wanted ? wanted : "");
    add(checks, "locale", N_("locale"), other ? WARNING : OK, current ? current : "C",
        other ? text : NULL);

    const char *charset = nl_langinfo(CODESET);
    bool utf8 = strcmp(charset, "UTF-8") == 0;
    add(checks, "charset", N_("charset"), utf8 ? OK : WARNING, charset,
        utf8 ? NULL : N_("not UTF-8: charts are drawn in ASCII; LC_ALL=C.UTF-8 mends it"));

    const char *untranslated = mw_locale_problem();
    add(checks, "language", N_("language"), *untranslated ? WARNING : OK,
        mw_locale_init(NULL).language, *untranslated ? untranslated : NULL);

    const char *term = getenv("TERM");
    bool dumb = !term || !*term || strcmp(term, "dumb") == 0;
    bool tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    add(checks, "terminal", N_("terminal"), dumb || !tty ? WARNING : OK,
        term && *term ? term : N_("none"),
        !tty   ? N_("standard input or output is no terminal: labs run as plain lines")
        : dumb ? N_("TERM says dumb: labs run as plain lines")
               : NULL);

    const char *no_color = getenv("NO_COLOR"), *color = getenv("COLORTERM");
    bool mono = no_color && *no_color;
    bool direct = color && (strcmp(color, "truecolor") == 0 || strcmp(color, "24bit") == 0);
    add(checks, "colour", N_("colour"), OK,
        mono     ? N_("off")
        : direct ? N_("truecolor")
                 : N_("by terminfo"),
        mono ? N_("NO_COLOR is set") : NULL);
}

/* Optional libraries are chosen when memwall is built, so a missing one asks for another build. */
static void check_built_with(json_t *checks)
{
    static const struct {
        const char *package;
        bool found;
        const char *reason;
    } packages[] = {MW_BUILT_WITH};
    char id[96], note[256];
    for (size_t i = 0; packages[i].package; i++) {
        snprintf(id, sizeof id, "built-with-%s", packages[i].package);
        snprintf(note, sizeof note, "missing: %s; './memwall -y' installs it and builds again",
                 packages[i].reason);
        add(checks, id, packages[i].package, packages[i].found ? OK : ABSENT,
            packages[i].found ? N_("built in") : N_("not found when memwall was built"),
            packages[i].found ? NULL : note);
    }
}

static void check_packages(json_t *checks)
{
    check_built_with(checks);
    bool likwid = mw_likwid_installed();
    add(checks, "likwid", "likwid-bench", likwid ? OK : ABSENT,
        likwid ? N_("installed") : N_("not installed"),
        likwid ? NULL
               : N_("only 'memwall bench machine' needs it, to compare roofs; package likwid"));
}

static void check_calibration(json_t *checks, mw_host *host)
{
    json_t *machine = mw_host_machine_load(host, NULL);
    if (!machine) {
        add(checks, "calibration", N_("roofs"), WARNING, N_("not measured yet"),
            N_("the first lab, or 'memwall machine', measures them"));
        return;
    }
    json_t *reason = json_array_get(json_object_get(machine, "reasons"), 0);
    bool clean = mw_json_has_run_verdict(machine, MW_RUN_CLEAN);
    mw_reason_id said = clean                                              ? MW_REASON_ROOFS_CLEAN
                        : mw_json_has_run_verdict(machine, MW_RUN_NOMINAL) ? MW_REASON_ROOFS_NOMINAL
                                                                           : MW_REASON_ROOFS_NOISY;
    mw_reason value = mw_reason_of(said, (const mw_reason_figure[MW_REASON_FIGURES]){
                                             {.number = mw_json_count(machine, "levels")}});
    mw_reason what;
    mw_machine_state now = mw_machine_compare(host, machine, &what);
    bool good = clean && now != MW_MACHINE_CHANGED;
    json_t *check = add(checks, "calibration", N_("roofs"), good ? OK : WARNING, "", NULL);
    json_object_set_new(check, "value", mw_reason_to_json(&value));
    if (now != MW_MACHINE_SAME)
        json_object_set_new(check, "note", mw_reason_to_json(&what));
    else if (!clean && reason)
        json_object_set(check, "note", reason);
    else if (!clean)
        json_object_set_new(check, "note",
                            json_string(N_("'memwall machine --fresh' measures again")));
    json_decref(machine);
}

/* The worker answers for ISA, OpenBLAS, OpenMP, PAPI, pinning and memory. */
static bool check_worker(json_t *checks, mw_host *host)
{
    mw_error error = {0};
    json_t *answer = NULL;
    mw_console_catch_interrupt();
    if (mw_host_call(host, "doctor", json_object(), mw_console_progress, NULL, &answer, &error) !=
        MW_OK) {
        mw_console_progress_clear();
        add(checks, "engine", N_("engine"), ABSENT, N_("does not answer"), error.message);
        return false;
    }
    mw_console_progress_clear();
    size_t i;
    json_t *check;
    json_array_foreach(json_object_get(answer, "checks"), i, check)
        json_array_append(checks, check);
    json_decref(answer);
    return true;
}

/* The worker knows no translations: people read these labels of its checks. */
static const char *label_of(const json_t *check)
{
    static const struct {
        const char *id, *label;
    } labels[] = {
        {"isa", N_("instruction set")},
        {"processor", N_("processor")},
        {"cpus", N_("processors allowed")},
        {"kernels", N_("kernels")},
        {"papi-hardware", N_("hardware events")},
        {"papi-sde", N_("software-defined events")},
        {"memory", N_("memory a kernel may take")},
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (strcmp(mw_json_text(check, "id"), labels[i].id) == 0)
            return _(labels[i].label);
    }
    return _(mw_json_text(check, "label"));
}

static const char *state_word(const char *name)
{
    static const char *const words[] = {N_("ok"), N_("warning"), N_("absent")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(name, words[i]) == 0)
            return _(words[i]);
    }
    return name;
}

/* The worker sends reasons, and this program's own checks are texts of its catalogue. */
static void say(const json_t *check, const char *key, char text[MW_REASON_TEXT])
{
    const char *own = mw_json_text(check, key);
    if (*own)
        snprintf(text, MW_REASON_TEXT, "%s", _(own));
    else
        mw_json_said(json_object_get(check, key), text);
}

static void print_checks(const json_t *checks)
{
    mw_lines lines;
    mw_lines_open(&lines, stdout);
    int widest = 0;
    size_t i;
    json_t *check;
    json_array_foreach(checks, i, check)
    {
        int width = mw_lines_width(label_of(check));
        widest = width > widest ? width : widest;
    }
    json_array_foreach(checks, i, check)
    {
        const char *label = label_of(check), *how = state_word(mw_json_text(check, "state"));
        char value[MW_REASON_TEXT], note[MW_REASON_TEXT];
        say(check, "value", value);
        say(check, "note", note);
        mw_lines_print(&lines, "%s%*s %s%*s  %s", how, 8 - mw_lines_width(how), "", label,
                       widest - mw_lines_width(label), "", value);
        if (*note)
            mw_lines_wrap(&lines, widest + 11, "", note);
    }
}

int mw_doctor_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, 0))
        return MW_EXIT_USAGE;
    json_t *checks = json_array();
    mw_error error = {0};
    mw_paths paths;
    mw_host *host = NULL;
    bool works = false;
    check_system(checks);
    mw_host_options options = {.paths = &paths, .keep_progress = false};
    if (mw_paths_find(&paths, &error) != MW_OK) {
        add(checks, "paths", N_("paths"), ABSENT, N_("not found"), error.message);
    } else {
        mw_host_open(&host, &options, &error);
        check_paths(checks, &paths, host);
        if (!host)
            add(checks, "engine", N_("engine"), ABSENT, N_("cannot start"), error.message);
        else
            works = check_worker(checks, host);
    }
    check_terminal(checks);
    check_packages(checks);
    if (host)
        check_calibration(checks, host);
    if (mw_request_has(request, "json")) {
        json_t *object = json_pack("{s:O, s:b}", "checks", checks, "works", works);
        mw_console_json(object);
        json_decref(object);
    } else {
        print_checks(checks);
    }
    json_decref(checks);
    if (host)
        mw_host_close(host);
    return works ? MW_EXIT_OK : MW_EXIT_FAILED;
}
