#ifndef WEIR_PARQUET_H
#define WEIR_PARQUET_H

// The inner loops of reading and writing Parquet pages.
//
// Every function takes the lengths of what it reads and writes and stays within them, whatever the bytes say. Those
// that read give the count of bytes taken, or -1 where the bytes are damaged or end early.
#include <stddef.h>
#include <stdint.h>

// The hybrid of runs and packed bits: `count` values of `width` (0...32) bits.
int64_t weir_parquet_hybrid(uint32_t *out, size_t count, const uint8_t *in, size_t length, int width);
// The same as places in a dictionary, and what stands there; a place past its end is damage.
int64_t weir_parquet_hybrid_gather64(uint64_t *out, size_t count, const uint8_t *in, size_t length, int width,
                                     const uint64_t *entries, size_t entry_count);
int64_t weir_parquet_hybrid_gather32(uint32_t *out, size_t count, const uint8_t *in, size_t length, int width,
                                     const uint32_t *entries, size_t entry_count);
// The same as levels: bit i of `bits` (which are clear) is set where a level is `wanted`; `set` gets how many.
int64_t weir_parquet_levels(uint64_t *bits, size_t count, const uint8_t *in, size_t length, int width, uint32_t wanted,
                            size_t *set);
// Levels by the old encoding: packed from the highest bit down.
int64_t weir_parquet_old_levels(uint64_t *bits, size_t count, const uint8_t *in, size_t length, int width,
                                uint32_t wanted, size_t *set);

// DELTA_BINARY_PACKED: at most `capacity` integers; `made` gets how many there are.
int64_t weir_parquet_delta(int64_t *out, size_t capacity, const uint8_t *in, size_t length, size_t *made);

// BYTE_STREAM_SPLIT: `count` values of `width` bytes; `in` holds `count * width` bytes.
void weir_parquet_unsplit(uint8_t *out, const uint8_t *in, size_t count, size_t width);

// PLAIN texts, each behind its length: the sum of `count` lengths.
int64_t weir_parquet_text_bytes(const uint8_t *in, size_t length, size_t count);
// Copies `rows` texts of which those with a set bit are there (`bits` NULL: all), and writes where each ends, from
// `start` on. The bytes copied, or -1 where they are more than `capacity`.
int64_t weir_parquet_texts(uint8_t *out, size_t capacity, int64_t *ends, int64_t start, size_t rows,
                           const uint64_t *bits, const uint8_t *in, size_t length);
// The same for texts whose lengths stand apart from their bytes.
int64_t weir_parquet_split_texts(uint8_t *out, size_t capacity, int64_t *ends, int64_t start, size_t rows,
                                 const uint64_t *bits, const int64_t *lengths, size_t count, const uint8_t *in,
                                 size_t length);
// The same for places in a dictionary whose entry e is `entries[offsets[e] ..< offsets[e + 1]]`.
int64_t weir_parquet_coded_texts(uint8_t *out, size_t capacity, int64_t *ends, int64_t start, size_t rows,
                                 const uint64_t *bits, const uint32_t *codes, size_t count, const uint8_t *entries,
                                 const int64_t *offsets, size_t entry_count);
// The sum of the lengths of `count` entries; -1 where a code is past the end.
int64_t weir_parquet_coded_bytes(const uint32_t *codes, size_t count, const int64_t *offsets, size_t entry_count);

// Moves the `count` values at the front of `values` to the rows whose bit is set, in place; the other rows are zero.
void weir_parquet_spread64(uint64_t *values, size_t rows, const uint64_t *bits, size_t count);
void weir_parquet_spread32(uint32_t *values, size_t rows, const uint64_t *bits, size_t count);
void weir_parquet_spread8(uint8_t *values, size_t rows, const uint64_t *bits, size_t count);
// Sets bits `at ..< at + count` of `out`, which are clear, from bits 0 ..< count of `in`; NULL: all.
void weir_parquet_place_bits(uint64_t *out, size_t at, const uint64_t *in, size_t count);

void weir_parquet_unpack_bools(uint8_t *out, const uint8_t *in, size_t count);
void weir_widen_i32(int64_t *out, const uint8_t *in, size_t count);
void weir_widen_u32(int64_t *out, const uint8_t *in, size_t count);
void weir_widen_f32(double *out, const uint8_t *in, size_t count);
void weir_widen_f16(double *out, const uint8_t *in, size_t count);

// The hybrid written: packed runs of `width` bits, and runs of one value where 8 or more follow each other.
// `out` has room for `weir_parquet_hybrid_bound` bytes; gives the bytes written.
size_t weir_parquet_hybrid_bound(size_t count, int width);
size_t weir_parquet_write_hybrid(uint8_t *out, const uint32_t *values, size_t count, int width);

// DELTA_BINARY_PACKED written, differences wrapping around at `bits` (32 or 64).
size_t weir_parquet_delta_bound(size_t count);
size_t weir_parquet_write_delta(uint8_t *out, const int64_t *values, size_t count, int bits);

#endif
