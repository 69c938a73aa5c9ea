#include "Trees.h"

#define LANES 8

static inline __attribute__((always_inline)) uint32_t next(const weir_node *nodes, uint32_t at, const uint8_t *codes)
{
  const weir_node node = nodes[at];
  const uint8_t code = (uint8_t)(codes[node.test >> 8] + (node.left >> 31));
  return (node.left & 0x7fffffff) + (code > (uint8_t)node.test);
}

static inline __attribute__((always_inline)) uint32_t next_with_sets(
  const weir_node *nodes, uint32_t at, const uint8_t *codes, const int32_t *sets, const uint8_t *bits)
{
  const int32_t set = sets[at];
  if (set < 0) return next(nodes, at, codes);
  const weir_node node = nodes[at];
  const uint8_t code = codes[node.test >> 8];
  return (node.left & 0x7fffffff) + !((bits[(size_t)set * 32 + (code >> 3)] >> (code & 7)) & 1);
}

static inline __attribute__((always_inline)) void add_leaf(
  const double *values, size_t width, size_t outputs, size_t tree, uint32_t place, double *out)
{
  if (width == 1) {
    out[outputs == 1 ? 0 : tree % outputs] += values[place];
    return;
  }
  for (size_t k = 0; k < width; k++) out[k] += values[(size_t)place * width + k];
}

void weir_add_trees(
  const weir_node *nodes, const uint32_t *roots, const uint32_t *depths, size_t trees, const uint32_t *places,
  const double *values, size_t width, size_t outputs, const int32_t *sets, const uint8_t *bits, const uint8_t *codes,
  size_t stride, size_t count, double *out)
{
  for (size_t t = 0; t < trees; t++) {
    const weir_node *tree = nodes + roots[t];
    const uint32_t *place = places + roots[t];
    const uint32_t depth = depths[t];
    size_t row = 0;
    if (sets) {
      for (; row < count; row++) {
        uint32_t at = 0;
        for (uint32_t d = 0; d < depth; d++) at = next_with_sets(tree, at, codes + row * stride, sets + roots[t], bits);
        add_leaf(values, width, outputs, t, place[at], out + row * outputs);
      }
      continue;
    }
    // Several rows at a time, so that their loads overlap.
    for (; row + LANES <= count; row += LANES) {
      const uint8_t *c = codes + row * stride;
      uint32_t at[LANES] = {0};
      // Leaves point at themselves, so all rows take as many steps; in deep trees it pays to see whether one still moves.
      uint32_t d = depth < 12 ? depth : 12;
      for (uint32_t e = 0; e < d; e++) {
#pragma clang loop unroll(full)
        for (int k = 0; k < LANES; k++) at[k] = next(tree, at[k], c + (size_t)k * stride);
      }
      while (d < depth) {
        uint32_t moved = 0;
#pragma clang loop unroll(full)
        for (int k = 0; k < LANES; k++) {
          const uint32_t to = next(tree, at[k], c + (size_t)k * stride);
          moved |= to ^ at[k];
          at[k] = to;
        }
        d++;
        if (!moved) break;
      }
      for (int k = 0; k < LANES; k++) add_leaf(values, width, outputs, t, place[at[k]], out + (row + k) * outputs);
    }
    for (; row < count; row++) {
      uint32_t at = 0;
      for (uint32_t d = 0; d < depth; d++) at = next(tree, at, codes + row * stride);
      add_leaf(values, width, outputs, t, place[at], out + row * outputs);
    }
  }
}
