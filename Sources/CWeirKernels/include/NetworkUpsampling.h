#ifndef WEIR_NETWORK_UPSAMPLING_H
#define WEIR_NETWORK_UPSAMPLING_H

// Images made larger. Each takes numbers of 4 bytes, or of 8 where `wide` is not zero.

/// Each point as `factor_y` x `factor_x` points.
void weir_net_upsample_nearest(int wide, const void *x, long height, long width, long channels, long factor_y, long factor_x,
  void *y);
void weir_net_upsample_nearest_back(int wide, const void *dy, long height, long width, long channels, long factor_y,
  long factor_x, void *dx);
/// Points between those that are there, whose middles lie in the middles of their squares; the edge goes on as it is.
void weir_net_upsample_linear(int wide, const void *x, long height, long width, long channels, long factor_y, long factor_x,
  void *y);
void weir_net_upsample_linear_back(int wide, const void *dy, long height, long width, long channels, long factor_y,
  long factor_x, void *dx);

#endif
