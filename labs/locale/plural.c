/* plural.c: a parser of C's operators that works a rule out while it reads it. */
#include "labs/locale/plural.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

/* A rule while it is worked out. All of it is read whatever n is, so one reading tells whether it
 * holds together. */
typedef struct reader {
    const char *at;
    unsigned long n;
    int depth;
    bool failed;
} reader;

/* The binary operators, those that bind loosest first; of two that begin alike the longer one. */
static const struct {
    const char *sign;
    int binding;
} operators[] = {{"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 4}, {">=", 4}, {"<", 4},
                 {">", 4},  {"+", 5},  {"-", 5},  {"*", 6},  {"/", 6},  {"%", 6}};
enum { OPERATORS = sizeof operators / sizeof *operators };

static unsigned long choice(reader *r);

static bool take(reader *r, const char *sign)
{
    r->at += strspn(r->at, " \t");
    if (strncmp(r->at, sign, strlen(sign)) != 0)
        return false;
    r->at += strlen(sign);
    return true;
}

static unsigned long operand(reader *r)
{
    if (++r->depth > DEPTH_MAX) {
        r->failed = true;
        return 0;
    }
    unsigned long value = 0;
    if (take(r, "!")) {
        value = !operand(r);
    } else if (take(r, "(")) {
        value = choice(r);
        r->failed = r->failed || !take(r, ")");
    } else if (take(r, "n")) {
        value = r->n;
    } else if (isdigit((unsigned char)*r->at)) {
        char *end;
        value = strtoul(r->at, &end, 10);
        r->at = end;
    } else {
        r->failed = true;
    }
    r->depth--;
    return value;
}

/* Division by zero is 0: it stands where n does not lead, or in a rule that means nothing. */
static unsigned long apply(const char *sign, unsigned long a, unsigned long b)
{
    switch (sign[0]) {
    case '|':
        return a || b;
    case '&':
        return a && b;
    case '=':
        return a == b;
    case '!':
        return a != b;
    case '<':
        return sign[1] ? a <= b : a < b;
    case '>':
        return sign[1] ? a >= b : a > b;
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    case '/':
        return b ? a / b : 0;
    default:
        return b ? a % b : 0;
    }
}

/* Operators that bind at least as tightly as `binding`, from left to right. */
static unsigned long binary(reader *r, int binding)
{
    unsigned long value = operand(r);
    size_t i = 0;
    while (!r->failed && i < OPERATORS) {
        if (operators[i].binding < binding || !take(r, operators[i].sign)) {
            i++;
            continue;
        }
        unsigned long right = binary(r, operators[i].binding + 1);
        value = apply(operators[i].sign, value, right);
        i = 0;
    }
    return value;
}

static unsigned long choice(reader *r)
{
    if (++r->depth > DEPTH_MAX) {
        r->failed = true;
        return 0;
    }
    unsigned long value = binary(r, 1);
    if (!r->failed && take(r, "?")) {
        unsigned long yes = choice(r);
        r->failed = r->failed || !take(r, ":");
        unsigned long no = r->failed ? 0 : choice(r);
        value = value ? yes : no;
    }
    r->depth--;
    return value;
}

static bool work_out(const char *rule, unsigned long n, unsigned long *form)
{
    reader r = {.at = rule, .n = n};
    *form = choice(&r);
    r.at += strspn(r.at, " \t");
    return !r.failed && *r.at == '\0';
}

bool mw_plural_read(const char *value, mw_plural *plural)
{
    mw_plural read = {0};
    int used = 0;
    if (sscanf(value, " nplurals = %1u ; plural = %n", &read.forms, &used) != 1 || !used ||
        read.forms < 1 || read.forms > MW_PLURAL_FORMS)
        return false;
    size_t length = strcspn(value + used, ";\n");
    if (length >= sizeof read.rule)
        return false;
    memcpy(read.rule, value + used, length);
    unsigned long form;
    if (!work_out(read.rule, 1, &form))
        return false;
    *plural = read;
    return true;
}

unsigned mw_plural_form(const mw_plural *plural, unsigned long n)
{
    unsigned long form;
    return work_out(plural->rule, n, &form) && form < plural->forms ? (unsigned)form : 0;
}
