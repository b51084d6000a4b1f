/* figure.c: a figure of a view as a file: what is said around it, and how it is drawn. */
#include "labs/figure/figure.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/paper.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/utf8.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "labs/view/pictures.h"
#include "labs/view/rows.h"
#include "model/file.h"

static bool is_counters(const char *name)
{
    return strcmp(name, MW_FIGURE_COUNTERS) == 0;
}

bool mw_figure_known(const char *name)
{
    return is_counters(name) || mw_picture_kind_named(name);
}

const char *mw_figure_at(int index)
{
    int kinds = 0;
    while (kinds < index && mw_picture_list[kinds])
        kinds++;
    if (index >= 0 && mw_picture_list[kinds])
        return mw_picture_list[kinds]->name;
    return index == kinds ? MW_FIGURE_COUNTERS : NULL;
}

void mw_figure_names(char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; mw_figure_at(i) && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 i == 0                ? ""
                                 : mw_figure_at(i + 1) ? ", "
                                                       : " and ",
                                 mw_figure_at(i));
}

bool mw_figure_present(const char *name, const json_t *view)
{
    if (is_counters(name))
        return mw_json_count(view, "counters") > 0;
    const json_t *picture = mw_view_picture_of(view, name);
    const mw_picture_kind *kind = mw_picture_kind_of(picture);
    return kind && kind->present(picture) && (!kind->filled || kind->filled(picture));
}

/* The counters are those of the step that some picture is of. */
bool mw_figure_own(const char *name, const json_t *view)
{
    const char *id = mw_json_text(mw_json_member(view, "step"), "id");
    if (!mw_figure_present(name, view))
        return false;
    for (int i = 0; i < mw_view_picture_count(view); i++) {
        const json_t *picture = mw_view_picture_at(view, i);
        const mw_picture_kind *kind = mw_picture_kind_of(picture);
        if (kind && kind->of_step && (is_counters(name) || strcmp(kind->name, name) == 0) &&
            kind->of_step(picture, id))
            return true;
    }
    return false;
}

bool mw_figure_size_parse(const char *text, double *width, double *height)
{
    static const struct {
        const char *name;
        double points;
    } units[] = {{"", 72 / 2.54}, {"cm", 72 / 2.54}, {"mm", 72 / 25.4}, {"in", 72}, {"pt", 1}};
    /* The C library reads "0x10" as a hexadecimal number, so the parts are read by themselves. */
    char first[16], second[16], unit[4] = "", rest;
    int read = sscanf(text, "%15[0-9.]x%15[0-9.]%3[a-z]%c", first, second, unit, &rest);
    if (read != 2 && read != 3)
        return false;
    char *end_first, *end_second;
    double w = strtod(first, &end_first), h = strtod(second, &end_second);
    if (*end_first || *end_second || (read == 2 && text[strlen(text) - 1] == 'x'))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].name) == 0) {
            *width = w * units[i].points;
            *height = h * units[i].points;
            return *width >= 1 && *height >= 1 && *width <= 14400 && *height <= 14400;
        }
    return false;
}

/* ---- the endings ---- */

typedef enum ending { SVG, PDF, PNG, CSV, JSON, UNKNOWN } ending;

static ending ending_of(const char *path)
{
    static const char *const endings[] = {".svg", ".pdf", ".png", ".csv", ".json"};
    const char *dot = strrchr(path, '.');
    for (int i = 0; dot && i < UNKNOWN; i++)
        if (strcmp(dot, endings[i]) == 0)
            return (ending)i;
    return UNKNOWN;
}

mw_status mw_figure_check_path(const char *path, mw_error *error)
{
    ending end = ending_of(path);
    if (end == UNKNOWN)
        return mw_fail(error, MW_INVALID,
                       "%.300s: a figure ends in .svg, .pdf or .png, its data in .csv or .json",
                       path);
    mw_error why;
    if (end <= PNG && mw_paper_check(&why) != MW_OK)
        return mw_fail(error, MW_UNSUPPORTED, "%.300s: %.300s; .csv and .json can be written", path,
                       why.message);
    return MW_OK;
}

/* ---- words ---- */

void mw_figure_gate(const char *text, char *clean, size_t size)
{
    size_t used = 0;
    while (*text) {
        const char *before = text;
        char bytes[4];
        uint32_t scalar = mw_utf8_next(&text);
        if (scalar == '\n' || scalar == '\t')
            scalar = ' ';
        bool broken = scalar == MW_REPLACEMENT && text == before + 1;
        size_t length = broken || !mw_utf8_printable(scalar) ? 0 : mw_utf8_encode(scalar, bytes);
        if (used + length >= size)
            break;
        memcpy(clean + used, bytes, length);
        used += length;
    }
    clean[used] = '\0';
}

static void write_number_of_lab(const json_t *lab, char text[16])
{
    const json_t *number = mw_json_member(lab, "number");
    text[0] = '\0';
    if (json_is_integer(number))
        snprintf(text, 16, "%02d ", mw_json_int(lab, "number", 0));
    else if (json_is_string(number))
        snprintf(text, 16, "%.12s ", json_string_value(number));
}

