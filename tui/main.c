/* main.c: memwall, the student's program. It never links a kernel: those run in memwall-worker. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tui/commands/command.h"
#include "tui/locale.h"

/* A closed standard stream would let the next open() become it, and a socket be printed into. What
 * stands in for a closed output cannot be written either: nobody is to believe it was. */
static void open_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR) != fd)
            _exit(MW_EXIT_FAILED);
    }
}

int main(int argc, char **argv)
{
    open_standard_streams();
    mw_locale_init(NULL);
    return mw_command_main(argc, argv);
}
