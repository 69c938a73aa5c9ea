#define _GNU_SOURCE
#include "include/Order.h"

#include <stdlib.h>
#include <string.h>

#include "Clones.h"

// One above infinity: no key is all ones, so that one more can stand for rows without a value.
#define NOT_A_NUMBER 0xfff0000000000001ull

static inline uint64_t ordered(double value) {
  uint64_t bits;
  if (value == 0) value = 0;
  memcpy(&bits, &value, 8);
  if (value != value) return NOT_A_NUMBER;
  return bits ^ (-(bits >> 63) | (uint64_t)1 << 63);
}

uint64_t weir_ordered_bits(double value) { return ordered(value); }

double weir_number_of_bits(uint64_t bits) {
  double value;
  if (bits >= NOT_A_NUMBER) bits = 0x7ff8000000000000ull;
  else bits ^= bits >> 63 ? (uint64_t)1 << 63 : ~(uint64_t)0;
  memcpy(&value, &bits, 8);
  return value;
}

CLONES void weir_order_floats(const double *values, int falling, long from, long to, uint64_t *keys) {
  // NaN stays behind all numbers when they fall, too.
  for (long i = from; i < to; i++) keys[i] = ordered(falling ? -values[i] : values[i]);
}

CLONES void weir_order_ints(const void *values, int bytes, long from, long to, uint64_t *keys) {
  const uint64_t top = (uint64_t)1 << 63;
  if (bytes == 8) {
    const int64_t *v = values;
    for (long i = from; i < to; i++) keys[i] = (uint64_t)v[i] ^ top;
  } else if (bytes == 4) {
    const int32_t *v = values;
    for (long i = from; i < to; i++) keys[i] = (uint64_t)(int64_t)v[i] ^ top;
  } else {
    const uint8_t *v = values;
    for (long i = from; i < to; i++) keys[i] = v[i];
  }
}

static inline int has_value(const uint64_t *valid, long row) { return !valid || (valid[row >> 6] >> (row & 63) & 1); }

CLONES int weir_key_range(const uint64_t *keys, const uint64_t *valid, long from, long to, uint64_t *least, uint64_t *greatest) {
  uint64_t low = ~(uint64_t)0, high = 0;
  long found = 0;
  if (!valid) {
    for (long i = from; i < to; i++) {
      low = keys[i] < low ? keys[i] : low;
      high = keys[i] > high ? keys[i] : high;
    }
    found = to > from;
  } else {
    for (long i = from; i < to; i++) {
      uint64_t has = valid[i >> 6] >> (i & 63) & 1, a = has ? keys[i] : ~(uint64_t)0, b = has ? keys[i] : 0;
      low = a < low ? a : low;
      high = b > high ? b : high;
      found += has;
    }
  }
  *least = low;
  *greatest = high;
  return found != 0;
}

CLONES void weir_append_field(
    const uint64_t *keys, const uint64_t *valid, int falling, uint64_t least, uint64_t greatest, uint64_t missing, int bits,
    long from, long to, uint64_t *out) {
  for (long i = from; i < to; i++) {
    uint64_t field = falling ? greatest - keys[i] : keys[i] - least;
    field = has_value(valid, i) ? field : missing;
    out[i] = bits == 64 ? field : out[i] << bits | field;
  }
}

void weir_count_digits(const uint64_t *keys, int shift, int bits, long from, long to, uint32_t *counts) {
  const uint64_t mask = ((uint64_t)1 << bits) - 1;
  for (long i = from; i < to; i++) counts[keys[i] >> shift & mask]++;
}

void weir_scatter_digits(
    const uint64_t *keys, const uint32_t *rows, int shift, int bits, long from, long to, uint32_t *starts, uint64_t *keys_out,
    uint32_t *rows_out) {
  const uint64_t mask = ((uint64_t)1 << bits) - 1;
  for (long i = from; i < to; i++) {
    uint64_t key = keys[i];
    uint32_t place = starts[key >> shift & mask]++;
    if (keys_out) keys_out[place] = key;
    rows_out[place] = rows ? rows[i] : (uint32_t)i;
  }
}

static void insertion_sort(uint64_t *keys, long count) {
  for (long i = 1; i < count; i++) {
    uint64_t key = keys[i];
    long at = i;
    for (; at > 0 && keys[at - 1] > key; at--) keys[at] = keys[at - 1];
    keys[at] = key;
  }
}

void weir_sort_keys(uint64_t *keys, uint64_t *spare, long count) {
  if (count <= 32) {
    insertion_sort(keys, count);
    return;
  }
  static const int BITS = 8;
  uint64_t varying = 0;
  for (long i = 1; i < count; i++) varying |= keys[i] ^ keys[0];
  uint64_t *from = keys, *to = spare;
  for (int shift = 0; shift < 64; shift += BITS) {
    if ((varying >> shift & 255) == 0) continue;
    long starts[256] = {0};
    for (long i = 0; i < count; i++) starts[from[i] >> shift & 255]++;
    long sum = 0;
    for (int d = 0; d < 256; d++) {
      long n = starts[d];
      starts[d] = sum;
      sum += n;
    }
    for (long i = 0; i < count; i++) to[starts[from[i] >> shift & 255]++] = from[i];
    uint64_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != keys) memcpy(keys, from, count * sizeof *keys);
}

