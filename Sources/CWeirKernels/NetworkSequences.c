#include "include/NetworkSequences.h"

#include "NetworkNumbers.h"

#define LOOPS "NetworkSequences.inc"
#include "NetworkKinds.inc"

void weir_net_lstm_step(int wide, void *gates, const void *bias1, const void *bias2, const void *before, void *cell,
  void *cell_tanh, void *h, long rows, long size) {
  if (wide) lstm_step_f64(gates, bias1, bias2, before, cell, cell_tanh, h, rows, size);
  else lstm_step_f32(gates, bias1, bias2, before, cell, cell_tanh, h, rows, size);
}
void weir_net_lstm_back(int wide, const void *gates, const void *before, const void *cell_tanh, const void *dh, void *dc,
  void *dgates, long rows, long size) {
  if (wide) lstm_back_f64(gates, before, cell_tanh, dh, dc, dgates, rows, size);
  else lstm_back_f32(gates, before, cell_tanh, dh, dc, dgates, rows, size);
}
void weir_net_gru_step(int wide, void *x, const void *u, const void *bias1, const void *bias2, const void *before, void *h,
  long rows, long size) {
  if (wide) gru_step_f64(x, u, bias1, bias2, before, h, rows, size);
  else gru_step_f32(x, u, bias1, bias2, before, h, rows, size);
}
void weir_net_gru_back(int wide, const void *gates, const void *u, const void *bias2, const void *before, void *dh,
  void *dx, void *du, long rows, long size) {
  if (wide) gru_back_f64(gates, u, bias2, before, dh, dx, du, rows, size);
  else gru_back_f32(gates, u, bias2, before, dh, dx, du, rows, size);
}
void weir_net_rnn_step(int wide, void *x, const void *bias1, const void *bias2, void *h, long rows, long size) {
  if (wide) rnn_step_f64(x, bias1, bias2, h, rows, size);
  else rnn_step_f32(x, bias1, bias2, h, rows, size);
}
void weir_net_rnn_back(int wide, const void *states, const void *dh, void *dx, long rows, long size) {
  if (wide) rnn_back_f64(states, dh, dx, rows, size);
  else rnn_back_f32(states, dh, dx, rows, size);
}
void weir_net_swap_steps(int wide, const void *x, void *y, long rows, long steps, long width) {
  if (wide) swap_steps_f64(x, y, rows, steps, width);
  else swap_steps_f32(x, y, rows, steps, width);
}
void weir_net_copy_columns(int wide, const void *x, long stride, void *y, long out_stride, long rows, long width) {
  if (wide) copy_columns_f64(x, stride, y, out_stride, rows, width);
  else copy_columns_f32(x, stride, y, out_stride, rows, width);
}
void weir_net_softmax_rows(int wide, void *x, long rows, long width, double scale, long causal, const uint8_t *mask) {
  if (wide) softmax_rows_f64(x, rows, width, scale, causal, mask);
  else softmax_rows_f32(x, rows, width, (float)scale, causal, mask);
}
void weir_net_softmax_back(int wide, const void *y, const void *dy, void *dx, long rows, long width, double scale) {
  if (wide) softmax_back_f64(y, dy, dx, rows, width, scale);
  else softmax_back_f32(y, dy, dx, rows, width, (float)scale);
}
void weir_net_layer_norm(int wide, const void *x, const void *weight, const void *bias, double epsilon, void *y,
  void *normal, void *scales, long rows, long width) {
  if (wide) layer_norm_f64(x, weight, bias, epsilon, y, normal, scales, rows, width);
  else layer_norm_f32(x, weight, bias, (float)epsilon, y, normal, scales, rows, width);
}
void weir_net_layer_norm_back(int wide, const void *normal, const void *scales, const void *weight, const void *dy,
  void *dx, long rows, long width) {
  if (wide) layer_norm_back_f64(normal, scales, weight, dy, dx, rows, width);
  else layer_norm_back_f32(normal, scales, weight, dy, dx, rows, width);
}
void weir_net_product_sums(int wide, const void *a, const void *b, long rows, long stride, long width, void *sums) {
  if (wide) product_sums_f64(a, b, rows, stride, width, sums);
  else product_sums_f32(a, b, rows, stride, width, sums);
}
void weir_net_centred_squares(int wide, const void *x, const void *mean, long rows, long width, void *sums) {
  if (wide) centred_squares_f64(x, mean, rows, width, sums);
  else centred_squares_f32(x, mean, rows, width, sums);
}
void weir_net_batch_norm(int wide, const void *x, const void *mean, const void *scale, const void *weight, const void *bias,
  void *y, void *normal, long rows, long width) {
  if (wide) batch_norm_f64(x, mean, scale, weight, bias, y, normal, rows, width);
  else batch_norm_f32(x, mean, scale, weight, bias, y, normal, rows, width);
}
void weir_net_batch_norm_back(int wide, const void *normal, const void *scale, const void *weight, const void *sums,
  const void *products, double count, const void *dy, void *dx, long rows, long width) {
  if (wide) batch_norm_back_f64(normal, scale, weight, sums, products, count, dy, dx, rows, width);
  else batch_norm_back_f32(normal, scale, weight, sums, products, (float)count, dy, dx, rows, width);
}
void weir_net_add(int wide, const void *a, const void *b, void *y, long count) {
  if (wide) add_f64(a, b, y, count);
  else add_f32(a, b, y, count);
}
void weir_net_scale(int wide, const void *x, double factor, void *y, long count) {
  if (wide) scale_f64(x, factor, y, count);
  else scale_f32(x, (float)factor, y, count);
}
void weir_net_dropout(int wide, const void *x, void *y, long from, long count, uint64_t key, double keep) {
  if (wide) dropout_f64(x, y, from, count, key, keep);
  else dropout_f32(x, y, from, count, key, (float)keep);
}
void weir_net_embed(int wide, const void *tokens, const void *table, void *y, long count, long entries, long width) {
  if (wide) embed_f64(tokens, table, y, count, entries, width);
  else embed_f32(tokens, table, y, count, entries, width);
}
void weir_net_embed_back(int wide, const void *tokens, const void *dy, void *dtable, long count, long entries, long width,
  long from, long to, long skipped) {
  if (wide) embed_back_f64(tokens, dy, dtable, count, entries, width, from, to, skipped);
  else embed_back_f32(tokens, dy, dtable, count, entries, width, from, to, skipped);
}
void weir_net_adam(int wide, void *p, const void *g, void *m, void *v, long count, double rate, double beta1, double beta2,
  double epsilon, double decay, int apart, double correction1, double correction2, double gradient_scale) {
  if (wide) adam_f64(p, g, m, v, count, rate, beta1, beta2, epsilon, decay, apart, correction1, correction2, gradient_scale);
  else adam_f32(p, g, m, v, count, (float)rate, (float)beta1, (float)beta2, (float)epsilon, (float)decay, apart, (float)correction1, (float)correction2, (float)gradient_scale);
}
void weir_net_descend(int wide, void *p, const void *g, long count, double rate, double decay, double gradient_scale) {
  if (wide) descend_f64(p, g, count, rate, decay, gradient_scale);
  else descend_f32(p, g, count, (float)rate, (float)decay, (float)gradient_scale);
}
void weir_net_momentum(int wide, void *p, const void *g, void *m, long count, double rate, double momentum, double decay,
  int nesterov, int is_first, double gradient_scale) {
  if (wide) momentum_f64(p, g, m, count, rate, momentum, decay, nesterov, is_first, gradient_scale);
  else momentum_f32(p, g, m, count, (float)rate, (float)momentum, (float)decay, nesterov, is_first, (float)gradient_scale);
}
void weir_net_divided(int wide, void *p, const void *g, void *v, long count, double rate, double keep, double rest,
  double epsilon, double decay, double gradient_scale) {
  if (wide) divided_f64(p, g, v, count, rate, keep, rest, epsilon, decay, gradient_scale);
  else divided_f32(p, g, v, count, (float)rate, (float)keep, (float)rest, (float)epsilon, (float)decay, (float)gradient_scale);
}
