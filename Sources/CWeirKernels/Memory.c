#include "include/Memory.h"
#include "include/Tensors.h"

#include <stdint.h>

#if defined(__linux__)
#include <malloc.h>
#include <sys/mman.h>

// Fresh pages cost more than the work done on them: 32 MiB that the system must clear take 18 ms, and 1 ms if they were
// used before. So large blocks come from the heap, and the heap keeps what is freed up to a limit.
__attribute__((constructor)) static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 1 << 20);
}

void weir_prefer_large_pages(void *start, size_t bytes) {
  const uintptr_t page = (uintptr_t)1 << 21;
  uintptr_t low = ((uintptr_t)start + page - 1) & ~(page - 1), high = ((uintptr_t)start + bytes) & ~(page - 1);
  if (high > low) madvise((void *)low, high - low, MADV_HUGEPAGE);
}

void weir_release_free_memory(void) {
  weir_t_release_kept();
  malloc_trim(0);
}
#else
void weir_prefer_large_pages(void *start, size_t bytes) { (void)start, (void)bytes; }
void weir_release_free_memory(void) {}
#endif
