#include "include/Linear.h"

#include <stddef.h>
#include <string.h>

#include "Clones.h"

// Within each clone, so that it is compiled for that one's instructions.
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16 };

INLINE double of_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// The exponential of a number that is not above zero, to about the last bit; far below, the least normal number.
INLINE double exp_below_zero(double x) {
  x = x < -708 ? -708 : x;
  double shifted = x * 0x1.71547652b82fep0 + 0x1.8p52;
  double whole = shifted - 0x1.8p52;
  double r = (x - whole * 0x1.62e42fefa3800p-1) - whole * 0x1.ef35793c76730p-45;
  double p = 1.0 / 6227020800;
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = (p * r) * r + r + 1;
  return p * of_bits((bits_of(shifted) << 52) + 0x3ff0000000000000ull);
}

// 2 atanh(s) for |s| <= 1/3, which is log((1 + s) / (1 - s)).
INLINE double log_ratio(double s) {
  double q = s * s, p = 1.0 / 33;
  p = p * q + 1.0 / 31;
  p = p * q + 1.0 / 29;
  p = p * q + 1.0 / 27;
  p = p * q + 1.0 / 25;
  p = p * q + 1.0 / 23;
  p = p * q + 1.0 / 21;
  p = p * q + 1.0 / 19;
  p = p * q + 1.0 / 17;
  p = p * q + 1.0 / 15;
  p = p * q + 1.0 / 13;
  p = p * q + 1.0 / 11;
  p = p * q + 1.0 / 9;
  p = p * q + 1.0 / 7;
  p = p * q + 1.0 / 5;
  p = p * q + 1.0 / 3;
  return 2 * (s + s * (q * p));
}

