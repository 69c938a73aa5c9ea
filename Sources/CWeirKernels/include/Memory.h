#ifndef WEIR_MEMORY_H
#define WEIR_MEMORY_H

#include <stddef.h>

/// Asks for large pages under `bytes` bytes at `start` that are about to be filled; nothing happens where there are none.
void weir_prefer_large_pages(void *start, size_t bytes);

/// Gives memory that is free back to the system.
void weir_release_free_memory(void);

#endif
