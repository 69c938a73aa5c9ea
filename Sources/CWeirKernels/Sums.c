#include "include/Sums.h"

#include <math.h>

#include "Clones.h"

// Sixteen running sums side by side, so that instructions for 2, 4 or 8 numbers at once add in one and the same order.
enum { LANES = 16, BLOCK = 1024 };

// `a + b` and what rounding took from it (Knuth), whichever is larger.
#define TWO_SUM(SUM, ERROR, VALUE)                             \
  {                                                            \
    double value_ = (VALUE), next_ = (SUM) + value_;           \
    double part_ = next_ - (SUM);                              \
    (ERROR) += ((SUM) - (next_ - part_)) + (value_ - part_);   \
    (SUM) = next_;                                             \
  }

void weir_add_sum(weir_sum *to, weir_sum other) {
  TWO_SUM(to->sum, to->error, other.sum)
  to->error += other.error;
}

// Copies the values of a block that count to `out`, and gives how many.
static inline long compacted(const double *values, const uint64_t *valid, long from, long to, double *out) {
  long count = 0;
  for (long start = from; start < to; start += 64) {
    long end = to - start < 64 ? to : start + 64;
    uint64_t word = valid[start >> 6];
    if (word == ~(uint64_t)0) {
      for (long i = start; i < end; i++) out[count++] = values[i];
    } else {
      for (long i = start; i < end; i++) {
        out[count] = values[i];
        count += word >> (i & 63) & 1;
      }
    }
  }
  return count;
}

// Runs BODY with `v` and `n`: the values that count, a block at a time.
#define EACH_BLOCK(...)                                                         \
  double buffer[BLOCK + 1];                                                     \
  for (long start = from; start < to; start += BLOCK) {                         \
    long end = to - start < BLOCK ? to : start + BLOCK;                         \
    const double *v = values + start;                                           \
    long n = end - start;                                                       \
    if (valid) {                                                                \
      n = compacted(values, valid, start, end, buffer);                         \
      v = buffer;                                                               \
    }                                                                           \
    __VA_ARGS__                                                                 \
  }

#define LANE_SUMS(TERM)                                                                                \
  {                                                                                                    \
    double sums[LANES] = {0}, errors[LANES] = {0};                                                     \
    EACH_BLOCK({                                                                                       \
      long i = 0;                                                                                      \
      for (; i + LANES <= n; i += LANES) {                                                             \
        for (int lane = 0; lane < LANES; lane++) {                                                     \
          double d = v[i + lane] - shift;                                                              \
          TWO_SUM(sums[lane], errors[lane], TERM)                                                      \
        }                                                                                              \
      }                                                                                                \
      for (int lane = 0; i < n; i++, lane++) {                                                         \
        double d = v[i] - shift;                                                                       \
        TWO_SUM(sums[lane], errors[lane], TERM)                                                        \
      }                                                                                                \
    })                                                                                                 \
    for (int lane = 0; lane < LANES; lane++) {                                                         \
      weir_sum part = {sums[lane], errors[lane]};                                                      \
      weir_add_sum(out, part);                                                                         \
    }                                                                                                  \
    return;                                                                                            \
  }

CLONES void weir_add_powers(
    const double *values, const uint64_t *valid, double shift, int power, long from, long to, weir_sum *out) {
  if (power == 1) LANE_SUMS(d)
  if (power == 2) LANE_SUMS(d * d)
  if (power == 3) LANE_SUMS(d * d * d)
  LANE_SUMS(d * d * d * d)
}

void weir_add_moments(const double *values, const uint64_t *valid, double shift, long from, long to, weir_sum *out) {
  for (int power = 2; power <= 4; power++) weir_add_powers(values, valid, shift, power, from, to, out + power - 2);
}

#define EACH_ROW(...)                                                      \
  if (!valid) {                                                            \
    for (long i = from; i < to; i++) { __VA_ARGS__; }                             \
  } else {                                                                 \
    for (long start = from; start < to; start += 64) {                     \
      long end = to - start < 64 ? to : start + 64;                        \
      uint64_t word = valid[start >> 6];                                   \
      if (word == ~(uint64_t)0) {                                          \
        for (long i = start; i < end; i++) { __VA_ARGS__; }                       \
      } else {                                                             \
        for (; word; word &= word - 1) {                                   \
          long i = start + __builtin_ctzll(word);                          \
          __VA_ARGS__;                                                         \
        }                                                                  \
      }                                                                    \
    }                                                                      \
  }

void weir_add_group_powers(
    const double *values, const uint64_t *valid, const uint32_t *groups, const double *shifts, int power, long from, long to,
    weir_sum *out) {
#define GROUP_SUM(TERM)                                                     \
  EACH_ROW(uint32_t g = groups[i]; double d = values[i] - (shifts ? shifts[g] : 0); \
           TWO_SUM(out[g].sum, out[g].error, TERM))                         \
  break;
  switch (power) {
    case 1: GROUP_SUM(d)
    case 2: GROUP_SUM(d * d)
    case 3: GROUP_SUM(d * d * d)
    default: GROUP_SUM(d * d * d * d)
  }
}

