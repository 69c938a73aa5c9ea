#ifndef WEIR_SUPPORT_VECTORS_H
#define WEIR_SUPPORT_VECTORS_H

#include <stdint.h>

// Kernels of support vector machines, and the inner loop that solves for a few rows.

enum { WEIR_KERNEL_LINEAR, WEIR_KERNEL_RBF, WEIR_KERNEL_POLY, WEIR_KERNEL_SIGMOID };

typedef struct {
  int kind;
  double gamma, offset;
  int degree;
} weir_kernel;

/// Turns `count` scalar products of one row into values of the kernel, in place. `length` is the squared length of that
/// row, `lengths` those of the others.
void weir_kernel_values(weir_kernel kernel, double *products, double length, const double *lengths, long count);

/// Rounds to single precision.
void weir_narrow(const double *values, long count, float *out);

/// out[j] += factors[0] * rows[0][j] + factors[1] * rows[1][j] + ... for `from <= j < to`, always in that order.
void weir_add_scaled_rows(const float *const *rows, const double *factors, long count, long from, long to, double *out);

/// A few variables of a support vector machine.
typedef struct {
  long count;
  /// count x count values of the kernel.
  const float *kernel;
  /// 1 or -1; and what `alpha` is at most.
  const double *sign, *cap;
  double *alpha;
  /// How much each variable violates: -sign * the derivative by it.
  double *slope;
} weir_pairs;

/// Moves pairs of variables, the most violating with that which gains most (Fan, Chen, Lin: "Working set selection using
/// second order information", JMLR 6, 2005), until no pair violates by `tolerance` or `limit` pairs were moved. Gives how
/// many were.
long weir_move_pairs(weir_pairs *pairs, double tolerance, long limit);

#endif
