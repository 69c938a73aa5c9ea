#ifndef WEIR_NETWORK_IMAGES_H
#define WEIR_NETWORK_IMAGES_H

#include <stdint.h>

// Inner loops of networks over images. Each takes numbers of 4 bytes, or of 8 where `wide` is not zero.

void weir_net_pad_image(int wide, const void *x, void *out, long height, long width, long channels, long top, long left,
  long out_height, long out_width, long spread_y, long spread_x);
/// One padded image against weights of kernel_rows x run x padded channels; `channels` of them are written.
void weir_net_convolve(int wide, const void *x, long padded_width, long in_channels, const void *w, long kernel_rows,
  long run, long channels, long stride_y, long stride_x, void *y, long out_height, long out_width);
/// Adds one image to the gradients of one row of the kernel: run x channels.
void weir_net_convolve_weights(int wide, const void *x, long x_row, long x_pixel, const void *dy, long channels,
  long height, long width, void *dw, long run);
/// A kernel with gaps between its points, of `height` x `width` with them; `depth` numbers a point. `gather` takes the
/// points out of such a one.
void weir_net_spread_kernel(int wide, const void *x, void *out, long height, long width, long depth, long step_y,
  long step_x, int gather);
/// The weights with the output channels padded to whole vectors.
void weir_net_pack_weights(int wide, const void *w, void *out, long rows, long channels);
/// The weights of the way back: the kernel turned by half a turn, inputs and outputs exchanged.
void weir_net_pack_turned(int wide, const void *w, void *out, long kernel_height, long kernel_width, long inputs,
  long outputs);
void weir_net_max_pool(int wide, const void *x, long height, long width, long channels, long kernel_height,
  long kernel_width, long stride_y, long stride_x, long top, long left, void *y, int32_t *places, long out_height,
  long out_width);
void weir_net_max_pool_back(int wide, const void *dy, const int32_t *places, long outputs, long channels, void *dx,
  long pixels);
/// As PyTorch's default: what lies in the padding counts as zeros.
void weir_net_avg_pool(int wide, const void *x, long height, long width, long channels, long kernel_height,
  long kernel_width, long stride_y, long stride_x, long top, long left, void *y, long out_height, long out_width);
void weir_net_avg_pool_back(int wide, const void *dy, long height, long width, long channels, long kernel_height,
  long kernel_width, long stride_y, long stride_x, long top, long left, void *dx, long out_height, long out_width);
/// The means of the steps of a sequence that `mask` (or none) lets through.
void weir_net_mean_steps(int wide, const void *x, const uint8_t *mask, void *y, long steps, long width);
void weir_net_mean_steps_back(int wide, const void *dy, const uint8_t *mask, void *dx, long steps, long width);

#endif
