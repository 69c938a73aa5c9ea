#ifndef WEIR_TREES_H
#define WEIR_TREES_H

#include <stddef.h>
#include <stdint.h>

// Trees over features that were cut into bins. No function allocates, keeps state or takes a random number.

// The number of the first of `steps`-levelled edges (2^steps - 1 of them, ascending, filled up with infinity) that a
// value is not above; `missing` for NaN. `codes` has one byte every `stride`.
void weir_bin_values(
  const double *values, size_t count, const double *edges, unsigned steps, uint8_t missing, uint8_t *codes, size_t stride);

// A sum over rows: the gradient in fixed point; above `count_bits` bits the second derivative in fixed point, below them
// the number of rows. Whole numbers, so the order of adding does not matter.
typedef struct { int64_t gradient; uint64_t weight; } weir_slopes;

// Weighted derivatives of rows in fixed point, each counted as one row.
void weir_fix_sums(
  const double *gradients, const double *hessians, size_t count, double gradient_scale, double hessian_scale,
  unsigned count_bits, weir_slopes *sums);

typedef struct { double slope, curvature, weight; } weir_raised;

// The slope and the second derivative of the log loss of some rows, and what they weigh, where their scores rise by log(factor): from the
// weighted gradients (share less truth) that they have now. `weights` may be null.
void weir_raised_slopes(
  const uint32_t *rows, size_t count, const double *gradients, const double *weights, double factor, weir_raised *raised);

// out[rows[i]] += value.
void weir_add_at(double *out, const uint32_t *rows, size_t count, double value);

// Adds the sums of rows (all of them where `rows` is null) to the bins of `width` neighbouring features. Row r's codes
// are at codes[r * width]; bin b of feature j is out[offsets[j] + b].
void weir_histogram(
  const uint8_t *codes, size_t width, const uint32_t *rows, size_t count, const weir_slopes *sums, const uint32_t *offsets,
  weir_slopes *out);

// whole -= part.
void weir_subtract(weir_slopes *whole, const weir_slopes *part, size_t count);

typedef struct {
  double gradient_unit, hessian_unit;  // what one of the fixed point stands for
  unsigned count_bits;
  double l2, min_hessian;
  int64_t min_rows;
  double low, high;  // what a leaf may predict at least and at most
  int monotone;      // +1: the right leaf not below the left one; -1: not above
} weir_rules;

typedef struct {
  double gain;  // what both halves are worth; below zero where there is no cut
  weir_slopes left;
  int32_t bin;           // codes up to it go left
  int32_t missing_left;  // whether rows without a value go left
} weir_cut;

// The best cut of a feature of `bins` bins, after which one more bin follows where `has_missing`.
void weir_best_cut(
  const weir_slopes *bins, size_t count, int has_missing, weir_slopes total, const weir_rules *rules, weir_cut *cut);

// Parts rows in two, each half in its order: those with goes_right[code] == 0 stay in front. Returns how many those are.
size_t weir_part_rows(
  uint32_t *rows, size_t count, const uint8_t *codes, size_t stride, const uint8_t *goes_right, uint32_t *spare);

// A node asks whether (uint8_t)(code + (left >> 31)) > (test & 255) for the feature test >> 8; yes goes to node
// (left & 0x7fffffff) + 1, no to the one before. A leaf points at itself with a test that no code passes. Rows without a
// value have code 255.
typedef struct { uint32_t left; uint32_t test; } weir_node;

// For each of `count` rows of `stride` codes and each tree, in order of trees: adds `width` values of its leaf to `out`.
// A row has `outputs` sums; tree t of width 1 adds to sum t % outputs. roots[t] is where tree t starts, its nodes are
// numbered from there; `sets` is null, or holds for each node the number of 32 bytes of `bits` (the codes that go left),
// -1 where it asks for a threshold.
void weir_add_trees(
  const weir_node *nodes, const uint32_t *roots, const uint32_t *depths, size_t trees, const uint32_t *places,
  const double *values, size_t width, size_t outputs, const int32_t *sets, const uint8_t *bits, const uint8_t *codes,
  size_t stride, size_t count, double *out);

// The same for trees of at most 32 leaves and one value each, 64 rows at a time, where the processor can
// (`weir_masks_are_there`). Row r's code of feature j is at codes[r / 64 * 64 * features + j * 64 + r % 64]; what stands there
// for rows of the last 64 that do not exist is not used. Leaf i of a tree, counted from the left, is bit 31 - i; a row for which
// (uint8_t)(code + shift) > test is true keeps the leaves of `kept`. starts[t] is where the questions of tree t start, there
// is one start more than trees; each tree has 32 values, those of its leaves first.
typedef struct { uint32_t kept; uint16_t feature; uint8_t test, shift; } weir_mask_question;
int weir_masks_are_there(void);
void weir_add_masked_trees(
  const weir_mask_question *questions, const uint32_t *starts, const double *values, size_t trees, size_t outputs,
  const uint8_t *codes, size_t features, size_t count, double *out);

// As `weir_bin_values`, where `weir_masks_are_there`; the code of value i is at codes[i / 64 * jump + i % 64].
void weir_bin_blocks(
  const double *values, size_t count, const double *edges, unsigned steps, uint8_t missing, uint8_t *codes, size_t jump);

// Whether one of the numbers is infinite.
int weir_any_infinite(const double *values, size_t count);

// The cut of one column in a node of a forest's tree.
typedef struct {
  double gain;          // below zero where there is no cut
  int32_t bin, next;    // the highest code on the left, and the lowest on the right, of rows that have a value
  int32_t missing_left; // whether rows without a value, code 255, go left
  int32_t has_missing;  // whether there are any
  double left_weight;
  uint32_t left_rows;
} weir_forest_cut;

typedef struct { double weight; double value; } weir_weighted;

// `next` is 255 where the cut parts the rows that have a value from those that have none.
//
// `members` are the node's rows with their class (as a number) and weight; `scratch` holds 256 * classes zeros and gets
// them back so, `tally` 256 of them, `left` room for `classes` numbers.
void weir_forest_classes(
  const uint8_t *column, const uint32_t *rows, const weir_weighted *members, size_t count, size_t classes,
  const double *totals, double weight, uint32_t min_rows, int entropy, double *scratch, uint32_t *tally, double *left,
  weir_forest_cut *cut);

// The same for numbers: a member's value is its weight times its number.
void weir_forest_numbers(
  const uint8_t *column, const uint32_t *rows, const weir_weighted *members, size_t count, double total, double weight,
  uint32_t min_rows, double *scratch, uint32_t *tally, weir_forest_cut *cut);

// The least and the greatest code of rows that have a value, and how many have none (code 255).
void weir_code_range(
  const uint8_t *column, const uint32_t *rows, size_t count, uint8_t *low, uint8_t *high, size_t *missing);

#endif
