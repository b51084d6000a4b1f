/* box.c: the list of refused calls for seccomp, and the limits of the process. */
#include "labs/engine/host/box.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Sanitizers and coverage need calls and files of their own, so their builds have no filter. */
#ifdef MW_INSTRUMENTED
#undef MW_HAVE_SECCOMP
enum { INSTRUMENTED = 1 };
#else
enum { INSTRUMENTED = 0 };
#endif

#ifdef MW_HAVE_SECCOMP
#include <linux/seccomp.h>
#include <seccomp.h>

/* No network, no other process, no change of the system. Opening and mapping stay allowed: the
 * dynamic loader needs them after exec. */
static const int refused[] = {
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchownat),
    SCMP_SYS(truncate),
    SCMP_SYS(reboot),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(personality),
};

static mw_status export_program(scmp_filter_ctx context, mw_box *box, mw_error *error)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    struct stat about;
    mw_status status = MW_OK;
    if (fd < 0 || seccomp_export_bpf(context, fd) || fstat(fd, &about)) {
        status = mw_fail(error, MW_IO, "the filter of system calls could not be made");
    } else {
        size_t size = (size_t)about.st_size;
        box->program.filter = malloc(size);
        if (!box->program.filter || pread(fd, box->program.filter, size, 0) != (ssize_t)size)
            status = mw_fail(error, MW_NO_MEMORY, "no memory for the filter of system calls");
        box->program.len = (unsigned short)(size / sizeof(struct sock_filter));
    }
    if (fd >= 0)
        close(fd);
    return status;
}

mw_status mw_box_make(mw_box *box, mw_error *error)
{
    memset(box, 0, sizeof *box);
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    if (!context)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the filter of system calls");
    int code = 0;
    for (size_t i = 0; i < sizeof refused / sizeof *refused && !code; i++)
        code = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
    mw_status status =
        code ? mw_fail(error, MW_INTERNAL, "the filter of system calls: %s", strerror(-code))
             : export_program(context, box, error);
    seccomp_release(context);
    if (status != MW_OK)
        mw_box_free(box);
    return status;
}
#else
mw_status mw_box_make(mw_box *box, mw_error *error)
{
    memset(box, 0, sizeof *box);
    if (INSTRUMENTED)
        return MW_OK;
    return mw_fail(error, MW_UNSUPPORTED,
                   "student code cannot run: memwall was built without libseccomp");
}
#endif

void mw_box_free(mw_box *box)
{
    free(box->program.filter);
    memset(box, 0, sizeof *box);
}

static int limit(int resource, rlim_t value)
{
    struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &both);
}

int mw_box_enter(const mw_box *box)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || limit(RLIMIT_CORE, 0) ||
        limit(RLIMIT_NOFILE, 64) || (!INSTRUMENTED && limit(RLIMIT_FSIZE, 0)))
        return -1;
#ifdef MW_HAVE_SECCOMP
    if (box->program.len && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &box->program, 0, 0))
        return -1;
#else
    (void)box;
#endif
    return 0;
}
