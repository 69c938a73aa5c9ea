#include "include/SupportVectors.h"

#include <math.h>

#include "Clones.h"
#include "TensorMath.h"

static inline double power(double base, int degree) {
  double result = 1;
  for (double factor = base; degree > 0; degree >>= 1, factor *= factor)
    if (degree & 1) result *= factor;
  return result;
}

CLONES void weir_kernel_values(
  weir_kernel k, double *restrict products, double length, const double *restrict lengths, long count) {
  switch (k.kind) {
  case WEIR_KERNEL_RBF:
    for (long j = 0; j < count; j++) {
      double distance = length + lengths[j] - 2 * products[j];
      products[j] = exp_f64(-k.gamma * (distance > 0 ? distance : 0));
    }
    break;
  case WEIR_KERNEL_POLY:
    for (long j = 0; j < count; j++) products[j] = power(k.gamma * products[j] + k.offset, k.degree);
    break;
  case WEIR_KERNEL_SIGMOID:
    for (long j = 0; j < count; j++) products[j] = tanh_f64(k.gamma * products[j] + k.offset);
    break;
  default: break;
  }
}

CLONES void weir_narrow(const double *restrict values, long count, float *restrict out) {
  for (long j = 0; j < count; j++) out[j] = (float)values[j];
}

CLONES void weir_add_scaled_rows(
  const float *const *rows, const double *factors, long count, long from, long to, double *restrict out) {
  long k = 0;
  for (; k + 4 <= count; k += 4) {
    const float *a = rows[k], *b = rows[k + 1], *c = rows[k + 2], *d = rows[k + 3];
    double p = factors[k], q = factors[k + 1], r = factors[k + 2], s = factors[k + 3];
    for (long j = from; j < to; j++) out[j] += ((p * a[j] + q * b[j]) + r * c[j]) + s * d[j];
  }
  for (; k < count; k++) {
    const float *a = rows[k];
    double p = factors[k];
    for (long j = from; j < to; j++) out[j] += p * a[j];
  }
}

// A variable may grow along its sign, or shrink along it.
static inline int may_grow(const weir_pairs *s, long t) {
  return s->sign[t] > 0 ? s->alpha[t] < s->cap[t] : s->alpha[t] > 0;
}
static inline int may_shrink(const weir_pairs *s, long t) {
  return s->sign[t] > 0 ? s->alpha[t] > 0 : s->alpha[t] < s->cap[t];
}
static inline double room(const weir_pairs *s, long t, int growing) {
  return (s->sign[t] > 0) == growing ? s->cap[t] - s->alpha[t] : s->alpha[t];
}
static inline void move(weir_pairs *s, long t, int growing, double step, double bound) {
  int up = (s->sign[t] > 0) == growing;
  if (step >= bound) s->alpha[t] = up ? s->cap[t] : 0;
  else s->alpha[t] += up ? step : -step;
}

CLONES long weir_move_pairs(weir_pairs *s, double tolerance, long limit) {
  const long n = s->count;
  for (long moved = 0; moved < limit; moved++) {
    long first = -1, second = -1;
    double top = -INFINITY, bottom = INFINITY, best = 0;
    for (long t = 0; t < n; t++)
      if (may_grow(s, t) && s->slope[t] > top) top = s->slope[t], first = t;
    if (first < 0) return moved;
    const float *a = s->kernel + first * n;
    for (long t = 0; t < n; t++) {
      if (!may_shrink(s, t)) continue;
      double slope = s->slope[t], gap = top - slope;
      if (slope < bottom) bottom = slope;
      if (gap <= 0) continue;
      double curve = (double)a[first] + s->kernel[t * n + t] - 2.0 * a[t];
      double gain = gap * gap / (curve > 1e-12 ? curve : 1e-12);
      if (gain > best) best = gain, second = t;
    }
    if (second < 0 || top - bottom < tolerance) return moved;
    const float *b = s->kernel + second * n;
    double curve = (double)a[first] + b[second] - 2.0 * a[second];
    double step = (top - s->slope[second]) / (curve > 1e-12 ? curve : 1e-12);
    double up = room(s, first, 1), down = room(s, second, 0);
    step = step < up ? step : up;
    step = step < down ? step : down;
    move(s, first, 1, step, up);
    move(s, second, 0, step, down);
    for (long t = 0; t < n; t++) s->slope[t] -= step * ((double)a[t] - b[t]);
  }
  return limit;
}
