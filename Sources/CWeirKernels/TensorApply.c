#include "include/Tensors.h"

#include "Clones.h"
#include "TensorMath.h"
#include "TensorPowers.h"
#include "TensorWaves.h"

// One operation on a block: a loop that the compiler makes into vectors for each instruction set.

#define EACH for (long i = 0; i < n; i++)
#define UNARY(OP, EXPRESSION) case OP: EACH { T x = a[i]; o[i] = EXPRESSION; } break;
#define SIDES(T, OP, EXPRESSION)                                    \
  case OP:                                                          \
    if (constants & 1) { T x = a[0]; EACH { T y = b[i]; o[i] = EXPRESSION; } }      \
    else if (constants & 2) { T y = b[0]; EACH { T x = a[i]; o[i] = EXPRESSION; } } \
    else EACH { T x = a[i], y = b[i]; o[i] = EXPRESSION; }          \
    break;
#define BINARY(OP, EXPRESSION) SIDES(T, OP, EXPRESSION)

// The greater (less) of two, NaN where one is.
#define GREATER(x, y) (x != x ? x : y != y ? y : x > y ? x : y)
#define LESSER(x, y) (x != x ? x : y != y ? y : x < y ? x : y)

// Waves of numbers far from 0, or not finite, are the C library's; one by one, so that no result depends on its neighbours.
#define WAVE(OP, NEAR, FAR)                                                          \
  case OP: {                                                                         \
    int is_far = 0;                                                                  \
    EACH { T x = a[i]; is_far |= !(fabs((double)x) <= WAVE_LIMIT); o[i] = NEAR(x); } \
    if (is_far)                                                                      \
      EACH if (!(fabs((double)a[i]) <= WAVE_LIMIT)) o[i] = (T)FAR((double)a[i]);     \
    break;                                                                           \
  }

// Positive bases in vectors; others, and what is not finite, one by one.
MATH int is_plain(float x, float y) { return (x > 0) & (x < INFINITY) & (y > -INFINITY) & (y < INFINITY); }
CLONES static void powers_f32(long n, const float *restrict a, const float *restrict b, int constants, float *restrict o) {
  int rare = 0;
  if (constants & 1) { float x = a[0]; EACH { float y = b[constants & 2 ? 0 : i]; rare |= !is_plain(x, y); o[i] = power_positive_f32(x, y); } }
  else if (constants & 2) { float y = b[0]; EACH { float x = a[i]; rare |= !is_plain(x, y); o[i] = power_positive_f32(x, y); } }
  else EACH { float x = a[i], y = b[i]; rare |= !is_plain(x, y); o[i] = power_positive_f32(x, y); }
  if (!rare) return;
  EACH {
    float x = a[constants & 1 ? 0 : i], y = b[constants & 2 ? 0 : i];
    if (!is_plain(x, y)) o[i] = (float)pow((double)x, (double)y);
  }
}

