/*
 * peak_portable.inc.h: 8, 12 and 16 chains in the compiler's own vectors.
 *
 * Before including, define PEAK_NAME, PEAK_TYPE, PEAK_START and PEAK(x). The chains are separate
 * variables: an array of vectors would be spilled to memory.
 */
#define PASTE_(a, b) a##_##b
#define PASTE(a, b)  PASTE_(a, b)

static void PASTE(PEAK_NAME, 8)(uint64_t rounds)
{
    PEAK_TYPE a = PEAK_START, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    while (rounds--) {
        a = PEAK(a), b = PEAK(b), c = PEAK(c), d = PEAK(d);
        e = PEAK(e), f = PEAK(f), g = PEAK(g), h = PEAK(h);
        KEEP(a);
        KEEP(e);
    }
    PEAK_TYPE sum = a + b + c + d + e + f + g + h;
    KEEP(sum);
}

static void PASTE(PEAK_NAME, 12)(uint64_t rounds)
{
    PEAK_TYPE a = PEAK_START, b = a, c = a, d = a, e = a, f = a;
    PEAK_TYPE g = a, h = a, i = a, j = a, k = a, l = a;
    while (rounds--) {
        a = PEAK(a), b = PEAK(b), c = PEAK(c), d = PEAK(d), e = PEAK(e), f = PEAK(f);
        g = PEAK(g), h = PEAK(h), i = PEAK(i), j = PEAK(j), k = PEAK(k), l = PEAK(l);
        KEEP(a);
        KEEP(g);
    }
    PEAK_TYPE sum = a + b + c + d + e + f + g + h + i + j + k + l;
    KEEP(sum);
}

static void PASTE(PEAK_NAME, 16)(uint64_t rounds)
{
    PEAK_TYPE a = PEAK_START, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    PEAK_TYPE i = a, j = a, k = a, l = a, m = a, n = a, o = a, p = a;
    while (rounds--) {
        a = PEAK(a), b = PEAK(b), c = PEAK(c), d = PEAK(d);
        e = PEAK(e), f = PEAK(f), g = PEAK(g), h = PEAK(h);
        i = PEAK(i), j = PEAK(j), k = PEAK(k), l = PEAK(l);
        m = PEAK(m), n = PEAK(n), o = PEAK(o), p = PEAK(p);
        KEEP(a);
        KEEP(i);
    }
    PEAK_TYPE sum = a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p;
    KEEP(sum);
}

#undef PASTE_
#undef PASTE
#undef PEAK_NAME
#undef PEAK_TYPE
#undef PEAK_START
#undef PEAK
