/*
 * guard.h: elements around every operand that no kernel may touch.
 *
 * The program is linked with --wrap for mw_pages_map and mw_pages_unmap, so whatever a kernel
 * allocates lies between two pages of guards, the last one from the operand's last byte on. Each
 * array has a number of its own there, between 1 and 2 as f32: a loop that goes too far in all its
 * arrays does not write what was there.
 */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* False when a byte around an array that is still mapped was written: `what` then says where. */
bool guards_hold(char *what, size_t size);

#endif
