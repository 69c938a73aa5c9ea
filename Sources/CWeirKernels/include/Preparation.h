#ifndef WEIR_PREPARATION_H
#define WEIR_PREPARATION_H

#include <stdint.h>

/// Preparing columns for learning. `valid` is a bitmap of the rows that have a value (null: all of them); ranges of rows
/// begin at a multiple of 64.

/// How many numbers there are, their mean, and the sum of the squares of their distances from it.
typedef struct {
  double count, mean, squares;
} weir_spread;

/// The moments of the rows that have a value, in one pass over memory.
weir_spread weir_column_spread(const double *values, const uint64_t *valid, long from, long to);

/// The moments of two parts together.
weir_spread weir_add_spreads(weir_spread a, weir_spread b);

/// The values of 8, 4 or 1 bytes with `value` where a row has none.
void weir_fill_absent(
    const void *values, int value_bytes, const uint64_t *valid, long from, long to, uint64_t value, void *out);

/// `(x - shift) / divisor`, and with `stretch` that times `factor` plus `offset`. Gives whether one of them is not finite.
int weir_shift_and_scale(
    const double *values, long count, double shift, double divisor, int stretch, double factor, double offset, double *out);

/// Adds to `counts` how often each code stands in the rows that have a value.
void weir_count_codes(const uint32_t *codes, const uint64_t *valid, long from, long to, int64_t *counts);

/// `out[i] = table[codes[i]]`, or `absent` where the row has no value.
void weir_lookup_present(
    const uint8_t *table, const uint32_t *codes, const uint64_t *valid, uint8_t absent, long from, long to, uint8_t *out);

/// 1 where the byte is the wanted one, else 0.
void weir_match_bytes(const uint8_t *bytes, long count, uint8_t wanted, uint8_t *out);

/// Columns as a matrix, row by row. `kinds` says what a column holds: 8 for doubles, 9 for ints of 64 bits, 1 for bytes that
/// are 0 or 1. With `streams` what is written does not go through the cache, which pays where the matrix is larger.
void weir_write_rows(
    const void *const *columns, const uint8_t *kinds, long width, long from, long to, int streams, double *out);

#endif
