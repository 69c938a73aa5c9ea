#ifndef WEIR_LINEAR_H
#define WEIR_LINEAR_H

#include <stdint.h>

// Losses of rows as functions of one score each, or of one for each class. `weights` may be NULL. All give the sum of the
// weighted losses, and fill the first derivatives of each by its score, and the second where `curves` is not NULL.
// Sums run over sixteen lanes side by side, so that the bytes do not depend on the instruction set.

// -log of the probability of the row's side, `signs` being 1 or -1.
double weir_logistic_rows(const double *scores, const double *signs, const double *weights, long n, double *slopes,
                          double *curves);

// A function of u = 1 - sign * score (`tube` < 0), or of u = |score - target| - tube: nothing where u <= 0; else u squared
// (`width` < 0), or u with its corner rounded: u * u / (2 width) below `width`, u - width / 2 from there on.
double weir_margin_rows(const double *scores, const double *targets, const double *weights, long n, double tube,
                        double width, double *slopes, double *curves);

// Softmax of k scores a row, column after column: turns them into probabilities, and fills the derivatives by score.
// Needs room for 3 n numbers.
double weir_softmax_rows(double *scores, const int32_t *codes, const double *weights, long n, long k, double *slopes,
                         double *room);

// Turns derivatives of scores along a direction (n x k, column after column) into those of the slopes.
void weir_softmax_curve(const double *probabilities, const double *weights, long n, long k, double *scores, double *room);

// out = (x - shift) * factors; `factors` may be NULL.
void weir_shift_scale(const double *x, long n, double shift, const double *factors, double *out);

// x *= factors
void weir_scale(double *x, long n, const double *factors);

// The sum of weights * (x - shift); `weights` may be NULL.
double weir_centered_sum(const double *x, const double *weights, long n, double shift);

// out += factor * (x - shift)
void weir_add_scaled(const double *x, long n, double shift, double factor, double *out);

// Whether all of some numbers are finite.
int weir_all_finite(const double *values, long n);

// For each of `count` directions (row by row, `width` numbers each) the products with `rows` rows, which lie column by column:
// direction d's go to out + d * stride. Each is summed in the order of the columns.
void weir_project(
  const double *columns, long rows, long width, const double *directions, long count, double *out, long stride);

// out += (x - shift) * (x - shift) * factor
void weir_add_squares(const double *x, long n, double shift, double factor, double *out);

// Adds to the moments of k classes those of some rows. `order` has the rows by class, those of class c from starts[c] on;
// `weights` are those rows' in that order, or NULL; `room` holds as many numbers as there are rows. The class c has its
// mean and its sum of squared distances from it at `c * stride`; totals (before) and added are weights.
void weir_class_moments(const double *x, const int32_t *order, const int64_t *starts, long k, const double *weights,
                        const double *totals, const double *added, double *room, double *means, double *squares, long stride);

#endif
