#ifndef WEIR_ROWS_H
#define WEIR_ROWS_H

#include <stdint.h>

/// Choosing rows. Positions are signed integers of 4 or 8 bytes (`row_bytes`); one below zero stands for no row.

/// `out[i] = values[rows[i]]` for values of 1, 4 or 8 bytes; zero where there is no row.
void weir_gather(const void *values, int value_bytes, const void *rows, int row_bytes, long count, void *out);

/// The bits at the positions, packed: bit `i` of `out` is bit `rows[i]` of `bits` (set for every row where `bits` is null),
/// clear where there is no row.
void weir_gather_bits(const uint64_t *bits, const void *rows, int row_bytes, long count, uint64_t *out);

/// Whether a position is below zero.
int weir_any_absent(const void *rows, int row_bytes, long count);

/// The greatest position, -1 where there is none.
int64_t weir_greatest_row(const void *rows, int row_bytes, long count);

/// Whether the positions are 0, 1, 2 and so on.
int weir_is_identity(const void *rows, int row_bytes, long count);

/// Packs bytes that are 0 or 1 into words, and clears those whose bit in `valid` is clear (null: none).
void weir_pack_mask(const uint8_t *mask, const uint64_t *valid, long count, uint64_t *words);

/// `and` (or `or`) of three values: bytes that are 0 or 1 (null: `a_all` or `b_all` on every row) with bitmaps of the rows
/// that have one (null: all). Gives bytes and words of the rows whose result is known. `from` is a multiple of 64.
void weir_logical(
    int is_or, const uint8_t *a, int a_all, const uint64_t *a_valid, const uint8_t *b, int b_all, const uint64_t *b_valid,
    long from, long to, uint8_t *out, uint64_t *out_valid);

/// How many bits are set.
int64_t weir_count_bits(const uint64_t *words, long count);

/// The positions of the set bits, counted from `base`; gives how many there are.
long weir_list_bits(const uint64_t *words, long count, int32_t base, int32_t *out);

/// The byte of each row: 1 where its code is wanted.
void weir_lookup_bytes(const uint8_t *table, const uint32_t *codes, long count, uint8_t *out);

/// `out[i] = table[codes[i]]`.
void weir_lookup_codes(const uint32_t *table, const uint32_t *codes, long count, uint32_t *out);

#endif
