#include "Parquet.h"
#include <string.h>

static inline uint64_t load64(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  return word;
}

static inline uint64_t load_tail(const uint8_t *at, size_t available) {
  uint64_t word = 0;
  memcpy(&word, at, available < 8 ? available : 8);
  return word;
}

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// A number in groups of seven bits, the lowest first.
static int read_varint(const uint8_t *in, size_t length, size_t *at, uint64_t *value) {
  uint64_t sum = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (*at >= length) return 0;
    uint8_t byte = in[(*at)++];
    sum |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) {
      *value = sum;
      return 1;
    }
  }
  return 0;
}

// MARK: the hybrid

// `count` values of `width` (1...32) bits, the first at bit `start` of `in`; all their bytes lie within `length`.
static void unpack(uint32_t *out, size_t count, const uint8_t *in, size_t length, size_t start, int width) {
  const uint64_t mask = width == 32 ? 0xFFFFFFFFu : (1u << width) - 1;
  size_t bit = start, i = 0;
  for (; i < count && (bit >> 3) + 8 <= length; i++, bit += width)
    out[i] = (uint32_t)(load64(in + (bit >> 3)) >> (bit & 7) & mask);
  for (; i < count; i++, bit += width)
    out[i] = (uint32_t)(load_tail(in + (bit >> 3), length - (bit >> 3)) >> (bit & 7) & mask);
}

typedef struct {
  const uint8_t *in;
  size_t length, at;
  int width;
} hybrid;

// A run: `repeated`, or packed from `in` on.
typedef struct {
  size_t count;
  int is_packed;
  uint32_t repeated;
  const uint8_t *in;
  size_t length;
} run;

static int next_run(hybrid *from, size_t wanted, run *into) {
  uint64_t header;
  if (!read_varint(from->in, from->length, &from->at, &header)) return 0;
  size_t left = from->length - from->at;
  uint64_t count = header >> 1;
  into->is_packed = header & 1;
  if (into->is_packed) {
    if (count == 0 || count > UINT32_MAX) return 0;
    into->count = (size_t)count * 8 < wanted ? (size_t)count * 8 : wanted;
    // The last group of a page may be cut to the values that are there.
    size_t bytes = (size_t)count * from->width, needed = (into->count * (size_t)from->width + 7) / 8;
    if (needed > left) return 0;
    into->in = from->in + from->at;
    into->length = left;
    from->at += smaller(bytes, left);
    return 1;
  }
  size_t bytes = (from->width + 7) / 8;
  if (count == 0 || bytes > left) return 0;
  into->count = count < wanted ? (size_t)count : wanted;
  into->repeated = (uint32_t)load_tail(from->in + from->at, bytes);
  if (from->width < 32 && into->repeated >> from->width) return 0;
  from->at += bytes;
  return 1;
}

int64_t weir_parquet_hybrid(uint32_t *out, size_t count, const uint8_t *in, size_t length, int width) {
  if (width < 0 || width > 32) return -1;
  if (width == 0) {
    memset(out, 0, count * sizeof *out);
    return 0;
  }
  hybrid from = {in, length, 0, width};
  for (size_t made = 0; made < count;) {
    run part;
    if (!next_run(&from, count - made, &part)) return -1;
    if (part.is_packed) {
      unpack(out + made, part.count, part.in, part.length, 0, width);
    } else {
      for (size_t i = 0; i < part.count; i++) out[made + i] = part.repeated;
    }
    made += part.count;
  }
  return (int64_t)from.at;
}

enum { BATCH = 256 };

#define GATHER(name, type)                                                                                            \
  int64_t name(type *out, size_t count, const uint8_t *in, size_t length, int width, const type *entries,             \
               size_t entry_count) {                                                                                  \
    if (width < 0 || width > 32 || (entry_count == 0 && count > 0)) return -1;                                        \
    if (width == 0) {                                                                                                 \
      for (size_t i = 0; i < count; i++) out[i] = entries[0];                                                         \
      return 0;                                                                                                       \
    }                                                                                                                 \
    hybrid from = {in, length, 0, width};                                                                             \
    for (size_t made = 0; made < count;) {                                                                            \
      run part;                                                                                                       \
      if (!next_run(&from, count - made, &part)) return -1;                                                           \
      if (!part.is_packed) {                                                                                          \
        if (part.repeated >= entry_count) return -1;                                                                  \
        const type value = entries[part.repeated];                                                                    \
        for (size_t i = 0; i < part.count; i++) out[made + i] = value;                                                \
      } else {                                                                                                        \
        for (size_t start = 0; start < part.count; start += BATCH) {                                                  \
          uint32_t places[BATCH], largest = 0;                                                                        \
          size_t some = smaller(BATCH, part.count - start);                                                           \
          unpack(places, some, part.in, part.length, start * width, width);                                           \
          for (size_t i = 0; i < some; i++) largest = places[i] > largest ? places[i] : largest;                      \
          if (largest >= entry_count) return -1;                                                                      \
          for (size_t i = 0; i < some; i++) out[made + start + i] = entries[places[i]];                               \
        }                                                                                                             \
      }                                                                                                               \
      made += part.count;                                                                                             \
    }                                                                                                                 \
    return (int64_t)from.at;                                                                                          \
  }

