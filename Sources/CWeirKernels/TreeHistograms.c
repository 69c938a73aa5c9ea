#include "Clones.h"
#include "Trees.h"

#include <string.h>

// Halves the edges without a branch, for several values at a time, so that their loads overlap.
static inline __attribute__((always_inline)) void bin_some(
  const double *x, const size_t count, const double *edges, unsigned steps, uint8_t missing, uint8_t *codes, size_t stride)
{
  size_t place[8] = {0};
  for (unsigned step = steps; step-- > 0;) {
    const double *middle = edges + ((size_t)1 << step) - 1;
#pragma clang loop unroll(full) vectorize(disable)
    for (size_t k = 0; k < count; k++) place[k] += (size_t)(middle[place[k]] < x[k]) << step;
  }
#pragma clang loop unroll(full) vectorize(disable)
  for (size_t k = 0; k < count; k++) codes[k * stride] = x[k] == x[k] ? (uint8_t)place[k] : missing;
}

void weir_bin_values(
  const double *values, size_t count, const double *edges, unsigned steps, uint8_t missing, uint8_t *codes, size_t stride)
{
  size_t i = 0;
  for (; i + 8 <= count; i += 8) bin_some(values + i, 8, edges, steps, missing, codes + i * stride, stride);
  for (; i < count; i++) bin_some(values + i, 1, edges, steps, missing, codes + i * stride, stride);
}

typedef int64_t lanes __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) void histogram(
  const uint8_t *restrict codes, const size_t width, const uint32_t *restrict rows, size_t count,
  const weir_slopes *restrict sums, const uint32_t *restrict offsets, weir_slopes *restrict out)
{
  lanes *bins[16];
  for (size_t j = 0; j < width; j++) bins[j] = (lanes *)(out + offsets[j]);
  const size_t ahead = 24;
  for (size_t i = 0; i < count; i++) {
    const size_t row = rows ? rows[i] : i;
    if (rows && i + ahead < count) {
      __builtin_prefetch(codes + (size_t)rows[i + ahead] * width);
      __builtin_prefetch(sums + rows[i + ahead]);
    }
    const uint8_t *code = codes + row * width;
    lanes sum;
    memcpy(&sum, sums + row, sizeof sum);
#pragma clang loop unroll(full)
    for (size_t j = 0; j < width; j++) bins[j][code[j]] += sum;
  }
}

void weir_histogram(
  const uint8_t *codes, size_t width, const uint32_t *rows, size_t count, const weir_slopes *sums, const uint32_t *offsets,
  weir_slopes *out)
{
#define CASE(n) case n: if (rows) histogram(codes, n, rows, count, sums, offsets, out); \
  else histogram(codes, n, 0, count, sums, offsets, out); break;
  switch (width) {
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
    CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15) CASE(16)
  }
#undef CASE
}

// Half away from zero: the library's rounding functions are calls.
static inline int64_t rounded(double x) { return (int64_t)(x + (x < 0 ? -0.5 : 0.5)); }

CLONES
void weir_fix_sums(
  const double *gradients, const double *hessians, size_t count, double gradient_scale, double hessian_scale,
  unsigned count_bits, weir_slopes *sums)
{
  for (size_t i = 0; i < count; i++) {
    sums[i].gradient = rounded(gradients[i] * gradient_scale);
    sums[i].weight = ((uint64_t)rounded(hessians[i] * hessian_scale) << count_bits) + 1;
  }
}

void weir_raised_slopes(
  const uint32_t *rows, size_t count, const double *gradients, const double *weights, double factor, weir_raised *raised)
{
  // Four sums of each, so that one addition need not wait for the last.
  double slopes[4] = {0}, curvatures[4] = {0}, total = 0;
  const double inverse = 1 / factor;
  for (size_t i = 0; i < count; i++) {
    const size_t row = rows[i];
    const double weight = weights ? weights[row] : 1;
    if (!(weight > 0)) continue;
    const double gradient = gradients[row] / weight;
    // The share that the row does not give to what is true of it, and its odds after the rise.
    const double wrong = gradient < 0 ? -gradient : gradient, odds = wrong * (gradient < 0 ? inverse : factor);
    const double share = odds / (odds + (1 - wrong));
    total += weight;
    slopes[i & 3] += weight * (gradient < 0 ? -share : share);
    curvatures[i & 3] += weight * share * (1 - share);
  }
  raised->slope = (slopes[0] + slopes[1]) + (slopes[2] + slopes[3]);
  raised->curvature = (curvatures[0] + curvatures[1]) + (curvatures[2] + curvatures[3]);
  raised->weight = total;
}

void weir_add_at(double *out, const uint32_t *rows, size_t count, double value)
{
  for (size_t i = 0; i < count; i++) out[rows[i]] += value;
}

CLONES
void weir_subtract(weir_slopes *whole, const weir_slopes *part, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    whole[i].gradient -= part[i].gradient;
    whole[i].weight -= part[i].weight;
  }
}

size_t weir_part_rows(
  uint32_t *rows, size_t count, const uint8_t *codes, size_t stride, const uint8_t *goes_right, uint32_t *spare)
{
  size_t left = 0, right = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t row = rows[i];
    const uint8_t goes = goes_right[codes[(size_t)row * stride]];
    rows[left] = row;
    spare[right] = row;
    right += goes;
    left += !goes;
  }
  memcpy(rows + left, spare, right * sizeof *rows);
  return left;
}

void weir_code_range(
  const uint8_t *column, const uint32_t *rows, size_t count, uint8_t *low, uint8_t *high, size_t *missing)
{
  uint8_t least = 255, greatest = 0;
  size_t without = 0;
  for (size_t i = 0; i < count; i++) {
    const uint8_t code = column[rows[i]], known = code == 255 ? 0 : code;
    least = code < least ? code : least;
    greatest = known > greatest ? known : greatest;
    without += code == 255;
  }
  *low = least;
  *high = greatest;
  *missing = without;
}
