#include "include/NetworkProducts.h"

#include "NetworkNumbers.h"

#define LOOPS "NetworkProducts.inc"
#include "NetworkKinds.inc"

void weir_net_pack_panels(int wide, const void *w, long stride, int turned, long depth, long columns, void *out, long from,
  long to) {
  if (wide) pack_panels_f64(w, stride, turned, depth, columns, out, from, to);
  else pack_panels_f32(w, stride, turned, depth, columns, out, from, to);
}
void weir_net_panel_product(int wide, const void *a, long lda, const void *panels, long rows, long columns, long depth,
  void *c, long ldc, int adding) {
  if (wide) panel_product_f64(a, lda, panels, rows, columns, depth, c, ldc, adding);
  else panel_product_f32(a, lda, panels, rows, columns, depth, c, ldc, adding);
}
void weir_net_product(int wide, const void *a, long lda, int a_turned, const void *b, long ldb, int b_turned, long rows,
  long columns, long depth, void *c, long ldc, int adding) {
  if (wide) product_f64(a, lda, a_turned, b, ldb, b_turned, rows, columns, depth, c, ldc, adding);
  else product_f32(a, lda, a_turned, b, ldb, b_turned, rows, columns, depth, c, ldc, adding);
}