typedef struct captions {
    char title[256], note[480];
} captions;

/* What a note says, piece by piece. */
__attribute__((format(printf, 2, 3))) static void note(captions *c, const char *format, ...)
{
    char piece[160];
    va_list values;
    va_start(values, format);
    vsnprintf(piece, sizeof piece, format, values);
    va_end(values);
    size_t used = strlen(c->note);
    if (*piece && used + strlen(piece) + 5 < sizeof c->note)
        snprintf(c->note + used, sizeof c->note - used, "%s%s", used ? " · " : "", piece);
}

static void note_verdict(const mw_figure *figure, captions *c)
{
    mw_picture_samples samples = mw_figure_samples_of(figure->name, figure->view);
    const mw_picture_kind *kind = mw_picture_kind_named(figure->name);
    const json_t *machine = mw_json_member(figure->view, "machine");
    if (samples.shown > 0 && samples.noisy == 0)
        note(c, "%s", _("no sample is noisy"));
    else if (samples.shown > 0)
        note(c,
             ngettext("%d of %d sample is noisy", "%d of %d samples are noisy",
                      (unsigned long)samples.shown),
             samples.noisy, samples.shown);
    if (samples.shown > 0 && !(kind && kind->roofs))
        return;
    if (mw_json_has_run_verdict(machine, MW_RUN_NOISY))
        note(c, "%s", _("the roofs are noisy"));
    else if (mw_json_has_run_verdict(machine, MW_RUN_NOMINAL))
        note(c, "%s", _("the roofs are nominal, not measured"));
}

/* Which program, which work, which machine, when, and how clean. */
static void write_note(const mw_figure *figure, captions *c)
{
    const json_t *lab = mw_json_member(figure->view, "lab"),
                 *step = mw_json_member(figure->view, "step");
    const char *version = mw_json_text(lab, "version"), *seed = mw_json_text(lab, "seed");
    const char *date = mw_json_text(figure->view, "measured");
    char number[16], brand[96];
    write_number_of_lab(lab, number);
    mw_figure_brand(figure->view, brand, sizeof brand);
    note(c, "memwall %s", MEMWALL_VERSION);
    if (*version)
        note(c, _("%s%.80s, version %.32s"), number, mw_json_text(lab, "title"), version);
    else
        note(c, "%s%.80s", number, mw_json_text(lab, "title"));
    note(c, "%.48s", mw_json_text(step, "id"));
    if (*seed)
        note(c, _("seed %.64s"), seed);
    note(c, "%s", brand);
    if (*date)
        note(c, _("measured %.10s"), date);
    else
        note(c, "%s", _("date not recorded"));
    note_verdict(figure, c);
}

static void write_captions(const mw_figure *figure, captions *c)
{
    const json_t *lab = mw_json_member(figure->view, "lab"),
                 *step = mw_json_member(figure->view, "step");
    const char *own = mw_json_text(mw_view_picture_of(figure->view, figure->name), "title");
    if (*own)
        snprintf(c->title, sizeof c->title, "%.250s", own);
    else
        snprintf(c->title, sizeof c->title, "%.120s: %.120s", mw_json_text(lab, "title"),
                 mw_json_text(step, "title"));
    c->note[0] = '\0';
    write_note(figure, c);
}

static size_t add_value(const json_t *row, const char *value, const char *unit, const char *before,
                        char *text, size_t size)
{
    mw_unit known;
    char shown[48];
    const json_t *number = json_object_get(row, value);
    if (!json_is_number(number) || !mw_unit_parse(mw_json_text(row, unit), &known))
        return 0;
    mw_value_format(json_number_value(number), known, 3, shown, sizeof shown);
    int length = snprintf(text, size, "%s%s", before, shown);
    return length < 0 ? 0 : (size_t)length < size ? (size_t)length : size - 1;
}

/* Where the picture is from, and its figures in words, as many as there is room for. */
static void write_description(const mw_figure *figure, const char *note, char *text, size_t size)
{
    json_t *data = mw_figure_data(figure->name, figure->view);
    size_t i, used = (size_t)snprintf(text, size, "%s.", note);
    json_t *row;
    json_array_foreach(json_object_get(data, "rows"), i, row)
    {
        if (used + 256 > size) /* more than a row can take */
            break;
        if (!json_is_number(json_object_get(row, "value")))
            continue;
        used += (size_t)snprintf(text + used, size - used, " %.60s", mw_json_text(row, "label"));
        used += add_value(row, "x", "x_unit", " ", text + used, size - used);
        used += add_value(row, "value", "unit", ": ", text + used, size - used);
        const char *kind = mw_json_text(row, "kind");
        used += (size_t)snprintf(text + used, size - used, " (%s%s).", *kind ? _(kind) : "",
                                 mw_json_has_run_verdict(row, MW_RUN_NOISY) ? _(", noisy") : "");
    }
    json_decref(data);
}

