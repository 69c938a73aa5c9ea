#include "include/NetworkImages.h"

#include "NetworkNumbers.h"

#define LOOPS "NetworkImages.inc"
#include "NetworkKinds.inc"

void weir_net_pad_image(int wide, const void *x, void *out, long height, long width, long channels, long top, long left,
  long out_height, long out_width, long spread_y, long spread_x) {
  if (wide) pad_image_f64(x, out, height, width, channels, top, left, out_height, out_width, spread_y, spread_x);
  else pad_image_f32(x, out, height, width, channels, top, left, out_height, out_width, spread_y, spread_x);
}
void weir_net_convolve(int wide, const void *x, long padded_width, long in_channels, const void *w, long kernel_rows,
  long run, long channels, long stride_y, long stride_x, void *y, long out_height, long out_width) {
  if (wide) convolve_f64(x, padded_width, in_channels, w, kernel_rows, run, channels, stride_y, stride_x, y,
    out_height, out_width);
  else convolve_f32(x, padded_width, in_channels, w, kernel_rows, run, channels, stride_y, stride_x, y,
    out_height, out_width);
}
void weir_net_convolve_weights(int wide, const void *x, long x_row, long x_pixel, const void *dy, long channels,
  long height, long width, void *dw, long run) {
  if (wide) convolve_weights_f64(x, x_row, x_pixel, dy, channels, height, width, dw, run);
  else convolve_weights_f32(x, x_row, x_pixel, dy, channels, height, width, dw, run);
}
void weir_net_spread_kernel(int wide, const void *x, void *out, long height, long width, long depth, long step_y,
  long step_x, int gather) {
  if (wide) spread_kernel_f64(x, out, height, width, depth, step_y, step_x, gather);
  else spread_kernel_f32(x, out, height, width, depth, step_y, step_x, gather);
}
void weir_net_pack_weights(int wide, const void *w, void *out, long rows, long channels) {
  if (wide) pack_weights_f64(w, out, rows, channels);
  else pack_weights_f32(w, out, rows, channels);
}
void weir_net_pack_turned(int wide, const void *w, void *out, long kernel_height, long kernel_width, long inputs,
  long outputs) {
  if (wide) pack_turned_f64(w, out, kernel_height, kernel_width, inputs, outputs);
  else pack_turned_f32(w, out, kernel_height, kernel_width, inputs, outputs);
}
void weir_net_max_pool(int wide, const void *x, long height, long width, long channels, long kernel_height,
  long kernel_width, long stride_y, long stride_x, long top, long left, void *y, int32_t *places, long out_height,
    long out_width) {
  if (wide) max_pool_f64(x, height, width, channels, kernel_height, kernel_width, stride_y, stride_x, top, left,
    y, places, out_height, out_width);
  else max_pool_f32(x, height, width, channels, kernel_height, kernel_width, stride_y, stride_x, top, left, y,
    places, out_height, out_width);
}
void weir_net_max_pool_back(int wide, const void *dy, const int32_t *places, long outputs, long channels, void *dx,
  long pixels) {
  if (wide) max_pool_back_f64(dy, places, outputs, channels, dx, pixels);
  else max_pool_back_f32(dy, places, outputs, channels, dx, pixels);
}
void weir_net_avg_pool(int wide, const void *x, long height, long width, long channels, long kernel_height,
  long kernel_width, long stride_y, long stride_x, long top, long left, void *y, long out_height, long out_width) {
  if (wide) avg_pool_f64(x, height, width, channels, kernel_height, kernel_width, stride_y, stride_x, top, left,
    y, out_height, out_width);
  else avg_pool_f32(x, height, width, channels, kernel_height, kernel_width, stride_y, stride_x, top, left, y,
    out_height, out_width);
}
void weir_net_avg_pool_back(int wide, const void *dy, long height, long width, long channels, long kernel_height,
  long kernel_width, long stride_y, long stride_x, long top, long left, void *dx, long out_height, long out_width) {
  if (wide) avg_pool_back_f64(dy, height, width, channels, kernel_height, kernel_width, stride_y, stride_x, top,
    left, dx, out_height, out_width);
  else avg_pool_back_f32(dy, height, width, channels, kernel_height, kernel_width, stride_y, stride_x, top, left,
    dx, out_height, out_width);
}
void weir_net_mean_steps(int wide, const void *x, const uint8_t *mask, void *y, long steps, long width) {
  if (wide) mean_steps_f64(x, mask, y, steps, width);
  else mean_steps_f32(x, mask, y, steps, width);
}
void weir_net_mean_steps_back(int wide, const void *dy, const uint8_t *mask, void *dx, long steps, long width) {
  if (wide) mean_steps_back_f64(dy, mask, dx, steps, width);
  else mean_steps_back_f32(dy, mask, dx, steps, width);
}
