#ifndef WEIR_TENSOR_POWERS_H
#define WEIR_TENSOR_POWERS_H

#include "TensorMath.h"

// Logarithms to other bases, functions that are exact near 0, and powers, without branches. The splits into high and low parts
// are those of FreeBSD's e_log2.c, e_log10.c and s_log1p.c (Sun Microsystems, 1993).

MATH double log_high_f64(log_parts p) { return f64_of(bits_of_f64(p.f - p.half) & 0xffffffff00000000); }

MATH double log2_f64(double x) {
  log_parts p = log_parts_f64(x);
  double high = log_high_f64(p), low = (p.f - high) - p.half + p.rest;
  double a = high * 1.44269504072144627571e+00, b = (low + high) * 1.67517131648865118353e-10 + low * 1.44269504072144627571e+00;
  double w = p.k + a;
  return log_edges_f64(x, b + ((p.k - w) + a) + w);
}

MATH double log10_f64(double x) {
  log_parts p = log_parts_f64(x);
  double high = log_high_f64(p), low = (p.f - high) - p.half + p.rest;
  double a = high * 4.34294481878168880939e-01, y = p.k * 3.01029995663611771306e-01;
  double b = p.k * 3.69423907715893078616e-13 + (low + high) * 2.50829467116452752298e-11 + low * 4.34294481878168880939e-01;
  double w = y + a;
  return log_edges_f64(x, b + ((y - w) + a) + w);
}

MATH double log1p_f64(double x) {
  double u = 1.0 + x, lost = x >= 1.0 ? 1.0 - (u - x) : x - (u - 1.0);
  log_parts p = log_parts_f64(u);
  double c = lost / u;
  double y = p.k * 6.93147180369123816490e-01 + (p.f - (p.half - (p.rest + (p.k * 1.90821492927058770002e-10 + c))));
  y = x == INFINITY ? INFINITY : y;
  y = x == -1.0 ? -INFINITY : y;
  y = x == 0.0 ? x : y;
  return x < -1.0 || x != x ? NAN : y;
}

// e^x - 1 = 2^n (e^r - 1) + (2^n - 1).
MATH double expm1_f64(double given) {
  double x = given > 709.79 ? 709.79 : given;
  x = x < -45.0 ? -45.0 : x;
  double shifted = x * 1.4426950408889634 + 6755399441055744.0;
  int64_t n = (int64_t)bits_of_f64(shifted) - 0x4338000000000000;
  double whole = shifted - 6755399441055744.0;
  double high = x - whole * 6.93147180369123816490e-01, low = whole * 1.90821492927058770002e-10;
  double r = high - low, lost = (high - r) - low;
  double p = expm1_small_f64(r) + (lost + lost * r);
  // Half of it, so that 2^1024 is never asked for.
  double two = f64_of((uint64_t)(n - 1 + 1023) << 52), y = 2.0 * (two * p + (two - 0.5));
  y = n == 0 ? p : y;
  y = given > 709.7827128933841 ? INFINITY : y;
  return given == 0.0 || given != given ? given : y;
}

MATH float log2_f32(float x) { return (float)log2_f64((double)x); }
MATH float log10_f32(float x) { return (float)log10_f64((double)x); }
MATH float log1p_f32(float x) {
  float u = 1.0f + x, lost = x >= 1.0f ? 1.0f - (u - x) : x - (u - 1.0f);
  uint32_t bits = bits_of_f32(u) + (0x3f800000 - 0x3f3504f3);
  float k = (float)((int32_t)(bits >> 23) - 0x7f), f = f32_of((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
  float half = 0.5f * f * f, s = f / (2.0f + f), z = s * s, w = z * z;
  float t1 = w * (0.40000972152f + w * 0.24279078841f), t2 = z * (0.66666662693f + w * 0.28498786688f);
  float y = k * 6.9313812256e-01f + (f - (half - (s * (half + (t1 + t2)) + (k * 9.0580006145e-06f + lost / u))));
  y = x == INFINITY ? INFINITY : y;
  y = x == -1.0f ? -INFINITY : y;
  y = x == 0.0f ? x : y;
  return x < -1.0f || x != x ? NAN : y;
}
MATH float expm1_f32(float x) { return (float)expm1_f64((double)x); }

// A positive base, by doubles: an error of 1e-13 at most before it is rounded.
MATH float power_positive_f32(float base, float exponent) {
  double x = base, y = exponent;
  log_parts p = log_parts_f64(x);
  double t = y * (p.k * 0.693147180559945309417 + (p.f - (p.half - p.rest)));
  return (float)exp_f64(t);
}

#endif
