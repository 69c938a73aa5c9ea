#include "include/Joins.h"

#include "Clones.h"

#define NONE (~(uint32_t)0)

#define NUMBERS(T)                                                                                 \
  {                                                                                                \
    const T *v = values;                                                                           \
    for (long i = from; i < to; i++) {                                                             \
      uint64_t distance = (uint64_t)(int64_t)v[i] - (uint64_t)least;                               \
      int has = !valid || (valid[i >> 6] >> (i & 63) & 1);                                         \
      out[i] = has && distance < size ? (uint32_t)distance : NONE;                                 \
    }                                                                                              \
    return;                                                                                        \
  }

CLONES void weir_join_numbers(
    const void *values, int bytes, const uint64_t *valid, int64_t least, uint32_t size, long from, long to, uint32_t *out) {
  if (bytes == 8) NUMBERS(int64_t)
  NUMBERS(int32_t)
}

long weir_match_unique(const uint32_t *numbers, const int32_t *row_of, long from, long to, int32_t *out) {
  long found = 0;
  for (long i = from; i < to; i++) {
    int32_t row = numbers[i] == NONE ? -1 : row_of[numbers[i]];
    out[i] = row;
    found += row >= 0;
  }
  return found;
}

void weir_compress_matches(const int32_t *matches, long from, long to, int32_t *left_out, int32_t *right_out) {
  long next = 0;
  for (long i = from; i < to; i++) {
    if (matches[i] < 0) continue;
    left_out[next] = (int32_t)i;
    right_out[next++] = matches[i];
  }
}

int64_t weir_count_matches(const uint32_t *numbers, const uint32_t *starts, int keep, long from, long to) {
  int64_t count = 0;
  for (long i = from; i < to; i++) {
    int64_t own = numbers[i] == NONE ? 0 : starts[numbers[i] + 1] - starts[numbers[i]];
    count += own ? own : keep;
  }
  return count;
}

void weir_fill_matches(
    const uint32_t *numbers, const uint32_t *starts, const uint32_t *rows, int keep, long from, long to, int32_t *left_out,
    int32_t *right_out) {
  long next = 0;
  for (long i = from; i < to; i++) {
    uint32_t at = numbers[i] == NONE ? 0 : starts[numbers[i]], end = numbers[i] == NONE ? 0 : starts[numbers[i] + 1];
    if (at == end && keep) {
      left_out[next] = (int32_t)i;
      right_out[next++] = -1;
    }
    for (; at < end; at++) {
      left_out[next] = (int32_t)i;
      right_out[next++] = (int32_t)rows[at];
    }
  }
}