// The sign of the result is the divisor's, as in Python.
static inline double remainder_f64(double x, double y) {
  double r = fmod(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r == 0 ? copysign(0.0, y) : r;
}

#define COMPARISONS                                                  \
  BINARY(WEIR_T_EQUAL, x == y) BINARY(WEIR_T_NOT_EQUAL, x != y)      \
  BINARY(WEIR_T_LESS, x < y) BINARY(WEIR_T_LESS_OR_EQUAL, x <= y)    \
  BINARY(WEIR_T_GREATER, x > y) BINARY(WEIR_T_GREATER_OR_EQUAL, x >= y)

#define T float
CLONES static void floats32(int op, long n, const float *restrict a, const float *restrict b, int constants, float *restrict o) {
  switch (op) {
    UNARY(WEIR_T_NEGATE, -x) UNARY(WEIR_T_ABS, fabsf(x)) UNARY(WEIR_T_SQRT, __builtin_elementwise_sqrt(x))
    UNARY(WEIR_T_SIGN, x > 0 ? 1.0f : x < 0 ? -1.0f : x)
    UNARY(WEIR_T_EXP, exp_f32(x)) UNARY(WEIR_T_LOG, log_f32(x)) UNARY(WEIR_T_TANH, tanh_f32(x))
    UNARY(WEIR_T_SIGMOID, sigmoid_f32(x)) UNARY(WEIR_T_RELU, x > 0 ? x : x != x ? x : 0.0f)
    UNARY(WEIR_T_LOG2, log2_f32(x)) UNARY(WEIR_T_LOG10, log10_f32(x))
    UNARY(WEIR_T_LOG1P, log1p_f32(x)) UNARY(WEIR_T_EXPM1, expm1_f32(x))
    WAVE(WEIR_T_SIN, sin_f32, sin) WAVE(WEIR_T_COS, cos_f32, cos) UNARY(WEIR_T_TAN, (float)tan((double)x))
    UNARY(WEIR_T_ATAN, (float)atan((double)x)) UNARY(WEIR_T_ERF, (float)erf((double)x))
    UNARY(WEIR_T_FLOOR, floorf(x)) UNARY(WEIR_T_CEIL, ceilf(x)) UNARY(WEIR_T_ROUND, rintf(x)) UNARY(WEIR_T_RECIPROCAL, 1.0f / x)
    BINARY(WEIR_T_ADD, x + y) BINARY(WEIR_T_SUBTRACT, x - y) BINARY(WEIR_T_MULTIPLY, x * y) BINARY(WEIR_T_DIVIDE, x / y)
    BINARY(WEIR_T_MAXIMUM, GREATER(x, y)) BINARY(WEIR_T_MINIMUM, LESSER(x, y)) case WEIR_T_POWER: powers_f32(n, a, b, constants, o); break;
    BINARY(WEIR_T_FLOOR_DIVIDE, (float)floor((double)x / (double)y))
    BINARY(WEIR_T_REMAINDER, (float)remainder_f64((double)x, (double)y))
    default: EACH o[i] = a[constants & 1 ? 0 : i];
  }
}
CLONES static void compare_f32(int op, long n, const float *restrict a, const float *restrict b, int constants, uint8_t *restrict o) {
  switch (op) { COMPARISONS default: break; }
}
#undef T

#define T double
CLONES static void floats64(int op, long n, const double *restrict a, const double *restrict b, int constants, double *restrict o) {
  switch (op) {
    UNARY(WEIR_T_NEGATE, -x) UNARY(WEIR_T_ABS, fabs(x)) UNARY(WEIR_T_SQRT, __builtin_elementwise_sqrt(x))
    UNARY(WEIR_T_SIGN, x > 0 ? 1.0 : x < 0 ? -1.0 : x)
    UNARY(WEIR_T_EXP, exp_f64(x)) UNARY(WEIR_T_LOG, log_f64(x)) UNARY(WEIR_T_TANH, tanh_f64(x))
    UNARY(WEIR_T_SIGMOID, sigmoid_f64(x)) UNARY(WEIR_T_RELU, x > 0 ? x : x != x ? x : 0.0)
    UNARY(WEIR_T_LOG2, log2_f64(x)) UNARY(WEIR_T_LOG10, log10_f64(x)) UNARY(WEIR_T_LOG1P, log1p_f64(x))
    UNARY(WEIR_T_EXPM1, expm1_f64(x)) WAVE(WEIR_T_SIN, sin_f64, sin) WAVE(WEIR_T_COS, cos_f64, cos) UNARY(WEIR_T_TAN, tan(x)) UNARY(WEIR_T_ATAN, atan(x))
    UNARY(WEIR_T_ERF, erf(x)) UNARY(WEIR_T_FLOOR, floor(x)) UNARY(WEIR_T_CEIL, ceil(x)) UNARY(WEIR_T_ROUND, rint(x))
    UNARY(WEIR_T_RECIPROCAL, 1.0 / x)
    BINARY(WEIR_T_ADD, x + y) BINARY(WEIR_T_SUBTRACT, x - y) BINARY(WEIR_T_MULTIPLY, x * y) BINARY(WEIR_T_DIVIDE, x / y)
    BINARY(WEIR_T_MAXIMUM, GREATER(x, y)) BINARY(WEIR_T_MINIMUM, LESSER(x, y)) BINARY(WEIR_T_POWER, pow(x, y))
    BINARY(WEIR_T_FLOOR_DIVIDE, floor(x / y)) BINARY(WEIR_T_REMAINDER, remainder_f64(x, y))
    default: EACH o[i] = a[constants & 1 ? 0 : i];
  }
}
CLONES static void compare_f64(int op, long n, const double *restrict a, const double *restrict b, int constants, uint8_t *restrict o) {
  switch (op) { COMPARISONS default: break; }
}
#undef T

// Whole numbers: an overflow or a division by zero is told, never a wrong number.
static int whole_power(int64_t x, int64_t y, int64_t *out) {
  int64_t result = 1;
  int bad = 0, base_bad = 0;
  if (y < 0) return 4;
  while (y > 0) {
    if (y & 1) bad |= base_bad | __builtin_mul_overflow(result, x, &result);
    y >>= 1;
    if (y) base_bad |= __builtin_mul_overflow(x, x, &x);
  }
  *out = result;
  return bad ? 1 : 0;
}

static int whole_division(int op, int64_t x, int64_t y, int64_t *out) {
  if (y == 0) return 2;
  if (y == -1) {
    if (op == WEIR_T_REMAINDER) { *out = 0; return 0; }
    return __builtin_sub_overflow((int64_t)0, x, out);
  }
  int64_t q = x / y, r = x % y;
  if (r != 0 && (r < 0) != (y < 0)) { q -= 1; r += y; }
  *out = op == WEIR_T_REMAINDER ? r : q;
  return 0;
}

#define T int64_t
CLONES static void compare_i64(int op, long n, const int64_t *restrict a, const int64_t *restrict b, int constants, uint8_t *restrict o) {
  switch (op) { COMPARISONS default: break; }
}
static int whole(int op, long n, const int64_t *a, const int64_t *b, int constants, int64_t *restrict o) {
  int bad = 0;
  long sa = constants & 1 ? 0 : 1, sb = constants & 2 ? 0 : 1;
  switch (op) {
    case WEIR_T_NEGATE: EACH bad |= __builtin_sub_overflow((int64_t)0, a[i], &o[i]); break;
    case WEIR_T_ABS: EACH { int64_t x = a[i]; if (x < 0) bad |= __builtin_sub_overflow((int64_t)0, x, &o[i]); else o[i] = x; } break;
    UNARY(WEIR_T_SIGN, (x > 0) - (x < 0)) UNARY(WEIR_T_RELU, x > 0 ? x : 0)
    case WEIR_T_ADD: EACH bad |= __builtin_add_overflow(a[i * sa], b[i * sb], &o[i]); break;
    case WEIR_T_SUBTRACT: EACH bad |= __builtin_sub_overflow(a[i * sa], b[i * sb], &o[i]); break;
    case WEIR_T_MULTIPLY: EACH bad |= __builtin_mul_overflow(a[i * sa], b[i * sb], &o[i]); break;
    case WEIR_T_POWER: EACH bad |= whole_power(a[i * sa], b[i * sb], &o[i]); break;
    case WEIR_T_FLOOR_DIVIDE: case WEIR_T_REMAINDER: EACH bad |= whole_division(op, a[i * sa], b[i * sb], &o[i]); break;
    BINARY(WEIR_T_MAXIMUM, x > y ? x : y) BINARY(WEIR_T_MINIMUM, x < y ? x : y)
    default: EACH o[i] = a[i * sa];
  }
  return bad;
}
#undef T

#define T uint8_t
CLONES static void truths(int op, long n, const uint8_t *restrict a, const uint8_t *restrict b, int constants, uint8_t *restrict o) {
  switch (op) {
    COMPARISONS
    BINARY(WEIR_T_AND, x & y) BINARY(WEIR_T_OR, x | y) UNARY(WEIR_T_NOT, !x)
    BINARY(WEIR_T_MAXIMUM, x | y) BINARY(WEIR_T_MINIMUM, x & y)
    default: EACH o[i] = a[constants & 1 ? 0 : i];
  }
}
#undef T

#define CHOOSE(T)                                                                                         \
  CLONES static void choose_##T(long n, const uint8_t *restrict t, const T *restrict x, const T *restrict y, \
                                int constants, T *restrict o) {                                           \
    if (constants & 1) { EACH o[i] = t[0] ? x[constants & 2 ? 0 : i] : y[constants & 4 ? 0 : i]; return; } \
    if ((constants & 6) == 6) { T p = x[0], q = y[0]; EACH o[i] = t[i] ? p : q; }                         \
    else if (constants & 2) { T p = x[0]; EACH o[i] = t[i] ? p : y[i]; }                                  \
    else if (constants & 4) { T q = y[0]; EACH o[i] = t[i] ? x[i] : q; }                                  \
    else EACH o[i] = t[i] ? x[i] : y[i];                                                                  \
  }
