#include "Clones.h"
#include "Trees.h"

typedef struct { double gradient[256], hessian[256], rows[256], gain[256]; } table;

static inline __attribute__((always_inline)) double clamped(double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

// What each cut is worth, from the sums on its left: G^2 / (H + l2) of both halves.
CLONES
static void weigh(table *t, size_t cuts, double gradient, double hessian, double rows, const weir_rules *rules)
{
  const double l2 = rules->l2, least = (double)rules->min_rows, weight = rules->min_hessian;
  for (size_t b = 0; b < cuts; b++) {
    const double g = t->gradient[b], h = t->hessian[b], n = t->rows[b];
    const double left = h + l2, right = hessian - h + l2, other = gradient - g;
    const double gain = (g * g * right + other * other * left) / (left * right);
    const int fits = (n >= least) & (rows - n >= least) & (h >= weight) & (hessian - h >= weight);
    t->gain[b] = fits ? gain : -1;
  }
}

// The same where leaves are bound: twice the fall of the loss with the values that they may take.
static void weigh_bound(table *t, size_t cuts, double gradient, double hessian, double rows, const weir_rules *rules)
{
  for (size_t b = 0; b < cuts; b++) {
    const double g = t->gradient[b], h = t->hessian[b] + rules->l2, n = t->rows[b];
    const double other = gradient - g, rest = hessian - t->hessian[b] + rules->l2;
    const double left = clamped(-g / h, rules->low, rules->high), right = clamped(-other / rest, rules->low, rules->high);
    const int fits = n >= rules->min_rows && rows - n >= rules->min_rows && t->hessian[b] >= rules->min_hessian
      && hessian - t->hessian[b] >= rules->min_hessian && rules->monotone * (right - left) >= 0;
    t->gain[b] = fits ? -(2 * g + h * left) * left - (2 * other + rest * right) * right : -1;
  }
}

// The best of `cuts` cuts, the k-th of which has the first k + 1 bins on its left and `base` beside them.
static void scan(
  const weir_slopes *bins, size_t cuts, weir_slopes base, weir_slopes total, const weir_rules *rules, int missing_left, weir_cut *cut)
{
  table t;
  const uint64_t mask = ((uint64_t)1 << rules->count_bits) - 1;
  const double gu = rules->gradient_unit, hu = rules->hessian_unit;
  weir_slopes sum = base;
  for (size_t b = 0; b < cuts; b++) {
    sum.gradient += bins[b].gradient;
    sum.weight += bins[b].weight;
    t.gradient[b] = (double)sum.gradient * gu;
    t.hessian[b] = (double)(int64_t)(sum.weight >> rules->count_bits) * hu;
    t.rows[b] = (double)(int64_t)(sum.weight & mask);
  }
  const double g = (double)total.gradient * gu, h = (double)(int64_t)(total.weight >> rules->count_bits) * hu;
  const double n = (double)(int64_t)(total.weight & mask);
  if (rules->monotone != 0 || rules->low > -__builtin_inf() || rules->high < __builtin_inf())
    weigh_bound(&t, cuts, g, h, n, rules);
  else
    weigh(&t, cuts, g, h, n, rules);
  double best = cut->gain;
  ptrdiff_t place = -1;
  for (size_t b = 0; b < cuts; b++) {
    // What exceeds the best by less does so by rounding alone.
    if (t.gain[b] > best + 1e-9 * (best < 0 ? 0 : best)) {
      best = t.gain[b];
      place = (ptrdiff_t)b;
    }
  }
  if (place < 0) return;
  sum = base;
  for (ptrdiff_t b = 0; b <= place; b++) {
    sum.gradient += bins[b].gradient;
    sum.weight += bins[b].weight;
  }
  *cut = (weir_cut){.gain = best, .left = sum, .bin = (int32_t)place, .missing_left = missing_left};
}

void weir_best_cut(
  const weir_slopes *bins, size_t count, int has_missing, weir_slopes total, const weir_rules *rules, weir_cut *cut)
{
  cut->gain = -1;
  cut->bin = -1;
  if (count == 0 || count > 255) return;
  const weir_slopes none = {0, 0};
  const uint64_t mask = ((uint64_t)1 << rules->count_bits) - 1;
  if (!has_missing || (bins[count].weight & mask) == 0) {
    scan(bins, count - 1, none, total, rules, 0, cut);
    return;
  }
  // Without a value to the right: the last cut parts the rows that have one from those that have none.
  scan(bins, count, none, total, rules, 0, cut);
  scan(bins, count - 1, bins[count], total, rules, 1, cut);
}
