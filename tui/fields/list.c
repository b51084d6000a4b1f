/* list.c: the lists of list.h as tables, and nothing else, so that a test can have longer ones. */
#include "tui/fields/list.h"

#include "tui/fields/field.h"

#define DECLARE(name) extern const mw_field_kind mw_field_##name;
#define ENTRY(name)   &mw_field_##name,

MW_FIELD_KINDS(DECLARE)
MW_CONTROL_KINDS(DECLARE)

const mw_field_kind *const mw_field_kinds[] = {MW_FIELD_KINDS(ENTRY) NULL};
const mw_field_kind *const mw_control_kinds[] = {MW_CONTROL_KINDS(ENTRY) NULL};
