#include "include/Tensors.h"

#include <string.h>

// Chains of operations, block by block. An operand is where it lies if it lies in a row, and is brought to one otherwise.

static const int widths[] = {4, 8, 8, 1};

typedef struct {
  const void *data;
  int constant;
} operand;

static inline void copy_apart(const char *from, long stride, long count, int width, char *to) {
  if (stride == 1) {
    memcpy(to, from, (size_t)(count * width));
    return;
  }
  switch (width) {
    case 1: for (long i = 0; i < count; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[i * stride]; break;
    case 4: for (long i = 0; i < count; i++) ((uint32_t *)to)[i] = ((const uint32_t *)from)[i * stride]; break;
    default: for (long i = 0; i < count; i++) ((uint64_t *)to)[i] = ((const uint64_t *)from)[i * stride];
  }
}

// Elements `from ..< from + count` of the output's order, in a row: where they lie, or in `buffer`.
static const void *gather(const weir_t_program *p, const weir_t_input *in, long from, long count, char *buffer) {
  int width = widths[in->dtype], last = p->axes - 1;
  long index[WEIR_T_AXES], rest = from, at = 0;
  for (int axis = last; axis >= 0; axis--) {
    index[axis] = rest % p->shape[axis];
    rest /= p->shape[axis];
    at += index[axis] * in->strides[axis];
  }
  const char *data = in->data;
  long stride = in->strides[last];
  if (stride == 1 && p->shape[last] - index[last] >= count) return data + at * width;
  for (long done = 0; done < count;) {
    long run = p->shape[last] - index[last];
    if (run > count - done) run = count - done;
    copy_apart(data + at * width, stride, run, width, buffer + done * width);
    done += run;
    at += run * stride;
    index[last] += run;
    for (int axis = last; index[axis] == p->shape[axis] && axis > 0; axis--) {
      index[axis] = 0;
      at += in->strides[axis - 1] - p->shape[axis] * in->strides[axis];
      index[axis - 1]++;
    }
  }
  return buffer;
}

typedef float wide __attribute__((vector_size(64)));

// Writes past the caches. `to` is aligned to 64 bytes, and `bytes` a multiple of 64 but for the very end.
static void stream_out(const char *from, char *to, long bytes) {
  long i = 0;
  for (; i + 64 <= bytes; i += 64) __builtin_nontemporal_store(*(const wide *)(from + i), (wide *)(to + i));
  memcpy(to + i, from + i, (size_t)(bytes - i));
}

static void fill(char *to, const char *one, long count, int width) {
  switch (width) {
    case 1: memset(to, *one, (size_t)count); break;
    case 4: for (long i = 0; i < count; i++) memcpy(to + i * 4, one, 4); break;
    default: for (long i = 0; i < count; i++) memcpy(to + i * 8, one, 8);
  }
}

int weir_t_run(const weir_t_program *p, long from, long to) {
  char registers[WEIR_T_REGISTERS][WEIR_T_BLOCK * 8] __attribute__((aligned(64)));
  char gathered[WEIR_T_BLOCK * 8] __attribute__((aligned(64)));
  operand inputs[WEIR_T_INPUTS], values[WEIR_T_REGISTERS] = {0};
  int width = widths[p->out_dtype], bad = 0;
  // Chains with numbers of eight bytes have blocks half as long.
  long block = WEIR_T_BLOCK;
  if (width == 8) block /= 2;
  // Inputs that must be brought to one row use registers from the end; whoever made the program left enough of them.
  for (long start = from; start < to; start += block) {
    long count = to - start < block ? to - start : block;
    int spare = WEIR_T_REGISTERS - 1;
    for (int i = 0; i < p->inputs; i++) {
      const weir_t_input *in = &p->input[i];
      if (in->layout == 0) inputs[i] = (operand){(const char *)in->data + start * widths[in->dtype], 0};
      else if (in->layout == 1) inputs[i] = (operand){in->data, 1};
      else inputs[i] = (operand){gather(p, in, start, count, p->steps == 0 ? gathered : registers[spare--]), 0};
    }
    char *place = (char *)p->out + start * width;
    operand result = p->steps == 0 ? inputs[0] : (operand){0, 0};
    for (int s = 0; s < p->steps; s++) {
      const weir_t_step *step = &p->step[s];
      int8_t sides[3] = {step->a, step->b, step->c};
      operand side[3] = {{0, 1}, {0, 1}, {0, 1}};
      int constants = 0, used = 0;
      for (int k = 0; k < 3; k++) {
        if (sides[k] == INT8_MIN) continue;
        side[k] = sides[k] < 0 ? inputs[-sides[k] - 1] : values[sides[k]];
        used |= 1 << k;
        if (side[k].constant) constants |= 1 << k;
      }
      int all = constants == used, last = s == p->steps - 1;
      char *out = last && !p->streams && !all ? place : registers[step->register_out];
      bad |= weir_t_apply(step->op, step->dtype, all ? 1 : count, side[0].data, side[1].data, side[2].data, constants, out);
      values[step->register_out] = result = (operand){out, all};
    }
    if (result.constant) fill(place, result.data, count, width);
    else if (result.data == place) continue;
    else if (p->streams) stream_out(result.data, place, count * width);
    else memcpy(place, result.data, (size_t)(count * width));
  }
#if defined(__x86_64__)
  if (p->streams) __builtin_ia32_sfence();
#endif
  return bad;
}

#define TRANSPOSE(T)                                                                                  \
  static void transpose_##T(const T *in, long stride, long from, long to, long columns, T *out) {     \
    enum { TILE = 64 / (long)sizeof(T) < 16 ? 16 : 32 };                                                \
    for (long i = from; i < to; i += TILE)                                                            \
      for (long j = 0; j < columns; j += TILE) {                                                      \
        long rows = to - i < TILE ? to - i : TILE, width = columns - j < TILE ? columns - j : TILE;     \
        for (long r = 0; r < rows; r++)                                                               \
          for (long c = 0; c < width; c++) out[(i + r) * columns + j + c] = in[(j + c) * stride + i + r]; \
      }                                                                                               \
  }
