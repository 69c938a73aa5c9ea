#include "include/Distances.h"

#include <math.h>
#include <stddef.h>

#include "Clones.h"

// Sums in lanes of a fixed number, so that every instruction set adds in the same order.
static inline __attribute__((always_inline)) double squared_distance(const double *a, const double *b, long columns) {
  double lanes[8] = {0};
  long j = 0;
  for (; j + 8 <= columns; j += 8)
    for (int l = 0; l < 8; l++) {
      const double d = a[j + l] - b[j + l];
      lanes[l] += d * d;
    }
  double rest = 0;
  for (; j < columns; j++) {
    const double d = a[j] - b[j];
    rest += d * d;
  }
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7])) + rest;
}

CLONES double weir_squared_distance(const double *a, const double *b, long columns) {
  return squared_distance(a, b, columns);
}

CLONES void weir_near_rows(
  const double *rows, long count, long columns, const double *means, double scale, float *near, float *lengths) {
  for (long i = 0; i < count; i++) {
    const double *restrict row = rows + i * columns;
    float *restrict out = near + i * columns;
    for (long j = 0; j < columns; j++) out[j] = (float)((row[j] - means[j]) * scale);
    double sum = 0;
    for (long j = 0; j < columns; j++) {
      const double value = (row[j] - means[j]) * scale;
      sum += value * value;
    }
    lengths[i] = (float)sum;
  }
}

