// Attention with AVX2, and what needs no vectors.
#define JINPAN_ATTEND attend_avx2
#define JINPAN_TARGET "avx2,fma"
#define JINPAN_LANES 8
#include "attention_kernel.h"

namespace jinpan {

void store_token(const Attention& a, size_t index) {
    const size_t position = a.past + index, half = a.head_size / 2;
    const float *cos = a.cos + position * half, *sin = a.sin + position * half;
    for (size_t head = 0; head < a.kv_heads; ++head) {
        const float* key = a.qkv + index * a.row_size() + (a.heads + head) * a.head_size;
        const float* value = key + a.kv_heads * a.head_size;
        float* to = a.keys + (head * a.capacity + position) * a.head_size;
        for (size_t i = 0; i < half; ++i) {
            to[i] = key[i] * cos[i] - key[i + half] * sin[i];
            to[i + half] = key[i + half] * cos[i] + key[i] * sin[i];
        }
        __builtin_memcpy(a.values + (head * a.capacity + position) * a.head_size, value, a.head_size * sizeof(float));
    }
}

size_t scratch_floats(const Attention& a) {
    const size_t rows = kRowsPerStrip * a.group();
    return rows * (2 * a.head_size + kKeys + 2) + a.head_size * kKeys;
}

}  // namespace jinpan
