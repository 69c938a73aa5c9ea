#include "include/Peaks.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { MOST_THREADS = 64, ROUNDS = 15 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef struct {
  float *a, *b, *c;
  long count;
  float result;
} Part;

// The best of several rounds: what the machine can do, not what it does beside others.
static double best_time(int threads, void *(*body)(void *), Part *parts) {
  pthread_t others[MOST_THREADS];
  double best = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    int made = 1;
    for (; made < threads; made++)
      if (pthread_create(&others[made], NULL, body, &parts[made])) break;
    body(&parts[0]);
    for (int i = 1; i < made; i++) pthread_join(others[i], NULL);
    double taken = now() - start;
    if (made < threads) return 0;
    if (best == 0 || taken < best) best = taken;
  }
  return best;
}

// MARK: Arithmetic

enum { CHAINS = 12, STEPS = 5000000 };
static int lanes = 4;

// Numbers that differ from lane to lane and change with every step: with numbers that stay as they are the units take less
// power, the clock runs up to a tenth faster, and no product of matrices gets there. s = y - s stays within bounds.
static const float VARIED[16] = {-0.91f, 0.83f, -0.77f, 0.97f, 0.33f, -0.61f, 0.59f, -0.47f,
                                 0.43f, 0.91f, -0.83f, 0.77f, -0.97f, 0.33f, 0.61f, -0.59f};

// Not known to the compiler, which would make a subtraction of it.
static volatile float minus_one = -1.0f;

#if defined(__x86_64__)
#define MULTIPLY_ADDS(NAME, TARGET, V, SET, LOAD, MULTIPLY_ADD, STORE, WIDTH) \
  __attribute__((target(TARGET))) static void *NAME(void *argument) {      \
    V sums[CHAINS], x = SET(minus_one), y = LOAD(VARIED);                  \
    float out[WIDTH];                                                      \
    for (int i = 0; i < CHAINS; i++) sums[i] = MULTIPLY_ADD(SET((float)i * 0.0837f), y, x); \
    for (long k = 0; k < STEPS; k++)                                       \
      for (int i = 0; i < CHAINS; i++) sums[i] = MULTIPLY_ADD(sums[i], x, y); \
    for (int i = 0; i < CHAINS; i++) {                                     \
      STORE(out, sums[i]);                                                 \
      ((Part *)argument)->result += out[0];                                \
    }                                                                      \
    return NULL;                                                           \
  }
MULTIPLY_ADDS(wide, "avx512f", __m512, _mm512_set1_ps, _mm512_loadu_ps, _mm512_fmadd_ps, _mm512_storeu_ps, 16)
MULTIPLY_ADDS(middle, "avx2,fma", __m256, _mm256_set1_ps, _mm256_loadu_ps, _mm256_fmadd_ps, _mm256_storeu_ps, 8)
#endif

static void *plain(void *argument) {
  float sums[CHAINS * 4];
  for (int i = 0; i < CHAINS * 4; i++) sums[i] = (float)i * VARIED[i % 16];
  for (long k = 0; k < STEPS; k++)
    for (int i = 0; i < CHAINS * 4; i++) sums[i] = sums[i] * -1.0f + VARIED[i % 16];
  for (int i = 0; i < CHAINS * 4; i++) ((Part *)argument)->result += sums[i];
  return NULL;
}

double weir_peak_multiply_adds(int threads) {
  if (threads < 1 || threads > MOST_THREADS) return 0;
  Part parts[MOST_THREADS] = {0};
  void *(*body)(void *) = plain;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) body = wide, lanes = 16;
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) body = middle, lanes = 8;
#endif
  double taken = best_time(threads, body, parts);
  return taken > 0 ? 2.0 * threads * STEPS * CHAINS * lanes / taken : 0;
}

// MARK: Memory

static void *read_all(void *argument) {
  Part *part = argument;
  // Four streams, eight sums each: one alone waits for memory.
  float sums[4][16] = {{0}};
  long quarter = part->count / 4;
  for (long i = 0; i + 16 <= quarter; i += 16)
    for (int s = 0; s < 4; s++)
      for (int l = 0; l < 16; l++) sums[s][l] += part->a[s * quarter + i + l];
  for (int s = 0; s < 4; s++) for (int l = 0; l < 16; l++) part->result += sums[s][l];
  return NULL;
}

static void *add_all(void *argument) {
  Part *part = argument;
  float *restrict c = part->c;
  for (long i = 0; i < part->count; i++) c[i] = part->a[i] + part->b[i];
  return NULL;
}

static double memory_rate(int threads, long bytes, int arrays, void *(*body)(void *)) {
  if (threads < 1 || threads > MOST_THREADS || bytes < 4096) return 0;
  long count = bytes / (long)sizeof(float) / arrays, each = count / threads;
  float *all = malloc((size_t)count * arrays * sizeof(float));
  if (!all) return 0;
  for (long i = 0; i < count * arrays; i++) all[i] = (float)(i % 7);
  Part parts[MOST_THREADS] = {0};
  for (int t = 0; t < threads; t++) {
    parts[t].a = all + t * each;
    parts[t].b = arrays > 1 ? parts[t].a + count : NULL;
    parts[t].c = arrays > 2 ? parts[t].b + count : NULL;
    parts[t].count = each;
  }
  double taken = best_time(threads, body, parts);
  free(all);
  return taken > 0 ? (double)each * threads * arrays * sizeof(float) / taken : 0;
}

double weir_peak_reading(int threads, long bytes) { return memory_rate(threads, bytes, 1, read_all); }
double weir_peak_adding(int threads, long bytes) { return memory_rate(threads, bytes, 3, add_all); }
