#ifndef WEIR_ORDER_H
#define WEIR_ORDER_H

#include <stdint.h>

/// Sorting by keys of 64 bits. `valid` is a bitmap of the rows with a value, null where all have one.

/// The bits of a float in its order as a whole number: NaN after all numbers, both zeros alike.
uint64_t weir_ordered_bits(double value);
double weir_number_of_bits(uint64_t bits);

/// The keys of rows `from ..< to`, ordered as the values are; floats from the greatest down when `falling`.
void weir_order_floats(const double *values, int falling, long from, long to, uint64_t *keys);
void weir_order_ints(const void *values, int bytes, long from, long to, uint64_t *keys);

/// The least and greatest key of the rows that have a value; gives whether there is any.
int weir_key_range(const uint64_t *keys, const uint64_t *valid, long from, long to, uint64_t *least, uint64_t *greatest);

/// `out[i] = out[i] << bits | field`, where the field is the distance of the key from `least`, or from `greatest` when
/// falling; `missing` for rows without a value. `bits` 64 starts anew.
void weir_append_field(
    const uint64_t *keys, const uint64_t *valid, int falling, uint64_t least, uint64_t greatest, uint64_t missing, int bits,
    long from, long to, uint64_t *out);

/// How often each value of the digit of `bits` bits at `shift` occurs.
void weir_count_digits(const uint64_t *keys, int shift, int bits, long from, long to, uint32_t *counts);
/// Puts keys and rows to their places by that digit; places start at `starts` and move on. `rows` null: 0, 1, 2 …
/// `keys_out` null: only the rows.
void weir_scatter_digits(
    const uint64_t *keys, const uint32_t *rows, int shift, int bits, long from, long to, uint32_t *starts, uint64_t *keys_out,
    uint32_t *rows_out);

/// Sorts numbers; `spare` has room for as many.
void weir_sort_keys(uint64_t *keys, uint64_t *spare, long count);

/// Moves the numbers so that those of the (rising) ranks stand where they would in sorted order.
void weir_select(uint64_t *keys, long count, const int64_t *ranks, long rank_count);

/// Counts the numbers by the top 16 bits of their order.
void weir_count_tops(const double *values, const uint64_t *valid, long from, long to, uint32_t *counts);
/// The ordered bits of those whose top is wanted: `part_of[top]` is the part that takes it, or 0; `out[starts[part]++]`.
void weir_collect_tops(
    const double *values, const uint64_t *valid, long from, long to, const uint8_t *part_of, uint64_t *starts, uint64_t *out);

/// The order of texts by their bytes, equal ones by their number; `order` holds entries and is sorted in place. `spare` has
/// room for 16 bytes an entry.
void weir_sort_texts(const uint8_t *bytes, const int64_t *offsets, uint32_t *order, void *spare, long count);

#endif
