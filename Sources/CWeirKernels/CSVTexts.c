#include "CSV.h"

#include <string.h>

// A field as a text: without its quotes, with doubled quotes made one, and whether it stands for no value.
typedef struct {
  const uint8_t *p;
  size_t n;
  int doubled, missing;
} text;

static inline text text_at(const weir_csv_column *c, size_t row) {
  size_t i = row * c->width + c->column;
  uint32_t start = c->ends[(ptrdiff_t)i - 1] + 1, end = c->ends[i];
  if (c->column + 1 == c->width && end > start && c->bytes[end] == '\n' && c->bytes[end - 1] == '\r') end--;
  text t = {c->bytes + start, end - start, 0, 0};
  if (t.n >= 2 && t.p[0] == '"' && t.p[t.n - 1] == '"') {
    t.p++;
    t.n -= 2;
    t.doubled = t.n > 0 && memchr(t.p, '"', t.n) != NULL;
    return t;
  }
  if (t.n == 0) {
    t.missing = c->empty_is_missing;
  } else if (c->marker_starts[t.p[0]]) {
    const uint8_t *marker = c->markers;
    for (size_t k = 0; k < c->marker_count; k++) {
      if (c->marker_lengths[k] == t.n && memcmp(marker, t.p, t.n) == 0) {
        t.missing = 1;
        t.n = 0;
      }
      marker += c->marker_lengths[k];
    }
  }
  return t;
}

// Up to 31 bytes past the text are read and written.
static inline void copy(uint8_t *out, const uint8_t *p, size_t n) {
  if (n <= 32) {
    memcpy(out, p, 32);
  } else {
    memcpy(out, p, n);
  }
}

static inline size_t copy_undoubled(uint8_t *out, const uint8_t *p, size_t n) {
  size_t made = 0;
  for (size_t i = 0; i < n; i++) {
    out[made++] = p[i];
    if (p[i] == '"') i++;
  }
  return made;
}

void weir_csv_texts(weir_csv_column *c, uint8_t *bytes, int64_t *offsets) {
  size_t made = (size_t)offsets[0];
  for (size_t row = 0; row < c->rows; row++) {
    text t = text_at(c, row);
    if (t.missing) {
      c->missing[c->missing_count++] = (uint32_t)row;
    } else if (t.doubled) {
      made += copy_undoubled(bytes + made, t.p, t.n);
    } else {
      copy(bytes + made, t.p, t.n);
      made += t.n;
    }
    offsets[row + 1] = (int64_t)made;
  }
}

static inline uint64_t load8(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, 8);
  return word;
}

static inline uint64_t mixed(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)(a ^ 0x9e3779b97f4a7c15ull) * (b ^ 0xe7037ed1a0b428dbull);
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Up to 7 bytes past the text are read.
static inline uint64_t hash_of(const uint8_t *p, size_t n) {
  uint64_t hash = n;
  while (n > 8) {
    hash = mixed(hash, load8(p));
    p += 8;
    n -= 8;
  }
  uint64_t last = n ? load8(p) & (~0ull >> (64 - 8 * n)) : 0;
  return mixed(hash, last);
}

static inline int is_equal(const uint8_t *a, const uint8_t *b, size_t n) {
  while (n > 8) {
    if (load8(a) != load8(b)) return 0;
    a += 8;
    b += 8;
    n -= 8;
  }
  return n == 0 || ((load8(a) ^ load8(b)) & (~0ull >> (64 - 8 * n))) == 0;
}

static inline uint32_t code_of(weir_text_dictionary *d, const uint8_t *p, size_t n) {
  uint64_t hash = hash_of(p, n);
  size_t mask = d->slot_count - 1, slot = hash & mask;
  while (d->slots[slot]) {
    uint32_t entry = d->slots[slot] - 1;
    if (d->hashes[entry] == hash && (size_t)(d->offsets[entry + 1] - d->offsets[entry]) == n
        && is_equal(d->bytes + d->offsets[entry], p, n)) {
      return entry;
    }
    slot = (slot + 1) & mask;
  }
  uint32_t entry = (uint32_t)d->entries++;
  d->slots[slot] = entry + 1;
  d->hashes[entry] = hash;
  memmove(d->bytes + d->offsets[entry], p, n);
  d->offsets[entry + 1] = d->offsets[entry] + (int64_t)n;
  return entry;
}

uint32_t weir_text_code(weir_text_dictionary *d, const uint8_t *p, size_t n) { return code_of(d, p, n); }

void weir_csv_codes(weir_csv_column *c, weir_text_dictionary *d, uint32_t *codes) {
  for (size_t row = 0; row < c->rows; row++) {
    text t = text_at(c, row);
    if (t.missing) c->missing[c->missing_count++] = (uint32_t)row;
    if (!t.doubled) {
      codes[row] = code_of(d, t.p, t.n);
      continue;
    }
    // Written where the next entry goes, and left there if it is a new one.
    uint8_t *place = d->bytes + d->offsets[d->entries];
    codes[row] = code_of(d, place, copy_undoubled(place, t.p, t.n));
  }
}
