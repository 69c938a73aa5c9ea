// libpng's low-level reader and writer behind calls that never let a longjmp leave C.
//
// Every call returns 0 when it worked. After another result the text of the failure is in the `message` given at the
// start or got from the reader. Nothing is printed, and no memory grows before the limits have been checked.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct weir_png_reader weir_png_reader;

typedef struct {
  uint32_t max_side;         // pixels
  uint32_t max_chunks;       // ancillary chunks kept
  size_t max_chunk_bytes;    // of one chunk, unpacked
} weir_png_limits;

typedef struct {
  uint32_t width, height;
  uint8_t channels;          // 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA: after palettes and transparency are expanded
  uint8_t depth;             // 8 or 16; 16-bit samples are given in the machine's byte order
  size_t row_bytes;          // of a row of pixels as they are given
  uint64_t packed_bytes;     // of all rows as the file holds them, unpacked, with their filter bytes
} weir_png_header;

// `bytes` must stay where they are until the reader is closed. NULL only where memory is lacking.
weir_png_reader *weir_png_open(const uint8_t *bytes, size_t count, weir_png_limits limits);
int weir_png_read_header(weir_png_reader *reader, weir_png_header *header);
// Fills `height * row_bytes` bytes, then reads to the end of the file.
int weir_png_read_pixels(weir_png_reader *reader, uint8_t *pixels, size_t count);
const char *weir_png_message(const weir_png_reader *reader);
void weir_png_close(weir_png_reader *reader);

typedef struct {
  uint32_t width, height;
  uint8_t channels, depth;
  uint8_t level;             // zlib's 0...9
  uint8_t fast;              // 1: one filter and run-length coding, five times faster on photographs
  uint8_t interlaced;
} weir_png_target;

// The file in memory that `weir_png_release` frees.
typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
  char message[200];
} weir_png_file;

int weir_png_write(const uint8_t *pixels, size_t count, weir_png_target target, weir_png_file *file);
void weir_png_release(weir_png_file *file);
