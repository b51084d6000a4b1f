/* app.c: the loop: wait, hear signals, keys and host, paint. */
#include "tui/app/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tui/app/app_state.h"
#include "tui/grid/charset.h"
#include "tui/view/view.h"

enum { FDS_MAX = 2 + MW_HOST_FDS, EVENTS_PER_WAKE = 64, KEYS_PER_WAKE = 256 };

static const int heard_signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

/* ---- painting ---- */

static void paint(mw_app *app)
{
    mw_model *model = &app->model;
    int width, height;
    mw_terminal_size(app->terminal, &width, &height);
    if (width != app->grid.width || height != app->grid.height) {
        if (!mw_grid_resize(&app->grid, width, height))
            return;
    } else {
        mw_grid_clear(&app->grid);
    }
    const char *notice = mw_host_notice(app->host);
    snprintf(model->notice, sizeof model->notice, "%s", notice ? notice : "");
    mw_view_prepare(model, &app->grid);
    mw_view_draw(model, &app->grid);
    mw_terminal_show(app->terminal, &app->grid);
    app->painted_ms = mw_app_now_ms();
    app->dirty = app->urgent = false;
}

/* ---- the loop ---- */

static void hear_signals(mw_app *app)
{
    struct signalfd_siginfo heard;
    while (read(app->signals, &heard, sizeof heard) == (ssize_t)sizeof heard) {
        switch (heard.ssi_signo) {
        case SIGWINCH:
            mw_terminal_resized(app->terminal);
            break;
        case SIGCONT:
            mw_terminal_redraw(app->terminal);
            break;
        case SIGTSTP:
            mw_terminal_suspend(app->terminal);
            break;
        default:
            app->deadly = (int)heard.ssi_signo;
            app->quit = true;
        }
        app->dirty = app->urgent = true;
    }
}

static void hear_keys(mw_app *app)
{
    int count = 0;
    while (count < KEYS_PER_WAKE && !app->quit) {
        mw_key key = mw_terminal_key(app->terminal);
        if (key == MW_KEY_NONE)
            break;
        mw_app_key(app, key);
        app->dirty = app->urgent = true;
        count++;
    }
    int waiting = 0;
    /* Readable without a byte is the end of the terminal; one that hung up refuses the question. */
    if (count == 0 &&
        (ioctl(mw_terminal_fd(app->terminal), FIONREAD, &waiting) != 0 || waiting == 0)) {
        struct pollfd gone = {mw_terminal_fd(app->terminal), POLLIN, 0};
        app->quit = app->quit || poll(&gone, 1, 0) > 0;
    }
}

static void hear_host(mw_app *app)
{
    mw_host_event event;
    mw_host_pump(app->host);
    for (int i = 0; i < EVENTS_PER_WAKE && mw_host_next(app->host, &event); i++)
        mw_app_hear(app, &event);
}

static void lower_to(int *timeout_ms, int64_t due_ms, int64_t now_ms)
{
    int64_t wait = due_ms > now_ms ? due_ms - now_ms : 0;
    if (*timeout_ms < 0 || wait < *timeout_ms)
        *timeout_ms = (int)wait;
}

static bool is_lively(const mw_app *app)
{
    return app->model.running || app->model.calibrating;
}

static int next_wake(const mw_app *app)
{
    int64_t now = mw_app_now_ms();
    int timeout_ms = -1;
    if (app->urgent)
        return 0;
    if (app->dirty)
        lower_to(&timeout_ms, app->painted_ms + MW_FRAME_MS, now);
    if (app->model.running)
        lower_to(&timeout_ms, app->sampled_ms + MW_FRAME_MS, now);
    if (app->waiting_since && !app->told_waiting)
        lower_to(&timeout_ms, app->waiting_since + MW_WAITING_MS, now);
    for (int i = 0; i < app->pending_count; i++)
        lower_to(&timeout_ms, app->pending[i].due_ms, now);
    int patience_ms = mw_terminal_patience(app->terminal);
    if (patience_ms >= 0)
        lower_to(&timeout_ms, now + patience_ms, now);
    return timeout_ms;
}

static void one_turn(mw_app *app)
{
    struct pollfd fds[FDS_MAX] = {{mw_terminal_fd(app->terminal), POLLIN, 0},
                                  {app->signals, POLLIN, 0}};
    int timeout_ms = next_wake(app);
    size_t count = 2 + mw_host_fds(app->host, fds + 2, MW_HOST_FDS, &timeout_ms);
    if (poll(fds, count, timeout_ms) < 0 && errno != EINTR)
        return;
    if (fds[1].revents)
        hear_signals(app);
    if (fds[0].revents || mw_terminal_patience(app->terminal) == 0)
        hear_keys(app);
    if (app->urgent && !app->quit)
        paint(app); /* a key is answered before the host is */
    hear_host(app);
    mw_app_flush(app, false);

    int64_t now = mw_app_now_ms();
    if (app->waiting_since && !app->told_waiting && now >= app->waiting_since + MW_WAITING_MS) {
        app->told_waiting = true;
        mw_app_say(app, "info", "%s",
                   _("memwall waits for its worker, which has not spoken yet; Q leaves"));
    }
    if (app->model.running && now >= app->sampled_ms + MW_FRAME_MS) {
        app->sampled_ms = now;
        mw_app_sample(app);
    }
    bool due = app->urgent || !is_lively(app) || now >= app->painted_ms + MW_FRAME_MS;
    if (app->dirty && due && !app->quit)
        paint(app);
}

