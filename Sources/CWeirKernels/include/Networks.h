#ifndef WEIR_NETWORKS_H
#define WEIR_NETWORKS_H

#include <stdint.h>

// Inner loops of networks. Each takes numbers of 4 bytes, or of 8 where `wide` is not zero. Rows lie one after another.

/// What is applied to each number; the names are those of the layers.
enum weir_net_activation {
  WEIR_NET_IDENTITY, WEIR_NET_RELU, WEIR_NET_LEAKY_RELU, WEIR_NET_ELU, WEIR_NET_TANH, WEIR_NET_SIGMOID, WEIR_NET_GELU,
  WEIR_NET_SILU
};

/// y = f(y + bias) for `rows` rows of `width` numbers; `bias` may be null.
void weir_net_bias_activate(int wide, int kind, double alpha, void *y, const void *bias, long rows, long width);
/// y = f(x).
void weir_net_activate(int wide, int kind, double alpha, const void *x, void *y, long count);
/// dx = dy f'(x), where x or y = f(x) is read, by kind; `dx` may be `dy`.
void weir_net_activate_back(int wide, int kind, double alpha, const void *x, const void *y, const void *dy, void *dx, long count);
/// The sums of `width` columns of rows that lie `stride` apart.
void weir_net_column_sums(int wide, const void *x, long rows, long stride, long width, void *sums);
/// y = W x + bias, W of `outputs` rows of `inputs` numbers.
void weir_net_matrix_vector(int wide, const void *w, const void *x, const void *bias, void *y, long outputs, long inputs);

/// Whether the processor has vectors of 64 bytes, for which the products of networks are made; else the library's are faster.
int weir_net_has_wide_vectors(void);

#endif
