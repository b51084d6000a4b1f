/* course.c: the map of courses and labs as lines, with their states, the cursor and a search. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/view/data.h"
#include "tui/view/chrome.h"
#include "tui/view/machine.h"
#include "tui/view/view.h"

/* One line of the map before it is cut to the window. */
typedef struct map_line {
    const json_t *course, *lab; /* lab NULL: a heading */
    const char *heading;
    int row; /* of model.course_row, -1 for a heading */
} map_line;

enum { LINES_MAX = 400 };

typedef struct map {
    map_line lines[LINES_MAX];
    int count, labs, finished, unknown;
    const json_t *next; /* the lab to go on with: one that was begun, else the first new one */
    bool next_is_open;
    int hits; /* labs that the search finds */
    double earned, possible;
} map;

static void add_line(map *m, const json_t *course, const json_t *lab, const char *heading, int row)
{
    if (m->count < LINES_MAX)
        m->lines[m->count++] = (map_line){course, lab, heading, row};
}

/* ASCII letters without case; other scripts have none that matters here. */
static const char *find_text(const char *text, const char *wanted)
{
    size_t length = strlen(wanted);
    for (; length > 0 && *text; text++) {
        size_t i = 0;
        while (i < length && tolower((unsigned char)text[i]) == tolower((unsigned char)wanted[i]))
            i++;
        if (i == length)
            return text;
    }
    return NULL;
}

static void read_map(const mw_model *model, map *m)
{
    int row = 0;
    for (size_t c = 0; c < json_array_size(model->courses); c++) {
        const json_t *course = json_array_get(model->courses, c);
        const char *unit = "";
        if (json_array_size(model->courses) > 1)
            add_line(m, course, NULL, mw_json_text(course, "title"), -1);
        for (int i = 0; i < mw_json_count(course, "labs"); i++) {
            const json_t *lab = mw_json_item(course, "labs", i);
            const char *its_unit = mw_json_text(lab, "unit");
            if (*its_unit && strcmp(its_unit, unit) != 0)
                add_line(m, course, NULL, its_unit, -1);
            unit = its_unit;
            add_line(m, course, lab, NULL, row++);
            m->labs++;
            const char *state = mw_json_text(lab, "state");
            bool open = strcmp(state, "open") == 0;
            if ((open && !m->next_is_open) || (!m->next && strcmp(state, "new") == 0)) {
                m->next = lab;
                m->next_is_open = open;
            }
            m->hits += find_text(mw_json_text(lab, "title"), model->search) != NULL;
            m->finished += strcmp(state, "done") == 0;
            m->unknown += strcmp(state, "unknown") == 0;
            double earned = mw_json_number(lab, "earned", NAN),
                   possible = mw_json_number(lab, "possible", NAN);
            m->earned += isfinite(earned) ? earned : 0;
            m->possible += isfinite(possible) ? possible : 0;
        }
    }
}

static void write_minutes(const json_t *lab, char *text, size_t size)
{
    const json_t *minutes = mw_json_member(lab, "minutes");
    double low = json_number_value(json_array_get(minutes, 0));
    double high = json_number_value(json_array_get(minutes, 1));
    if (json_is_number(minutes))
        low = high = json_number_value(minutes);
    text[0] = '\0';
    if (low > 0 && low < 1e4 && high < 1e4)
        snprintf(text, size, low < high ? _("%.0f–%.0f min") : _("%.0f min"), low, high);
}

/* What stands in the last column: points, and for a lab that was begun the step that waits. */
static void write_state(const json_t *lab, bool next, char *points, size_t points_size, char *step,
                        size_t step_size)
{
    const char *state = mw_json_text(lab, "state");
    double earned = mw_json_number(lab, "earned", NAN),
           possible = mw_json_number(lab, "possible", NAN);
    points[0] = step[0] = '\0';
    if (strcmp(state, "absent") == 0)
        return;
    if (strcmp(state, "unknown") == 0) { /* what was done may be there, and cannot be read */
        snprintf(points, points_size, "?");
        snprintf(step, step_size, "%s", _("unknown"));
        return;
    }
    if (possible > 0 && possible < 1e4 && earned >= 0 && strcmp(state, "new") != 0)
        snprintf(points, points_size, "%g/%g", earned, possible);
    else
        snprintf(points, points_size, "–");
    char number[32];
    const char *where = mw_data_scalar(lab, "step", number, sizeof number);
    if (strcmp(state, "open") == 0 && *where)
        snprintf(step, step_size, _("at step %.40s"), where);
    else if (next)
        snprintf(step, step_size, "%s", _("next"));
}

