/* paper_scene.c: keeps the box of each drawn word, and makes rooflines up. */
#include "tests/chart/paper_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct drawn drawn[DRAWN_MOST];
int drawn_count;

static void keep_drawn(void *context, const char *text, const mw_box *ink)
{
    (void)context;
    if (drawn_count < DRAWN_MOST) {
        snprintf(drawn[drawn_count].text, sizeof drawn->text, "%s", text);
        drawn[drawn_count++].ink = *ink;
    }
}

/* These texts are clean, but for what a cut in the middle of a character leaves. */
static void gate(const char *text, char *clean, size_t size)
{
    size_t used = 0;
    for (; *text && used + 1 < size; text++)
        if ((unsigned char)*text >= ' ')
            clean[used++] = *text;
    clean[used] = '\0';
}

mw_paper paper_of(mw_paper_format format, double width, double height)
{
    return (mw_paper){.format = format,
                      .width = width,
                      .height = height,
                      .dpi = 72,
                      .title = "One user or many: what does a second user cost?",
                      .note = rand() % 2 ? "memwall · 04 · serve"
                                         : "memwall 0.1.0 · 04 One user or many, version 1.1 · "
                                           "serve · seed one · Some Processor with a long name · "
                                           "date not recorded · 10 of 10 samples are noisy",
                      .gate = gate,
                      .drawn = keep_drawn};
}

double any(double least, double most)
{
    return least * pow(most / least, rand() / (double)RAND_MAX);
}

static const char *const words[] = {"",
                                    "1",
                                    "16",
                                    "gemv/simd",
                                    "DRAM 15.8 ±0.9 GB/s",
                                    "一个很长的名字",
                                    "48",
                                    "你",
                                    "skinny",
                                    "a long name of a roof",
                                    "library"};

const char *a_word(void)
{
    return words[(size_t)rand() % (sizeof words / sizeof *words)];
}

mw_roofline_chart random_roofline(void)
{
    mw_roofline_chart chart = {.ridge_word = "ridge"};
    for (int i = 2 + rand() % 9; i > 0; i--) {
        double value = any(1e9, 1e12);
        chart.roofs[chart.roof_count++] = (mw_chart_roof){.compute = rand() % 3 == 0,
                                                          .active = rand() % 4 == 0,
                                                          .value = value,
                                                          .low = value * any(0.7, 1),
                                                          .high = value * any(1, 1.4),
                                                          .texts = {a_word(), a_word(), "L2"}};
    }
    for (int i = rand() % 30; i > 0; i--) {
        double y = any(1e8, 1e12);
        chart.points[chart.point_count++] = (mw_chart_point){.x = any(0.05, 300),
                                                             .y = y,
                                                             .low = y * any(0.5, 1),
                                                             .high = y * any(1, 2),
                                                             .noisy = rand() % 3 == 0,
                                                             .label = a_word(),
                                                             .active = rand() % 8 == 0,
                                                             .kind = (mw_kind)(rand() % 6)};
    }
    for (int i = 0; i < chart.point_count; i += 2)
        chart.trail[chart.trail_count++] = i;
    for (int i = 0; chart.point_count > 1 && i < rand() % 4; i++)
        chart.links[chart.link_count++] = (mw_chart_link){
            rand() % chart.point_count, rand() % chart.point_count, "you: ×1.9 too high"};
    return chart;
}

mw_status draw_roofline(const mw_paper *paper, const mw_roofline_chart *chart, bool aside,
                        mw_bytes *bytes, mw_error *error)
{
    json_t *none = json_pack("{s:s}", "kind", "roofline");
    mw_picture *picture = mw_picture_new(none, NULL, &mw_medium_cells);
    mw_roofline_view *read = &((mw_roofline_picture *)picture)->read;
    read->chart = *chart;
    for (int i = 0; i < chart->point_count; i++)
        if (chart->points[i].x > 0 && chart->points[i].y > 0) {
            read->kind_used[chart->points[i].kind] = true;
            read->noisy_used = read->noisy_used || chart->points[i].noisy;
        }
    if (aside && chart->point_count < MW_CHART_POINTS)
        read->chart.points[read->chart.point_count++] = (mw_chart_point){.label = "copy"};
    mw_status status = mw_paper_draw(paper, &picture->drawing, bytes, error);
    free(picture);
    json_decref(none);
    return status;
}