static void push(weir_candidates *c, float bound) {
  float *heap = c->heap;
  if (c->heaped < c->k) {
    long child = c->heaped++;
    while (child > 0 && heap[(child - 1) / 2] < bound) {
      heap[child] = heap[(child - 1) / 2];
      child = (child - 1) / 2;
    }
    heap[child] = bound;
  } else if (bound < heap[0]) {
    long parent = 0;
    for (;;) {
      long child = 2 * parent + 1;
      if (child >= c->k) break;
      if (child + 1 < c->k && heap[child + 1] > heap[child]) child++;
      if (heap[child] <= bound) break;
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = bound;
  }
}

static inline float limit_of(const weir_candidates *c) { return c->heaped == c->k ? c->heap[0] : INFINITY; }

CLONES void weir_scan_candidates(
  weir_candidates *c, const float *products, const float *lengths, long count, int32_t first, float margin) {
  enum { RUN = 64 };
  float limit = limit_of(c);
  for (long start = 0; start < count; start += RUN) {
    const long end = start + RUN < count ? start + RUN : count;
    const float far = limit + margin;
    // Not `>`, so that a distance that is not a number stays a candidate.
    int32_t near = 0;
    for (long i = start; i < end; i++) near |= !(lengths[i] - 2 * products[i] > far);
    if (!near) continue;
    for (long i = start; i < end; i++) {
      const float distance = lengths[i] - 2 * products[i];
      if (distance - margin > limit) continue;
      c->rows[c->count] = first + (int32_t)i;
      c->least[c->count++] = distance - margin;
      const float most = distance + margin;
      if (most < limit) {
        push(c, most);
        limit = limit_of(c);
      } else if (limit == INFINITY) {
        push(c, isnan(most) ? INFINITY : most);
      }
    }
  }
}

void weir_drop_candidates(weir_candidates *c) {
  const float limit = limit_of(c);
  long kept = 0;
  for (long i = 0; i < c->count; i++) {
    if (c->least[i] > limit) continue;
    c->rows[kept] = c->rows[i];
    c->least[kept++] = c->least[i];
  }
  c->count = kept;
}

CLONES long weir_rows_within(
  const float *products, const float *lengths, long count, float sure, float maybe, uint64_t *bits, int32_t *unsure) {
  long found = 0;
  for (long word = 0; word * 64 < count; word++) {
    const long start = word * 64, size = count - start < 64 ? count - start : 64;
    uint8_t inside[64] = {0}, doubtful = 0;
    for (long i = 0; i < size; i++) {
      const float distance = lengths[start + i] - 2 * products[start + i];
      inside[i] = distance <= sure;
      doubtful |= !(distance <= sure) & !(distance > maybe);
    }
    uint64_t set = 0;
    for (int i = 0; i < 64; i++) set |= (uint64_t)inside[i] << i;
    bits[word] = set;
    if (!doubtful) continue;
    for (long i = 0; i < size; i++) {
      const float distance = lengths[start + i] - 2 * products[start + i];
      if (!(distance <= sure) && !(distance > maybe)) unsure[found++] = (int32_t)(start + i);
    }
  }
  return found;
}

CLONES void weir_nearer(
  const double *rows, long columns, long from, long to, const double *others, long count, const double *least,
  const double *weights, double *out, long stride, double *sums) {
  for (long c = 0; c < count; c++) sums[c] = 0;
  for (long i = from; i < to; i++)
    for (long c = 0; c < count; c++) {
      const double distance = squared_distance(rows + i * columns, others + c * columns, columns);
      const double smaller = distance < least[i] ? distance : least[i];
      out[c * stride + i] = smaller;
      sums[c] += weights ? weights[i] * smaller : smaller;
    }
}

CLONES void weir_distances_from(
  const double *row, const double *columns, long width, long count, long from, long to, double *out) {
  enum { RUN = 64 };
  for (long start = from; start < to; start += RUN) {
    double sums[RUN] = {0};
    if (start + RUN <= to) {
      for (long j = 0; j < width; j++) {
        const double value = row[j], *restrict other = columns + j * count + start;
        for (int i = 0; i < RUN; i++) {
          const double d = value - other[i];
          sums[i] += d * d;
        }
      }
      for (int i = 0; i < RUN; i++) out[start - from + i] = sums[i];
    } else {
      for (long j = 0; j < width; j++)
        for (long i = start; i < to; i++) {
          const double d = row[j] - columns[j * count + i];
          sums[i - start] += d * d;
        }
      for (long i = start; i < to; i++) out[i - from] = sums[i - start];
    }
  }
}

CLONES long weir_smallest(const double *values, long count) {
  double lanes[8];
  int64_t places[8];
  for (int l = 0; l < 8; l++) lanes[l] = INFINITY, places[l] = -1;
  long i = 0;
  for (; i + 8 <= count; i += 8)
    for (int l = 0; l < 8; l++) {
      const int less = values[i + l] < lanes[l];
      places[l] = less ? i + l : places[l];
      lanes[l] = less ? values[i + l] : lanes[l];
    }
  double least = INFINITY;
  long place = -1;
  for (int l = 0; l < 8; l++)
    if (places[l] >= 0 && (lanes[l] < least || (lanes[l] == least && places[l] < place))) least = lanes[l], place = places[l];
  for (; i < count; i++)
    if (values[i] < least) least = values[i], place = i;
  return place;
}

CLONES void weir_take_roots(double *values, long count) {
  for (long i = 0; i < count; i++) values[i] = sqrt(values[i]);
}


// Where the distance of two rows lies in a half.
static inline size_t half_place(size_t a, size_t b) { return a > b ? a * (a - 1) / 2 + b : b * (b - 1) / 2 + a; }

long weir_half_nearest(const double *half, const int32_t *open, long count, long x, double *least) {
  double best = INFINITY;
  long found = -1;
  for (long i = 0; i < count; i++) {
    if (open[i] == x) continue;
    const double distance = half[half_place((size_t)x, (size_t)open[i])];
    if (distance < best) {
      best = distance;
      found = open[i];
    }
  }
  *least = best;
  return found;
}

void weir_half_join(int complete, double *half, const int32_t *open, long count, long x, long y, double size_x, double size_y) {
  for (long i = 0; i < count; i++) {
    if (open[i] == x || open[i] == y) continue;
    const double from = half[half_place((size_t)x, (size_t)open[i])];
    double *to = half + half_place((size_t)y, (size_t)open[i]);
    if (complete) *to = from > *to ? from : *to;
    else *to = (size_x * from + size_y * *to) / (size_x + size_y);
  }
}

// As many points are measured together.
enum { POINTS = 64 };

static inline __attribute__((always_inline)) void measure_points(
  const double *columns, long stride, long width, const double *from, long start, long count, double *restrict sums) {
  for (int i = 0; i < POINTS; i++) sums[i] = 0;
  if (count == POINTS) {
    for (long j = 0; j < width; j++) {
      const double value = from[j], *restrict other = columns + j * stride + start;
      for (int i = 0; i < POINTS; i++) {
        const double d = value - other[i];
        sums[i] += d * d;
      }
    }
  } else {
    for (long j = 0; j < width; j++)
      for (long i = 0; i < count; i++) {
        const double d = from[j] - columns[j * stride + start + i];
        sums[i] += d * d;
      }
  }
}

// The first place of the smallest of some numbers, if it is below `best`.
static inline __attribute__((always_inline)) void take_smaller(
  const double *values, long count, long start, double *best, long *found) {
  double least = INFINITY;
  for (long i = 0; i < count; i++) least = values[i] < least ? values[i] : least;
  if (!(least < *best)) return;
  *best = least;
  for (long i = 0; i < count; i++)
    if (values[i] == least) {
      *found = start + i;
      return;
    }
}

CLONES long weir_ward_nearest(
  const double *columns, long stride, long width, const double *from, double size, const double *sizes, long self, long start,
  long end, double *least) {
  long found = -1;
  *least = INFINITY;
  for (; start < end; start += POINTS) {
    const long count = end - start < POINTS ? end - start : POINTS;
    double sums[POINTS];
    measure_points(columns, stride, width, from, start, count, sums);
    for (long i = 0; i < count; i++) sums[i] *= 2 * (size * sizes[start + i]) / (size + sizes[start + i]);
    if (self >= start && self < start + count) sums[self - start] = INFINITY;
    take_smaller(sums, count, start, least, &found);
  }
  return found;
}

CLONES long weir_reach_points(
  const double *columns, long stride, long width, const double *from, int32_t row, double *reached, int32_t *nearest, long start,
  long end, double *least) {
  long found = -1;
  *least = INFINITY;
  for (; start < end; start += POINTS) {
    const long count = end - start < POINTS ? end - start : POINTS;
    double sums[POINTS];
    measure_points(columns, stride, width, from, start, count, sums);
    for (long i = 0; i < count; i++) {
      const int nearer = sums[i] < reached[start + i];
      reached[start + i] = nearer ? sums[i] : reached[start + i];
      nearest[start + i] = nearer ? row : nearest[start + i];
    }
    take_smaller(reached + start, count, start, least, &found);
  }
  return found;
}
