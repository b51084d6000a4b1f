/* style.h: what a cell means. Views name roles; a theme turns roles into colours. */
#ifndef MW_TUI_STYLE_H
#define MW_TUI_STYLE_H

#include <stdint.h>

typedef enum mw_role {
    MW_ROLE_TEXT = 0,
    MW_ROLE_DIM,
    MW_ROLE_ACCENT, /* what the reader can act on */
    MW_ROLE_TITLE,
    MW_ROLE_RULE,  /* thin titled rules, axes */
    MW_ROLE_FOCUS, /* the field that has the keyboard */
    MW_ROLE_ROOF,
    MW_ROLE_ROOF_BAND,
    MW_ROLE_GOOD,
    MW_ROLE_WARNING,
    MW_ROLE_PREDICTED, /* one per mark */
    MW_ROLE_COUNTED,
    MW_ROLE_MODELLED,
    MW_ROLE_MEASURED,
    MW_ROLE_PUBLISHED,
    MW_ROLE_KEY, /* keys in the footer */
    MW_ROLE_COUNT
} mw_role;

typedef enum mw_attr {
    MW_ATTR_BOLD = 1,
    MW_ATTR_UNDERLINE = 2,
    MW_ATTR_REVERSE = 4,
    MW_ATTR_ITALIC = 8
} mw_attr;

typedef struct mw_style {
    uint8_t role;  /* mw_role */
    uint8_t attrs; /* mw_attr bits */
} mw_style;

static inline mw_style mw_style_of(mw_role role)
{
    return (mw_style){.role = (uint8_t)role};
}

static inline mw_style mw_style_with(mw_role role, int attrs)
{
    return (mw_style){.role = (uint8_t)role, .attrs = (uint8_t)attrs};
}

#endif
