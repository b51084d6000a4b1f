/*
 * passes: y = gelu(x + b) + r as a framework runs it, one operation after the other.
 *
 * Each pass is as good as a loop can be, and each reads what the one before has just written. By
 * then it lies in memory again: three passes move seven arrays where the formula has three.
 *
 *     shift  t = x + b      loads n·w     stores n·w    FLOPs n
 *     gelu   u = gelu(t)    loads n·w     stores n·w    FLOPs (9 + 2·degree)·n
 *     add    y = u + r      loads 2·n·w   stores n·w    FLOPs n
 */
static void NAME(shift)(void *y, const void *x, const void *r, double b, size_t count)
{
    (void)r;
    EACH_VECTOR(x, LOAD(from + i) + (T)b, LOAD_PART(from + i, left) + (T)b);
}

static void NAME(gelu)(void *y, const void *x, const void *r, double b, size_t count)
{
    (void)r, (void)b;
    EACH_VECTOR(x, NAME(gelu_of)(LOAD(from + i)), NAME(gelu_of)(LOAD_PART(from + i, left)));
}

static void NAME(add)(void *y, const void *x, const void *r, double b, size_t count)
{
    const T *restrict rest = r;
    (void)b;
    EACH_VECTOR(x, LOAD(from + i) + LOAD(rest + i),
                LOAD_PART(from + i, left) + LOAD_PART(rest + i, left));
}
