/* cpu.c: asks CPUID once which instructions there are, and the system which CPUs are ours. */
#include "cpu.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { CPUS_MAX = 4096 };

/* What the processor says. It cannot change while the process lives, so it is read once. */
typedef struct cpu_facts {
    mw_isa best;
    bool hypervisor;
    char brand[64];
    int allowed[CPUS_MAX]; /* CPUs of the affinity mask the process started with */
    int count;
} cpu_facts;

static cpu_facts facts;
static pthread_once_t facts_once = PTHREAD_ONCE_INIT;
static mw_isa chosen = MW_ISA_GENERIC;

#if defined(__x86_64__)

/* The registers that the operating system saves; a CPU flag alone does not make AVX usable. */
static uint64_t xgetbv(void)
{
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static mw_isa probe_isa(void)
{
    enum { XMM_YMM = 0x6, OPMASK_ZMM = 0xe0 };
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return MW_ISA_GENERIC;
    const unsigned wanted = bit_FMA | bit_F16C | bit_AVX | bit_OSXSAVE;
    if ((c & wanted) != wanted)
        return MW_ISA_GENERIC;
    uint64_t saved = xgetbv();
    if ((saved & XMM_YMM) != XMM_YMM || !__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return MW_ISA_GENERIC;
    if (!(b & bit_AVX2))
        return MW_ISA_GENERIC;
    unsigned wide = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
    if ((b & wide) == wide && (saved & OPMASK_ZMM) == OPMASK_ZMM)
        return MW_ISA_AVX512;
    return MW_ISA_AVX2;
}

static bool probe_hypervisor(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && c >> 31;
}

static void probe_brand(char *brand, size_t size)
{
    unsigned words[12];
    for (size_t i = 0; i < 3; i++) {
        unsigned *w = words + 4 * i;
        if (!__get_cpuid(0x80000002u + (unsigned)i, &w[0], &w[1], &w[2], &w[3])) {
            snprintf(brand, size, "x86-64");
            return;
        }
    }
    char text[sizeof words + 1];
    memcpy(text, words, sizeof words);
    text[sizeof words] = '\0';
    /* Filled up with blanks, in front or behind. */
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        text[--length] = '\0';
    snprintf(brand, size, "%s", text + strspn(text, " "));
}

#else

static mw_isa probe_isa(void)
{
    return MW_ISA_GENERIC;
}

static bool probe_hypervisor(void)
{
    return false;
}

static void probe_brand(char *brand, size_t size)
{
#if defined(__aarch64__)
    snprintf(brand, size, "AArch64");
#else
    snprintf(brand, size, "unknown processor");
#endif
}

#endif

static void probe_allowed(void)
{
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
    if (set && sched_getaffinity(0, size, set) == 0) {
        for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
            if (CPU_ISSET_S((size_t)cpu, size, set))
                facts.allowed[facts.count++] = cpu;
        }
    }
    CPU_FREE(set);
    if (facts.count == 0)
        facts.allowed[facts.count++] = 0;
}

static void probe(void)
{
    facts.best = probe_isa();
    facts.hypervisor = probe_hypervisor();
    probe_brand(facts.brand, sizeof facts.brand);
    probe_allowed();
}

static const cpu_facts *cpu(void)
{
    pthread_once(&facts_once, probe);
    return &facts;
}

const char *mw_isa_name(mw_isa isa)
{
    static const char *const names[] = {"generic", "avx2", "avx512"};
    return names[isa];
}

mw_status mw_cpu_init(mw_error *error)
{
    mw_isa best = cpu()->best;
    chosen = best;
    const char *wish = getenv("MEMWALL_ISA");
    if (!wish || !*wish)
        return MW_OK;
    for (mw_isa isa = MW_ISA_GENERIC; isa <= MW_ISA_AVX512; isa++) {
        if (strcmp(wish, mw_isa_name(isa)) != 0)
            continue;
        if (isa > best)
            return mw_fail(error, MW_INVALID,
                           "MEMWALL_ISA=%s is more than this processor has (%s): it may only lower "
                           "the instruction set; unset it or choose one up to %s",
                           wish, mw_isa_name(best), mw_isa_name(best));
        chosen = isa;
        return MW_OK;
    }
    return mw_fail(error, MW_INVALID,
                   "MEMWALL_ISA=%.32s is unknown: use generic, avx2 or avx512, or unset it", wish);
}

mw_isa mw_cpu_isa(void)
{
    return chosen;
}

mw_isa mw_cpu_best_isa(void)
{
    return cpu()->best;
}

const char *mw_cpu_brand(void)
{
    return cpu()->brand;
}

bool mw_cpu_hypervisor(void)
{
    return cpu()->hypervisor;
}

int mw_cpu_count(void)
{
    return cpu()->count;
}

int mw_cpu_allowed(int index)
{
    return cpu()->allowed[index];
}
