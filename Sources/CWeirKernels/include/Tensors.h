#ifndef WEIR_TENSORS_H
#define WEIR_TENSORS_H

#include <stddef.h>
#include <stdint.h>

enum { WEIR_T_F32, WEIR_T_F64, WEIR_T_I64, WEIR_T_BOOL };

/// What a step does. Those up to WEIR_T_LAST_FLOAT_UNARY map one float to one float.
enum {
  WEIR_T_COPY, WEIR_T_NEGATE, WEIR_T_ABS, WEIR_T_SIGN, WEIR_T_SQRT, WEIR_T_EXP, WEIR_T_LOG, WEIR_T_LOG2, WEIR_T_LOG10,
  WEIR_T_LOG1P, WEIR_T_EXPM1, WEIR_T_SIN, WEIR_T_COS, WEIR_T_TAN, WEIR_T_ATAN, WEIR_T_TANH, WEIR_T_SIGMOID, WEIR_T_RELU,
  WEIR_T_ERF, WEIR_T_FLOOR, WEIR_T_CEIL, WEIR_T_ROUND, WEIR_T_RECIPROCAL, WEIR_T_LAST_FLOAT_UNARY = WEIR_T_RECIPROCAL,
  WEIR_T_ADD, WEIR_T_SUBTRACT, WEIR_T_MULTIPLY, WEIR_T_DIVIDE, WEIR_T_MAXIMUM, WEIR_T_MINIMUM, WEIR_T_POWER,
  WEIR_T_FLOOR_DIVIDE, WEIR_T_REMAINDER,
  // from two of a kind to a truth
  WEIR_T_EQUAL, WEIR_T_NOT_EQUAL, WEIR_T_LESS, WEIR_T_LESS_OR_EQUAL, WEIR_T_GREATER, WEIR_T_GREATER_OR_EQUAL,
  // truths
  WEIR_T_AND, WEIR_T_OR, WEIR_T_NOT,
  // a truth and two of a kind
  WEIR_T_WHERE,
  // to another kind of number; `dtype` is the one that is given
  WEIR_T_TO_F32, WEIR_T_TO_F64, WEIR_T_TO_I64, WEIR_T_TO_BOOL,
};

enum { WEIR_T_AXES = 16, WEIR_T_INPUTS = 12, WEIR_T_STEPS = 32, WEIR_T_BLOCK = 2048 };

/// A tensor that a program reads. `layout`: 0 lies as the output does, 1 is one element for all, 2 goes by `strides` (in
/// elements, for the axes of the program).
typedef struct {
  const void *data;
  long strides[WEIR_T_AXES];
  uint8_t dtype, layout;
} weir_t_input;

/// One operation on a block. Operands are registers, or inputs: -1 is input 0, -2 input 1.
typedef struct {
  uint8_t op, dtype, register_out;
  int8_t a, b, c;
} weir_t_step;

/// A chain of elementwise operations that is run block by block, so that what is in between stays in the nearest cache.
typedef struct {
  void *out;
  long shape[WEIR_T_AXES];
  int axes;
  int inputs, steps;
  uint8_t out_dtype;
  /// Whether the output is too large for the caches, and should not pass through them.
  uint8_t streams;
  weir_t_step step[WEIR_T_STEPS];
  weir_t_input input[WEIR_T_INPUTS];
} weir_t_program;

/// Registers that a program may use.
enum { WEIR_T_REGISTERS = 12 };

/// Runs a program for elements `from ..< to` of its output; gives whether a whole number overflowed (1) or was divided by
/// zero (2).
int weir_t_run(const weir_t_program *program, long from, long to);

/// One operation on `count` elements that lie in a row; a bit of `constants` says that an operand (a: 1, b: 2, c: 4) is one
/// element.
int weir_t_apply(int op, int dtype, long count, const void *a, const void *b, const void *c, int constants, void *out);

/// Sums of `rows` rows of `count` elements each; floats go by lanes of a fixed number and blocks of a fixed length. `out` is
/// of doubles (whole numbers for those, with whether any overflowed).
void weir_t_row_sums_f32(const float *values, long rows, long count, double *out);
void weir_t_row_sums_f64(const double *values, long rows, long count, double *out);
int weir_t_sum_i64(const int64_t *values, long count, int64_t *out);
/// Adds `rows` rows, `width` elements of each that are `stride` apart, to `out`.
void weir_t_column_sums_f32(const float *values, long rows, long stride, long width, double *out);
void weir_t_column_sums_f64(const double *values, long rows, long stride, long width, double *out);

/// The least (or greatest) of each row; NaN where there is one.
void weir_t_row_extremes_f32(const float *values, long rows, long count, int greatest, float *out);
void weir_t_row_extremes_f64(const double *values, long rows, long count, int greatest, double *out);

/// Softmax, or its logarithm, of rows of `count` elements.
void weir_t_softmax_f32(const float *values, long rows, long count, int logarithm, float *out);
void weir_t_softmax_f64(const double *values, long rows, long count, int logarithm, double *out);

/// Copies rows `from ..< to` of a matrix of `columns` columns that lies transposed: row `i`, column `j` of the output is
/// `in[j * stride + i]`; `width` is the bytes of an element.
void weir_t_transpose(const void *in, long stride, long from, long to, long columns, int width, void *out);

/// Memory for tensors, aligned to 64 bytes and from what was kept where there is some; null where there is none.
void *weir_t_allocate(size_t bytes);
void weir_t_release(void *memory, size_t bytes);
/// Gives back what is kept.
void weir_t_release_kept(void);

#endif
