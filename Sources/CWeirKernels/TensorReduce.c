#include "include/Tensors.h"

#include <math.h>

#include "Clones.h"
#include "TensorMath.h"

// Sums by a fixed number of lanes over blocks of a fixed length: the order of additions is part of the result, and must not
// depend on the instruction set or on the number of threads.

enum { LANES = 64, SPAN = 4096, STREAMS = 4 };

// Four spans are read side by side: one stream of reads alone does not fill the memory's bandwidth. Inlined by force, since
// what stays a function of its own is compiled for the plainest instruction set.
#define INLINE __attribute__((always_inline)) static inline

#define ROW_SUMS(T, NAME)                                                                                             \
  INLINE double NAME##_fold(T *lanes) {                                                                               \
    for (int half = LANES / 2; half > 0; half /= 2)                                                                   \
      for (int l = 0; l < half; l++) lanes[l] += lanes[l + half];                                                     \
    return (double)lanes[0];                                                                                          \
  }                                                                                                                   \
  INLINE double NAME##_span(const T *p, long count) {                                                                 \
    T lanes[LANES];                                                                                                   \
    long i = 0;                                                                                                       \
    for (int l = 0; l < LANES; l++) lanes[l] = 0;                                                                     \
    for (; i + LANES <= count; i += LANES) for (int l = 0; l < LANES; l++) lanes[l] += p[i + l];                      \
    for (; i < count; i++) lanes[i % LANES] += p[i];                                                                  \
    return NAME##_fold(lanes);                                                                                        \
  }                                                                                                                   \
  INLINE void NAME##_spans(const T *p, long stride, long count, double *out) {                                        \
    T a[LANES], b[LANES], c[LANES], d[LANES];                                                                         \
    const T *q = p + stride, *r = q + stride, *s = r + stride;                                                        \
    long i = 0;                                                                                                       \
    for (int l = 0; l < LANES; l++) a[l] = b[l] = c[l] = d[l] = 0;                                                    \
    for (; i + LANES <= count; i += LANES) {                                                                          \
      for (int l = 0; l < LANES; l++) a[l] += p[i + l];                                                               \
      for (int l = 0; l < LANES; l++) b[l] += q[i + l];                                                               \
      for (int l = 0; l < LANES; l++) c[l] += r[i + l];                                                               \
      for (int l = 0; l < LANES; l++) d[l] += s[i + l];                                                               \
    }                                                                                                                 \
    for (; i < count; i++) {                                                                                          \
      int l = i % LANES;                                                                                              \
      a[l] += p[i], b[l] += q[i], c[l] += r[i], d[l] += s[i];                                                         \
    }                                                                                                                 \
    out[0] = NAME##_fold(a), out[1] = NAME##_fold(b);                                                                 \
    out[2] = NAME##_fold(c), out[3] = NAME##_fold(d);                                                                 \
  }                                                                                                                   \
  INLINE double NAME(const T *x, long n) {                                                                            \
    double total = 0, parts[STREAMS];                                                                                 \
    long start = 0;                                                                                                   \
    for (; start + STREAMS * SPAN <= n; start += STREAMS * SPAN) {                                                    \
      NAME##_spans(x + start, SPAN, SPAN, parts);                                                                     \
      for (int k = 0; k < STREAMS; k++) total += parts[k];                                                            \
    }                                                                                                                 \
    for (; start < n; start += SPAN) total += NAME##_span(x + start, n - start < SPAN ? n - start : SPAN);            \
    return total;                                                                                                     \
  }
ROW_SUMS(float, row_sum_f32)
ROW_SUMS(double, row_sum_f64)

// Rows of one span go four at a time, longer ones alone. Nothing plus a sum is the sum, but for -0, which gets 0.
#define ALL_ROW_SUMS(T, NAME, SUM)                                                                                    \
  CLONES void NAME(const T *values, long rows, long count, double *out) {                                             \
    long r = 0;                                                                                                       \
    if (count > 8 * LANES && count <= SPAN)                                                                           \
      for (; r + STREAMS <= rows; r += STREAMS) {                                                                     \
        SUM##_spans(values + r * count, count, count, out + r);                                                       \
        for (int k = 0; k < STREAMS; k++) out[r + k] += 0.0;                                                          \
      }                                                                                                               \
    for (; r < rows; r++) out[r] = SUM(values + r * count, count);                                                    \
  }
ALL_ROW_SUMS(float, weir_t_row_sums_f32, row_sum_f32)
ALL_ROW_SUMS(double, weir_t_row_sums_f64, row_sum_f64)

int weir_t_sum_i64(const int64_t *values, long count, int64_t *out) {
  int bad = 0;
  int64_t total = 0;
  for (long i = 0; i < count; i++) bad |= __builtin_add_overflow(total, values[i], &total);
  *out = total;
  return bad;
}

// A few rows at a time in the numbers' own width, and those sums in doubles.
enum { FEW = 32, WIDTH = 1024 };

