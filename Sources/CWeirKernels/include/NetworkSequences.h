#ifndef WEIR_NETWORK_SEQUENCES_H
#define WEIR_NETWORK_SEQUENCES_H

#include <stdint.h>

// Inner loops of networks over sequences. Each takes numbers of 4 bytes, or of 8 where `wide` is not zero.

/// Gates of each row: input, forget, cell, output, as PyTorch orders them. They are replaced by what they let through.
void weir_net_lstm_step(int wide, void *gates, const void *bias1, const void *bias2, const void *before, void *cell,
  void *cell_tanh, void *h, long rows, long size);
/// `dh` is the gradient to h, `dc` the gradient to the cell, which becomes that to the cell before.
void weir_net_lstm_back(int wide, const void *gates, const void *before, const void *cell_tanh, const void *dh, void *dc,
  void *dgates, long rows, long size);
/// Gates: reset, update, new. `x` holds W_i x and `u` holds W_h h; x is replaced by the gates.
void weir_net_gru_step(int wide, void *x, const void *u, const void *bias1, const void *bias2, const void *before, void *h,
  long rows, long size);
/// `dx` becomes the gradient to W_i x + b_i, `du` that to W_h h + b_h, and `dh` what goes to the state before past the gates.
void weir_net_gru_back(int wide, const void *gates, const void *u, const void *bias2, const void *before, void *dh,
  void *dx, void *du, long rows, long size);
/// x holds W_i x + W_h h, and keeps the state.
void weir_net_rnn_step(int wide, void *x, const void *bias1, const void *bias2, void *h, long rows, long size);
void weir_net_rnn_back(int wide, const void *states, const void *dh, void *dx, long rows, long size);
/// From rows of steps to steps of rows, or back: y[t][r] = x[r][t].
void weir_net_swap_steps(int wide, const void *x, void *y, long rows, long steps, long width);
/// `width` numbers of each row, of rows that lie so far apart.
void weir_net_copy_columns(int wide, const void *x, long stride, void *y, long out_stride, long rows, long width);
/// One row of attention after another: numbers beyond `limit` of a row, or under a zero of the mask, are nothing.
void weir_net_softmax_rows(int wide, void *x, long rows, long width, double scale, long causal, const uint8_t *mask);
/// dx = scale y (dy - sum(y dy)), row by row; `dx` may be `dy`.
void weir_net_softmax_back(int wide, const void *y, const void *dy, void *dx, long rows, long width, double scale);
/// Rows of `width` numbers to mean 0 and spread 1, then times weight plus bias; keeps what backward needs.
void weir_net_layer_norm(int wide, const void *x, const void *weight, const void *bias, double epsilon, void *y,
  void *normal, void *scales, long rows, long width);
void weir_net_layer_norm_back(int wide, const void *normal, const void *scales, const void *weight, const void *dy,
  void *dx, long rows, long width);
/// sums[j] = sum over rows of a[i][j] b[i][j], for `width` columns of rows that lie `stride` apart.
void weir_net_product_sums(int wide, const void *a, const void *b, long rows, long stride, long width, void *sums);
void weir_net_centred_squares(int wide, const void *x, const void *mean, long rows, long width, void *sums);
/// y = (x - mean) scale weight + bias; `normal` may be null where nobody goes back.
void weir_net_batch_norm(int wide, const void *x, const void *mean, const void *scale, const void *weight, const void *bias,
  void *y, void *normal, long rows, long width);
/// dx = weight scale (dy - mean of dy - normal * mean of (dy normal)).
void weir_net_batch_norm_back(int wide, const void *normal, const void *scale, const void *weight, const void *sums,
  const void *products, double count, const void *dy, void *dx, long rows, long width);
void weir_net_add(int wide, const void *a, const void *b, void *y, long count);
void weir_net_scale(int wide, const void *x, double factor, void *y, long count);
/// Each number is kept with a probability, and then divided by it. The bits are Philox 4x32-10's at (key, index of four).
void weir_net_dropout(int wide, const void *x, void *y, long from, long count, uint64_t key, double keep);
/// Row t of `table`, for each token t; what is no row of the table gives zeros.
void weir_net_embed(int wide, const void *tokens, const void *table, void *y, long count, long entries, long width);
/// Adds the columns `from ..< to` of the gradients of tokens to those of the table, which are cleared first.
void weir_net_embed_back(int wide, const void *tokens, const void *dy, void *dtable, long count, long entries, long width,
  long from, long to, long skipped);
/// Adam: moments, their corrections, decay added to the gradient or (`apart`) taken off the parameter.
void weir_net_adam(int wide, void *p, const void *g, void *m, void *v, long count, double rate, double beta1, double beta2,
  double epsilon, double decay, int apart, double correction1, double correction2, double gradient_scale);
/// Stochastic gradient descent.
void weir_net_descend(int wide, void *p, const void *g, long count, double rate, double decay, double gradient_scale);
/// The same with momentum, which the first step starts.
void weir_net_momentum(int wide, void *p, const void *g, void *m, long count, double rate, double momentum, double decay,
  int nesterov, int is_first, double gradient_scale);
/// Steps divided by the root of `keep` times the squares so far and `rest` times this one: RMSprop and Adagrad.
void weir_net_divided(int wide, void *p, const void *g, void *v, long count, double rate, double keep, double rest,
  double epsilon, double decay, double gradient_scale);

#endif
