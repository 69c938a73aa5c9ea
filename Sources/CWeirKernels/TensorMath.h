#ifndef WEIR_TENSOR_MATH_H
#define WEIR_TENSOR_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

// Functions of floats without branches, which the compiler makes into vectors. None contracts a product with a sum, so that
// every clone gives the same bits. Errors against the exact value were measured: see TensorMathTests.

// Inlined into each loop whatever its size: a call would keep the loop from becoming vectors.
#define MATH static inline __attribute__((always_inline))

MATH float f32_of(uint32_t bits) { float x; memcpy(&x, &bits, 4); return x; }
MATH uint32_t bits_of_f32(float x) { uint32_t bits; memcpy(&bits, &x, 4); return bits; }
MATH double f64_of(uint64_t bits) { double x; memcpy(&x, &bits, 8); return x; }
MATH uint64_t bits_of_f64(double x) { uint64_t bits; memcpy(&bits, &x, 8); return bits; }

// 2^n for whole n, in two factors, so that results below the least normal number and above the greatest come out right.
MATH float scaled_f32(float x, int32_t n) {
  int32_t half = n >> 1;
  return x * f32_of((uint32_t)(half + 127) << 23) * f32_of((uint32_t)(n - half + 127) << 23);
}
MATH double scaled_f64(double x, int64_t n) {
  int64_t half = n >> 1;
  return x * f64_of((uint64_t)(half + 1023) << 52) * f64_of((uint64_t)(n - half + 1023) << 52);
}

// e^x = 2^n e^r with |r| <= ln 2 / 2; adding 1.5 * 2^23 (2^52) rounds to a whole number.
MATH float exp_f32(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  float shifted = x * 1.44269504f + 12582912.0f;
  int32_t n = (int32_t)bits_of_f32(shifted) - 0x4B400000;
  float whole = shifted - 12582912.0f;
  float r = x - whole * 0.693359375f, low = whole * -2.12194440e-4f;
  r -= low;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  return scaled_f32(p, n);
}

// e^r - 1 for small r, as r + r^2 (1/2 + ...).
MATH double expm1_small_f64(double r) {
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  return p * (r * r) + r;
}

MATH double exp_f64(double x) {
  x = x > 710.0 ? 710.0 : x;
  x = x < -746.0 ? -746.0 : x;
  double shifted = x * 1.4426950408889634 + 6755399441055744.0;
  int64_t n = (int64_t)bits_of_f64(shifted) - 0x4338000000000000;
  double whole = shifted - 6755399441055744.0;
  double high = x - whole * 6.93147180369123816490e-01, low = whole * 1.90821492927058770002e-10;
  double r = high - low, lost = (high - r) - low;
  double p = expm1_small_f64(r);
  return scaled_f64(p + lost + 1.0, n);
}

// What logarithms share: x = 2^k (1 + f), sqrt(2)/2 < 1 + f < sqrt(2), and log(1 + f) = f - half + rest by the series of
// FreeBSD's e_log.c (Sun Microsystems, 1993).
typedef struct { double k, f, half, rest; } log_parts;

MATH log_parts log_parts_f64(double x) {
  int small = x < 0x1p-1022;
  x = small ? x * 0x1p54 : x;
  uint64_t bits = bits_of_f64(x) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
  double k = (double)((int64_t)(bits >> 52) - 0x3ff) - (small ? 54.0 : 0.0);
  double f = f64_of((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd) - 1.0;
  double half = 0.5 * f * f, s = f / (2.0 + f), z = s * s, w = z * z;
  double t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  double t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
            + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  return (log_parts){k, f, half, s * (half + (t1 + t2))};
}

// The edges that all logarithms have.
MATH double log_edges_f64(double x, double y) {
  y = x == INFINITY ? INFINITY : y;
  y = x == 0.0 ? -INFINITY : y;
  return x < 0.0 || x != x ? NAN : y;
}

MATH double log_f64(double x) {
  log_parts p = log_parts_f64(x);
  return log_edges_f64(x, p.rest + p.k * 1.90821492927058770002e-10 - p.half + p.f + p.k * 6.93147180369123816490e-01);
}

MATH float log_f32(float x) {
  float given = x;
  int small = x < 0x1p-126f;
  x = small ? x * 0x1p25f : x;
  uint32_t bits = bits_of_f32(x) + (0x3f800000 - 0x3f3504f3);
  float k = (float)((int32_t)(bits >> 23) - 0x7f) - (small ? 25.0f : 0.0f);
  float m = f32_of((bits & 0x007fffff) + 0x3f3504f3);
  float f = m - 1.0f, half = 0.5f * f * f, s = f / (2.0f + f), z = s * s, w = z * z;
  float t1 = w * (0.40000972152f + w * 0.24279078841f), t2 = z * (0.66666662693f + w * 0.28498786688f);
  float y = s * (half + (t1 + t2)) + k * 9.0580006145e-06f - half + f + k * 6.9313812256e-01f;
  y = given == INFINITY ? INFINITY : y;
  y = given == 0.0f ? -INFINITY : y;
  return given < 0.0f || given != given ? NAN : y;
}

// Near 0 a quotient of polynomials (Moshier: Cephes, tanh.c), further out what lacks to 1.
MATH double tanh_f64(double x) {
  double size = fabs(x);
  size = size > 22.0 ? 22.0 : size;
  double z = size * size;
  double p = (-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z - 1.61468768441708447952e3;
  double q = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z + 4.84406305325125486048e3;
  double near = size + size * z * (p / q), far = 1.0 - 2.0 / (exp_f64(2.0 * size) + 1.0);
  return copysign(size < 0.625 ? near : far, x);
}

// By doubles: right to the last bit but for rare halves.
MATH float tanh_f32(float given) {
  double x = given, size = fabs(x);
  double clamped = size > 10.0 ? 10.0 : size;
  double e = exp_f64(2.0 * clamped), t = (e - 1.0) / (e + 1.0);
  t = size < 2e-4 ? size - size * size * size * (1.0 / 3.0) : t;
  return (float)copysign(t, x);
}

MATH float sigmoid_f32(float x) { return 1.0f / (1.0f + exp_f32(-x)); }
MATH double sigmoid_f64(double x) { return 1.0 / (1.0 + exp_f64(-x)); }

#endif
