#include "include/Arithmetic.h"

#include "Clones.h"

// Sides are brought to one form a block at a time, so that what is in between stays in the nearest cache.
enum { BLOCK = 512 };

static inline const double *floats(weir_side side, long from, long count, double *buffer) {
  if (!side.values) {
    for (long i = 0; i < count; i++) buffer[i] = side.constant;
    return buffer;
  }
  if (side.kind == WEIR_FLOATS) return (const double *)side.values + from;
  if (side.kind == WEIR_INTS) {
    const int64_t *v = (const int64_t *)side.values + from;
    for (long i = 0; i < count; i++) buffer[i] = (double)v[i];
  } else {
    const uint8_t *v = (const uint8_t *)side.values + from;
    for (long i = 0; i < count; i++) buffer[i] = v[i];
  }
  return buffer;
}

static inline const int64_t *ints(weir_side side, long from, long count, int64_t *buffer) {
  if (!side.values) {
    for (long i = 0; i < count; i++) buffer[i] = side.whole;
    return buffer;
  }
  if (side.kind == WEIR_INTS) return (const int64_t *)side.values + from;
  const uint8_t *v = (const uint8_t *)side.values + from;
  for (long i = 0; i < count; i++) buffer[i] = v[i];
  return buffer;
}

#define EACH_BLOCK(T, READ)                                                      \
  T left[BLOCK], right[BLOCK];                                                   \
  for (long start = from; start < to; start += BLOCK) {                          \
    long count = to - start < BLOCK ? to - start : BLOCK;                        \
    const T *x = READ(a, start, count, left), *y = READ(b, start, count, right);
#define END_BLOCK }
#define EACH(EXPRESSION) for (long i = 0; i < count; i++) o[i] = EXPRESSION; break;

CLONES void weir_float_arithmetic(int op, weir_side a, weir_side b, long from, long to, double *out) {
  EACH_BLOCK(double, floats)
  double *restrict o = out + start;
  switch (op) {
    case WEIR_ADD: EACH(x[i] + y[i])
    case WEIR_SUBTRACT: EACH(x[i] - y[i])
    case WEIR_MULTIPLY: EACH(x[i] * y[i])
    default: EACH(x[i] / y[i])
  }
  END_BLOCK
}

#define COMPARE                                        \
  uint8_t *restrict o = out + start;                   \
  switch (op) {                                        \
    case WEIR_EQUAL: EACH(x[i] == y[i])                \
    case WEIR_NOT_EQUAL: EACH(x[i] != y[i])            \
    case WEIR_LESS: EACH(x[i] < y[i])                  \
    case WEIR_LESS_OR_EQUAL: EACH(x[i] <= y[i])        \
    case WEIR_GREATER: EACH(x[i] > y[i])               \
    default: EACH(x[i] >= y[i])                        \
  }

CLONES void weir_float_comparison(int op, weir_side a, weir_side b, long from, long to, uint8_t *out) {
  EACH_BLOCK(double, floats)
  COMPARE
  END_BLOCK
}

CLONES void weir_int_comparison(int op, weir_side a, weir_side b, long from, long to, uint8_t *out) {
  EACH_BLOCK(int64_t, ints)
  COMPARE
  END_BLOCK
}

CLONES int weir_int_arithmetic(int op, weir_side a, weir_side b, long from, long to, int64_t *out) {
  uint64_t overflowed = 0;
  EACH_BLOCK(int64_t, ints)
  int64_t *restrict o = out + start;
  switch (op) {
    case WEIR_ADD:
      for (long i = 0; i < count; i++) {
        uint64_t p = (uint64_t)x[i], q = (uint64_t)y[i], sum = p + q;
        o[i] = (int64_t)sum;
        overflowed |= (p ^ sum) & (q ^ sum);
      }
      break;
    case WEIR_SUBTRACT:
      for (long i = 0; i < count; i++) {
        uint64_t p = (uint64_t)x[i], q = (uint64_t)y[i], rest = p - q;
        o[i] = (int64_t)rest;
        overflowed |= (p ^ q) & (p ^ rest);
      }
      break;
    default:
      for (long i = 0; i < count; i++) {
        int64_t product;
        if (__builtin_mul_overflow(x[i], y[i], &product)) overflowed = ~(uint64_t)0;
        o[i] = product;
      }
  }
  END_BLOCK
  return overflowed >> 63 != 0;
}
