#include "Trees.h"

#include <math.h>
#include <string.h>

// Bins that hold rows are marked in 256 bits, so that small nodes neither clear nor read the empty ones.
typedef struct { uint64_t words[4]; } marks;

static inline __attribute__((always_inline)) marks marked(
  const uint8_t *column, const uint32_t *rows, size_t count, const uint32_t *tally)
{
  marks m = {{0, 0, 0, 0}};
  if (count < 64) {
    for (size_t i = 0; i < count; i++) m.words[column[rows[i]] >> 6] |= (uint64_t)1 << (column[rows[i]] & 63);
  } else {
    for (int word = 0; word < 4; word++) {
      uint64_t bits = 0;
      for (int bit = 0; bit < 64; bit++) bits |= (uint64_t)(tally[word * 64 + bit] != 0) << bit;
      m.words[word] = bits;
    }
  }
  return m;
}

static inline __attribute__((always_inline)) int take_first(marks *m, int *word)
{
  while (m->words[*word] == 0) {
    if (++*word == 4) return -1;
  }
  const int bit = __builtin_ctzll(m->words[*word]);
  m->words[*word] &= m->words[*word] - 1;
  return *word * 64 + bit;
}

// The sum of w log2(w / total): minus the entropy, times the weight.
static double surprise(const double *weights, size_t classes, double total)
{
  double sum = 0;
  for (size_t c = 0; c < classes; c++) if (weights[c] > 0) sum += weights[c] * log2(weights[c] / total);
  return sum;
}

// What both passes over the bins of a feature read. A pass counts the rows without a value, code 255, to the left or, as the
// bin above all others, to the right; the last pass leaves zeros behind.
typedef struct { int missing_left, clears; } pass;

static inline __attribute__((always_inline)) void keep_cut(
  weir_forest_cut *cut, const double noise, double gain, int bin, int following, double left_weight, uint32_t left_rows,
  const pass pass)
{
  if (gain > cut->gain + noise * (cut->gain < 0 ? 0 : cut->gain)) {
    *cut = (weir_forest_cut){
      .gain = gain, .bin = bin, .next = following, .missing_left = pass.missing_left, .left_weight = left_weight,
      .left_rows = left_rows};
  }
}

static inline __attribute__((always_inline)) void classes_pass(
  marks m, size_t count, const size_t classes, const double *totals, double weight, uint32_t min_rows, int entropy,
  double *scratch, uint32_t *tally, double *left, const pass pass, weir_forest_cut *cut)
{
  double *right = left + classes;
  double left_squares = 0, right_squares = 0, left_weight = 0;
  uint32_t left_rows = 0;
  const double *missing = scratch + 255 * classes;
  for (size_t c = 0; c < classes; c++) {
    left[c] = pass.missing_left ? missing[c] : 0;
    right[c] = totals[c] - left[c];
    left_squares += left[c] * left[c];
    right_squares += right[c] * right[c];
    left_weight += left[c];
  }
  if (pass.missing_left) {
    left_rows = tally[255];
    m.words[3] &= ~((uint64_t)1 << 63);
  }
  int word = 0, bin = take_first(&m, &word);
  while (bin >= 0) {
    double *in = scratch + (size_t)bin * classes;
    for (size_t c = 0; c < classes; c++) {
      // Moving weight w of a class from b to a changes a^2 by w (2 a + w).
      const double w = in[c];
      left_squares += w * (2 * left[c] + w);
      right_squares -= w * (2 * right[c] - w);
      left[c] += w;
      right[c] -= w;
      left_weight += w;
      if (pass.clears) in[c] = 0;
    }
    left_rows += tally[bin];
    if (pass.clears) tally[bin] = 0;
    const int following = word < 4 ? take_first(&m, &word) : -1;
    if (following >= 0 && left_rows >= min_rows && count - left_rows >= min_rows) {
      const double right_weight = weight - left_weight;
      const double gain = entropy
        ? surprise(left, classes, left_weight) + surprise(right, classes, right_weight) + weight * log2((double)classes) + 1
        : left_squares / left_weight + right_squares / right_weight;
      keep_cut(cut, 1e-12, gain, bin, following, left_weight, left_rows, pass);
    }
    bin = following;
  }
}

