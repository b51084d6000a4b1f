/*
 * memwall-worker: where labs and kernels live, apart from the terminal.
 *
 * memwall starts it with a socket on descriptor 3 and the counter block on descriptor 4.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpu.h"
#include "labs/engine/worker/server.h"
#include "meter/hardware.h"
#include "model/block.h"

static int complain(const char *message)
{
    fprintf(stderr, "memwall-worker: %s\n", message);
    return 2;
}

static mw_block *map_block(void)
{
    struct stat about;
    size_t size = (size_t)mw_block_size();
    if (fstat(MW_BLOCK_FD, &about) || (uint64_t)about.st_size < size)
        return NULL;
    void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, MW_BLOCK_FD, 0);
    return block == MAP_FAILED ? NULL : block;
}

static int serve(void)
{
    mw_error error = {MW_OK, ""};
    mw_wire *wire;
    if (mw_wire_open(&wire, MW_WIRE_FD, &error) != MW_OK)
        return complain("this program is started by memwall, not by hand");
    mw_runner *runner = NULL;
    mw_server *server = NULL;
    mw_status status = mw_cpu_init(&error);
    if (status == MW_OK)
        status = mw_runner_open(&runner, map_block(), &error);
    if (status == MW_OK)
        status = mw_server_open(&server, wire, runner, &error);
    if (status != MW_OK) {
        mw_wire_send_error(wire, "id", NULL, &error);
        mw_runner_close(runner);
        mw_wire_close(wire);
        return complain(error.message);
    }
    status = mw_server_serve(server, &error);
    mw_server_close(server);
    return status != MW_OK ? complain(error.message) : 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"role", required_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    const char *role = "lab";
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'r')
            return 2;
        role = optarg;
    }
    if (strcmp(role, "lab") != 0) /* a student's code runs in memwall-worker-student */
        return complain("--role is lab");
    return serve();
}
