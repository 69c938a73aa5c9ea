#ifndef WEIR_NETWORK_PRODUCTS_H
#define WEIR_NETWORK_PRODUCTS_H

#include <stdint.h>

// Inner loops of networks over products. Each takes numbers of 4 bytes, or of 8 where `wide` is not zero.

/// Panels `from ..< to` of a matrix of depth x columns, one after another.
void weir_net_pack_panels(int wide, const void *w, long stride, int turned, long depth, long columns, void *out, long from,
  long to);
/// C = A times the matrix of the panels, or C plus that.
void weir_net_panel_product(int wide, const void *a, long lda, const void *panels, long rows, long columns, long depth,
  void *c, long ldc, int adding);
/// C = A B, or C plus that: A of rows x depth whose rows or columns (`a_turned`) lie together, B of depth x columns likewise.
void weir_net_product(int wide, const void *a, long lda, int a_turned, const void *b, long ldb, int b_turned, long rows,
  long columns, long depth, void *c, long ldc, int adding);

#endif
