/* list.h: the kinds of field and of control, a line each: X(NAME) stands for mw_field_NAME. */
#ifndef MW_TUI_FIELDS_LIST_H
#define MW_TUI_FIELDS_LIST_H

/* clang-format off */
#define MW_FIELD_KINDS(X) \
    X(number) \
    X(text) \
    X(choice) \
    X(choices) \
    X(place)

#define MW_CONTROL_KINDS(X) \
    X(slider) \
    X(words)
/* clang-format on */

#endif
