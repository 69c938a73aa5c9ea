#include "include/Rows.h"

#include "Clones.h"

#define GATHER(T, I)                                                                     \
  {                                                                                      \
    const T *restrict v = values;                                                        \
    const I *restrict r = rows;                                                          \
    T *restrict o = out;                                                                 \
    for (long i = 0; i < count; i++) {                                                   \
      I row = r[i];                                                                      \
      o[i] = row < 0 ? (T)0 : v[row];                                                    \
    }                                                                                    \
    return;                                                                              \
  }

void weir_gather(const void *values, int value_bytes, const void *rows, int row_bytes, long count, void *out) {
  if (row_bytes == 4) {
    if (value_bytes == 8) GATHER(uint64_t, int32_t)
    if (value_bytes == 4) GATHER(uint32_t, int32_t)
    if (value_bytes == 1) GATHER(uint8_t, int32_t)
  } else {
    if (value_bytes == 8) GATHER(uint64_t, int64_t)
    if (value_bytes == 4) GATHER(uint32_t, int64_t)
    if (value_bytes == 1) GATHER(uint8_t, int64_t)
  }
}

#define GATHER_BITS(I)                                                                   \
  {                                                                                      \
    const I *restrict r = rows;                                                          \
    for (long start = 0; start < count; start += 64) {                                   \
      long end = count - start < 64 ? count - start : 64;                                \
      uint64_t word = 0;                                                                 \
      for (long b = 0; b < end; b++) {                                                   \
        I row = r[start + b];                                                            \
        uint64_t bit = row < 0 ? 0 : bits ? bits[row >> 6] >> (row & 63) & 1 : 1;        \
        word |= bit << b;                                                                \
      }                                                                                  \
      out[start >> 6] = word;                                                            \
    }                                                                                    \
  }

void weir_gather_bits(const uint64_t *bits, const void *rows, int row_bytes, long count, uint64_t *out) {
  if (row_bytes == 4) GATHER_BITS(int32_t) else GATHER_BITS(int64_t)
}

CLONES int weir_any_absent(const void *rows, int row_bytes, long count) {
  uint64_t any = 0;
  if (row_bytes == 4) {
    const int32_t *r = rows;
    for (long i = 0; i < count; i++) any |= (uint32_t)r[i] & 0x80000000u;
  } else {
    const int64_t *r = rows;
    for (long i = 0; i < count; i++) any |= (uint64_t)r[i] & ((uint64_t)1 << 63);
  }
  return any != 0;
}

CLONES int64_t weir_greatest_row(const void *rows, int row_bytes, long count) {
  if (row_bytes == 4) {
    const int32_t *r = rows;
    int32_t most = -1;
    for (long i = 0; i < count; i++) most = r[i] > most ? r[i] : most;
    return most;
  }
  const int64_t *r = rows;
  int64_t most = -1;
  for (long i = 0; i < count; i++) most = r[i] > most ? r[i] : most;
  return most;
}

CLONES int weir_is_identity(const void *rows, int row_bytes, long count) {
  for (long start = 0; start < count; start += 4096) {
    long end = count - start < 4096 ? count : start + 4096;
    uint64_t differs = 0;
    if (row_bytes == 4) {
      const int32_t *r = rows;
      for (long i = start; i < end; i++) differs |= (uint32_t)r[i] ^ (uint32_t)i;
    } else {
      const int64_t *r = rows;
      for (long i = start; i < end; i++) differs |= (uint64_t)r[i] ^ (uint64_t)i;
    }
    if (differs) return 0;
  }
  return 1;
}

void weir_pack_mask(const uint8_t *mask, const uint64_t *valid, long count, uint64_t *words) {
  long whole = count / 64;
  for (long w = 0; w < whole; w++) {
    uint64_t word = 0;
    for (int k = 0; k < 8; k++) {
      uint64_t bytes;
      __builtin_memcpy(&bytes, mask + w * 64 + k * 8, 8);
      // Byte j holds bit j; the product brings all eight to the top byte.
      word |= ((bytes & 0x0101010101010101ull) * 0x0102040810204080ull >> 56) << (8 * k);
    }
    words[w] = valid ? word & valid[w] : word;
  }
  if (whole * 64 < count) {
    uint64_t word = 0;
    for (long i = whole * 64; i < count; i++) word |= (uint64_t)(mask[i] & 1) << (i & 63);
    words[whole] = valid ? word & valid[whole] : word;
  }
}

// The bits of up to 64 bytes that are 0 or 1.
static inline uint64_t packed(const uint8_t *bytes, long count) {
  uint64_t word = 0;
  if (count == 64) {
    for (int k = 0; k < 8; k++) {
      uint64_t eight;
      __builtin_memcpy(&eight, bytes + k * 8, 8);
      word |= ((eight & 0x0101010101010101ull) * 0x0102040810204080ull >> 56) << (8 * k);
    }
    return word;
  }
  for (long i = 0; i < count; i++) word |= (uint64_t)(bytes[i] & 1) << i;
  return word;
}

CLONES void weir_logical(
    int is_or, const uint8_t *a, int a_all, const uint64_t *a_valid, const uint8_t *b, int b_all, const uint64_t *b_valid,
    long from, long to, uint8_t *out, uint64_t *out_valid) {
  for (long start = from; start < to; start += 64) {
    long count = to - start < 64 ? to - start : 64;
    uint64_t all = ~(uint64_t)0;
    uint64_t x = a ? packed(a + start, count) : a_all ? all : 0, y = b ? packed(b + start, count) : b_all ? all : 0;
    uint64_t has_x = a_valid ? a_valid[start >> 6] : all, has_y = b_valid ? b_valid[start >> 6] : all;
    uint64_t is_true = is_or ? (x & has_x) | (y & has_y) : x & has_x & y & has_y;
    uint64_t is_false = is_or ? ~x & has_x & ~y & has_y : (~x & has_x) | (~y & has_y);
    for (long i = 0; i < count; i++) out[start + i] = is_true >> i & 1;
    out_valid[start >> 6] = is_true | is_false;
  }
}

CLONES int64_t weir_count_bits(const uint64_t *words, long count) {
  int64_t bits = 0;
  for (long i = 0; i < count; i++) bits += __builtin_popcountll(words[i]);
  return bits;
}

CLONES long weir_list_bits(const uint64_t *words, long count, int32_t base, int32_t *out) {
  int32_t *start = out;
  for (long w = 0; w < count; w++, base += 64) {
    uint64_t word = words[w];
    if (word == ~(uint64_t)0) {
      for (int b = 0; b < 64; b++) out[b] = base + b;
      out += 64;
      continue;
    }
    while (word) {
      *out++ = base + __builtin_ctzll(word);
      word &= word - 1;
    }
  }
  return out - start;
}

void weir_lookup_bytes(const uint8_t *restrict table, const uint32_t *restrict codes, long count, uint8_t *restrict out) {
  for (long i = 0; i < count; i++) out[i] = table[codes[i]];
}

void weir_lookup_codes(const uint32_t *restrict table, const uint32_t *restrict codes, long count, uint32_t *restrict out) {
  for (long i = 0; i < count; i++) out[i] = table[codes[i]];
}
