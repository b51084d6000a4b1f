/*
 * stream_probe.inc.h: the eight stream probes of one vector width, as x86-64 assembly.
 *
 * Before including, define PROBE(name), VECTOR ("xmm", "ymm", "zmm"), WIDTH ("16", …), MOVE,
 * MOVE_NT, the lines ADD(i) [register i += vector 15], ADD_MEMORY(i), TRIAD(i), and LEAVE. Each
 * pass handles eight vectors a turn; turns of narrow vectors are repeated to fill 512 bytes.
 */

#define AT(i, pointer) #i "*" WIDTH "(" pointer ")"
#define REGISTER(i)    "%%" VECTOR #i
#define LOAD(i)        MOVE " " AT(i, "%0") ", " REGISTER(i) "\n\t"
#define LOAD_B(i)      MOVE " " AT(i, "%1") ", " REGISTER(i) "\n\t"
#define STORE(i)       MOVE " " REGISTER(i) ", " AT(i, "%0") "\n\t"
#define STORE_NT(i)    MOVE_NT " " REGISTER(i) ", " AT(i, "%0") "\n\t"
#define EIGHT(line)    line(0) line(1) line(2) line(3) line(4) line(5) line(6) line(7)
#define TURN           "8*" WIDTH
#define CLOBBERS                                                                                   \
    "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm15"

static void PROBE(read)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a;
        __asm__ volatile(".p2align 6\n1:\n\t" EIGHT(LOAD) "add $" TURN ", %0\n\t"
                                                          "cmp %1, %0\n\t jb 1b\n\t"
                         : "+&r"(p)
                         : "r"(a + bytes)
                         : CLOBBERS);
    }
    LEAVE;
}

/* Two vectors of each of eight streams, a stride apart: three pointers reach them all. Each stream
 * asks for a line ahead, seven lines further than the stream before it: streams of a power of two
 * apart share their sets of the first-level cache. */
#define LOAD_FROM(k, place, i) MOVE " " #k "*" WIDTH place ", " REGISTER(i) "\n\t"
/* clang-format off */
#define LOAD_MANY(k)                                                                               \
    LOAD_FROM(k, "(%0)", 0)    LOAD_FROM(k, "(%0,%4)", 1) LOAD_FROM(k, "(%0,%4,2)", 2)             \
    LOAD_FROM(k, "(%1)", 3)    LOAD_FROM(k, "(%1,%4)", 4) LOAD_FROM(k, "(%1,%4,2)", 5)             \
    LOAD_FROM(k, "(%2)", 6)    LOAD_FROM(k, "(%2,%4)", 7)
#define ASK(k, place, i) "prefetcht0 " #k "*" WIDTH "+256+448*" #i place "\n\t"
#define ASK_MANY(k)                                                                                \
    ASK(k, "(%0)", 0)    ASK(k, "(%0,%4)", 1) ASK(k, "(%0,%4,2)", 2)                               \
    ASK(k, "(%1)", 3)    ASK(k, "(%1,%4)", 4) ASK(k, "(%1,%4,2)", 5)                               \
    ASK(k, "(%2)", 6)    ASK(k, "(%2,%4)", 7)
/* clang-format on */

static void PROBE(read_many)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)c;
    size_t stride = (size_t)(b - a);
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a, *q = a + 3 * stride, *r = a + 6 * stride;
        __asm__ volatile(".p2align 6\n1:\n\t" ASK_MANY(0) LOAD_MANY(0) ASK_MANY(1)
                             LOAD_MANY(1) "add $2*" WIDTH ", %0\n\t add $2*" WIDTH ", %1\n\t"
                                          "add $2*" WIDTH ", %2\n\t cmp %3, %0\n\t jb 1b\n\t"
                         : "+&r"(p), "+&r"(q), "+&r"(r)
                         : "r"(a + bytes), "r"(stride)
                         : CLOBBERS);
    }
    LEAVE;
}

static void PROBE(reduce)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a;
        __asm__ volatile(
            EIGHT(LOAD) ".p2align 6\n1:\n\t" EIGHT(ADD_MEMORY) "add $" TURN ", %0\n\t"
                                                               "cmp %1, %0\n\t jb 1b\n\t"
            : "+&r"(p)
            : "r"(a + bytes)
            : CLOBBERS);
    }
    LEAVE;
}

static void PROBE(store)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a;
        __asm__ volatile(EIGHT(LOAD) ".p2align 6\n1:\n\t" EIGHT(STORE) "add $" TURN ", %0\n\t"
                                                                       "cmp %1, %0\n\t jb 1b\n\t"
                         : "+&r"(p)
                         : "r"(a + bytes)
                         : CLOBBERS);
    }
    LEAVE;
}

static void PROBE(store_nt)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a;
        __asm__ volatile(EIGHT(LOAD) ".p2align 6\n1:\n\t" EIGHT(STORE_NT) "add $" TURN ", %0\n\t"
                                                                          "cmp %1, %0\n\t jb 1b\n\t"
                         : "+&r"(p)
                         : "r"(a + bytes)
                         : CLOBBERS);
    }
    __asm__ volatile("sfence" ::: "memory");
    LEAVE;
}

static void PROBE(copy)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a, *q = b;
        __asm__ volatile(".p2align 6\n1:\n\t" EIGHT(LOAD_B) EIGHT(STORE) "add $" TURN ", %0\n\t"
                                                                         "add $" TURN ", %1\n\t"
                                                                         "cmp %2, %0\n\t jb 1b\n\t"
                         : "+&r"(p), "+&r"(q)
                         : "r"(a + bytes)
                         : CLOBBERS);
    }
    LEAVE;
}

static void PROBE(update)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a;
        __asm__ volatile(MOVE_ANY " %2, " REGISTER(15) "\n\t"
                                                       ".p2align 6\n1:\n\t" EIGHT(LOAD) EIGHT(ADD)
                                                           EIGHT(STORE) "add $" TURN ", %0\n\t"
                                                                        "cmp %1, %0\n\t jb 1b\n\t"
                         : "+&r"(p)
                         : "r"(a + bytes), "m"(zeros)
                         : CLOBBERS);
    }
    LEAVE;
}

static void PROBE(triad)(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    for (size_t pass = 0; pass < passes; pass++) {
        char *p = a, *q = b, *r = c;
        __asm__ volatile(MOVE_ANY " %4, " REGISTER(15) "\n\t"
                                                       ".p2align 6\n1:\n\t" EIGHT(TRIAD)
                                                           EIGHT(STORE) "add $" TURN ", %0\n\t"
                                                                        "add $" TURN
                                                                        ", %1\n\t add $" TURN
                                                                        ", %2\n\t"
                                                                        "cmp %3, %0\n\t jb 1b\n\t"
                         : "+&r"(p), "+&r"(q), "+&r"(r)
                         : "r"(a + bytes), "m"(halves)
                         : CLOBBERS);
    }
    LEAVE;
}

#undef AT
#undef REGISTER
#undef LOAD
#undef LOAD_B
#undef STORE
#undef STORE_NT
#undef EIGHT
#undef LOAD_FROM
#undef LOAD_MANY
#undef ASK
#undef ASK_MANY
#undef TURN
#undef CLOBBERS
#undef PROBE
#undef VECTOR
#undef WIDTH
#undef MOVE
#undef MOVE_ANY
#undef MOVE_NT
#undef ADD
#undef ADD_MEMORY
#undef TRIAD
#undef LEAVE
