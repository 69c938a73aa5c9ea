#include "include/NetworkUpsampling.h"

#include "NetworkNumbers.h"

// Where a point of the larger image lies between two of the smaller one, and how near it is to the second.
static inline long between(long place, long factor, long size, double *share) {
  double at = ((double)place + 0.5) / (double)factor - 0.5;
  if (at < 0) at = 0;
  const long low = (long)at < size - 1 ? (long)at : size - 1;
  *share = low + 1 < size ? at - (double)low : 0;
  return low;
}

#define LOOPS "NetworkUpsampling.inc"
#include "NetworkKinds.inc"

void weir_net_upsample_nearest(int wide, const void *x, long height, long width, long channels, long factor_y, long factor_x,
  void *y) {
  if (wide) upsample_nearest_f64(x, height, width, channels, factor_y, factor_x, y);
  else upsample_nearest_f32(x, height, width, channels, factor_y, factor_x, y);
}
void weir_net_upsample_nearest_back(int wide, const void *dy, long height, long width, long channels, long factor_y,
  long factor_x, void *dx) {
  if (wide) upsample_nearest_back_f64(dy, height, width, channels, factor_y, factor_x, dx);
  else upsample_nearest_back_f32(dy, height, width, channels, factor_y, factor_x, dx);
}
void weir_net_upsample_linear(int wide, const void *x, long height, long width, long channels, long factor_y, long factor_x,
  void *y) {
  if (wide) upsample_linear_f64(x, height, width, channels, factor_y, factor_x, y);
  else upsample_linear_f32(x, height, width, channels, factor_y, factor_x, y);
}
void weir_net_upsample_linear_back(int wide, const void *dy, long height, long width, long channels, long factor_y,
  long factor_x, void *dx) {
  if (wide) upsample_linear_back_f64(dy, height, width, channels, factor_y, factor_x, dx);
  else upsample_linear_back_f32(dy, height, width, channels, factor_y, factor_x, dx);
}