static inline __attribute__((always_inline)) void classes_cut(
  const uint8_t *column, const uint32_t *rows, const weir_weighted *members, size_t count, const size_t classes,
  const double *totals, double weight, uint32_t min_rows, int entropy, double *scratch, uint32_t *tally, double *left,
  weir_forest_cut *cut)
{
  for (size_t i = 0; i < count; i++) {
    const uint8_t code = column[rows[i]];
    scratch[code * classes + (size_t)members[i].value] += members[i].weight;
    tally[code]++;
  }
  const marks m = marked(column, rows, count, tally);
  if (tally[255] == 0) {
    classes_pass(m, count, classes, totals, weight, min_rows, entropy, scratch, tally, left, (pass){0, 1}, cut);
    return;
  }
  // Of equally good cuts those that send the rows without a value to the right come first.
  classes_pass(m, count, classes, totals, weight, min_rows, entropy, scratch, tally, left, (pass){0, 0}, cut);
  classes_pass(m, count, classes, totals, weight, min_rows, entropy, scratch, tally, left, (pass){1, 1}, cut);
  memset(scratch + 255 * classes, 0, classes * sizeof *scratch);
  tally[255] = 0;
  cut->has_missing = 1;
}

void weir_forest_classes(
  const uint8_t *column, const uint32_t *rows, const weir_weighted *members, size_t count, size_t classes,
  const double *totals, double weight, uint32_t min_rows, int entropy, double *scratch, uint32_t *tally, double *left,
  weir_forest_cut *cut)
{
  cut->gain = -1;
  if (classes == 2 && !entropy)
    classes_cut(column, rows, members, count, 2, totals, weight, min_rows, 0, scratch, tally, left, cut);
  else
    classes_cut(column, rows, members, count, classes, totals, weight, min_rows, entropy, scratch, tally, left, cut);
}

static inline __attribute__((always_inline)) void numbers_pass(
  marks m, size_t count, double mean, double weight, uint32_t min_rows, double *scratch, uint32_t *tally, const pass pass,
  weir_forest_cut *cut)
{
  double left_weight = 0, left_sum = 0;
  uint32_t left_rows = 0;
  if (pass.missing_left) {
    left_weight = scratch[2 * 255];
    left_sum = scratch[2 * 255 + 1];
    left_rows = tally[255];
    m.words[3] &= ~((uint64_t)1 << 63);
  }
  int word = 0, bin = take_first(&m, &word);
  while (bin >= 0) {
    left_weight += scratch[2 * bin];
    left_sum += scratch[2 * bin + 1];
    left_rows += tally[bin];
    if (pass.clears) {
      scratch[2 * bin] = scratch[2 * bin + 1] = 0;
      tally[bin] = 0;
    }
    const int following = word < 4 ? take_first(&m, &word) : -1;
    if (following >= 0 && left_rows >= min_rows && count - left_rows >= min_rows) {
      const double distance = left_sum - mean * left_weight;
      const double gain = distance * distance * (1 / left_weight + 1 / (weight - left_weight));
      keep_cut(cut, 1e-10, gain, bin, following, left_weight, left_rows, pass);
    }
    bin = following;
  }
}

void weir_forest_numbers(
  const uint8_t *column, const uint32_t *rows, const weir_weighted *members, size_t count, double total, double weight,
  uint32_t min_rows, double *scratch, uint32_t *tally, weir_forest_cut *cut)
{
  cut->gain = -1;
  for (size_t i = 0; i < count; i++) {
    const uint8_t code = column[rows[i]];
    scratch[2 * code] += members[i].weight;
    scratch[2 * code + 1] += members[i].value;
    tally[code]++;
  }
  const marks m = marked(column, rows, count, tally);
  // Around the mean of the node, so that the gain is what the cut takes from the sum of squares.
  const double mean = total / weight;
  if (tally[255] == 0) {
    numbers_pass(m, count, mean, weight, min_rows, scratch, tally, (pass){0, 1}, cut);
    return;
  }
  numbers_pass(m, count, mean, weight, min_rows, scratch, tally, (pass){0, 0}, cut);
  numbers_pass(m, count, mean, weight, min_rows, scratch, tally, (pass){1, 1}, cut);
  scratch[2 * 255] = scratch[2 * 255 + 1] = 0;
  tally[255] = 0;
  cut->has_missing = 1;
}
