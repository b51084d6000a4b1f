/* key.c: by what a remembered machine is known again: processor, features, system. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "cpu.h"
#include "machine/calibration.h"

/* Raised when the probes or the recipe change, so that remembered roofs are measured again. */
enum { RECIPE = 3 };

/* FNV-1a of the first processor's feature line: microcode updates and other hosts change it. */
static uint64_t features(void)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (!file)
        return hash;
    char line[8192];
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "flags", 5) != 0 && strncmp(line, "Features", 8) != 0)
            continue;
        for (const char *c = line; *c; c++)
            hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
        break;
    }
    fclose(file);
    return hash;
}

void mw_calibration_key(char *text, size_t size)
{
    struct utsname system;
    if (uname(&system) != 0)
        snprintf(system.release, sizeof system.release, "unknown");
    snprintf(text, size, "%s|%s|%016" PRIx64 "|cpus=%d|%s|%s|recipe=%d", mw_cpu_brand(),
             mw_isa_name(mw_cpu_isa()), features(), mw_cpu_count(), system.release,
             mw_cpu_hypervisor() ? "guest" : "metal", RECIPE);
}
