/*
 * peak_probe.inc.h: 8, 12 and 16 independent chains of one arithmetic instruction, as x86-64
 * assembly.
 *
 * Before including, define PROBE(chains), FILL(i) [register i = start values at %1], OPERATE(i)
 * [register i = f(register i)] and LEAVE. An FMA needs latency x ports = 4 x 2 = 8 chains to fill
 * the ports; which count wins differs between processors, so the best of the three is the roof.
 */

#define EIGHT(line)   line(0) line(1) line(2) line(3) line(4) line(5) line(6) line(7)
#define TWELVE(line)  EIGHT(line) line(8) line(9) line(10) line(11)
#define SIXTEEN(line) TWELVE(line) line(12) line(13) line(14) line(15)
#define CLOBBERS                                                                                   \
    "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
        "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

static void PROBE(8)(uint64_t rounds)
{
    __asm__ volatile(EIGHT(FILL) ".p2align 6\n1:\n\t" EIGHT(OPERATE) "dec %0\n\t jnz 1b\n\t"
                     : "+&r"(rounds)
                     : "r"(START)
                     : CLOBBERS);
    LEAVE;
}

static void PROBE(12)(uint64_t rounds)
{
    __asm__ volatile(TWELVE(FILL) ".p2align 6\n1:\n\t" TWELVE(OPERATE) "dec %0\n\t jnz 1b\n\t"
                     : "+&r"(rounds)
                     : "r"(START)
                     : CLOBBERS);
    LEAVE;
}

static void PROBE(16)(uint64_t rounds)
{
    __asm__ volatile(SIXTEEN(FILL) ".p2align 6\n1:\n\t" SIXTEEN(OPERATE) "dec %0\n\t jnz 1b\n\t"
                     : "+&r"(rounds)
                     : "r"(START)
                     : CLOBBERS);
    LEAVE;
}

#undef EIGHT
#undef TWELVE
#undef SIXTEEN
#undef CLOBBERS
#undef PROBE
#undef FILL
#undef OPERATE
#undef START
#undef LEAVE