static void draw_title(const mw_model *model, mw_grid *grid, const char *title, int x, int y,
                       int width, mw_style style)
{
    mw_chrome_cut(grid, x, y, width, style, title);
    const char *hit = *model->search ? find_text(title, model->search) : NULL;
    if (!hit)
        return;
    char before[256], found[80];
    if ((size_t)(hit - title) >= sizeof before)
        return;
    snprintf(before, sizeof before, "%.*s", (int)(hit - title), title);
    snprintf(found, sizeof found, "%.*s", (int)strlen(model->search), hit);
    int at = mw_text_width(before);
    if (at < width)
        mw_grid_text(grid, x + at, y, width - at,
                     mw_style_with(MW_ROLE_ACCENT, MW_ATTR_BOLD | MW_ATTR_UNDERLINE), found);
}

static void draw_lab(const mw_model *model, mw_grid *grid, const map_line *line, bool next,
                     mw_rect body, int y)
{
    const json_t *lab = line->lab;
    const char *state = mw_json_text(lab, "state"), *title = mw_json_text(lab, "title");
    bool here = line->row == model->course_row, absent = strcmp(state, "absent") == 0;
    bool hit = !*model->search || find_text(title, model->search);
    mw_style style = absent || !hit ? mw_style_of(MW_ROLE_DIM) : mw_style_of(MW_ROLE_TEXT);
    if (here)
        style = mw_style_with(absent ? MW_ROLE_DIM : MW_ROLE_FOCUS, MW_ATTR_BOLD);
    if (here)
        mw_grid_put(grid, body.x, y, mw_grid_glyph(grid, MW_GLYPH_CURSOR), style);
    if (strcmp(state, "done") == 0)
        mw_grid_put(grid, body.x + 2, y, mw_grid_glyph(grid, MW_GLYPH_DONE),
                    mw_style_with(MW_ROLE_GOOD, MW_ATTR_BOLD));
    else if (strcmp(state, "open") == 0)
        mw_grid_put(grid, body.x + 2, y, mw_grid_glyph(grid, MW_GLYPH_HALF),
                    mw_style_of(MW_ROLE_ACCENT));

    char number[16], minutes[32], points[32], step[64];
    const json_t *json_number = mw_json_member(lab, "number");
    if (json_is_integer(json_number))
        snprintf(number, sizeof number, "%02d", mw_json_int(lab, "number", 0));
    else
        snprintf(number, sizeof number, "%.6s", mw_json_text(lab, "number"));
    write_minutes(lab, minutes, sizeof minutes);
    write_state(lab, next, points, sizeof points, step, sizeof step);

    /* Columns from the right: step, points, minutes, star; the title takes the rest. */
    int right = body.x + body.width;
    int step_x = right - (body.width >= 72 ? 20 : 0), points_x = step_x - 9,
        minutes_x = points_x - 12;
    int star_x = minutes_x - 3, title_x = body.x + 8;
    mw_grid_text(grid, body.x + 5, y, 3, mw_style_of(MW_ROLE_DIM), number);
    draw_title(model, grid, title, title_x, y, star_x - title_x - 1, style);
    if (mw_json_true(lab, "core"))
        mw_grid_put(grid, star_x, y, mw_grid_glyph(grid, MW_GLYPH_STAR),
                    mw_style_of(absent ? MW_ROLE_DIM : MW_ROLE_ACCENT));
    mw_grid_text(grid, minutes_x, y, 11, mw_style_of(MW_ROLE_DIM), minutes);
    mw_grid_text(grid, points_x, y, 8,
                 absent ? mw_style_of(MW_ROLE_DIM) : mw_style_of(MW_ROLE_TEXT), points);
    if (absent && here && body.width >= 72)
        mw_grid_text(grid, step_x, y, right - step_x, mw_style_of(MW_ROLE_DIM), _("not here yet"));
    else
        mw_grid_text(grid, step_x, y, right - step_x, mw_style_of(MW_ROLE_ACCENT), step);
}

