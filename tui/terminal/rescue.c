/* rescue.c: handlers on a stack of their own that write what was captured, and die. */
#include "tui/terminal/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Room for the handler when the ordinary stack has run out. */
static char spare_stack[64 * 1024];
static mw_rescue plan;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
                             SIGTERM, SIGHUP, SIGINT, SIGQUIT};

enum { DEADLY_COUNT = sizeof deadly / sizeof *deadly };

void mw_rescue_add(mw_rescue *rescue, const char *text)
{
    while (*text != '\0' && rescue->length < sizeof rescue->bytes) {
        const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;
        if (end)
            text = end + 1;
        else
            rescue->bytes[rescue->length++] = *text++;
    }
}

void mw_rescue_capture(mw_rescue *rescue)
{
    rescue->captured = rescue->stderr_fd = -1;
    if (!isatty(STDERR_FILENO))
        return;
    const int file = memfd_create("memwall-stderr", MFD_CLOEXEC);
    const int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (file < 0 || kept < 0 || dup2(file, STDERR_FILENO) < 0) {
        if (file >= 0)
            close(file);
        if (kept >= 0)
            close(kept);
        return;
    }
    rescue->captured = file;
    rescue->stderr_fd = kept;
}

/* Only async-signal-safe calls: a dying program replays as well. */
static void replay(int captured, int stderr_fd)
{
    char chunk[1024];
    off_t at = 0;
    ssize_t count;
    if (captured < 0)
        return;
    while ((count = pread(captured, chunk, sizeof chunk, at)) > 0) {
        at += count;
        if (write(stderr_fd, chunk, (size_t)count) != count)
            return;
    }
}

void mw_rescue_release(mw_rescue *rescue)
{
    if (rescue->captured < 0)
        return;
    dup2(rescue->stderr_fd, STDERR_FILENO);
    replay(rescue->captured, STDERR_FILENO);
    close(rescue->captured);
    close(rescue->stderr_fd);
    rescue->captured = -1;
}

static void rescue(int number)
{
    const int saved = errno;
    if (write(plan.fd, plan.bytes, plan.length) >= 0)
        tcsetattr(plan.fd, TCSANOW, &plan.modes);
    replay(plan.captured, plan.stderr_fd);
    errno = saved;
    /* SA_RESETHAND has put the default action back: this ends the process once we return. */
    raise(number);
}

void mw_rescue_arm(const mw_rescue *with)
{
    plan = *with;
    const stack_t stack = {.ss_sp = spare_stack, .ss_size = sizeof spare_stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = rescue, .sa_flags = SA_ONSTACK | (int)SA_RESETHAND};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < DEADLY_COUNT; i++)
        sigaction(deadly[i], &action, NULL);
}

void mw_rescue_disarm(void)
{
    for (size_t i = 0; i < DEADLY_COUNT; i++)
        signal(deadly[i], SIG_DFL);
    const stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
}