#define COLUMN_SUMS(T, NAME)                                                                                \
  CLONES void NAME(const T *values, long rows, long stride, long width, double *restrict out) {               \
    T sums[WIDTH];                                                                                            \
    for (long c = 0; c < width; c += WIDTH) {                                                                 \
      long n = width - c < WIDTH ? width - c : WIDTH;                                                         \
      for (long first = 0; first < rows; first += FEW) {                                                      \
        long last = first + FEW < rows ? first + FEW : rows, r = first;                                       \
        for (long i = 0; i < n; i++) sums[i] = 0;                                                             \
        for (; r + 4 <= last; r += 4) {                                                                       \
          const T *p = values + r * stride + c, *q = p + stride, *s = q + stride, *t = s + stride;            \
          for (long i = 0; i < n; i++) sums[i] += (p[i] + q[i]) + (s[i] + t[i]);                              \
        }                                                                                                     \
        for (; r < last; r++) for (long i = 0; i < n; i++) sums[i] += values[r * stride + c + i];             \
        for (long i = 0; i < n; i++) out[c + i] += (double)sums[i];                                           \
      }                                                                                                       \
    }                                                                                                         \
  }
COLUMN_SUMS(float, weir_t_column_sums_f32)
COLUMN_SUMS(double, weir_t_column_sums_f64)

// The order of comparisons does not matter, so the compiler may choose the lanes; NaN is looked for apart.
#define EXTREMES(T, NAME)                                                                          \
  CLONES void NAME(const T *values, long rows, long count, int greatest, T *out) {                  \
    for (long r = 0; r < rows; r++) {                                                               \
      const T *x = values + r * count;                                                              \
      T lanes[32];                                                                                  \
      long i = 0;                                                                                   \
      uint32_t nan = 0;                                                                             \
      for (int l = 0; l < 32; l++) lanes[l] = x[0];                                                 \
      if (greatest) {                                                                               \
        for (; i + 32 <= count; i += 32)                                                            \
          for (int l = 0; l < 32; l++) { T v = x[i + l]; lanes[l] = v > lanes[l] ? v : lanes[l]; nan |= v != v; } \
        for (; i < count; i++) { T v = x[i]; lanes[0] = v > lanes[0] ? v : lanes[0]; nan |= v != v; } \
        for (int l = 1; l < 32; l++) lanes[0] = lanes[l] > lanes[0] ? lanes[l] : lanes[0];          \
      } else {                                                                                      \
        for (; i + 32 <= count; i += 32)                                                            \
          for (int l = 0; l < 32; l++) { T v = x[i + l]; lanes[l] = v < lanes[l] ? v : lanes[l]; nan |= v != v; } \
        for (; i < count; i++) { T v = x[i]; lanes[0] = v < lanes[0] ? v : lanes[0]; nan |= v != v; } \
        for (int l = 1; l < 32; l++) lanes[0] = lanes[l] < lanes[0] ? lanes[l] : lanes[0];          \
      }                                                                                             \
      out[r] = nan ? (T)NAN : lanes[0];                                                             \
    }                                                                                               \
  }
EXTREMES(float, weir_t_row_extremes_f32)
EXTREMES(double, weir_t_row_extremes_f64)

#define SOFTMAX(T, NAME, EXP, LOG, SUM)                                                             \
  CLONES void NAME(const T *values, long rows, long count, int logarithm, T *out) {                  \
    for (long r = 0; r < rows; r++) {                                                                \
      const T *x = values + r * count;                                                               \
      T *restrict o = out + r * count;                                                               \
      T lanes[32];                                                                                   \
      long i = 0;                                                                                    \
      for (int l = 0; l < 32; l++) lanes[l] = x[0];                                                  \
      for (; i + 32 <= count; i += 32)                                                               \
        for (int l = 0; l < 32; l++) { T v = x[i + l]; lanes[l] = v > lanes[l] ? v : lanes[l]; }       \
      for (; i < count; i++) { T v = x[i]; lanes[0] = v > lanes[0] ? v : lanes[0]; }                   \
      for (int l = 1; l < 32; l++) lanes[0] = lanes[l] > lanes[0] ? lanes[l] : lanes[0];             \
      T most = lanes[0];                                                                             \
      for (i = 0; i < count; i++) { T v = x[i] - most; o[i] = EXP(v); }                              \
      T total = (T)SUM(o, count);                                                                    \
      if (logarithm) {                                                                               \
        T shift = LOG(total);                                                                        \
        for (i = 0; i < count; i++) o[i] = (x[i] - most) - shift;                                    \
      } else {                                                                                       \
        T part = (T)1 / total;                                                                       \
        for (i = 0; i < count; i++) o[i] *= part;                                                    \
      }                                                                                              \
    }                                                                                                \
  }
SOFTMAX(float, weir_t_softmax_f32, exp_f32, log_f32, row_sum_f32)
SOFTMAX(double, weir_t_softmax_f64, exp_f64, log_f64, row_sum_f64)