/* With room to spare every heading gets a blank line before it. */
static void space_out(map *m, int rows)
{
    int headings = 0;
    for (int i = 1; i < m->count; i++)
        headings += m->lines[i].lab == NULL;
    if (m->count + headings > rows || m->count + headings > LINES_MAX)
        return;
    for (int i = m->count - 1, to = m->count + headings - 1; i > 0; i--) {
        m->lines[to--] = m->lines[i];
        if (!m->lines[i].lab)
            m->lines[to--] = (map_line){.heading = "", .row = -1};
    }
    m->count += headings;
}

/* The first line of the window, so that the cursor and the heading above it can be seen. */
static int first_line(const mw_model *model, const map *m, int rows)
{
    int at = 0;
    for (int i = 0; i < m->count; i++)
        if (m->lines[i].row == model->course_row)
            at = i;
    int first = at - rows * 2 / 3;
    if (first > m->count - rows)
        first = m->count - rows;
    return first < 0 ? 0 : first;
}

static void draw_map(const mw_model *model, const map *m, mw_grid *grid, mw_rect body)
{
    int first = first_line(model, m, body.height);
    mw_rect table = body;
    if (table.width > 96) /* the eye must find its way from a title to its points */
        table.width = 96;
    for (int i = first; i < m->count && i - first < body.height; i++) {
        const map_line *line = &m->lines[i];
        int y = body.y + i - first;
        if (line->lab)
            draw_lab(model, grid, line, line->lab == m->next, table, y);
        else
            mw_grid_text(grid, body.x + 2, y, body.width - 2,
                         mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD), line->heading);
    }
    mw_style mark = mw_style_with(MW_ROLE_ACCENT, MW_ATTR_BOLD);
    if (first > 0)
        mw_grid_put(grid, body.x + body.width - 1, body.y, mw_grid_glyph(grid, MW_GLYPH_UP), mark);
    if (first + body.height < m->count)
        mw_grid_put(grid, body.x + body.width - 1, body.y + body.height - 1,
                    mw_grid_glyph(grid, MW_GLYPH_DOWN), mark);
}

static void draw_search(const mw_model *model, const map *m, mw_grid *grid)
{
    if (!model->searching)
        return;
    int y = grid->height - 2;
    mw_grid_fill(grid, (mw_rect){0, y, grid->width, 1}, ' ', mw_style_of(MW_ROLE_TEXT));
    int x = 1 + mw_grid_text(grid, 1, y, 2, mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD), "/");
    x += mw_grid_text(grid, x, y, grid->width - x - 1, mw_style_of(MW_ROLE_FOCUS), model->search);
    if (*model->search && m->hits == 0)
        mw_grid_text(grid, x + 3, y, grid->width - x - 4, mw_style_of(MW_ROLE_WARNING),
                     _("no title has this"));
    grid->cursor_visible = true;
    grid->cursor_x = x < grid->width ? x : grid->width - 1;
    grid->cursor_y = y;
}

void mw_view_course(const mw_model *model, mw_grid *grid)
{
    mw_grid_clear(grid);
    if (!mw_chrome_fits(grid))
        return;
    map m = {0};
    read_map(model, &m);
    char right[96] = "";
    if (m.unknown > 0) /* a count of what is known would read as what is left */
        snprintf(right, sizeof right, "%s", _("progress unknown"));
    else if (m.possible > 0)
        snprintf(right, sizeof right, _("%d of %d labs   %g / %g pts"), m.finished, m.labs,
                 m.earned, m.possible);
    else if (m.labs > 0)
        snprintf(right, sizeof right, _("%d of %d labs"), m.finished, m.labs);
    const char *title = json_array_size(model->courses) == 1
                            ? mw_json_text(json_array_get(model->courses, 0), "title")
                            : "memwall";
    mw_chrome_head(grid, "", title, right);
    mw_rect body = mw_chrome_body(grid);
    int summary = mw_machine_summary_height(body.width);
    mw_rect list = {body.x, body.y, body.width, body.height - summary - 1};
    if (m.labs == 0)
        mw_chrome_write(
            grid, (mw_rect){body.x + 2, body.y, body.width - 4, 3}, mw_style_of(MW_ROLE_WARNING),
            _("No course was found. Reinstall memwall, or point MEMWALL_COURSES to one."));
    space_out(&m, list.height);
    draw_map(model, &m, grid, list);
    mw_machine_summary_draw(model, grid,
                            (mw_rect){body.x, body.y + body.height - summary, body.width, summary});
    mw_chrome_foot(model, grid);
    draw_search(model, &m, grid);
}