GATHER(weir_parquet_hybrid_gather64, uint64_t)
GATHER(weir_parquet_hybrid_gather32, uint32_t)

// MARK: levels

static inline uint64_t low_bits(size_t count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

static void set_range(uint64_t *bits, size_t at, size_t count) {
  while (count > 0) {
    size_t room = 64 - (at & 63), some = smaller(room, count);
    bits[at >> 6] |= low_bits(some) << (at & 63);
    at += some;
    count -= some;
  }
}

// Up to 64 bits of `word` at bit `at`.
static inline void put_bits(uint64_t *bits, size_t at, uint64_t word, size_t count) {
  bits[at >> 6] |= word << (at & 63);
  if ((at & 63) + count > 64) bits[(at >> 6) + 1] |= word >> (64 - (at & 63));
}

int64_t weir_parquet_levels(uint64_t *bits, size_t count, const uint8_t *in, size_t length, int width, uint32_t wanted,
                            size_t *set) {
  if (width < 1 || width > 16) return -1;
  hybrid from = {in, length, 0, width};
  size_t sum = 0;
  for (size_t made = 0; made < count;) {
    run part;
    if (!next_run(&from, count - made, &part)) return -1;
    if (!part.is_packed) {
      if (part.repeated > wanted) return -1;
      if (part.repeated == wanted) {
        set_range(bits, made, part.count);
        sum += part.count;
      }
    } else if (width == 1) {
      for (size_t start = 0; start < part.count; start += 64) {
        size_t some = smaller(64, part.count - start), byte = start >> 3;
        uint64_t word = load_tail(part.in + byte, part.length - byte) & low_bits(some);
        put_bits(bits, made + start, word, some);
        sum += (size_t)__builtin_popcountll(word);
      }
    } else {
      for (size_t start = 0; start < part.count; start += BATCH) {
        uint32_t levels[BATCH];
        size_t some = smaller(BATCH, part.count - start);
        unpack(levels, some, part.in, part.length, start * width, width);
        for (size_t i = 0; i < some; i++) {
          size_t at = made + start + i;
          if (levels[i] > wanted) return -1;
          uint64_t is_there = levels[i] == wanted;
          bits[at >> 6] |= is_there << (at & 63);
          sum += is_there;
        }
      }
    }
    made += part.count;
  }
  *set = sum;
  return (int64_t)from.at;
}

int64_t weir_parquet_old_levels(uint64_t *bits, size_t count, const uint8_t *in, size_t length, int width,
                                uint32_t wanted, size_t *set) {
  if (width < 1 || width > 16 || count > SIZE_MAX / 16) return -1;
  size_t bytes = (count * width + 7) / 8, sum = 0;
  if (bytes > length) return -1;
  for (size_t i = 0; i < count; i++) {
    uint32_t level = 0;
    for (size_t bit = i * width; bit < (i + 1) * width; bit++) level = level << 1 | (in[bit >> 3] >> (7 - (bit & 7)) & 1);
    if (level > wanted) return -1;
    uint64_t is_there = level == wanted;
    bits[i >> 6] |= is_there << (i & 63);
    sum += is_there;
  }
  *set = sum;
  return (int64_t)bytes;
}

void weir_parquet_place_bits(uint64_t *out, size_t at, const uint64_t *in, size_t count) {
  if (!in) {
    set_range(out, at, count);
    return;
  }
  for (size_t start = 0; start < count; start += 64) {
    size_t some = smaller(64, count - start);
    put_bits(out, at + start, in[start >> 6] & low_bits(some), some);
  }
}

#define SPREAD(name, type)                                                             \
  void name(type *values, size_t rows, const uint64_t *bits, size_t count) {           \
    size_t from = count;                                                               \
    for (size_t row = rows; row-- > 0;) {                                              \
      /* Rows before the first gap stand where they should. */                         \
      if (from == row + 1) return;                                                     \
      int is_there = from > 0 && (bits[row >> 6] >> (row & 63) & 1);                   \
      values[row] = is_there ? values[--from] : 0;                                     \
    }                                                                                  \
  }

SPREAD(weir_parquet_spread64, uint64_t)
SPREAD(weir_parquet_spread32, uint32_t)
SPREAD(weir_parquet_spread8, uint8_t)

// MARK: deltas

static inline uint64_t unpack_wide(const uint8_t *in, size_t length, size_t bit, int width) {
  size_t byte = bit >> 3;
  int shift = bit & 7;
  uint64_t low = byte + 8 <= length ? load64(in + byte) : load_tail(in + byte, length - byte);
  uint64_t value = low >> shift;
  if (shift + width > 64) value |= (uint64_t)in[byte + 8] << (64 - shift);
  return width == 64 ? value : value & ((1ull << width) - 1);
}

static inline int64_t from_zigzag(uint64_t value) { return (int64_t)(value >> 1) ^ -(int64_t)(value & 1); }

int64_t weir_parquet_delta(int64_t *out, size_t capacity, const uint8_t *in, size_t length, size_t *made) {
  size_t at = 0;
  uint64_t block, minis, total, first;
  if (!read_varint(in, length, &at, &block) || !read_varint(in, length, &at, &minis) ||
      !read_varint(in, length, &at, &total) || !read_varint(in, length, &at, &first))
    return -1;
  if (total > capacity || block == 0 || block > 1u << 24 || minis == 0 || minis > block || block % minis) return -1;
  size_t mini = block / minis;
  if (mini % 8) return -1;
  *made = total;
  if (total == 0) return (int64_t)at;
  uint64_t value = (uint64_t)from_zigzag(first);
  out[0] = (int64_t)value;
  for (size_t i = 1; i < total;) {
    uint64_t encoded;
    if (!read_varint(in, length, &at, &encoded) || minis > length - at) return -1;
    uint64_t least = (uint64_t)from_zigzag(encoded);
    const uint8_t *widths = in + at;
    at += minis;
    for (size_t m = 0; m < minis && i < total; m++) {
      int width = widths[m];
      if (width > 64) return -1;
      size_t some = smaller(mini, total - i), needed = (some * width + 7) / 8;
      if (needed > length - at) return -1;
      if (width == 0) {
        for (size_t k = 0; k < some; k++) out[i + k] = (int64_t)(value += least);
      } else {
        const uint8_t *packed = in + at;
        size_t left = length - at, bit = 0;
        for (size_t k = 0; k < some; k++, bit += width)
          out[i + k] = (int64_t)(value += least + unpack_wide(packed, left, bit, width));
      }
      i += some;
      at += smaller(mini / 8 * width, length - at);
    }
  }
  return (int64_t)at;
}

void weir_parquet_unsplit(uint8_t *out, const uint8_t *in, size_t count, size_t width) {
  if (width == 8) {
    for (size_t i = 0; i < count; i++)
      for (size_t k = 0; k < 8; k++) out[i * 8 + k] = in[k * count + i];
  } else if (width == 4) {
    for (size_t i = 0; i < count; i++)
      for (size_t k = 0; k < 4; k++) out[i * 4 + k] = in[k * count + i];
  } else {
    for (size_t k = 0; k < width; k++)
      for (size_t i = 0; i < count; i++) out[i * width + k] = in[k * count + i];
  }
}

// MARK: texts

int64_t weir_parquet_text_bytes(const uint8_t *in, size_t length, size_t count) {
  size_t at = 0, sum = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bytes;
    if (length - at < 4) return -1;
    memcpy(&bytes, in + at, 4);
    if (bytes > length - at - 4) return -1;
    at += 4 + (size_t)bytes;
    sum += bytes;
  }
  return (int64_t)sum;
}

