#include "NetworkNumbers.h"

#define LOOPS "NetworkBasics.inc"
#include "NetworkKinds.inc"

void weir_net_bias_activate(int wide, int kind, double alpha, void *y, const void *bias, long rows, long width) {
  if (!bias && kind == WEIR_NET_IDENTITY) return;
  if (wide) bias_activate_f64(kind, alpha, y, bias, rows, width);
  else bias_activate_f32(kind, (float)alpha, y, bias, rows, width);
}
void weir_net_activate(int wide, int kind, double alpha, const void *x, void *y, long count) {
  if (wide) activate_f64(kind, alpha, x, y, count);
  else activate_f32(kind, (float)alpha, x, y, count);
}
void weir_net_activate_back(
  int wide, int kind, double alpha, const void *x, const void *y, const void *dy, void *dx, long count) {
  if (wide) activate_back_f64(kind, alpha, x, y, dy, dx, count);
  else activate_back_f32(kind, (float)alpha, x, y, dy, dx, count);
}
void weir_net_column_sums(int wide, const void *x, long rows, long stride, long width, void *sums) {
  if (wide) column_sums_f64(x, rows, stride, width, sums);
  else column_sums_f32(x, rows, stride, width, sums);
}
void weir_net_matrix_vector(int wide, const void *w, const void *x, const void *bias, void *y, long outputs, long inputs) {
  if (wide) matrix_vector_f64(w, x, bias, y, outputs, inputs);
  else matrix_vector_f32(w, x, bias, y, outputs, inputs);
}

int weir_net_has_wide_vectors(void) {
#if defined(__x86_64__) && defined(__linux__) && !defined(WEIR_NO_CLONES)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
#else
  return 0;
#endif
}
