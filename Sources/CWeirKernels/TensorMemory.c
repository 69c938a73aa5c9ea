#include "include/Memory.h"
#include "include/Tensors.h"

#include <pthread.h>
#include <stdlib.h>

// Large blocks are kept by classes of size (four to each doubling), since fresh pages cost more than the work that is done on
// them. Small ones the heap hands out as fast as a list here would.

enum { CLASSES = 128, SMALLEST = 1 << 20 };
static const size_t most_kept = (size_t)512 << 20;

typedef struct block { struct block *next; } block;

static struct {
  pthread_mutex_t lock;
  block *free[CLASSES];
  size_t kept;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

// The class of a size, and the size of all in it.
static int class_of(size_t bytes, size_t *size) {
  int power = 63 - __builtin_clzll(bytes);
  size_t quarter = (size_t)1 << (power - 2);
  size_t steps = (bytes - ((size_t)1 << power) + quarter - 1) / quarter;
  *size = ((size_t)1 << power) + steps * quarter;
  return (power - 20) * 4 + (int)steps;
}

void *weir_t_allocate(size_t bytes) {
  if (bytes < SMALLEST) return aligned_alloc(64, (bytes + 127) & ~(size_t)63);
  size_t size;
  int class = class_of(bytes, &size);
  if (class < 0 || class >= CLASSES) return 0;
  pthread_mutex_lock(&cache.lock);
  block *found = cache.free[class];
  if (found) {
    cache.free[class] = found->next;
    cache.kept -= size;
  }
  pthread_mutex_unlock(&cache.lock);
  if (found) return found;
  void *fresh = aligned_alloc(64, size);
  if (fresh) weir_prefer_large_pages(fresh, size);
  return fresh;
}

void weir_t_release(void *memory, size_t bytes) {
  if (!memory) return;
  if (bytes >= SMALLEST) {
    size_t size;
    int class = class_of(bytes, &size);
    pthread_mutex_lock(&cache.lock);
    if (cache.kept + size <= most_kept) {
      block *kept = memory;
      kept->next = cache.free[class];
      cache.free[class] = kept;
      cache.kept += size;
      memory = 0;
    }
    pthread_mutex_unlock(&cache.lock);
  }
  free(memory);
}

void weir_t_release_kept(void) {
  pthread_mutex_lock(&cache.lock);
  for (int class = 0; class < CLASSES; class++) {
    while (cache.free[class]) {
      block *next = cache.free[class]->next;
      free(cache.free[class]);
      cache.free[class] = next;
    }
  }
  cache.kept = 0;
  pthread_mutex_unlock(&cache.lock);
}
