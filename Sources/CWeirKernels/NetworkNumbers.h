#ifndef WEIR_NETWORK_NUMBERS_H
#define WEIR_NETWORK_NUMBERS_H

#include "Clones.h"
#include "TensorMath.h"
#include "include/Networks.h"

// Functions of floats as networks need them: to an absolute error of 1e-7.

MATH float net_tanh_f32(float x) { return 1.0f - 2.0f / (exp_f32(2.0f * x) + 1.0f); }

// A quotient of polynomials, of an error of a few units in the last place; beyond 4 the result is 1 to single precision.
MATH float net_erf_f32(float given) {
  float x = given > 4.0f ? 4.0f : given;
  x = x < -4.0f ? -4.0f : x;
  const float s = x * x;
  float p = -2.72614225801306e-10f;
  p = p * s + 2.77068142495902e-08f;
  p = p * s - 2.10102402082508e-06f;
  p = p * s - 5.69250639462346e-05f;
  p = p * s - 7.34990630326855e-04f;
  p = p * s - 2.95459980854025e-03f;
  p = p * s - 1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * s - 2.13374055278905e-04f;
  q = q * s - 1.68282697438203e-03f;
  q = q * s - 7.37332916720468e-03f;
  q = q * s - 1.42647390514189e-02f;
  return x * p / q;
}

#endif