TRANSPOSE(uint8_t)
TRANSPOSE(uint64_t)

typedef uint32_t four __attribute__((vector_size(16)));
typedef uint32_t four_loose __attribute__((vector_size(16), aligned(4)));

// Elements of four bytes by squares of 16, so that every line that is read or written is used whole; full lines of the
// output pass by the caches.
static void transpose_uint32_t(const uint32_t *in, long stride, long from, long to, long columns, uint32_t *out) {
  uint32_t tile[16 * 16] __attribute__((aligned(64)));
  int streams = ((uintptr_t)out & 63) == 0 && columns % 16 == 0 && columns * (to - from) > (1 << 18);
  for (long i = from; i < to; i += 16) {
    long rows = to - i < 16 ? to - i : 16;
    for (long j = 0; j < columns; j += 16) {
      long width = columns - j < 16 ? columns - j : 16;
      if (rows < 16 || width < 16) {
        for (long r = 0; r < rows; r++)
          for (long c = 0; c < width; c++) out[(i + r) * columns + j + c] = in[(j + c) * stride + i + r];
        continue;
      }
      for (int c = 0; c < 16; c += 4)
        for (int r = 0; r < 16; r += 4) {
          const uint32_t *q = in + (j + c) * stride + i + r;
          four a = *(const four_loose *)q, b = *(const four_loose *)(q + stride);
          four d = *(const four_loose *)(q + 2 * stride), e = *(const four_loose *)(q + 3 * stride);
          four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
          four de = __builtin_shufflevector(d, e, 0, 4, 1, 5), de2 = __builtin_shufflevector(d, e, 2, 6, 3, 7);
          *(four *)(tile + (r + 0) * 16 + c) = __builtin_shufflevector(ab, de, 0, 1, 4, 5);
          *(four *)(tile + (r + 1) * 16 + c) = __builtin_shufflevector(ab, de, 2, 3, 6, 7);
          *(four *)(tile + (r + 2) * 16 + c) = __builtin_shufflevector(ab2, de2, 0, 1, 4, 5);
          *(four *)(tile + (r + 3) * 16 + c) = __builtin_shufflevector(ab2, de2, 2, 3, 6, 7);
        }
      for (int r = 0; r < 16; r++) {
        uint32_t *to_row = out + (i + r) * columns + j;
        if (streams) __builtin_nontemporal_store(*(const wide *)(tile + r * 16), (wide *)to_row);
        else memcpy(to_row, tile + r * 16, 64);
      }
    }
  }
#if defined(__x86_64__)
  if (streams) __builtin_ia32_sfence();
#endif
}

void weir_t_transpose(const void *in, long stride, long from, long to, long columns, int width, void *out) {
  switch (width) {
    case 1: transpose_uint8_t(in, stride, from, to, columns, out); break;
    case 4: transpose_uint32_t(in, stride, from, to, columns, out); break;
    default: transpose_uint64_t(in, stride, from, to, columns, out);
  }
}
