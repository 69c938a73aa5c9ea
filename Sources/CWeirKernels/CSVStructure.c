#include "CSV.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Bit i of the result is the parity of bits 0 to i.
static inline uint64_t prefix_xor(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

// Line feeds, and carriage returns that no line feed follows.
static inline uint64_t line_ends(uint64_t lf, uint64_t cr, const uint8_t *p) {
  if (!cr) return lf;
  return lf | (cr & ~((lf >> 1) | ((uint64_t)(p[64] == '\n') << 63)));
}

static inline void note_lines(uint64_t lines, size_t base, uint64_t *count, uint64_t *first) {
  if (!lines) return;
  if (!*count) *first = base + (uint64_t)__builtin_ctzll(lines) + 1;
  *count += (uint64_t)__builtin_popcountll(lines);
}

static inline size_t emit_each(uint32_t *out, size_t found, uint64_t bits, uint32_t base) {
  size_t next = found + (size_t)__builtin_popcountll(bits);
  out += found;
  while (bits) {
    // Eight at a time without a branch for each; what is written past the last is overwritten by the next.
    for (int k = 0; k < 8; k++) {
      *out++ = base + (uint32_t)(bits ? __builtin_ctzll(bits) : 0);
      bits &= bits - 1;
    }
  }
  return next;
}

// MARK: any processor

static inline uint64_t equal_portable(const uint8_t *p, uint8_t byte) {
  uint64_t bits = 0;
  for (int k = 0; k < 64; k++) bits |= (uint64_t)(p[k] == byte) << k;
  return bits;
}

static inline uint64_t high_portable(const uint8_t *p) {
  uint64_t bits = 0;
  for (int k = 0; k < 64; k++) bits |= (uint64_t)(p[k] >> 7) << k;
  return bits;
}

#define TARGET
#define NAME(x) x##_portable
#define EQUAL(p, byte) equal_portable(p, byte)
#define HIGH(p) high_portable(p)
#define EMIT emit_each
#include "CSVStructure.inc"
#undef TARGET
#undef NAME
#undef EQUAL
#undef HIGH
#undef EMIT

#if defined(__x86_64__)

// MARK: AVX2

#define AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))

AVX2 static inline uint64_t equal_avx2(const uint8_t *p, uint8_t byte) {
  __m256i wanted = _mm256_set1_epi8((char)byte);
  uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)p), wanted));
  uint32_t top = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(p + 32)), wanted));
  return (uint64_t)top << 32 | low;
}

AVX2 static inline uint64_t high_avx2(const uint8_t *p) {
  uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)p));
  uint32_t top = (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)(p + 32)));
  return (uint64_t)top << 32 | low;
}

#define TARGET AVX2
#define NAME(x) x##_avx2
#define EQUAL(p, byte) equal_avx2(p, byte)
#define HIGH(p) high_avx2(p)
#define EMIT emit_each
#include "CSVStructure.inc"
#undef TARGET
#undef NAME
#undef EQUAL
#undef HIGH
#undef EMIT

// MARK: AVX-512

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))

AVX512 static inline size_t emit_avx512(uint32_t *out, size_t found, uint64_t bits, uint32_t base) {
  size_t count = (size_t)__builtin_popcountll(bits);
  __m512i places = _mm512_set_epi8(
    63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
    31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  places = _mm512_maskz_compress_epi8(bits, places);
  __m512i start = _mm512_set1_epi32((int)base);
  out += found;
  _mm512_storeu_si512(out, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
  if (count > 16) {
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 1))));
    if (count > 32) {
      _mm512_storeu_si512(out + 32, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 2))));
      _mm512_storeu_si512(out + 48, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 3))));
    }
  }
  return found + count;
}

#define TARGET AVX512
#define NAME(x) x##_avx512
#define EQUAL(p, byte) _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8((char)(byte)))
#define HIGH(p) _mm512_movepi8_mask(_mm512_loadu_si512(p))
#define EMIT emit_avx512
#include "CSVStructure.inc"

static int level(void) {
  if (__builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw")) return 2;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") ? 1 : 0;
}
#endif

void weir_csv_survey(const uint8_t *bytes, size_t count, weir_csv_survey_result *result) {
#if defined(__x86_64__)
  int best = level();
  if (best == 2) return survey_avx512(bytes, count, result);
  if (best == 1) return survey_avx2(bytes, count, result);
#endif
  survey_portable(bytes, count, result);
}

void weir_csv_find_ends(weir_csv_index *index) {
#if defined(__x86_64__)
  int best = level();
  if (best == 2) return find_ends_avx512(index);
  if (best == 1) return find_ends_avx2(index);
#endif
  find_ends_portable(index);
}

int weir_csv_is_even(const uint8_t *bytes, const uint32_t *ends, size_t found, size_t lines, size_t width) {
  if (width == 0 || found / width != lines || found % width != 0) return 0;
  // As many line ends as records, so where each record ends with one, there is none within a record.
  for (size_t i = width - 1; i < found; i += width) {
    uint8_t end = bytes[ends[i]];
    if (end != '\n' && end != '\r') return 0;
  }
  if (width > 1) return 1;
  uint32_t start = 0;
  for (size_t i = 0; i < found; i++) {
    uint32_t length = ends[i] - start;
    if (length == 0 || (length == 1 && bytes[start] == '\r')) return 0;
    start = ends[i] + 1;
  }
  return 1;
}