/* ---- drawing ---- */

static mw_status draw_picture(const mw_figure *figure, const mw_paper *paper, mw_bytes *bytes,
                              mw_error *error)
{
    const mw_picture_wish wish = {.level = figure->level};
    mw_picture *picture =
        mw_picture_new(mw_view_picture_of(figure->view, figure->name), &wish, &mw_medium_cells);
    if (!picture)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a picture");
    mw_status status = mw_paper_draw(paper, &picture->drawing, bytes, error);
    free(picture);
    return status;
}

enum { COLUMNS = MW_COUNTER_COLUMNS + 2, ROWS_MOST = 200, CELL = MW_REASON_TEXT };

static mw_status draw_counters(const mw_figure *figure, const mw_paper *paper, mw_bytes *bytes,
                               mw_error *error)
{
    int rows = mw_json_count(figure->view, "counters");
    rows = rows < ROWS_MOST ? rows : ROWS_MOST;
    char(*texts)[COLUMNS][CELL] = calloc((size_t)rows + 1, sizeof *texts);
    const char **cells = calloc((size_t)rows * COLUMNS + 1, sizeof *cells);
    mw_status status = MW_NO_MEMORY;
    mw_paper_table table = {.column_count = COLUMNS, .row_count = rows, .cells = cells};
    table.columns[0].heading = table.columns[COLUMNS - 1].heading = "";
    table.columns[COLUMNS - 1].dim = true;
    for (int c = 0; c < MW_COUNTER_COLUMNS; c++)
        table.columns[c + 1] = (mw_paper_column){.heading = mw_kind_word(mw_counter_kind(c)),
                                                 .marked = true,
                                                 .right = true,
                                                 .kind = mw_counter_kind(c)};
    for (int r = 0; texts && cells && r < rows; r++) {
        const json_t *row = mw_json_item(figure->view, "counters", r);
        mw_counter_label(row, texts[r][0]);
        for (int c = 0; c < MW_COUNTER_COLUMNS; c++)
            mw_counter_text(row, c, texts[r][c + 1], CELL);
        mw_counter_note(row, texts[r][COLUMNS - 1], CELL);
        for (int c = 0; c < COLUMNS; c++)
            cells[r * COLUMNS + c] = texts[r][c];
    }
    if (texts && cells)
        status = mw_paper_table_draw(paper, &table, bytes, error);
    else
        mw_fail(error, status, "no memory for a picture");
    free(texts);
    free(cells);
    return status;
}

static mw_status draw(const mw_figure *figure, mw_paper_format format, mw_bytes *bytes,
                      mw_error *error)
{
    static const double own_size[2] = {0, 0}; /* a table is as large as it needs */
    const mw_picture_kind *kind = mw_picture_kind_named(figure->name);
    const double *usual = kind ? kind->paper : own_size;
    captions c;
    write_captions(figure, &c);
    char description[2048];
    write_description(figure, c.note, description, sizeof description);
    bool sized = figure->width > 0 && figure->height > 0;
    mw_paper paper = {.format = format,
                      .width = sized ? figure->width : usual[0] * 72 / 2.54,
                      .height = sized ? figure->height : usual[1] * 72 / 2.54,
                      .dpi = figure->dpi,
                      .dark = figure->dark,
                      .title = c.title,
                      .note = c.note,
                      .description = description,
                      .gate = mw_figure_gate};
    return kind ? draw_picture(figure, &paper, bytes, error)
                : draw_counters(figure, &paper, bytes, error);
}

/* ---- files ---- */

static mw_status spell_data(const mw_figure *figure, ending end, mw_bytes *bytes, mw_error *error)
{
    json_t *data = mw_figure_data(figure->name, figure->view);
    char *text;
    if (end == CSV) {
        text = mw_figure_csv(data, &bytes->size);
    } else {
        text = json_dumps(data, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
        size_t length = text ? strlen(text) : 0;
        char *ended = text ? realloc(text, length + 2) : NULL;
        if (ended)
            strcpy(ended + length, "\n");
        text = ended ? ended : text;
        bytes->size = length + (ended != NULL);
    }
    json_decref(data);
    bytes->data = (unsigned char *)text;
    return text ? MW_OK : mw_fail(error, MW_NO_MEMORY, "no memory for the data of the figure");
}

mw_status mw_figure_write(const mw_figure *figure, const char *path, mw_error *error)
{
    mw_status status = mw_figure_check_path(path, error);
    if (status != MW_OK)
        return status;
    ending end = ending_of(path);
    static const mw_paper_format formats[] = {MW_PAPER_SVG, MW_PAPER_PDF, MW_PAPER_PNG};
    mw_bytes bytes = {0};
    if (end >= CSV)
        status = spell_data(figure, end, &bytes, error);
    else
        status = draw(figure, formats[end], &bytes, error);
    if (status == MW_OK)
        status = mw_file_save(path, bytes.data, bytes.size, error);
    free(bytes.data);
    return status;
}
