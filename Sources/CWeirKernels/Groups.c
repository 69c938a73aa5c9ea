#include "include/Groups.h"

#include "Clones.h"

// Runs BODY for each row `i` that has a value, and ABSENT for the others.
#define EACH_ROW(BODY, ABSENT)                                             \
  if (!valid) {                                                            \
    for (long i = from; i < to; i++) { BODY; }                             \
  } else {                                                                 \
    for (long start = from; start < to; start += 64) {                     \
      long end = to - start < 64 ? to : start + 64;                        \
      uint64_t word = valid[start >> 6];                                   \
      if (word == ~(uint64_t)0) {                                          \
        for (long i = start; i < end; i++) { BODY; }                       \
      } else {                                                             \
        for (long i = start; i < end; i++) {                               \
          if (word >> (i & 63) & 1) { BODY; } else { ABSENT; }             \
        }                                                                  \
      }                                                                    \
    }                                                                      \
  }

#define RANGE(T)                                                           \
  {                                                                        \
    const T *v = values;                                                   \
    T low = 0, high = 0;                                                   \
    int found = 0;                                                         \
    if (!valid) {                                                          \
      if (from >= to) return 0;                                            \
      low = high = v[from];                                                \
      found = 1;                                                           \
      for (long i = from; i < to; i++) {                                   \
        low = v[i] < low ? v[i] : low;                                     \
        high = v[i] > high ? v[i] : high;                                  \
      }                                                                    \
    } else {                                                               \
      EACH_ROW(if (!found) { low = high = v[i]; found = 1; }               \
               low = v[i] < low ? v[i] : low; high = v[i] > high ? v[i] : high, ) \
    }                                                                      \
    *least = low;                                                          \
    *greatest = high;                                                      \
    return found;                                                          \
  }

CLONES int weir_int_range(
    const void *values, int bytes, const uint64_t *valid, long from, long to, int64_t *least, int64_t *greatest) {
  if (bytes == 8) RANGE(int64_t)
  if (bytes == 4) RANGE(int32_t)
  RANGE(uint8_t)
}

#define DENSE(T)                                                                                        \
  {                                                                                                     \
    const T *v = values;                                                                                \
    if (factor == 0) {                                                                                  \
      EACH_ROW(keys[i] = (uint32_t)((uint64_t)v[i] - (uint64_t)least), keys[i] = missing)               \
    } else {                                                                                            \
      EACH_ROW(keys[i] = keys[i] * factor + (uint32_t)((uint64_t)v[i] - (uint64_t)least),               \
               keys[i] = keys[i] * factor + missing)                                                    \
    }                                                                                                   \
    return;                                                                                             \
  }

CLONES void weir_dense_keys(
    const void *values, int bytes, const uint64_t *valid, int64_t least, uint32_t missing, uint32_t factor, long from, long to,
    uint32_t *keys) {
  if (bytes == 8) DENSE(int64_t)
  if (bytes == 4) DENSE(int32_t)
  DENSE(uint8_t)
}

uint32_t weir_number_keys(
    const uint32_t *keys, long from, long to, uint32_t *table, uint32_t next, uint32_t *out, int32_t *firsts) {
  for (long i = from; i < to; i++) {
    uint32_t number = table[keys[i]];
    if (number == ~(uint32_t)0) {
      table[keys[i]] = number = next;
      firsts[next++] = (int32_t)i;
    }
    if (out) out[i] = number;
  }
  return next;
}

// A bijection of 64 bits (the finaliser of MurmurHash3): different keys have different hashes.
static inline uint64_t mixed(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdull;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ull;
  return x ^ x >> 33;
}

static inline uint64_t joined(uint64_t hash, uint64_t key) { return mixed(hash * 0x9e3779b97f4a7c15ull + key); }

// Missing is no number: a hash of its own. Where hashes must tell numbers apart, callers keep missing rows out.
#define MISSING_KEY 0x6a09e667f3bcc909ull

static inline uint64_t float_key(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, 8);
  if (x == 0) return 0;
  return x != x ? 0x7ff8000000000000ull : bits;
}

