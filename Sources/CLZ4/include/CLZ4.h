// LZ4 by the system's liblz4: raw blocks (Parquet), and frames (Arrow). Output never grows beyond what the caller gives.
#pragma once
#include <stddef.h>
#include <stdint.h>

// One raw block. The count of bytes made, or -1 where it is damaged or makes more than `capacity`.
int64_t weir_lz4_unpack_block(uint8_t *out, size_t capacity, const uint8_t *in, size_t count);

// Whole frames. The count of bytes made, or -1 where they are damaged, end early or make more than `capacity`.
int64_t weir_lz4_unpack_frame(uint8_t *out, size_t capacity, const uint8_t *in, size_t count);

// The room that packing `count` bytes as a frame needs at most.
size_t weir_lz4_frame_bound(size_t count);
// One frame. The count of bytes made, or -1 where `capacity` is too small or memory is lacking.
int64_t weir_lz4_pack_frame(uint8_t *out, size_t capacity, const uint8_t *in, size_t count);
