#ifndef WEIR_GROUPS_H
#define WEIR_GROUPS_H

#include <stdint.h>

/// Numbering rows by the values of columns. `valid` is a bitmap of rows that have a value, null where all have.
/// Rows go from `from` to `to`; `from` is a multiple of 64.

/// The least and greatest of the whole numbers (of 1, 4 or 8 bytes) on rows that have a value; gives whether there is any.
int weir_int_range(const void *values, int bytes, const uint64_t *valid, long from, long to, int64_t *least, int64_t *greatest);

/// `keys[i] = keys[i] * factor + (values[i] - least)`, with `missing` for rows without a value; `factor` 0 starts anew.
void weir_dense_keys(
    const void *values, int bytes, const uint64_t *valid, int64_t least, uint32_t missing, uint32_t factor, long from, long to,
    uint32_t *keys);

/// Numbers keys by first appearance, on from `next`: `table[key]` is the number of a key or all ones, `firsts[number]` its
/// first row. Gives the next number. `out` may be `keys`, or null.
uint32_t weir_number_keys(
    const uint32_t *keys, long from, long to, uint32_t *table, uint32_t next, uint32_t *out, int32_t *firsts);

/// A hash of whole numbers or floats (`is_float`: all NaNs are one, and both zeros); different ones have different hashes
/// when `fresh`, otherwise it is mixed into what stands in `hashes`.
void weir_hash_numbers(
    const void *values, int bytes, int is_float, const uint64_t *valid, int fresh, long from, long to, uint64_t *hashes);

/// The hash of each text: entry `codes[i]` of row `i`, or `i` where there are no codes.
void weir_hash_texts(
    const uint8_t *bytes, const int64_t *offsets, const uint32_t *codes, const uint64_t *valid, int fresh, uint64_t seed,
    long from, long to, uint64_t *hashes);

uint64_t weir_hash_bytes(const uint8_t *bytes, long count, uint64_t seed);

/// Where two rows fall into the same of `1 << bits` parts by the top of their hashes: how many rows each part gets.
void weir_count_parts(const uint64_t *hashes, int bits, long from, long to, uint32_t *counts);
/// Puts rows and hashes to their parts, which start at `starts` and move on.
void weir_scatter_parts(
    const uint64_t *hashes, int bits, long from, long to, uint32_t *starts, uint32_t *rows_out, uint64_t *hashes_out);

typedef struct {
  uint64_t hash;
  uint32_t row;  // all ones: free
  uint32_t unused;
} weir_slot;

/// `first_of[rows[i]]` becomes the first row with the same hash. The table has `mask + 1` free slots, more than rows.
/// Gives how many different hashes there are.
long weir_group_hashes(
    const uint64_t *hashes, const uint32_t *rows, long count, weir_slot *table, uint64_t mask, uint32_t *first_of);

/// How many rows are their own first.
long weir_count_firsts(const uint32_t *first_of, long from, long to);
/// Numbers the rows that are their own first, on from `next`, and notes them.
void weir_number_firsts(const uint32_t *first_of, long from, long to, uint32_t next, uint32_t *numbers, int64_t *first_rows);
/// Gives the other rows the number of their first.
void weir_spread_numbers(const uint32_t *first_of, long from, long to, uint32_t *numbers);

/// Whether each row has the value of its first row: for numbers, and for texts.
int weir_agree_numbers(
    const void *values, int bytes, int is_float, const uint64_t *valid, const uint32_t *first_of, long from, long to);
int weir_agree_texts(
    const uint8_t *bytes, const int64_t *offsets, const uint32_t *codes, const uint64_t *valid, const uint32_t *first_of,
    long from, long to);

/// Adds one to `counts[groups[i]]` for rows with a value.
void weir_count_groups(const uint32_t *groups, const uint64_t *valid, long from, long to, uint32_t *counts);

/// Puts the rows with a value to their groups, which start at `starts` and move on.
void weir_scatter_groups(
    const uint32_t *groups, const uint64_t *valid, long from, long to, uint32_t *starts, uint32_t *rows_out);
void weir_scatter_values(
    const uint32_t *groups, const double *values, const uint64_t *valid, long from, long to, uint32_t *starts, double *out);

/// The first (or last) row of each group that has a value, starting from what stands in `rows` (-1: none).
void weir_edge_rows(const uint32_t *groups, const uint64_t *valid, int last, long from, long to, int64_t *rows);

#endif
