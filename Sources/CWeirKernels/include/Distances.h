#ifndef WEIR_DISTANCES_H
#define WEIR_DISTANCES_H

#include <stdint.h>

// Distances between rows. Products in single precision tell which rows can matter, with a bound on their error; those are
// measured in double precision by `weir_squared_distance`. So no result depends on how products round.

/// The sum of squared differences, in one order on every processor.
double weir_squared_distance(const double *a, const double *b, long columns);

/// Rows less the means, times a scale, in single precision; and their squared lengths.
void weir_near_rows(const double *rows, long count, long columns, const double *means, double scale, float *near, float *lengths);

/// The rows that can be among the `k` nearest of one query.
typedef struct {
  long k, heaped, count;
  /// The `k` smallest upper bounds, the largest on top, once there are as many.
  float *heap;
  int32_t *rows;
  /// What the distances of these rows are at least.
  float *least;
} weir_candidates;

/// Looks at `count` rows from number `first` on, given their products with the query; `margin` bounds the error of
/// `lengths - 2 products`. There must be room for `count` more candidates.
void weir_scan_candidates(
  weir_candidates *c, const float *products, const float *lengths, long count, int32_t first, float margin);

/// Drops the candidates that are too far by now.
void weir_drop_candidates(weir_candidates *c);

/// Sets the bits of rows within a radius: `lengths - 2 products` is at most `sure`. Rows at most `maybe` are written to
/// `unsure`, and how many there are is returned.
long weir_rows_within(
  const float *products, const float *lengths, long count, float sure, float maybe, uint64_t *bits, int32_t *unsure);

/// Rows and centres of clusters.
typedef struct {
  long columns, clusters;
  const double *rows, *weights, *means;
  /// As `weir_near_rows` gives them.
  const float *near, *lengths;
  const double *centers;
  /// For each 16 centres, columns x 16: the centres less the means, scaled; and their squared lengths. What is padded has
  /// the length FLT_MAX.
  const float *tiles, *norms;
  /// The error of a distance is at most `unit` times (the length of the row + `reach`).
  float unit, reach;
} weir_centers;

/// Sums over the rows of each cluster.
typedef struct {
  double *sums, *sizes;
  int64_t *counts;
} weir_cluster_sums;

/// Gives rows `from` to `to` their nearest centre, the first of equals; returns how many changed. Where there are `sums`,
/// rows that change go from one to the other.
long weir_assign(const weir_centers *c, long from, long to, int32_t *labels, weir_cluster_sums *sums);

/// The smaller of `least` and the squared distance of each row from each of `count` others: `count` arrays, `stride`
/// apart; and their sums, with weights where there are some.
void weir_nearer(
  const double *rows, long columns, long from, long to, const double *others, long count, const double *least,
  const double *weights, double *out, long stride, double *sums);

/// Squared distances of one row from rows `from` to `to` of a matrix stored column by column, `count` numbers each.
void weir_distances_from(const double *row, const double *columns, long width, long count, long from, long to, double *out);

/// The place of the smallest of `count` numbers, the first of equals; -1 where none is below infinity.
long weir_smallest(const double *values, long count);

/// Takes the roots of squared distances.
void weir_take_roots(double *values, long count);

/// The distances of all pairs of rows, each once: those of row i from the rows before it begin at i (i - 1) / 2. Gives the row
/// among the `open` ones (ascending) that is nearest to x, the first of equals; -1 where none is below infinity.
long weir_half_nearest(const double *half, const int32_t *open, long count, long x, double *least);

/// Makes row y stand for x and y joined (Lance and Williams 1967): for the farther of both, or for their mean.
void weir_half_join(int complete, double *half, const int32_t *open, long count, long x, long y, double size_x, double size_y);

/// Points lie column by column, `stride` numbers each. Gives the place in `start ..< end` of the one, but for `self`, that joins
/// `from` at the least cost: twice the growth of the squared distances from the means. -1 where none is below infinity.
long weir_ward_nearest(
  const double *columns, long stride, long width, const double *from, double size, const double *sizes, long self, long start,
  long end, double *least);

/// Where points are nearer to `from`, which is row `row`, than to the nearest so far, notes it and the squared distance. Gives
/// the place of the least such distance of all.
long weir_reach_points(
  const double *columns, long stride, long width, const double *from, int32_t row, double *reached, int32_t *nearest, long start,
  long end, double *least);

#endif