CHOOSE(float)
CHOOSE(double)
CHOOSE(int64_t)
CHOOSE(uint8_t)

static int64_t whole_of(double x) { return x >= -0x1p63 && x < 0x1p63 ? (int64_t)x : x > 0 ? INT64_MAX : x < 0 ? INT64_MIN : 0; }

#define CONVERT(FROM, TO, NAME, EXPRESSION) \
  CLONES static void NAME(long n, const FROM *restrict a, TO *restrict o) { EACH { FROM x = a[i]; o[i] = EXPRESSION; } }
#define CONVERSIONS(FROM, NAME)                             \
  CONVERT(FROM, float, NAME##_to_f32, (float)x)             \
  CONVERT(FROM, double, NAME##_to_f64, (double)x)           \
  CONVERT(FROM, uint8_t, NAME##_to_bool, x != 0)
CONVERSIONS(float, f32)
CONVERSIONS(double, f64)
CONVERSIONS(int64_t, i64)
CONVERSIONS(uint8_t, bool)
CONVERT(float, int64_t, f32_to_i64, whole_of((double)x))
CONVERT(double, int64_t, f64_to_i64, whole_of(x))
CONVERT(int64_t, int64_t, i64_to_i64, x)
CONVERT(uint8_t, int64_t, bool_to_i64, x)

#define TO(KIND)                                           \
  switch (dtype) {                                         \
    case WEIR_T_F32: f32_to_##KIND(n, a, out); break;      \
    case WEIR_T_F64: f64_to_##KIND(n, a, out); break;      \
    case WEIR_T_I64: i64_to_##KIND(n, a, out); break;      \
    default: bool_to_##KIND(n, a, out);                    \
  }                                                        \
  return 0;

static int convert(int op, int dtype, long n, const void *a, void *out) {
  switch (op) {
    case WEIR_T_TO_F32: TO(f32)
    case WEIR_T_TO_F64: TO(f64)
    case WEIR_T_TO_I64: TO(i64)
    default: TO(bool)
  }
}

int weir_t_apply(int op, int dtype, long n, const void *a, const void *b, const void *c, int constants, void *out) {
  if (op >= WEIR_T_TO_F32) return convert(op, dtype, n, a, out);
  if (op == WEIR_T_WHERE) {
    switch (dtype) {
      case WEIR_T_F32: choose_float(n, a, b, c, constants, out); break;
      case WEIR_T_F64: choose_double(n, a, b, c, constants, out); break;
      case WEIR_T_I64: choose_int64_t(n, a, b, c, constants, out); break;
      default: choose_uint8_t(n, a, b, c, constants, out);
    }
    return 0;
  }
  // Two constants: the loops above take one of them from where it lies again and again, which is the same place.
  int compares = op >= WEIR_T_EQUAL && op <= WEIR_T_GREATER_OR_EQUAL;
  switch (dtype) {
    case WEIR_T_F32: compares ? compare_f32(op, n, a, b, constants, out) : floats32(op, n, a, b, constants, out); return 0;
    case WEIR_T_F64: compares ? compare_f64(op, n, a, b, constants, out) : floats64(op, n, a, b, constants, out); return 0;
    case WEIR_T_I64:
      if (!compares) return whole(op, n, a, b, constants, out);
      compare_i64(op, n, a, b, constants, out);
      return 0;
    default: truths(op, n, a, b, constants, out); return 0;
  }
}
