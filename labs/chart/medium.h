/*
 * medium.h: what a picture is laid out for: character cells, or paper measured in points.
 *
 * The layouts of this room are the same for both; a medium says how large words and marks are there
 * and how finely things can be told apart.
 */
#ifndef MW_CHART_MEDIUM_H
#define MW_CHART_MEDIUM_H

#include <stdbool.h>

typedef struct mw_medium {
    bool cells;     /* whatever is at (x, y) belongs to the cell (floor x, floor y) */
    bool slants;    /* words can run along a line */
    double line;    /* height of a line of words */
    double letter;  /* width of a digit: the unit of gaps */
    double mark;    /* width and height of the mark of a point, with its margin */
    double grain;   /* what is closer than this cannot be told apart */
    double stretch; /* how much longer a unit of y is than one of x; 0: they are equal */
    /* Width of a text; NULL: a letter per code point. */
    double (*measure)(void *context, const char *text);
    void *context;
} mw_medium;

/* Cells, in which a text takes one per code point. */
extern const mw_medium mw_medium_cells;

double mw_medium_measure(const mw_medium *medium, const char *text);

/* On cells the cell's left or upper edge, on paper the position itself. */
double mw_medium_snap(const mw_medium *medium, double position);

#endif
