#include "CLZ4.h"
#include <limits.h>
#include <lz4.h>
#include <lz4frame.h>

int64_t weir_lz4_unpack_block(uint8_t *out, size_t capacity, const uint8_t *in, size_t count) {
  if (capacity > INT_MAX || count > INT_MAX) return -1;
  int made = LZ4_decompress_safe((const char *)in, (char *)out, (int)count, (int)capacity);
  return made < 0 ? -1 : made;
}

int64_t weir_lz4_unpack_frame(uint8_t *out, size_t capacity, const uint8_t *in, size_t count) {
  LZ4F_dctx *context = NULL;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return -1;
  size_t position = 0, total = 0, rest = 1;
  while (position < count) {
    size_t made = capacity - total, used = count - position;
    rest = LZ4F_decompress(context, out + total, &made, in + position, &used, NULL);
    if (LZ4F_isError(rest) || (made == 0 && used == 0)) {
      rest = 1;
      break;
    }
    position += used;
    total += made;
  }
  LZ4F_freeDecompressionContext(context);
  return rest == 0 ? (int64_t)total : -1;
}

size_t weir_lz4_frame_bound(size_t count) { return LZ4F_compressFrameBound(count, NULL); }

int64_t weir_lz4_pack_frame(uint8_t *out, size_t capacity, const uint8_t *in, size_t count) {
  size_t made = LZ4F_compressFrame(out, capacity, in, count, NULL);
  return LZ4F_isError(made) ? -1 : (int64_t)made;
}
