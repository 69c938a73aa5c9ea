#ifndef WEIR_ARITHMETIC_H
#define WEIR_ARITHMETIC_H

#include <stdint.h>

typedef enum { WEIR_FLOATS, WEIR_INTS, WEIR_BOOLS } weir_kind;

/// One side of an operator: numbers in a row, or one number for all rows.
typedef struct {
  const void *values;  // null: the constant
  weir_kind kind;
  double constant;
  int64_t whole;       // the constant of whole numbers
} weir_side;

enum { WEIR_ADD, WEIR_SUBTRACT, WEIR_MULTIPLY, WEIR_DIVIDE };
enum { WEIR_EQUAL, WEIR_NOT_EQUAL, WEIR_LESS, WEIR_LESS_OR_EQUAL, WEIR_GREATER, WEIR_GREATER_OR_EQUAL };

/// `a op b` on rows `from ..< to`, as floats.
void weir_float_arithmetic(int op, weir_side a, weir_side b, long from, long to, double *out);
/// Whether `a op b`, compared as floats.
void weir_float_comparison(int op, weir_side a, weir_side b, long from, long to, uint8_t *out);
/// `a op b` on whole numbers; gives whether any row overflowed.
int weir_int_arithmetic(int op, weir_side a, weir_side b, long from, long to, int64_t *out);
/// Whether `a op b`, compared as whole numbers.
void weir_int_comparison(int op, weir_side a, weir_side b, long from, long to, uint8_t *out);

#endif
