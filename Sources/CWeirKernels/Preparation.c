#include "include/Preparation.h"

#include <string.h>

#include "Clones.h"

// Eight numbers side by side: instructions for 2, 4 or 8 at once add in one and the same order.
typedef double doubles __attribute__((vector_size(64), aligned(8)));
typedef uint64_t words __attribute__((vector_size(64), aligned(8)));

// Blocks of so many rows are read once from memory and a second time from the cache.
enum { MOMENT_ROWS = 1024 };

static const words bit_of_lane = {1, 2, 4, 8, 16, 32, 64, 128};

#define MASKED(VALUE, WORD, K) \
  ((doubles)((words)(VALUE) & (words)(((words){} + ((WORD) >> (8 * (K)) & 255) & bit_of_lane) != 0)))

// The sums of the distances from a center and of their squares, over the rows of a block.
#define BLOCK_SUMS(CENTER, FIRST, SECOND)                                        \
  {                                                                              \
    doubles a = {}, b = {}, s = {}, t = {};                                      \
    for (long row = from; row < to; row += 64) {                                 \
      uint64_t word = valid ? valid[row >> 6] : ~(uint64_t)0;                    \
      if (to - row >= 64) {                                                      \
        const doubles *x = (const doubles *)(values + row);                      \
        for (int k = 0; k < 8; k += 2) {                                         \
          doubles d = MASKED(x[k] - (CENTER), word, k);                          \
          doubles e = MASKED(x[k + 1] - (CENTER), word, k + 1);                  \
          a += d, b += e, s += d * d, t += e * e;                                \
        }                                                                        \
      } else {                                                                   \
        for (long i = row; i < to; i++) {                                        \
          double d = word >> (i & 63) & 1 ? values[i] - (CENTER) : 0;            \
          a[i & 7] += d, s[i & 7] += d * d;                                      \
        }                                                                        \
      }                                                                          \
    }                                                                            \
    a += b, s += t;                                                              \
    FIRST = ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));   \
    SECOND = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));  \
  }

static inline __attribute__((always_inline)) weir_spread block_moments(
    const double *values, const uint64_t *valid, long from, long to) {
  long count = to - from;
  if (valid) {
    count = 0;
    for (long row = from; row < to; row += 64) {
      uint64_t word = valid[row >> 6];
      if (to - row < 64) word &= ((uint64_t)1 << (to - row)) - 1;
      count += __builtin_popcountll(word);
    }
  }
  if (count == 0) return (weir_spread){0, 0, 0};
  double n = (double)count, first, second;
  BLOCK_SUMS(0.0, first, second)
  double rough = first / n;
  BLOCK_SUMS(rough, first, second)
  // What is left of the first sum mends the rounding of the mean.
  return (weir_spread){n, rough + first / n, second - first * (first / n)};
}

static inline __attribute__((always_inline)) weir_spread both(weir_spread a, weir_spread b) {
  if (b.count == 0) return a;
  if (a.count == 0) return b;
  double n = a.count + b.count, d = b.mean - a.mean, share = b.count / n;
  return (weir_spread){n, a.mean + d * share, a.squares + b.squares + d * d * (a.count * share)};
}

weir_spread weir_add_spreads(weir_spread a, weir_spread b) { return both(a, b); }

CLONES static void add_blocks(const double *values, const uint64_t *valid, long from, long to, weir_spread *sum) {
  for (long start = from; start < to; start += MOMENT_ROWS) {
    long end = to - start < MOMENT_ROWS ? to : start + MOMENT_ROWS;
    *sum = both(*sum, block_moments(values, valid, start, end));
  }
}

weir_spread weir_column_spread(const double *values, const uint64_t *valid, long from, long to) {
  weir_spread sum = {0, 0, 0};
  add_blocks(values, valid, from, to, &sum);
  return sum;
}

#define FILL(T)                                                                     \
  {                                                                                 \
    const T *restrict x = values;                                                   \
    T *restrict o = out;                                                            \
    T with = (T)value;                                                              \
    for (long row = from; row < to; row += 64) {                                    \
      uint64_t word = valid[row >> 6];                                              \
      long count = to - row < 64 ? to - row : 64;                                   \
      memcpy(o + row, x + row, (size_t)count * sizeof(T));                          \
      uint64_t absent = ~word;                                                      \
      if (count < 64) absent &= ((uint64_t)1 << count) - 1;                         \
      for (; absent; absent &= absent - 1) o[row + __builtin_ctzll(absent)] = with; \
    }                                                                               \
    return;                                                                         \
  }