#define HASH(T, KEY)                                                                                    \
  {                                                                                                     \
    const T *v = values;                                                                                \
    if (fresh) {                                                                                        \
      EACH_ROW(hashes[i] = mixed(KEY), hashes[i] = MISSING_KEY)                                         \
    } else {                                                                                            \
      EACH_ROW(hashes[i] = joined(hashes[i], KEY), hashes[i] = joined(hashes[i], MISSING_KEY))          \
    }                                                                                                   \
    return;                                                                                             \
  }

CLONES void weir_hash_numbers(
    const void *values, int bytes, int is_float, const uint64_t *valid, int fresh, long from, long to, uint64_t *hashes) {
  if (bytes == 8 && is_float) HASH(uint64_t, float_key(v[i]))
  if (bytes == 8) HASH(uint64_t, v[i])
  if (bytes == 4) HASH(uint32_t, v[i])
  HASH(uint8_t, v[i])
}

static inline uint64_t read(const uint8_t *p, long count) {
  uint64_t word = 0;
  __builtin_memcpy(&word, p, count);
  return word;
}

static inline uint64_t folded(uint64_t a, uint64_t b) {
  __uint128_t product = (__uint128_t)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t bytes_hash(const uint8_t *bytes, long count, uint64_t seed) {
  const uint64_t p = 0xa0761d6478bd642full, q = 0xe7037ed1a0b428dbull;
  uint64_t hash = seed ^ (uint64_t)count * p;
  if (count >= 8) {
    long at = 0;
    for (; at + 16 < count; at += 16) hash = folded(read(bytes + at, 8) ^ p ^ hash, read(bytes + at + 8, 8) ^ q);
    if (at + 8 < count) hash = folded(read(bytes + at, 8) ^ p ^ hash, q);
    return folded(read(bytes + count - 8, 8) ^ p, hash ^ q);
  }
  uint64_t word;
  if (count >= 4) word = read(bytes, 4) | read(bytes + count - 4, 4) << 32;
  else if (count > 0) word = bytes[0] | (uint64_t)bytes[count >> 1] << 8 | (uint64_t)bytes[count - 1] << 16;
  else word = 0;
  return folded(word ^ p, hash ^ q);
}

uint64_t weir_hash_bytes(const uint8_t *bytes, long count, uint64_t seed) { return bytes_hash(bytes, count, seed); }

void weir_hash_texts(
    const uint8_t *bytes, const int64_t *offsets, const uint32_t *codes, const uint64_t *valid, int fresh, uint64_t seed,
    long from, long to, uint64_t *hashes) {
#define TEXT_HASH(E) bytes_hash(bytes + offsets[E], offsets[E + 1] - offsets[E], seed)
  if (codes) {
    if (fresh) {
      EACH_ROW(long e = codes[i]; hashes[i] = TEXT_HASH(e), hashes[i] = MISSING_KEY)
    } else {
      EACH_ROW(long e = codes[i]; hashes[i] = joined(hashes[i], TEXT_HASH(e)), hashes[i] = joined(hashes[i], MISSING_KEY))
    }
  } else if (fresh) {
    EACH_ROW(hashes[i] = TEXT_HASH(i), hashes[i] = MISSING_KEY)
  } else {
    EACH_ROW(hashes[i] = joined(hashes[i], TEXT_HASH(i)), hashes[i] = joined(hashes[i], MISSING_KEY))
  }
}

void weir_count_parts(const uint64_t *hashes, int bits, long from, long to, uint32_t *counts) {
  if (bits == 0) {
    counts[0] += (uint32_t)(to - from);
    return;
  }
  for (long i = from; i < to; i++) counts[hashes[i] >> (64 - bits)]++;
}

void weir_scatter_parts(
    const uint64_t *hashes, int bits, long from, long to, uint32_t *starts, uint32_t *rows_out, uint64_t *hashes_out) {
  for (long i = from; i < to; i++) {
    uint32_t place = starts[bits == 0 ? 0 : hashes[i] >> (64 - bits)]++;
    rows_out[place] = (uint32_t)i;
    hashes_out[place] = hashes[i];
  }
}

long weir_group_hashes(
    const uint64_t *hashes, const uint32_t *rows, long count, weir_slot *table, uint64_t mask, uint32_t *first_of) {
  long different = 0;
  for (long i = 0; i < count; i++) {
    uint64_t hash = hashes[i], at = hash & mask;
    for (;;) {
      weir_slot *slot = &table[at];
      if (slot->row == ~(uint32_t)0) {
        slot->hash = hash;
        slot->row = rows[i];
        first_of[rows[i]] = rows[i];
        different++;
        break;
      }
      if (slot->hash == hash) {
        first_of[rows[i]] = slot->row;
        break;
      }
      at = (at + 1) & mask;
    }
  }
  return different;
}

CLONES long weir_count_firsts(const uint32_t *first_of, long from, long to) {
  long count = 0;
  for (long i = from; i < to; i++) count += first_of[i] == (uint32_t)i;
  return count;
}

void weir_number_firsts(const uint32_t *first_of, long from, long to, uint32_t next, uint32_t *numbers, int64_t *first_rows) {
  for (long i = from; i < to; i++) {
    if (first_of[i] != (uint32_t)i) continue;
    if (numbers) numbers[i] = next;
    first_rows[next++] = i;
  }
}

void weir_spread_numbers(const uint32_t *first_of, long from, long to, uint32_t *numbers) {
  for (long i = from; i < to; i++) {
    if (first_of[i] != (uint32_t)i) numbers[i] = numbers[first_of[i]];
  }
}

static inline int has_value(const uint64_t *valid, long row) { return !valid || (valid[row >> 6] >> (row & 63) & 1); }

#define AGREE(T, KEY)                                                      \
  {                                                                        \
    const T *v = values;                                                   \
    for (long i = from; i < to; i++) {                                     \
      long f = first_of[i];                                                \
      if (f == i) continue;                                                \
      int has = has_value(valid, i);                                       \
      if (has != has_value(valid, f)) return 0;                            \
      if (has && KEY(v[i]) != KEY(v[f])) return 0;                         \
    }                                                                      \
    return 1;                                                              \
  }

#define SAME(X) (X)

int weir_agree_numbers(
    const void *values, int bytes, int is_float, const uint64_t *valid, const uint32_t *first_of, long from, long to) {
  if (bytes == 8 && is_float) AGREE(uint64_t, float_key)
  if (bytes == 8) AGREE(uint64_t, SAME)
  if (bytes == 4) AGREE(uint32_t, SAME)
  AGREE(uint8_t, SAME)
}

int weir_agree_texts(
    const uint8_t *bytes, const int64_t *offsets, const uint32_t *codes, const uint64_t *valid, const uint32_t *first_of,
    long from, long to) {
  for (long i = from; i < to; i++) {
    long f = first_of[i];
    if (f == i) continue;
    int has = has_value(valid, i);
    if (has != has_value(valid, f)) return 0;
    if (!has) continue;
    long a = codes ? codes[i] : i, b = codes ? codes[f] : f;
    if (a == b) continue;
    int64_t count = offsets[a + 1] - offsets[a];
    if (count != offsets[b + 1] - offsets[b] || __builtin_memcmp(bytes + offsets[a], bytes + offsets[b], count) != 0) return 0;
  }
  return 1;
}

void weir_count_groups(const uint32_t *groups, const uint64_t *valid, long from, long to, uint32_t *counts) {
  EACH_ROW(counts[groups[i]]++, )
}

void weir_scatter_groups(
    const uint32_t *groups, const uint64_t *valid, long from, long to, uint32_t *starts, uint32_t *rows_out) {
  EACH_ROW(rows_out[starts[groups[i]]++] = (uint32_t)i, )
}

void weir_scatter_values(
    const uint32_t *groups, const double *values, const uint64_t *valid, long from, long to, uint32_t *starts, double *out) {
  EACH_ROW(out[starts[groups[i]]++] = values[i], )
}

void weir_edge_rows(const uint32_t *groups, const uint64_t *valid, int last, long from, long to, int64_t *rows) {
  if (last) {
    EACH_ROW(rows[groups[i]] = i, )
  } else {
    EACH_ROW(if (rows[groups[i]] < 0) rows[groups[i]] = i, )
  }
}
