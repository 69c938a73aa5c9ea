#include <float.h>
#include <string.h>

#include "Clones.h"
#include "include/Distances.h"

// Nearest centres: eight rows and sixteen centres at a time.
typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef int32_t ints __attribute__((vector_size(64), aligned(4)));
enum { ROWS = 8, TILE = 16 };
#define CHOSEN(mask, a, b) ((floats)(((mask) & (ints)(a)) | (~(mask) & (ints)(b))))

#define HALVE(...)                                                                                          \
  {                                                                                                         \
    const floats other = __builtin_shufflevector(best[r], best[r], __VA_ARGS__);                            \
    const floats beyond = __builtin_shufflevector(second[r], second[r], __VA_ARGS__);                       \
    const ints less = other < best[r], moved = __builtin_shufflevector(at, at, __VA_ARGS__);                \
    const floats rest = CHOSEN(less, best[r], other), nearer = CHOSEN(beyond < second[r], beyond, second[r]); \
    second[r] = CHOSEN(rest < nearer, rest, nearer);                                                        \
    best[r] = CHOSEN(less, other, best[r]);                                                                 \
    at = (less & moved) | (~less & at);                                                                     \
  }

// The first of equals, by exact differences.
static int32_t measured(const weir_centers *c, long row) {
  int32_t nearest = 0;
  double least = __builtin_inf();
  for (long k = 0; k < c->clusters; k++) {
    const double distance = weir_squared_distance(c->rows + row * c->columns, c->centers + k * c->columns, c->columns);
    if (distance < least) least = distance, nearest = (int32_t)k;
  }
  return nearest;
}

static void move_row(const weir_centers *c, weir_cluster_sums *s, long row, int32_t old, int32_t now) {
  const long p = c->columns;
  const double weight = c->weights ? c->weights[row] : 1;
  const double *restrict x = c->rows + row * p, *restrict means = c->means;
  double *restrict to = s->sums + now * p;
  for (long j = 0; j < p; j++) to[j] += weight * (x[j] - means[j]);
  s->sizes[now] += weight;
  s->counts[now]++;
  if (old < 0) return;
  double *restrict from = s->sums + old * p;
  for (long j = 0; j < p; j++) from[j] -= weight * (x[j] - means[j]);
  s->sizes[old] -= weight;
  s->counts[old]--;
}

// The nearest and the second nearest distance of eight rows, and the number of the nearest: approximate.
CLONES
static void nearest_of_eight(
  const float *const *rows, const float *tiles, const float *norms, long p, long count, float *least, float *next, int32_t *places) {
  // What is approximate may round as it likes.
#pragma clang fp contract(fast)
  floats best[ROWS], second[ROWS];
  ints place[ROWS];
  for (int r = 0; r < ROWS; r++) {
    best[r] = (floats){0} + FLT_MAX;
    second[r] = (floats){0} + FLT_MAX;
    place[r] = (ints){0};
  }
  for (long t = 0; t < count; t++) {
    const float *tile = tiles + t * p * TILE;
    floats sum[ROWS];
    for (int r = 0; r < ROWS; r++) sum[r] = (floats){0};
    for (long j = 0; j < p; j++) {
      const floats centers = *(const floats *)(tile + j * TILE);
      for (int r = 0; r < ROWS; r++) sum[r] += rows[r][j] * centers;
    }
    const floats norm = *(const floats *)(norms + t * TILE);
    for (int r = 0; r < ROWS; r++) {
      const floats distance = norm - 2 * sum[r];
      const ints less = distance < best[r], under = distance < second[r];
      second[r] = CHOSEN(less, best[r], CHOSEN(under, distance, second[r]));
      best[r] = CHOSEN(less, distance, best[r]);
      place[r] = (less & (int32_t)t) | (~less & place[r]);
    }
  }
  const ints lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (int r = 0; r < ROWS; r++) {
    // The left half against the right, until one is left: of equals either, since these are measured.
    ints at = place[r] * TILE + lane;
    HALVE(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
    HALVE(4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7)
    HALVE(2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3)
    HALVE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    least[r] = best[r][0], next[r] = second[r][0], places[r] = at[0];
  }
}

long weir_assign(const weir_centers *c, long from, long to, int32_t *labels, weir_cluster_sums *sums) {
  const long p = c->columns, tiles = (c->clusters + TILE - 1) / TILE;
  long changed = 0;
  for (long start = from; start < to; start += ROWS) {
    const long size = to - start < ROWS ? to - start : ROWS;
    const float *rows[ROWS];
    for (int r = 0; r < ROWS; r++) rows[r] = c->near + (start + (r < size ? r : size - 1)) * p;
    float least[ROWS], next[ROWS];
    int32_t places[ROWS];
    nearest_of_eight(rows, c->tiles, c->norms, p, tiles, least, next, places);
    for (long r = 0; r < size; r++) {
      const long row = start + r;
      const float margin = c->unit * (c->lengths[row] + c->reach) + 1e-35f;
      // Not `<=`, so that what is not a number is measured.
      const int32_t label = next[r] - least[r] > margin && next[r] < FLT_MAX ? places[r] : measured(c, row);
      if (label == labels[row]) continue;
      if (sums) move_row(c, sums, row, labels[row], label);
      labels[row] = label;
      changed++;
    }
  }
  // Without rows, nothing is left of what rounding left.
  for (long k = 0; sums && k < c->clusters; k++)
    if (sums->counts[k] == 0) {
      sums->sizes[k] = 0;
      memset(sums->sums + k * p, 0, p * sizeof(double));
    }
  return changed;
}
