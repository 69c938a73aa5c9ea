#ifndef WEIR_SUMS_H
#define WEIR_SUMS_H

#include <stdint.h>

/// Sums that carry their rounding errors along: the sum is `sum + error`. Rows go from `from` (a multiple of 64) to `to`;
/// `valid` is a bitmap of the rows that count, null for all. Every instruction set adds in the same order.
typedef struct {
  double sum;
  double error;
} weir_sum;

/// Adds `(x - shift)` to the power (1 to 4) for each row to `out`.
void weir_add_powers(const double *values, const uint64_t *valid, double shift, int power, long from, long to, weir_sum *out);

/// The sums of the powers 1 to 4 at once would read the rows once; this does for 2, 3 and 4.
void weir_add_moments(const double *values, const uint64_t *valid, double shift, long from, long to, weir_sum *out);

/// The same by group, powers 1 to 4 from the group's own shift (null: 0).
void weir_add_group_powers(
    const double *values, const uint64_t *valid, const uint32_t *groups, const double *shifts, int power, long from, long to,
    weir_sum *out);

/// One sum added to another.
void weir_add_sum(weir_sum *to, weir_sum other);

/// A whole number of 128 bits in two halves.
typedef struct {
  uint64_t low;
  int64_t high;
} weir_wide;

void weir_add_ints(const int64_t *values, const uint64_t *valid, long from, long to, weir_wide *out);
void weir_add_group_ints(
    const int64_t *values, const uint64_t *valid, const uint32_t *groups, long from, long to, weir_wide *out);
void weir_add_wide(weir_wide *to, weir_wide other);

/// Products of the distances of two columns from shifts, over rows where both have a value.
typedef struct {
  double count;
  weir_sum x, y, xy, xx, yy;
} weir_products;

void weir_add_products(
    const double *x, const double *y, const uint64_t *x_valid, const uint64_t *y_valid, double x_shift, double y_shift,
    long from, long to, weir_products *out);

/// Least and greatest of the numbers, NaN left out; gives how many numbers there were.
long weir_extremes(const double *values, const uint64_t *valid, long from, long to, double *least, double *greatest);

#endif
