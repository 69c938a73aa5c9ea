#include "CZstd.h"
#include <zstd.h>

enum { LARGEST_WINDOW_LOG = 27 };

int64_t weir_zstd_unpack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count) {
  size_t made = ZSTD_decompress(out, capacity, in, count);
  return ZSTD_isError(made) ? -1 : (int64_t)made;
}

size_t weir_zstd_bound(size_t count) { return ZSTD_compressBound(count); }

int64_t weir_zstd_pack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count, int level) {
  size_t made = ZSTD_compress(out, capacity, in, count, level);
  return ZSTD_isError(made) ? -1 : (int64_t)made;
}

weir_zstd_stream *weir_zstd_open(void) {
  ZSTD_DCtx *context = ZSTD_createDCtx();
  if (context && ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, LARGEST_WINDOW_LOG))) {
    ZSTD_freeDCtx(context);
    return NULL;
  }
  return (weir_zstd_stream *)context;
}

weir_zstd_step weir_zstd_continue(weir_zstd_stream *stream, uint8_t *out, size_t capacity, const uint8_t *in,
                                  size_t count) {
  ZSTD_inBuffer input = {in, count, 0};
  ZSTD_outBuffer output = {out, capacity, 0};
  size_t rest = ZSTD_decompressStream((ZSTD_DCtx *)stream, &output, &input);
  weir_zstd_step step = {input.pos, output.pos, ZSTD_isError(rest) ? -1 : rest == 0};
  return step;
}

void weir_zstd_close(weir_zstd_stream *stream) { ZSTD_freeDCtx((ZSTD_DCtx *)stream); }
