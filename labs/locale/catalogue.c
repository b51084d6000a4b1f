/* catalogue.c: checks the tables of an .mo file, and finds texts by bisection. */
#include "labs/locale/catalogue.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "labs/locale/plural.h"
#include "model/file.h"

enum { LIMIT = 4 << 20, HEADER_BYTES = 28, ENTRY_BYTES = 8 };

static const uint32_t magic = 0x950412de;

/* Two tables of (length, offset), of the English texts in the order of strcmp and of what they
 * become; texts end with a zero byte, and the forms of a plural have one between them. */
struct mw_catalogue {
    char *bytes;
    size_t size;
    bool swapped; /* made on a machine of the other byte order */
    uint32_t count, english, translated;
    mw_plural plural;
};

static uint32_t word_at(const mw_catalogue *c, size_t at)
{
    uint32_t word;
    memcpy(&word, c->bytes + at, sizeof word);
    return c->swapped ? __builtin_bswap32(word) : word;
}

static const char *text_at(const mw_catalogue *c, uint32_t table, uint32_t i, uint32_t *length)
{
    size_t entry = table + (size_t)ENTRY_BYTES * i;
    *length = word_at(c, entry);
    return c->bytes + word_at(c, entry + 4);
}

static bool table_is_inside(const mw_catalogue *c, uint32_t table)
{
    return table <= c->size && (c->size - table) / ENTRY_BYTES >= c->count;
}

/* Every text lies in the file and ends there. */
static bool texts_are_inside(const mw_catalogue *c, uint32_t table)
{
    for (uint32_t i = 0; i < c->count; i++) {
        size_t entry = table + (size_t)ENTRY_BYTES * i;
        uint32_t length = word_at(c, entry), offset = word_at(c, entry + 4);
        if (offset >= c->size || length >= c->size - offset || c->bytes[offset + length] != '\0')
            return false;
    }
    return true;
}

static bool is_sorted(const mw_catalogue *c)
{
    uint32_t length;
    for (uint32_t i = 1; i < c->count; i++) {
        if (strcmp(text_at(c, c->english, i - 1, &length), text_at(c, c->english, i, &length)) >= 0)
            return false;
    }
    return true;
}

/* What stands behind `name` in the header, which is the translation of the empty text. */
static const char *header_field(const mw_catalogue *c, const char *name)
{
    uint32_t length;
    if (c->count == 0 || *text_at(c, c->english, 0, &length) != '\0')
        return "";
    const char *found = strstr(text_at(c, c->translated, 0, &length), name);
    return found ? found + strlen(name) : "";
}

/* NULL, or what is wrong with the file. */
static const char *look_through(mw_catalogue *c)
{
    if (c->size < HEADER_BYTES)
        return "it is too short";
    c->swapped = word_at(c, 0) != magic;
    if (word_at(c, 0) != magic)
        return "it does not begin as one";
    if (word_at(c, 4) != 0)
        return "its format is another one";
    c->count = word_at(c, 8);
    c->english = word_at(c, 12);
    c->translated = word_at(c, 16);
    if (!table_is_inside(c, c->english) || !table_is_inside(c, c->translated) ||
        !texts_are_inside(c, c->english) || !texts_are_inside(c, c->translated))
        return "its texts go beyond its end";
    if (!is_sorted(c))
        return "its texts are not in order";
    if (strncmp(header_field(c, "charset="), "UTF-8\n", 6) != 0)
        return "its texts are not UTF-8";
    if (!mw_plural_read(header_field(c, "Plural-Forms:"), &c->plural))
        return "its rule for plurals cannot be read";
    return NULL;
}

mw_status mw_catalogue_open(const char *path, mw_catalogue **catalogue, mw_error *error)
{
    *catalogue = NULL;
    mw_catalogue *c = calloc(1, sizeof *c);
    if (!c)
        return mw_fail(error, MW_NO_MEMORY, "no memory for %.300s", path);
    mw_status status = mw_file_read(path, MW_FILE_FOUND, LIMIT, &c->bytes, &c->size, error);
    const char *wrong = status != MW_OK ? NULL : look_through(c);
    if (wrong)
        status =
            mw_fail(error, MW_INVALID, "%.300s is no catalogue of translations: %s", path, wrong);
    if (status != MW_OK) {
        mw_catalogue_close(c);
        return status;
    }
    *catalogue = c;
    return MW_OK;
}

void mw_catalogue_close(mw_catalogue *catalogue)
{
    if (!catalogue)
        return;
    free(catalogue->bytes);
    free(catalogue);
}

/* The translation with its length, or NULL. The empty text stands for the header. */
static const char *find(const mw_catalogue *c, const char *english, uint32_t *length)
{
    uint32_t low = 0, high = *english ? c->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(english, text_at(c, c->english, middle, length));
        if (order == 0)
            return text_at(c, c->translated, middle, length);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *mw_catalogue_text(const mw_catalogue *catalogue, const char *english)
{
    uint32_t length;
    const char *found = find(catalogue, english, &length);
    return found ? found : english;
}

const char *mw_catalogue_plural(const mw_catalogue *catalogue, const char *one, const char *many,
                                unsigned long n)
{
    uint32_t length;
    const char *form = find(catalogue, one, &length);
    if (!form)
        return n == 1 ? one : many;
    const char *end = form + length;
    for (unsigned skip = mw_plural_form(&catalogue->plural, n); skip > 0; skip--) {
        const char *next = form + strlen(form) + 1;
        if (next > end)
            break; /* a form that is missing is the one before it */
        form = next;
    }
    return form;
}