// Short texts are copied by whole words where there is room past their ends, on both sides.
static inline void copy_text(uint8_t *out, size_t room, const uint8_t *in, size_t left, size_t count) {
  if (count <= 16 && room >= 16 && left >= 16) {
    memcpy(out, in, 16);
  } else {
    memcpy(out, in, count);
  }
}

static inline int is_there(const uint64_t *bits, size_t row) { return !bits || (bits[row >> 6] >> (row & 63) & 1); }

int64_t weir_parquet_texts(uint8_t *out, size_t capacity, int64_t *ends, int64_t start, size_t rows,
                           const uint64_t *bits, const uint8_t *in, size_t length) {
  size_t at = 0, made = 0;
  for (size_t row = 0; row < rows; row++) {
    if (is_there(bits, row)) {
      uint32_t bytes;
      if (length - at < 4) return -1;
      memcpy(&bytes, in + at, 4);
      at += 4;
      if (bytes > length - at || bytes > capacity - made) return -1;
      copy_text(out + made, capacity - made, in + at, length - at, bytes);
      at += bytes;
      made += bytes;
    }
    ends[row] = start + (int64_t)made;
  }
  return (int64_t)made;
}

int64_t weir_parquet_split_texts(uint8_t *out, size_t capacity, int64_t *ends, int64_t start, size_t rows,
                                 const uint64_t *bits, const int64_t *lengths, size_t count, const uint8_t *in,
                                 size_t length) {
  size_t at = 0, made = 0, next = 0;
  for (size_t row = 0; row < rows; row++) {
    if (is_there(bits, row)) {
      if (next >= count) return -1;
      int64_t bytes = lengths[next++];
      if (bytes < 0 || (uint64_t)bytes > length - at || (uint64_t)bytes > capacity - made) return -1;
      copy_text(out + made, capacity - made, in + at, length - at, (size_t)bytes);
      at += (size_t)bytes;
      made += (size_t)bytes;
    }
    ends[row] = start + (int64_t)made;
  }
  return (int64_t)made;
}

