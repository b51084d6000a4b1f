/* cpu_times.c: reads the lines "cpuN" of proc/stat. */
#include "model/cpu_times.h"

#include <stdio.h>
#include <string.h>

bool mw_cpu_times_read(const char *root, mw_cpu_times *times, size_t count)
{
    memset(times, 0, count * sizeof *times);
    char path[4096], line[512];
    snprintf(path, sizeof path, "%s/proc/stat", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool found = false;
    while (fgets(line, sizeof line, file)) {
        unsigned cpu;
        /* user nice system idle iowait irq softirq steal */
        long t[8] = {0};
        int fields = sscanf(line, "cpu%u %ld %ld %ld %ld %ld %ld %ld %ld", &cpu, &t[0], &t[1],
                            &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]);
        if (fields < 5 || cpu >= count)
            continue;
        times[cpu].busy = t[0] + t[1] + t[2] + t[5] + t[6];
        times[cpu].steal = t[7];
        found = true;
    }
    fclose(file);
    return found;
}