static inline void swap_keys(uint64_t *a, uint64_t *b) {
  uint64_t t = *a;
  *a = *b;
  *b = t;
}

// Heap sort, for inputs made to defeat the choice of pivots.
static void heap_sort(uint64_t *keys, long count) {
  for (long end = count, start = count / 2; end > 1;) {
    if (start > 0) start--;
    else swap_keys(&keys[0], &keys[--end]);
    long root = start;
    for (long child; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && keys[child] < keys[child + 1]) child++;
      if (keys[root] >= keys[child]) break;
      swap_keys(&keys[root], &keys[child]);
    }
  }
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c) {
  return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

static void select_between(uint64_t *keys, long low, long high, const int64_t *ranks, long rank_count, int depth) {
  while (rank_count > 0 && high - low > 24) {
    if (depth-- == 0) {
      heap_sort(keys + low, high - low);
      return;
    }
    long n = high - low, s = n / 8;
    uint64_t pivot = middle(
        middle(keys[low], keys[low + s], keys[low + 2 * s]), middle(keys[low + 3 * s], keys[low + 4 * s], keys[low + 5 * s]),
        middle(keys[low + 6 * s], keys[low + 7 * s], keys[high - 1]));
    // Less than the pivot first, without branches; then the equal ones next to them.
    long less = low;
    for (long i = low; i < high; i++) {
      uint64_t key = keys[i];
      keys[i] = keys[less];
      keys[less] = key;
      less += key < pivot;
    }
    long equal = less;
    for (long i = less; i < high; i++) {
      uint64_t key = keys[i];
      keys[i] = keys[equal];
      keys[equal] = key;
      equal += key == pivot;
    }
    long left = 0, right = 0;
    while (left < rank_count && ranks[left] < less) left++;
    right = left;
    while (right < rank_count && ranks[right] < equal) right++;
    select_between(keys, low, less, ranks, left, depth);
    ranks += right;
    rank_count -= right;
    low = equal;
  }
  if (rank_count > 0) insertion_sort(keys + low, high - low);
}

void weir_select(uint64_t *keys, long count, const int64_t *ranks, long rank_count) {
  int depth = 8;
  for (long n = count; n > 0; n >>= 1) depth += 2;
  select_between(keys, 0, count, ranks, rank_count, depth);
}

#define EACH_ROW(BODY)                                                     \
  if (!valid) {                                                            \
    for (long i = from; i < to; i++) { BODY; }                             \
  } else {                                                                 \
    for (long start = from; start < to; start += 64) {                     \
      long end = to - start < 64 ? to : start + 64;                        \
      uint64_t word = valid[start >> 6];                                   \
      if (word == ~(uint64_t)0) {                                          \
        for (long i = start; i < end; i++) { BODY; }                       \
      } else {                                                             \
        for (; word; word &= word - 1) {                                   \
          long i = start + __builtin_ctzll(word);                          \
          BODY;                                                            \
        }                                                                  \
      }                                                                    \
    }                                                                      \
  }

void weir_count_tops(const double *values, const uint64_t *valid, long from, long to, uint32_t *counts) {
  EACH_ROW(counts[ordered(values[i]) >> 48]++)
}

void weir_collect_tops(
    const double *values, const uint64_t *valid, long from, long to, const uint8_t *part_of, uint64_t *starts, uint64_t *out) {
  EACH_ROW(uint64_t key = ordered(values[i]); uint8_t part = part_of[key >> 48]; if (part) out[starts[part]++] = key)
}

static inline uint64_t first_bytes(const uint8_t *bytes, const int64_t *offsets, uint32_t entry) {
  int64_t count = offsets[entry + 1] - offsets[entry];
  uint64_t word = 0;
  memcpy(&word, bytes + offsets[entry], count < 8 ? count : 8);
  return __builtin_bswap64(word);
}

typedef struct {
  uint64_t first;
  uint32_t entry;
} text_key;

typedef struct {
  const uint8_t *bytes;
  const int64_t *offsets;
} texts;

static int compare_texts(const void *a, const void *b, void *context) {
  const text_key *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  const texts *t = context;
  int64_t m = t->offsets[x->entry + 1] - t->offsets[x->entry], n = t->offsets[y->entry + 1] - t->offsets[y->entry];
  int order = memcmp(t->bytes + t->offsets[x->entry], t->bytes + t->offsets[y->entry], m < n ? m : n);
  if (order != 0) return order;
  if (m != n) return m < n ? -1 : 1;
  return x->entry < y->entry ? -1 : x->entry > y->entry;
}

void weir_sort_texts(const uint8_t *bytes, const int64_t *offsets, uint32_t *order, void *spare, long count) {
  text_key *keys = spare;
  for (long i = 0; i < count; i++) {
    keys[i].first = first_bytes(bytes, offsets, order[i]);
    keys[i].entry = order[i];
  }
  texts context = {bytes, offsets};
  qsort_r(keys, count, sizeof *keys, compare_texts, &context);
  for (long i = 0; i < count; i++) order[i] = keys[i].entry;
}