int64_t weir_parquet_coded_bytes(const uint32_t *codes, size_t count, const int64_t *offsets, size_t entry_count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    if (codes[i] >= entry_count) return -1;
    sum += (uint64_t)(offsets[codes[i] + 1] - offsets[codes[i]]);
  }
  return sum > INT64_MAX ? -1 : (int64_t)sum;
}

int64_t weir_parquet_coded_texts(uint8_t *out, size_t capacity, int64_t *ends, int64_t start, size_t rows,
                                 const uint64_t *bits, const uint32_t *codes, size_t count, const uint8_t *entries,
                                 const int64_t *offsets, size_t entry_count) {
  size_t made = 0, next = 0;
  const size_t total = (size_t)offsets[entry_count];
  for (size_t row = 0; row < rows; row++) {
    if (is_there(bits, row)) {
      if (next >= count || codes[next] >= entry_count) return -1;
      uint32_t code = codes[next++];
      size_t from = (size_t)offsets[code], bytes = (size_t)offsets[code + 1] - from;
      if (bytes > capacity - made) return -1;
      copy_text(out + made, capacity - made, entries + from, total - from, bytes);
      made += bytes;
    }
    ends[row] = start + (int64_t)made;
  }
  return (int64_t)made;
}

// MARK: numbers

void weir_parquet_unpack_bools(uint8_t *out, const uint8_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = in[i >> 3] >> (i & 7) & 1;
}

void weir_widen_i32(int64_t *out, const uint8_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int32_t value;
    memcpy(&value, in + i * 4, 4);
    out[i] = value;
  }
}

void weir_widen_u32(int64_t *out, const uint8_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t value;
    memcpy(&value, in + i * 4, 4);
    out[i] = value;
  }
}

void weir_widen_f32(double *out, const uint8_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float value;
    memcpy(&value, in + i * 4, 4);
    out[i] = value;
  }
}

void weir_widen_f16(double *out, const uint8_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, in + i * 2, 2);
    uint64_t sign = (uint64_t)(half >> 15) << 63, exponent = half >> 10 & 31, fraction = half & 1023;
    double value;
    if (exponent == 0) {
      value = (double)fraction * 0x1p-24;
      uint64_t word;
      memcpy(&word, &value, 8);
      word |= sign;
      memcpy(&value, &word, 8);
    } else {
      uint64_t word = sign | (exponent == 31 ? 2047ull : exponent + 1008) << 52 | fraction << 42;
      memcpy(&value, &word, 8);
    }
    out[i] = value;
  }
}

// MARK: writing

size_t weir_parquet_hybrid_bound(size_t count, int width) {
  // Each group of eight packed, and a header for each run; a run of one value takes no more than the group it replaces.
  return (count / 8 + 2) * ((size_t)width + 1) + count / 8 * 6 + 32;
}