/* ---- beginning and end ---- */

/* Keys are heard meanwhile: a worker may take its time, or be stopped. */
static void await_worker(mw_app *app)
{
    mw_error error;
    if (mw_host_start(app->host, &error) != MW_OK)
        return; /* the first request says why */
    app->waiting_since = mw_app_now_ms();
    while (!app->quit && mw_host_is_starting(app->host))
        one_turn(app);
    app->waiting_since = 0;
    if (app->told_waiting)
        app->model.message_tone = NULL;
}

static void start(mw_app *app)
{
    mw_model *model = &app->model;
    const json_t *recorded = json_object_get(app->options->measurements, "machine");
    json_decref(model->machine); /* of a measurement that was asked for already */
    model->machine =
        recorded ? json_incref((json_t *)recorded) : mw_host_machine_load(app->host, NULL);
    model->machine_known = !recorded && model->machine;
    model->machine_age = mw_host_machine_age(app->host);
    if (!model->machine) {
        model->first_start = true;
        if (!model->calibrating)
            mw_app_calibrate(app);
        if (!model->calibrating)
            mw_app_machine_known(app);
        return;
    }
    if (!recorded && !model->calibrating) {
        mw_error error;
        json_t *body = json_pack("{s:O}", "machine", model->machine);
        if (mw_host_request(app->host, "spot-check", body, &app->spot_id, &error) != MW_OK)
            app->spot_id = 0;
    }
    if (app->lab_dir[0] != '\0')
        mw_app_open_lab(app, app->lab_dir, app->fresh);
}

static void run(mw_app *app)
{
    mw_model *model = &app->model;
    model->locale = app->options->locale;
    model->focus = -1;
    model->screen = app->lab_dir[0] != '\0' ? MW_SCREEN_LAB : MW_SCREEN_COURSE;
    mw_app_load_courses(app);
    paint(app); /* something to look at while the worker starts */
    await_worker(app);
    if (!app->quit)
        start(app);
    app->dirty = true;
    while (!app->quit)
        one_turn(app);
    mw_app_close_lab(app);
}

static mw_status open_app(mw_app *app, mw_error *error)
{
    const mw_app_options *options = app->options;
    mw_host_options host = {.paths = options->paths, .keep_progress = options->keep_progress};
    mw_status status = mw_host_open(&app->host, &host, error);
    if (status == MW_OK && options->lab)
        status =
            mw_host_find_lab(app->host, options->lab, app->lab_dir, sizeof app->lab_dir, error);
    if (status != MW_OK)
        return status;
    app->theme = mw_theme_choose(options->theme);
    app->grid.charset = mw_charset_choose(options->charset, options->utf8, getenv("TERM"));
    app->grid.unicode_text = mw_charset_keeps_texts(options->utf8, getenv("TERM"));
    mw_terminal_options terminal = {
        .theme = app->theme, .charset = app->grid.charset, .mouse = options->mouse};
    return mw_terminal_open(&app->terminal, &terminal, error);
}

static void close_app(mw_app *app)
{
    mw_terminal_close(app->terminal);
    if (app->host)
        mw_host_close(app->host);
    mw_grid_free(&app->grid);
    json_decref(app->model.courses);
    json_decref(app->model.machine);
    if (app->signals >= 0)
        close(app->signals);
    free(app);
}

mw_status mw_app_run(const mw_app_options *options, mw_error *error)
{
    sigset_t own, before;
    mw_app *app = calloc(1, sizeof *app);
    if (!app)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the screen");
    sigemptyset(&own);
    for (size_t i = 0; i < sizeof heard_signals / sizeof *heard_signals; i++)
        sigaddset(&own, heard_signals[i]);
    /* Before any thread is made, so that every thread leaves the signals to us. */
    pthread_sigmask(SIG_BLOCK, &own, &before);
    app->options = options;
    app->seed = options->seed;
    app->fresh = options->fresh;
    app->signals = signalfd(-1, &own, SFD_CLOEXEC | SFD_NONBLOCK);
    mw_status status = app->signals < 0
                           ? mw_fail(error, MW_IO, "signals cannot be read: %s", strerror(errno))
                           : open_app(app, error);
    if (status == MW_OK) {
        run(app);
        if (app->interrupted)
            status = mw_fail(error, MW_CANCELLED, "interrupted");
    }
    int deadly = app->deadly;
    close_app(app);
    if (deadly != 0) {
        signal(deadly, SIG_DFL);
        raise(deadly);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
