// Causal attention of grouped heads over a cache of keys and values, in float32.
//
// Keys are met in blocks at fixed places, and each row keeps its own running maximum, sum and output (Milakov and
// Gimelshein, "Online normalizer calculation for softmax", 2018). What a row computes, and in which order, depends on
// its position alone: its bits are the same whatever rows are in the step beside it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace jinpan {

constexpr size_t kRowsPerStrip = 16;  // tokens whose heads share one pass over the keys
constexpr size_t kMaxHeadSize = 256;

struct Attention {
    const float* qkv;   // (S, (heads + 2 · kv_heads) · head_size): queries, keys and values of each token
    float* keys;        // (kv_heads, capacity, head_size), rotated
    float* values;      // (kv_heads, capacity, head_size)
    const float* cos;   // (context, head_size / 2)
    const float* sin;   // (context, head_size / 2)
    float* output;      // (S, heads · head_size)
    size_t heads, kv_heads, head_size, capacity;
    size_t past, count;  // tokens in the cache before this step, and in this step

    size_t row_size() const { return (heads + 2 * kv_heads) * head_size; }
    size_t group() const { return heads / kv_heads; }
    size_t strips() const { return (count + kRowsPerStrip - 1) / kRowsPerStrip; }
};

// Rotate the key of token `index` of this step and put key and value into the cache.
void store_token(const Attention& a, size_t index);

// Attention of a strip's tokens with all query heads of one key head; scratch holds scratch_floats().
using Attend = void (*)(const Attention& a, size_t kv_head, size_t strip, float* scratch);
void attend_avx2(const Attention& a, size_t kv_head, size_t strip, float* scratch);
void attend_avx512(const Attention& a, size_t kv_head, size_t strip, float* scratch);
size_t scratch_floats(const Attention& a);

}  // namespace jinpan