// The logarithm of a number from 1 on.
INLINE double log_from_one(double x) {
  uint64_t bits = bits_of(x);
  // The exponent as a number, by way of the bits of 2^52 + exponent.
  double exponent = of_bits((bits >> 52) | 0x4330000000000000ull) - (0x1p52 + 1023);
  double m = of_bits((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  return exponent * 0x1.62e42fefa39efp-1 + log_ratio((m - 1) / (m + 1));
}

INLINE double lane_sum(const double *lanes) {
  double sum = 0;
  for (int l = 0; l < LANES; l++) sum += lanes[l];
  return sum;
}

enum { CHUNK = 256 };

INLINE double chunk_sum(const double *values, long n) {
  double lanes[LANES] = {0};
  long full = n / LANES * LANES;
  for (long i = 0; i < full; i += LANES)
    for (int l = 0; l < LANES; l++) lanes[l] += values[i + l];
  for (long i = full; i < n; i++) lanes[i - full] += values[i];
  return lane_sum(lanes);
}

// Runs BODY for each `i` from 0 to n; adds up the `loss` that it sets.
#define EACH_LOSS(...)                                     \
  double losses[CHUNK], total = 0;                         \
  for (long from = 0; from < n; from += CHUNK) {           \
    long to = n - from < CHUNK ? n : from + CHUNK;         \
    for (long i = from; i < to; i++) {                     \
      double loss;                                         \
      __VA_ARGS__                                          \
      losses[i - from] = loss;                             \
    }                                                      \
    total += chunk_sum(losses, to - from);                 \
  }                                                        \
  return total;

INLINE double logistic_rows(const double *restrict scores, const double *restrict signs, const double *restrict weights,
                            long n, double *restrict slopes, double *restrict curves) {
  EACH_LOSS({
    double weight = weights ? weights[i] : 1, margin = signs[i] * scores[i];
    double size = margin < 0 ? -margin : margin, shrunk = exp_below_zero(-size), part = 1 / (1 + shrunk);
    loss = weight * (log_ratio(shrunk / (2 + shrunk)) + (margin < 0 ? size : 0));
    slopes[i] = -(signs[i] * weight) * ((margin < 0 ? 1 : shrunk) * part);
    curves[i] = weight * (shrunk * part) * part;
  })
}

CLONES double weir_logistic_rows(const double *scores, const double *signs, const double *weights, long n, double *slopes,
                                 double *curves) {
  return weights ? logistic_rows(scores, signs, weights, n, slopes, curves)
                 : logistic_rows(scores, signs, NULL, n, slopes, curves);
}

INLINE double margin_rows(const double *restrict scores, const double *restrict targets, const double *restrict weights,
                          long n, double tube, double width, double *restrict slopes, double *restrict curves) {
  double per = width > 0 ? 1 / width : 0;
  EACH_LOSS({
    double weight = weights ? weights[i] : 1, distance = scores[i] - targets[i];
    double size = distance < 0 ? -distance : distance;
    double u = tube < 0 ? 1 - targets[i] * scores[i] : size - tube;
    double way = tube < 0 ? -targets[i] : distance < 0 ? -1 : 1;
    double over = u > 0 ? u : 0, slope, curve;
    if (width < 0) {
      loss = over * over;
      slope = 2 * over;
      curve = u > 0 ? 2 : 0;
    } else {
      loss = over < width ? over * over * (0.5 * per) : over - 0.5 * width;
      slope = over < width ? over * per : 1;
      curve = u > 0 && over < width ? per : 0;
    }
    loss *= weight;
    slopes[i] = weight * slope * way;
    curves[i] = weight * curve;
  })
}

CLONES double weir_margin_rows(const double *scores, const double *targets, const double *weights, long n, double tube,
                               double width, double *slopes, double *curves) {
  if (tube < 0)
    return width < 0 ? margin_rows(scores, targets, weights, n, -1, -1, slopes, curves)
                     : margin_rows(scores, targets, weights, n, -1, width, slopes, curves);
  return width < 0 ? margin_rows(scores, targets, weights, n, tube, -1, slopes, curves)
                   : margin_rows(scores, targets, weights, n, tube, width, slopes, curves);
}

CLONES double weir_softmax_rows(double *restrict scores, const int32_t *restrict codes, const double *restrict weights,
                                long n, long k, double *restrict slopes, double *restrict room) {
  double *restrict top = room, *restrict sum = room + n, *restrict own = room + 2 * n;
  for (long i = 0; i < n; i++) {
    top[i] = scores[i];
    own[i] = scores[codes[i] * n + i];
    sum[i] = 0;
  }
  for (long c = 1; c < k; c++)
    for (long i = 0; i < n; i++) top[i] = scores[c * n + i] > top[i] ? scores[c * n + i] : top[i];
  for (long c = 0; c < k; c++)
    for (long i = 0; i < n; i++) {
      double value = exp_below_zero(scores[c * n + i] - top[i]);
      scores[c * n + i] = value;
      sum[i] += value;
    }
  for (long i = 0; i < n; i++) own[i] -= top[i];
  for (long i = 0; i < n; i++) {
    top[i] = (weights ? weights[i] : 1) * (log_from_one(sum[i]) - own[i]);
    sum[i] = 1 / sum[i];
  }
  double loss = chunk_sum(top, n);
  for (long c = 0; c < k; c++)
    for (long i = 0; i < n; i++) {
      double p = scores[c * n + i] * sum[i];
      scores[c * n + i] = p;
      slopes[c * n + i] = (weights ? weights[i] : 1) * (p - (codes[i] == c ? 1 : 0));
    }
  return loss;
}

CLONES void weir_softmax_curve(const double *restrict probabilities, const double *restrict weights, long n, long k,
                               double *restrict scores, double *restrict room) {
  for (long i = 0; i < n; i++) room[i] = 0;
  for (long c = 0; c < k; c++)
    for (long i = 0; i < n; i++) room[i] += probabilities[c * n + i] * scores[c * n + i];
  for (long c = 0; c < k; c++)
    for (long i = 0; i < n; i++)
      scores[c * n + i] = (weights ? weights[i] : 1) * (probabilities[c * n + i] * (scores[c * n + i] - room[i]));
}

CLONES void weir_shift_scale(const double *restrict x, long n, double shift, const double *restrict factors,
                             double *restrict out) {
  if (factors)
    for (long i = 0; i < n; i++) out[i] = (x[i] - shift) * factors[i];
  else
    for (long i = 0; i < n; i++) out[i] = x[i] - shift;
}

CLONES void weir_scale(double *restrict x, long n, const double *restrict factors) {
  for (long i = 0; i < n; i++) x[i] *= factors[i];
}

CLONES double weir_centered_sum(const double *restrict x, const double *restrict weights, long n, double shift) {
  double lanes[LANES] = {0};
  long full = n / LANES * LANES;
  if (weights)
    for (long i = 0; i < full; i += LANES)
      for (int l = 0; l < LANES; l++) lanes[l] += weights[i + l] * (x[i + l] - shift);
  else
    for (long i = 0; i < full; i += LANES)
      for (int l = 0; l < LANES; l++) lanes[l] += x[i + l] - shift;
  for (long i = full; i < n; i++) lanes[i - full] += (weights ? weights[i] : 1) * (x[i] - shift);
  return lane_sum(lanes);
}

CLONES void weir_add_scaled(const double *restrict x, long n, double shift, double factor, double *restrict out) {
  for (long i = 0; i < n; i++) out[i] += factor * (x[i] - shift);
}

CLONES int weir_all_finite(const double *values, long n) {
  uint64_t odd = 0;
  for (long i = 0; i < n; i++) odd |= (bits_of(values[i]) << 1) >= (uint64_t)0x7ff << 53;
  return odd == 0;
}

// A few rows and directions, whose sums stay in registers.
enum { PROJECTED = 16 };

INLINE void project_some(const double *columns, long jump, const long rows, long width, const double *directions, const long count,
                         double *out, long stride) {
  double sums[4][PROJECTED] = {{0}};
  for (long j = 0; j < width; j++) {
    const double *x = columns + j * jump;
    for (long d = 0; d < count; d++) {
      const double factor = directions[d * width + j];
      for (long i = 0; i < rows; i++) sums[d][i] += factor * x[i];
    }
  }
  for (long d = 0; d < count; d++)
    for (long i = 0; i < rows; i++) out[d * stride + i] = sums[d][i];
}

CLONES void weir_project(
  const double *columns, long rows, long width, const double *directions, long count, double *out, long stride) {
  for (long d = 0; d < count; d += 4) {
    const long some = count - d < 4 ? count - d : 4;
    for (long i = 0; i < rows; i += PROJECTED) {
      const long few = rows - i < PROJECTED ? rows - i : PROJECTED;
      if (some == 4 && few == PROJECTED)
        project_some(columns + i, rows, PROJECTED, width, directions + d * width, 4, out + d * stride + i, stride);
      else
        project_some(columns + i, rows, few, width, directions + d * width, some, out + d * stride + i, stride);
    }
  }
}

CLONES void weir_add_squares(const double *restrict x, long n, double shift, double factor, double *restrict out) {
  for (long i = 0; i < n; i++) {
    double distance = x[i] - shift;
    out[i] += distance * distance * factor;
  }
}

// The sum of TERM over `i` from `from` to `to`, in four lanes.
#define FOUR_LANES(RESULT, TERM)                                      \
  {                                                                   \
    double a = 0, b = 0, c_ = 0, d = 0;                               \
    long i = from;                                                    \
    for (; i + 8 <= to; i += 8) {                                     \
      double t0, t1, t2, t3;                                          \
      { long at = i; t0 = TERM; }                                     \
      { long at = i + 1; t1 = TERM; }                                 \
      { long at = i + 2; t2 = TERM; }                                 \
      { long at = i + 3; t3 = TERM; }                                 \
      a += t0; b += t1; c_ += t2; d += t3;                            \
      { long at = i + 4; t0 = TERM; }                                 \
      { long at = i + 5; t1 = TERM; }                                 \
      { long at = i + 6; t2 = TERM; }                                 \
      { long at = i + 7; t3 = TERM; }                                 \
      a += t0; b += t1; c_ += t2; d += t3;                            \
    }                                                                 \
    for (; i < to; i++) { long at = i; a += TERM; }                   \
    RESULT = (a + b) + (c_ + d);                                      \
  }

CLONES void weir_class_moments(const double *restrict x, const int32_t *restrict order, const int64_t *restrict starts,
                               long k, const double *restrict weights, const double *restrict totals,
                               const double *restrict added, double *restrict room, double *restrict means,
                               double *restrict squares, long stride) {
  for (long i = 0; i < starts[k]; i++) room[i] = x[order[i]];
  for (long c = 0; c < k; c++) {
    if (!(added[c] > 0)) continue;
    long from = starts[c], to = starts[c + 1];
    double sum, spread, mean;
    // The first number stands for the mean at first, so that numbers far from zero keep their digits.
    double near = room[from];
    if (weights) FOUR_LANES(sum, weights[at] * (room[at] - near))
    else FOUR_LANES(sum, room[at] - near)
    mean = near + sum / added[c];
    if (weights) FOUR_LANES(spread, weights[at] * ((room[at] - mean) * (room[at] - mean)))
    else FOUR_LANES(spread, (room[at] - mean) * (room[at] - mean))
    double *m = means + c * stride, *s = squares + c * stride;
    double whole = totals[c] + added[c], distance = mean - *m;
    *s += spread + distance * distance * (totals[c] * (added[c] / whole));
    *m += distance * (added[c] / whole);
  }
}