void weir_fill_absent(
    const void *values, int value_bytes, const uint64_t *valid, long from, long to, uint64_t value, void *out) {
  if (value_bytes == 8) FILL(uint64_t)
  if (value_bytes == 4) FILL(uint32_t)
  if (value_bytes == 1) FILL(uint8_t)
}

CLONES int weir_shift_and_scale(
    const double *restrict values, long count, double shift, double divisor, int stretch, double factor, double offset,
    double *restrict out) {
  const uint64_t exponent = (uint64_t)0x7ff << 52;
  uint64_t far = 0;
  if (stretch) {
    for (long i = 0; i < count; i++) out[i] = (values[i] - shift) / divisor * factor + offset;
  } else {
    for (long i = 0; i < count; i++) out[i] = (values[i] - shift) / divisor;
  }
  for (long i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, out + i, 8);
    far |= (bits & exponent) == exponent;
  }
  return far != 0;
}

void weir_count_codes(const uint32_t *codes, const uint64_t *valid, long from, long to, int64_t *counts) {
  for (long row = from; row < to; row += 64) {
    long end = to - row < 64 ? to : row + 64;
    uint64_t word = valid ? valid[row >> 6] : ~(uint64_t)0;
    if (word == ~(uint64_t)0) {
      for (long i = row; i < end; i++) counts[codes[i]]++;
    } else {
      for (long i = row; i < end; i++) counts[codes[i]] += word >> (i & 63) & 1;
    }
  }
}

void weir_lookup_present(
    const uint8_t *restrict table, const uint32_t *restrict codes, const uint64_t *valid, uint8_t absent, long from, long to,
    uint8_t *restrict out) {
  for (long row = from; row < to; row += 64) {
    long end = to - row < 64 ? to : row + 64;
    for (long i = row; i < end; i++) out[i] = table[codes[i]];
    uint64_t without = valid ? ~valid[row >> 6] : 0;
    if (end - row < 64) without &= ((uint64_t)1 << (end - row)) - 1;
    for (; without; without &= without - 1) out[row + __builtin_ctzll(without)] = absent;
  }
}

CLONES void weir_match_bytes(const uint8_t *restrict bytes, long count, uint8_t wanted, uint8_t *restrict out) {
  for (long i = 0; i < count; i++) out[i] = bytes[i] == wanted;
}

// Puts rows of some columns into a matrix, `stride` numbers a row.
static inline __attribute__((always_inline)) void transpose(
    const void *const *columns, const uint8_t *kinds, long width, long from, long to, double *restrict out) {
  for (long j = 0; j < width; j++) {
    double *restrict o = out + j;
    if (kinds[j] == 8) {
      const double *restrict x = columns[j];
      for (long i = from; i < to; i++, o += width) *o = x[i];
    } else if (kinds[j] == 9) {
      const int64_t *restrict x = columns[j];
      for (long i = from; i < to; i++, o += width) *o = (double)x[i];
    } else {
      const uint8_t *restrict x = columns[j];
      for (long i = from; i < to; i++, o += width) *o = (double)x[i];
    }
  }
}

enum { PAGE_NUMBERS = 4096 };

CLONES void weir_write_rows(
    const void *const *columns, const uint8_t *kinds, long width, long from, long to, int streams, double *out) {
  // Rows are put together in memory that stays in the cache, and leave it whole.
  double page[PAGE_NUMBERS] __attribute__((aligned(64)));
  long rows = width > 0 ? PAGE_NUMBERS / width : 0;
  if (!streams || rows < 4) {
    for (long start = from; start < to; start += 64) {
      long end = to - start < 64 ? to : start + 64;
      transpose(columns, kinds, width, start, end, out + start * width);
    }
    return;
  }
  for (long start = from; start < to; start += rows) {
    long end = to - start < rows ? to : start + rows;
    transpose(columns, kinds, width, start, end, page);
    double *target = out + start * width;
    for (long i = 0, count = (end - start) * width; i < count; i++) __builtin_nontemporal_store(page[i], target + i);
  }
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
