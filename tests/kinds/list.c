/* list.c: the kinds of field of the program and the toy, which takes the place of
 * tui/fields/list.c. */
#include "tui/fields/list.h"

#include "tui/fields/field.h"

#define DECLARE(name) extern const mw_field_kind mw_field_##name;
#define ENTRY(name)   &mw_field_##name,

MW_FIELD_KINDS(DECLARE)
MW_CONTROL_KINDS(DECLARE)
DECLARE(word)

const mw_field_kind *const mw_field_kinds[] = {MW_FIELD_KINDS(ENTRY) ENTRY(word) NULL};
const mw_field_kind *const mw_control_kinds[] = {MW_CONTROL_KINDS(ENTRY) NULL};
