/* main.c: memwall, the student's program. It never links a kernel: those run in memwall-worker. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "labs/locale/locale.h"
#include "tui/commands/command.h"

/* A closed standard stream would let the next open() become it, and a socket be printed into. What
 * stands in for a closed output cannot be written either: nobody is to believe it was. */
static void open_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR) != fd)
            _exit(MW_EXIT_FAILED);
    }
}

/* What a program before us left on a terminal or a pipe that we share with it: writes that do not
 * wait would lose what does not fit at once. */
static void wait_when_writing(void)
{
    for (int fd = 1; fd <= 2; fd++) {
        int flags = fcntl(fd, F_GETFL);
        if (flags >= 0 && (flags & O_NONBLOCK))
            fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    }
}

int main(int argc, char **argv)
{
    open_standard_streams();
    wait_when_writing();
    signal(SIGXFSZ,
           SIG_IGN); /* a limit of file sizes is an error of write(), said like any other */
    mw_locale_init(NULL);
    return mw_command_main(argc, argv);
}
