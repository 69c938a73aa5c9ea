// Snappy by the system's libsnappy, which is loaded at the first call (see CSnappy.c).
#pragma once
#include <stddef.h>
#include <stdint.h>

// What a call gives where libsnappy is not installed.
enum { WEIR_SNAPPY_ABSENT = -2 };

// One raw block. The count of bytes made, or -1 where it is damaged or makes more than `capacity`.
int64_t weir_snappy_unpack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count);

// The room that packing `count` bytes needs at most.
size_t weir_snappy_bound(size_t count);
// The count of bytes made, or -1 where `capacity` is below the bound.
int64_t weir_snappy_pack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count);
