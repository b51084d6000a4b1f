/* neighbour.c: additions per cycle against a chain of dependent multiplications. */
#include "machine/neighbour.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "cpu.h"
#include "machine/probes.h"
#include "meter/noise.h"

#define ALONE_LEAST 3.5 /* additions per cycle */

enum { LOOKS = 3, LINKS = 1 << 13, ADDS = 1 << 15 };

bool mw_core_may_be_shared(void)
{
    int active = 0;
    FILE *file = fopen("/sys/devices/system/cpu/smt/active", "re");
    if (file) {
        if (fscanf(file, "%d", &active) != 1)
            active = 0;
        fclose(file);
    }
    return active > 0 || mw_cpu_hypervisor();
}

/* The best of a few: what is interrupted is slower. */
static double best_rate(uint64_t (*probe)(uint64_t), uint64_t size)
{
    double best = 0;
    for (int i = 0; i < LOOKS; i++) {
        double begin = mw_clock_seconds();
        uint64_t done = probe(size);
        best = fmax(best, (double)done / (mw_clock_seconds() - begin));
    }
    return best;
}

double mw_core_adds_per_cycle(void)
{
    double cycles = best_rate(mw_probe_cycles, LINKS);
    return cycles > 0 ? best_rate(mw_probe_adds, ADDS) / cycles : 0;
}

bool mw_core_seems_shared(double adds_per_cycle)
{
    return adds_per_cycle > 0 && adds_per_cycle < ALONE_LEAST;
}
