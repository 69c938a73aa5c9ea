#include "include/MatrixProduct.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a block of B and a block of A are
// copied so that they are read in order, and a tile of C stays in registers while it runs along the depth.

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#else
#define WIDE
#endif
#define INLINE __attribute__((always_inline)) static inline

// Rows of a tile: 8 x 2 vectors of sums are enough to keep both units for multiply-adds busy.
enum { ROWS = 8, BYTES_OF_DEPTH = 2048, ROWS_OF_BLOCK = 16 * ROWS, BYTES_OF_BLOCK_COLUMNS = 4096 };

int weir_mm_is_there(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#else
  return 0;
#endif
}

// The packed parts of this thread; they go with it.
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int has_key = 0;
static void make_key(void) { has_key = pthread_key_create(&key, free) == 0; }

static char *packed_room(void) {
  pthread_once(&once, make_key);
  if (!has_key) return NULL;
  char *room = pthread_getspecific(key);
  if (room) return room;
  // Of both kinds of number alike: depth x (rows of a block + columns of a block).
  const size_t a = (size_t)BYTES_OF_DEPTH * ROWS_OF_BLOCK, b = (size_t)BYTES_OF_DEPTH * BYTES_OF_BLOCK_COLUMNS / sizeof(float);
  if (posix_memalign((void **)&room, 4096, a + b)) return NULL;
  if (pthread_setspecific(key, room)) {
    free(room);
    return NULL;
  }
  return room;
}

#define REAL float
#define N(name) name##_f32
#include "MatrixProduct.inc"
#undef REAL
#undef N

#define REAL double
#define N(name) name##_f64
#include "MatrixProduct.inc"
#undef REAL
#undef N
