/*
 * setup_quantities ARCHITECTURE.md [--write]: the table of quantities on that page is that of
 * kernels/model/quantity.def. With --write it is written anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/quantity.h"

static const char head[] = "| name | unit | kind | member of a measurement | what |\n"
                           "|---|---|---|---|---|\n";

static void write_row(FILE *file, const mw_quantity_row *row)
{
    static const char *const places[] = {[MW_OF_RUN] = "",
                                         [MW_OF_COUNTERS] = "; a row only",
                                         [MW_OF_MEASUREMENT] = "; no row",
                                         [MW_OF_MEMORY] = ""};
    fprintf(file, "| `%s` | %s | %s | ", row->name, mw_unit_name(row->unit),
            mw_kind_name(row->kind));
    if (row->member)
        fprintf(file, "%s`%s`", row->place == MW_OF_MEMORY ? "`memory`: " : "", row->member);
    if (row->power)
        fprintf(file, ", in 10^%d", row->power);
    fprintf(file, " | %s%s%s |\n", row->doc, places[row->place], row->live ? "; live" : "");
}

/* The table as it should stand; the caller frees. */
static char *table(void)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return NULL;
    fputs(head, file);
    for (int i = 0; i < MW_QUANTITIES; i++)
        write_row(file, mw_quantity_of((mw_quantity)i));
    fclose(file);
    return text;
}

static char *page_of(const char *path)
{
    char *text = NULL;
    size_t size;
    FILE *page = fopen(path, "r"), *copy = page ? open_memstream(&text, &size) : NULL;
    for (int c; copy && (c = fgetc(page)) != EOF;)
        fputc(c, copy);
    if (copy)
        fclose(copy);
    if (page)
        fclose(page);
    return text;
}

/* Where the table on the page ends: behind its last line. */
static const char *end_of(const char *begin)
{
    while (*begin == '|') {
        const char *line = strchr(begin, '\n');
        begin = line ? line + 1 : begin + strlen(begin);
    }
    return begin;
}

int main(int argc, char **argv)
{
    char *page = argc > 1 ? page_of(argv[1]) : NULL, *wanted = table();
    char *begin = page ? strstr(page, head) : NULL;
    int code = 1;
    if (!begin || !wanted) {
        fprintf(stderr, "%s: there is no table that begins\n%s", argc > 1 ? argv[1] : "?", head);
    } else if (argc > 2 && strcmp(argv[2], "--write") == 0) {
        const char *rest = end_of(begin);
        FILE *file = fopen(argv[1], "w");
        code = !file || fprintf(file, "%.*s%s%s", (int)(begin - page), page, wanted, rest) < 0;
        if (file && fclose(file) != 0)
            code = 1;
    } else {
        size_t length = strlen(wanted);
        code = strncmp(begin, wanted, length) != 0 || end_of(begin) != begin + length;
        if (code)
            printf("%s: the table of quantities is another one; write it anew with\n"
                   "  %s %s --write\n",
                   argv[1], argv[0], argv[1]);
    }
    free(page);
    free(wanted);
    return code;
}
