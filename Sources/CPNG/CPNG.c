#include "CPNG.h"
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MESSAGE_BYTES = 200 };

struct weir_png_reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t count, position;
  weir_png_header header;
  int passes;
  char message[MESSAGE_BYTES];
};

static void keep_message(char *message, const char *text) {
  strncpy(message, text, MESSAGE_BYTES - 1);
  message[MESSAGE_BYTES - 1] = 0;
}

static void fail(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  if (message) keep_message(message, text);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static int is_little_endian(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one;
}

// MARK: reading

static void take(png_structp png, png_bytep out, size_t count) {
  weir_png_reader *reader = png_get_io_ptr(png);
  if (count > reader->count - reader->position) png_error(png, "the file ends early");
  memcpy(out, reader->bytes + reader->position, count);
  reader->position += count;
}

// Chunks that do not change the samples are skipped unread: less to unpack, less to go wrong.
static const png_byte skipped[] = {
  'i', 'C', 'C', 'P', 0, 'z', 'T', 'X', 't', 0, 'i', 'T', 'X', 't', 0, 't', 'E', 'X', 't', 0, 's', 'P', 'L', 'T', 0,
  'h', 'I', 'S', 'T', 0, 'e', 'X', 'I', 'f', 0, 'g', 'A', 'M', 'A', 0, 'c', 'H', 'R', 'M', 0, 's', 'R', 'G', 'B', 0,
  's', 'B', 'I', 'T', 0, 'b', 'K', 'G', 'D', 0, 'p', 'H', 'Y', 's', 0, 't', 'I', 'M', 'E', 0, 'o', 'F', 'F', 's', 0,
  'p', 'C', 'A', 'L', 0, 's', 'C', 'A', 'L', 0,
};

weir_png_reader *weir_png_open(const uint8_t *bytes, size_t count, weir_png_limits limits) {
  weir_png_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->bytes = bytes;
  reader->count = count;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader->message, fail, ignore);
  if (!reader->png) return reader;
  if (setjmp(png_jmpbuf(reader->png))) {
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    return reader;
  }
  reader->info = png_create_info_struct(reader->png);
  if (!reader->info) png_error(reader->png, "memory is lacking");
  png_set_read_fn(reader->png, reader, take);
  png_set_user_limits(reader->png, limits.max_side, limits.max_side);
  png_set_chunk_cache_max(reader->png, limits.max_chunks);
  png_set_chunk_malloc_max(reader->png, limits.max_chunk_bytes);
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, skipped, sizeof skipped / 5);
  return reader;
}

int weir_png_read_header(weir_png_reader *reader, weir_png_header *header) {
  png_structp png = reader->png;
  if (!png) {
    if (!reader->message[0]) keep_message(reader->message, "memory is lacking");
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) return 1;
  png_infop info = reader->info;
  if (reader->count < 8 || png_sig_cmp((png_bytep)reader->bytes, 0, 8)) png_error(png, "not a PNG file");
  png_read_info(png, info);

  int color = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
  reader->header.packed_bytes = (uint64_t)png_get_image_height(png, info) * (png_get_rowbytes(png, info) + 1);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (color == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
  if (depth == 16 && is_little_endian()) png_set_swap(png);
  reader->passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);

  reader->header.width = png_get_image_width(png, info);
  reader->header.height = png_get_image_height(png, info);
  reader->header.channels = png_get_channels(png, info);
  reader->header.depth = png_get_bit_depth(png, info);
  reader->header.row_bytes = png_get_rowbytes(png, info);
  *header = reader->header;
  return 0;
}

int weir_png_read_pixels(weir_png_reader *reader, uint8_t *pixels, size_t count) {
  png_structp png = reader->png;
  const weir_png_header *header = &reader->header;
  if (!png || header->row_bytes == 0 || count / header->row_bytes < header->height) {
    keep_message(reader->message, "the header was not read");
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) return 1;
  for (int pass = 0; pass < reader->passes; pass++)
    for (uint32_t row = 0; row < header->height; row++) png_read_row(png, pixels + row * header->row_bytes, NULL);
  png_read_end(png, NULL);
  return 0;
}

const char *weir_png_message(const weir_png_reader *reader) { return reader->message; }

void weir_png_close(weir_png_reader *reader) {
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}

// MARK: writing

static void put(png_structp png, png_bytep bytes, size_t count) {
  weir_png_file *file = png_get_io_ptr(png);
  if (count > file->capacity - file->count) {
    size_t capacity = (file->count + count) * 2;
    uint8_t *grown = realloc(file->bytes, capacity);
    if (!grown) png_error(png, "memory is lacking");
    file->bytes = grown;
    file->capacity = capacity;
  }
  memcpy(file->bytes + file->count, bytes, count);
  file->count += count;
}

static void put_nothing(png_structp png) { (void)png; }

static const int color_types[] = {
  0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA,
};

int weir_png_write(const uint8_t *pixels, size_t count, weir_png_target target, weir_png_file *file) {
  memset(file, 0, sizeof *file);
  size_t row_bytes = (size_t)target.width * target.channels * (target.depth / 8);
  if (target.channels < 1 || target.channels > 4 || (target.depth != 8 && target.depth != 16) || row_bytes == 0 ||
      target.height == 0 || count / row_bytes < target.height) {
    keep_message(file->message, "an image without pixels cannot be written");
    return 1;
  }
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, file->message, fail, ignore);
  if (!png) return 1;
  png_infop info = png_create_info_struct(png);
  if (!info) {
    keep_message(file->message, "memory is lacking");
    png_destroy_write_struct(&png, NULL);
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 1;
  }
  png_set_write_fn(png, file, put, put_nothing);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(png, info, target.width, target.height, target.depth, color_types[target.channels],
               target.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, target.level);
  if (target.fast) {
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    png_set_compression_strategy(png, Z_RLE);
  }
  png_write_info(png, info);
  if (target.depth == 16 && is_little_endian()) png_set_swap(png);
  int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t row = 0; row < target.height; row++) png_write_row(png, pixels + row * row_bytes);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return 0;
}

void weir_png_release(weir_png_file *file) {
  free(file->bytes);
  file->bytes = NULL;
}
