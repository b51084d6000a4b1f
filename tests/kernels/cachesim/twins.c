/* twins.c: calls every twin (twins.h). Run by equality_test under valgrind. */
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>

#include "tests/kernels/cachesim/twins_body.h"

typedef struct twin {
    void (*run)(size_t size, char *at);
    size_t small, size, operands;
} twin;

/* With an operand, only the small calls: what they count is then subtracted. */
int main(int count, char **operands_given)
{
    (void)operands_given;
    bool small_only = count > 1;
#define ROW(name, kernel, settings, parameter, first, second, count)                               \
    {twin_##name, first, second, count},
    static const twin twins[] = {TWINS(ROW)};
    enum { COUNT = sizeof twins / sizeof *twins };
    size_t operands = 0;
    for (size_t i = 0; i < COUNT; i++)
        operands += 2 * twins[i].operands;
    /* Pages that nobody touched: an operand's first access is a miss everywhere. */
    char *first =
        mmap((void *)(uintptr_t)TWIN_FIRST, operands * TWIN_OPERAND, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (first != (char *)(uintptr_t)TWIN_FIRST) {
        fprintf(stderr, "twins: no room at %#llx\n", (unsigned long long)TWIN_FIRST);
        return 1;
    }
    for (size_t i = 0; i < COUNT; i++) {
        twins[i].run(twins[i].small, first);
        first += twins[i].operands * TWIN_OPERAND;
        if (!small_only)
            twins[i].run(twins[i].size, first);
        first += twins[i].operands * TWIN_OPERAND;
    }
    return 0;
}