static inline void add_int(weir_wide *to, int64_t value) {
  uint64_t low = to->low + (uint64_t)value;
  to->high += (value >> 63) + (low < to->low);
  to->low = low;
}

void weir_add_wide(weir_wide *to, weir_wide other) {
  uint64_t low = to->low + other.low;
  to->high += other.high + (low < to->low);
  to->low = low;
}

void weir_add_ints(const int64_t *values, const uint64_t *valid, long from, long to, weir_wide *out) {
  weir_wide sum = *out;
  EACH_ROW(add_int(&sum, values[i]))
  *out = sum;
}

void weir_add_group_ints(
    const int64_t *values, const uint64_t *valid, const uint32_t *groups, long from, long to, weir_wide *out) {
  EACH_ROW(add_int(&out[groups[i]], values[i]))
}

CLONES void weir_add_products(
    const double *x, const double *y, const uint64_t *x_valid, const uint64_t *y_valid, double x_shift, double y_shift,
    long from, long to, weir_products *out) {
  for (long start = from; start < to; start += BLOCK) {
    long end = to - start < BLOCK ? to : start + BLOCK;
    double sums[5][LANES] = {{0}};
    double n = 0;
    for (long row = start; row < end; row += 64) {
      long stop = end - row < 64 ? end : row + 64;
      uint64_t word = (x_valid ? x_valid[row >> 6] : ~(uint64_t)0) & (y_valid ? y_valid[row >> 6] : ~(uint64_t)0);
      if (stop - row < 64) word &= ((uint64_t)1 << (stop - row)) - 1;
      n += __builtin_popcountll(word);
      if (stop - row == 64) {
        for (long i = row; i < stop; i += LANES) {
          uint32_t bits = (uint32_t)(word >> (i - row));
          for (int lane = 0; lane < LANES; lane++) {
            uint64_t keep = -(uint64_t)(bits >> lane & 1);
            double dx = x[i + lane] - x_shift, dy = y[i + lane] - y_shift;
            uint64_t xb, yb;
            __builtin_memcpy(&xb, &dx, 8);
            __builtin_memcpy(&yb, &dy, 8);
            xb &= keep;
            yb &= keep;
            __builtin_memcpy(&dx, &xb, 8);
            __builtin_memcpy(&dy, &yb, 8);
            sums[0][lane] += dx;
            sums[1][lane] += dy;
            sums[2][lane] += dx * dy;
            sums[3][lane] += dx * dx;
            sums[4][lane] += dy * dy;
          }
        }
      } else {
        for (int lane = 0; word; word &= word - 1, lane = (lane + 1) % LANES) {
          long i = row + __builtin_ctzll(word);
          double dx = x[i] - x_shift, dy = y[i] - y_shift;
          sums[0][lane] += dx;
          sums[1][lane] += dy;
          sums[2][lane] += dx * dy;
          sums[3][lane] += dx * dx;
          sums[4][lane] += dy * dy;
        }
      }
    }
    out->count += n;
    weir_sum *totals[5] = {&out->x, &out->y, &out->xy, &out->xx, &out->yy};
    for (int k = 0; k < 5; k++) {
      for (int step = LANES / 2; step > 0; step /= 2) {
        for (int lane = 0; lane < step; lane++) sums[k][lane] += sums[k][lane + step];
      }
      TWO_SUM(totals[k]->sum, totals[k]->error, sums[k][0])
    }
  }
}

CLONES long weir_extremes(const double *values, const uint64_t *valid, long from, long to, double *least, double *greatest) {
  double low = INFINITY, high = -INFINITY;
  long numbers = 0;
  EACH_BLOCK({
    double lows[LANES], highs[LANES];
    for (int lane = 0; lane < LANES; lane++) lows[lane] = INFINITY, highs[lane] = -INFINITY;
    long i = 0;
    for (; i + LANES <= n; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        double x = v[i + lane];
        lows[lane] = x < lows[lane] ? x : lows[lane];
        highs[lane] = x > highs[lane] ? x : highs[lane];
        numbers += x == x;
      }
    }
    for (; i < n; i++) {
      lows[0] = v[i] < lows[0] ? v[i] : lows[0];
      highs[0] = v[i] > highs[0] ? v[i] : highs[0];
      numbers += v[i] == v[i];
    }
    for (int lane = 0; lane < LANES; lane++) {
      low = lows[lane] < low ? lows[lane] : low;
      high = highs[lane] > high ? highs[lane] : high;
    }
  })
  *least = low;
  *greatest = high;
  return numbers;
}
