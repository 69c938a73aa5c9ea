#ifndef WEIR_MATRIX_PRODUCT_H
#define WEIR_MATRIX_PRODUCT_H

// Products of large matrices for machines with vectors of 64 bytes, on one thread: every element of the product is one chain of
// fused multiply-adds along the depth, cut at fixed places, so its bits depend neither on where a product is cut into pieces
// nor on how many threads compute them.

/// Whether this machine can run the products below.
int weir_mm_is_there(void);

/// C (m x n, rows `ldc` apart) = A B, or C + A B with `adding`: A of m x k, B of k x n, whose neighbours in a column lie `row`
/// and in a row `step` elements apart. With `lower` the lower triangle alone is computed and stored, the diagonal within.
/// Gives 0, with C as it was, where memory for the packed parts is lacking.
int weir_mm_f32(long m, long n, long k, const float *a, long a_row, long a_step, const float *b, long b_row, long b_step,
  float *c, long ldc, int adding, int lower);
int weir_mm_f64(long m, long n, long k, const double *a, long a_row, long a_step, const double *b, long b_row, long b_step,
  double *c, long ldc, int adding, int lower);

#endif
