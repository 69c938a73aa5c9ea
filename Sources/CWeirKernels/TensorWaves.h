#ifndef WEIR_TENSOR_WAVES_H
#define WEIR_TENSOR_WAVES_H

#include "TensorMath.h"

// Sine and cosine without branches, for sizes up to WAVE_LIMIT; beyond it the C library's are taken. The polynomials are those of
// FreeBSD's k_sin.c and k_cos.c (Sun Microsystems, 1993).

#define WAVE_LIMIT 1048576.0

// x less the nearest multiple of pi / 2, as a sum of two, and which multiple it is. Pi / 2 lies in pieces of 33 bits, so that
// products with the multiple are exact.
MATH double quarter_f64(double x, double *low, int64_t *turn) {
  double shifted = x * 6.36619772367581382433e-01 + 6755399441055744.0;
  *turn = (int64_t)bits_of_f64(shifted);
  double n = shifted - 6755399441055744.0;
  double r = x - n * 1.57079632673412561417e+00;
  double w = n * 6.07710050630396597660e-11, a = r - w, b = r - a;
  double lost = (r - (a + b)) + (b - w);
  double w2 = n * 2.02226624871116645580e-21, c = a - w2, d = a - c;
  lost += (a - (c + d)) + (d - w2);
  lost -= n * 8.47842766036889956997e-32;
  double high = c + lost;
  *low = (c - high) + lost;
  return high;
}

MATH double sin_near_f64(double x, double low) {
  double z = x * x, v = z * x, w = z * z;
  double r = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * 2.75573137070700676789e-06)
    + z * w * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
  return x - ((z * (0.5 * low - v * r) - low) - v * -1.66666666666666324348e-01);
}

MATH double cos_near_f64(double x, double low) {
  double z = x * x, w = z * z;
  double r = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05))
    + w * w * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
  double half = 0.5 * z, most = 1.0 - half;
  return most + (((1.0 - most) - half) + (z * r - x * low));
}

MATH double wave_f64(double x, int64_t shift) {
  double low;
  int64_t turn;
  double r = quarter_f64(x, &low, &turn);
  turn += shift;
  double s = sin_near_f64(r, low), c = cos_near_f64(r, low);
  double y = turn & 1 ? c : s;
  return turn & 2 ? -y : y;
}
MATH double sin_f64(double x) { return x == 0.0 ? x : wave_f64(x, 0); }
MATH double cos_f64(double x) { return wave_f64(x, 1); }

// By doubles: right to the last bit but for rare halves.
MATH float wave_f32(float given, int64_t shift) {
  double x = given, shifted = x * 6.36619772367581382433e-01 + 6755399441055744.0;
  int64_t turn = (int64_t)bits_of_f64(shifted) + shift;
  double n = shifted - 6755399441055744.0;
  double r = (x - n * 1.57079632673412561417e+00) - n * 6.07710050650619224932e-11, z = r * r, w = z * z;
  double s = r + r * z * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03 + z * -1.98412698298579493134e-04)
    + w * z * 2.75573137070700676789e-06);
  double c = 1.0 + z * -0.5 + w * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)
    + w * z * -2.75573143513906633035e-07);
  double y = turn & 1 ? c : s;
  return (float)(turn & 2 ? -y : y);
}
MATH float sin_f32(float x) { return x == 0.0f ? x : wave_f32(x, 0); }
MATH float cos_f32(float x) { return wave_f32(x, 1); }

#endif