static size_t put_varint(uint8_t *out, uint64_t value) {
  size_t at = 0;
  while (value >= 0x80) {
    out[at++] = (uint8_t)(value | 0x80);
    value >>= 7;
  }
  out[at++] = (uint8_t)value;
  return at;
}

// Whole groups of eight; those past `count` hold zeros.
static size_t put_packed(uint8_t *out, const uint32_t *values, size_t count, int width) {
  size_t groups = (count + 7) / 8, at = put_varint(out, (uint64_t)groups << 1 | 1);
  uint64_t word = 0;
  int filled = 0;
  for (size_t i = 0; i < groups * 8; i++) {
    word |= (uint64_t)(i < count ? values[i] : 0) << filled;
    filled += width;
    while (filled >= 8) {
      out[at++] = (uint8_t)word;
      word >>= 8;
      filled -= 8;
    }
  }
  return at;
}

size_t weir_parquet_write_hybrid(uint8_t *out, const uint32_t *values, size_t count, int width) {
  size_t at = 0, packed_from = 0, i = 0;
  if (width == 0) return 0;
  while (i < count) {
    size_t same = 1;
    while (i + same < count && values[i + same] == values[i]) same++;
    // A packed run ends at a multiple of eight, so the first of these may have to go with it.
    size_t filler = (8 - (i - packed_from) % 8) % 8;
    if (same >= filler + 8) {
      size_t run_start = i + filler, run_count = same - filler;
      if (run_start > packed_from) at += put_packed(out + at, values + packed_from, run_start - packed_from, width);
      at += put_varint(out + at, (uint64_t)run_count << 1);
      for (int byte = 0; byte < (width + 7) / 8; byte++) out[at++] = (uint8_t)(values[i] >> (8 * byte));
      i += same;
      packed_from = i;
    } else {
      i += same;
    }
  }
  if (count > packed_from) at += put_packed(out + at, values + packed_from, count - packed_from, width);
  return at;
}

enum { BLOCK = 128, MINIS = 4, MINI = BLOCK / MINIS };

size_t weir_parquet_delta_bound(size_t count) { return 48 + (count / BLOCK + 1) * (10 + MINIS + BLOCK * 8); }

static inline uint64_t to_zigzag(int64_t value) { return (uint64_t)value << 1 ^ (uint64_t)(value >> 63); }

static size_t put_wide(uint8_t *out, const uint64_t *values, int width) {
  size_t at = 0;
  unsigned __int128 word = 0;
  int filled = 0;
  for (size_t i = 0; i < MINI; i++) {
    word |= (unsigned __int128)values[i] << filled;
    filled += width;
    while (filled >= 8) {
      out[at++] = (uint8_t)word;
      word >>= 8;
      filled -= 8;
    }
  }
  return at;
}

size_t weir_parquet_write_delta(uint8_t *out, const int64_t *values, size_t count, int bits) {
  size_t at = put_varint(out, BLOCK);
  at += put_varint(out + at, MINIS);
  at += put_varint(out + at, count);
  at += put_varint(out + at, to_zigzag(count ? values[0] : 0));
  for (size_t start = 1; start < count; start += BLOCK) {
    size_t some = smaller(BLOCK, count - start);
    int64_t deltas[BLOCK] = {0}, least = INT64_MAX;
    for (size_t i = 0; i < some; i++) {
      uint64_t delta = (uint64_t)values[start + i] - (uint64_t)values[start + i - 1];
      deltas[i] = bits == 32 ? (int32_t)(uint32_t)delta : (int64_t)delta;
      if (deltas[i] < least) least = deltas[i];
    }
    at += put_varint(out + at, to_zigzag(least));
    uint64_t rest[BLOCK] = {0}, all[MINIS] = {0};
    for (size_t i = 0; i < some; i++) {
      rest[i] = (uint64_t)deltas[i] - (uint64_t)least;
      if (bits == 32) rest[i] &= UINT32_MAX;
      all[i / MINI] |= rest[i];
    }
    uint8_t *widths = out + at;
    at += MINIS;
    for (size_t m = 0; m < MINIS; m++) {
      int width = all[m] ? 64 - __builtin_clzll(all[m]) : 0;
      widths[m] = (uint8_t)width;
      if (m * MINI < some) at += put_wide(out + at, rest + m * MINI, width);
    }
  }
  return at;
}
