#ifndef WEIR_JOINS_H
#define WEIR_JOINS_H

#include <stdint.h>

/// Joining rows by numbers that stand for their keys; all ones for a row that meets none.

/// The distance of each value from `least`, all ones where it is not below `size` or the row has no value.
void weir_join_numbers(
    const void *values, int bytes, const uint64_t *valid, int64_t least, uint32_t size, long from, long to, uint32_t *out);

/// The row that each number has in `row_of` (-1: none); gives how many have one.
long weir_match_unique(const uint32_t *numbers, const int32_t *row_of, long from, long to, int32_t *out);
/// The rows that have a match and the matches, without gaps.
void weir_compress_matches(const int32_t *matches, long from, long to, int32_t *left_out, int32_t *right_out);

/// How many pairs rows make where number `n` meets the rows from `starts[n]` to `starts[n + 1]`; with `keep`, a row that
/// meets none makes one.
int64_t weir_count_matches(const uint32_t *numbers, const uint32_t *starts, int keep, long from, long to);
void weir_fill_matches(
    const uint32_t *numbers, const uint32_t *starts, const uint32_t *rows, int keep, long from, long to, int32_t *left_out,
    int32_t *right_out);

#endif
