#include "Trees.h"

#include "Clones.h"

// After Lucchese and others, "QuickScorer" (2015): a question that a row answers with yes rules out the leaves on its left,
// whatever was asked before, so all questions of a tree can be asked of 64 rows at once; the first leaf left is the row's.

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512cd,avx512vl")))
#endif

int weir_masks_are_there(void)
{
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl");
#else
  return 0;
#endif
}

CLONES
int weir_any_infinite(const double *values, size_t count)
{
  uint64_t odd = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t bits;
    __builtin_memcpy(&bits, values + i, sizeof bits);
    odd |= bits << 1 == (uint64_t)0x7ff << 53;
  }
  return odd != 0;
}

#if defined(__x86_64__)

// The values of the leaves of eight rows.
WIDE __attribute__((always_inline)) static inline __m512d leaves(const __m512d *table, __m256i place)
{
  const __m512i wide = _mm512_cvtepu32_epi64(place);
  const __m512d low = _mm512_permutex2var_pd(table[0], wide, table[1]), high = _mm512_permutex2var_pd(table[2], wide, table[3]);
  return _mm512_mask_blend_pd(_mm512_test_epi64_mask(wide, _mm512_set1_epi64(16)), low, high);
}

WIDE static void block(
  const weir_mask_question *questions, const uint32_t *starts, const double *values, size_t trees, size_t outputs,
  const uint8_t *codes, size_t count, double *out)
{
  double sums[64];
  for (size_t r = 0; outputs == 1 && r < 64; r++) sums[r] = r < count ? out[r] : 0;
  for (size_t t = 0; t < trees; t++) {
    __m512i m0 = _mm512_set1_epi32(-1), m1 = m0, m2 = m0, m3 = m0;
    for (uint32_t q = starts[t]; q < starts[t + 1]; q++) {
      const weir_mask_question asked = questions[q];
      const __m512i code = _mm512_add_epi8(
        _mm512_loadu_si512(codes + (size_t)asked.feature * 64), _mm512_set1_epi8((char)asked.shift));
      const __mmask64 yes = _mm512_cmpgt_epu8_mask(code, _mm512_set1_epi8((char)asked.test));
      const __m512i kept = _mm512_set1_epi32((int)asked.kept);
      m0 = _mm512_mask_and_epi32(m0, (__mmask16)yes, m0, kept);
      m1 = _mm512_mask_and_epi32(m1, (__mmask16)(yes >> 16), m1, kept);
      m2 = _mm512_mask_and_epi32(m2, (__mmask16)(yes >> 32), m2, kept);
      m3 = _mm512_mask_and_epi32(m3, (__mmask16)(yes >> 48), m3, kept);
    }
    const __m512d table[4] = {
      _mm512_loadu_pd(values + t * 32), _mm512_loadu_pd(values + t * 32 + 8), _mm512_loadu_pd(values + t * 32 + 16),
      _mm512_loadu_pd(values + t * 32 + 24)};
    const __m512i first[4] = {
      _mm512_lzcnt_epi32(m0), _mm512_lzcnt_epi32(m1), _mm512_lzcnt_epi32(m2), _mm512_lzcnt_epi32(m3)};
    double found[64], *into = outputs == 1 ? sums : found;
    for (int k = 0; k < 4; k++) {
      const __m512d low = leaves(table, _mm512_castsi512_si256(first[k]));
      const __m512d high = leaves(table, _mm512_extracti64x4_epi64(first[k], 1));
      double *place = into + 16 * k;
      if (outputs == 1) {
        _mm512_storeu_pd(place, _mm512_add_pd(_mm512_loadu_pd(place), low));
        _mm512_storeu_pd(place + 8, _mm512_add_pd(_mm512_loadu_pd(place + 8), high));
      } else {
        _mm512_storeu_pd(place, low);
        _mm512_storeu_pd(place + 8, high);
      }
    }
    for (size_t r = 0; outputs != 1 && r < count; r++) out[r * outputs + t % outputs] += found[r];
  }
  for (size_t r = 0; outputs == 1 && r < count; r++) out[r] = sums[r];
}

// Halves the edges for eight values at a time. What is asked first lies in registers: of the k-th halving 2^k edges.
WIDE static void bin_block(
  const double *values, size_t count, const double *edges, unsigned steps, uint8_t missing, uint8_t *codes, size_t jump)
{
  double asked[5][16] = {{0}};
  for (unsigned level = 0; level < 5 && level < steps; level++) {
    const unsigned step = steps - 1 - level;
    for (size_t k = 0; k < (size_t)1 << level; k++) asked[level][k] = edges[(k << (step + 1)) + ((size_t)1 << step) - 1];
  }
  const __m512d a0 = _mm512_set1_pd(asked[0][0]), a1 = _mm512_loadu_pd(asked[1]), a2 = _mm512_loadu_pd(asked[2]);
  const __m512d a3 = _mm512_loadu_pd(asked[3]), a4 = _mm512_loadu_pd(asked[4]), a5 = _mm512_loadu_pd(asked[4] + 8);
  const __m512i one = _mm512_set1_epi64(1);
  for (size_t i = 0; i < count; i += 8) {
    const __mmask8 there = count - i < 8 ? (__mmask8)((1u << (count - i)) - 1) : 0xff;
    const __m512d x = _mm512_maskz_loadu_pd(there, values + i);
    // How many of the edges asked so far the value is above, as the number of the next one: bits come in from the right.
    __m512i place = _mm512_setzero_si512();
#define HALVE(edge) { \
    const __mmask8 above = _mm512_cmp_pd_mask(edge, x, _CMP_LT_OQ); \
    place = _mm512_add_epi64(place, place); \
    place = _mm512_mask_add_epi64(place, above, place, one); }
    if (steps > 0) HALVE(a0)
    if (steps > 1) HALVE(_mm512_permutexvar_pd(place, a1))
    if (steps > 2) HALVE(_mm512_permutexvar_pd(place, a2))
    if (steps > 3) HALVE(_mm512_permutexvar_pd(place, a3))
    if (steps > 4) HALVE(_mm512_permutex2var_pd(a4, place, a5))
    for (unsigned level = 5; level < steps; level++) {
      const unsigned step = steps - 1 - level;
      const __m512i at = _mm512_sll_epi64(place, _mm_cvtsi32_si128((int)step + 1));
      HALVE(_mm512_i64gather_pd(at, edges + ((size_t)1 << step) - 1, 8))
    }
#undef HALVE
    place = _mm512_mask_mov_epi64(
      _mm512_set1_epi64(missing), _mm512_cmp_pd_mask(x, x, _CMP_ORD_Q), place);
    _mm_mask_storeu_epi8(codes + i / 64 * jump + i % 64, there, _mm512_cvtepi64_epi8(place));
  }
}

#endif

void weir_add_masked_trees(
  const weir_mask_question *questions, const uint32_t *starts, const double *values, size_t trees, size_t outputs,
  const uint8_t *codes, size_t features, size_t count, double *out)
{
#if defined(__x86_64__)
  for (size_t row = 0; row < count; row += 64) {
    const size_t rows = count - row < 64 ? count - row : 64;
    block(questions, starts, values, trees, outputs, codes + row * features, rows, out + row * outputs);
  }
#endif
}

void weir_bin_blocks(
  const double *values, size_t count, const double *edges, unsigned steps, uint8_t missing, uint8_t *codes, size_t jump)
{
#if defined(__x86_64__)
  bin_block(values, count, edges, steps, missing, codes, jump);
#endif
}
