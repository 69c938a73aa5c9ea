// Zstandard (RFC 8878) by the system's libzstd: whole buffers, and streams that are unpacked piece by piece.
//
// Output never grows beyond what the caller gives. A stream's window is bounded at 128 MiB, as the zstd tool bounds it.
#pragma once
#include <stddef.h>
#include <stdint.h>

// One or more whole frames. The count of bytes made, or -1 where the frames are damaged or make more than `capacity`.
int64_t weir_zstd_unpack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count);

// The room that packing `count` bytes needs at most.
size_t weir_zstd_bound(size_t count);
// One frame. The count of bytes made, or -1 where `capacity` is too small or memory is lacking.
int64_t weir_zstd_pack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count, int level);

typedef struct weir_zstd_stream weir_zstd_stream;

typedef struct {
  size_t used;  // bytes of input that were taken
  size_t made;  // bytes of output that were given
  int status;   // 0: there is more to do; 1: a frame ended here, another may follow; -1: the data is damaged
} weir_zstd_step;

// NULL only where memory is lacking.
weir_zstd_stream *weir_zstd_open(void);
// A step that neither takes nor gives bytes wants more input (or, with none left, the data ends early).
weir_zstd_step weir_zstd_continue(weir_zstd_stream *stream, uint8_t *out, size_t capacity, const uint8_t *in,
                                  size_t count);
void weir_zstd_close(weir_zstd_stream *stream);
