// The attention kernel on vectors of kLanes floats. A .cpp file includes this once, after naming
//   JINPAN_ATTEND   the function to define
//   JINPAN_TARGET   its instruction sets
//   JINPAN_LANES    16 or 8
#include "attention.h"

#pragma clang attribute push(__attribute__((target(JINPAN_TARGET))), apply_to = function)

namespace jinpan {
namespace {

#define JINPAN_INLINE static inline __attribute__((always_inline))

constexpr size_t kLanes = JINPAN_LANES;
constexpr size_t kKeys = 32;                          // keys of a block
constexpr int kScoreRows = JINPAN_LANES == 16 ? 6 : 4;  // rows of a tile, as many as the registers hold sums for
constexpr int kOutputRows = JINPAN_LANES == 16 ? 6 : 3;
constexpr float kMasked = -1e30f;

typedef float Vector __attribute__((vector_size(JINPAN_LANES * 4)));
typedef int32_t Integers __attribute__((vector_size(JINPAN_LANES * 4)));

JINPAN_INLINE Vector load(const float* p) {
    Vector v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
JINPAN_INLINE void store(float* p, Vector v) { __builtin_memcpy(p, &v, sizeof v); }
JINPAN_INLINE Vector splat(float x) { return x - Vector{}; }
JINPAN_INLINE Vector fma(Vector a, Vector b, Vector c) { return __builtin_elementwise_fma(a, b, c); }

// e^x for x ≤ 0: 2^n · e^r with |r| ≤ ln 2 / 2, e^r by its Taylor series to the sixth power; below -87 it is zero.
JINPAN_INLINE Vector exponential(Vector x) {
    const Integers tiny = x < splat(-87.0f);
    x = __builtin_elementwise_max(x, splat(-87.0f));
    const Vector n = __builtin_elementwise_roundeven(x * splat(1.44269504f));
    Vector r = fma(n, splat(-0.693359375f), x);
    r = fma(n, splat(2.12194440e-4f), r);
    Vector e = splat(1.0f / 720);
    const float terms[] = {1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
    for (float term : terms) e = fma(e, r, splat(term));
    const Integers power = (__builtin_convertvector(n, Integers) + 127) << 23;
    Vector two;
    __builtin_memcpy(&two, &power, sizeof two);
    const Vector result = e * two;
    Integers bits;
    __builtin_memcpy(&bits, &result, sizeof bits);
    bits &= ~tiny;
    Vector masked;
    __builtin_memcpy(&masked, &bits, sizeof masked);
    return masked;
}

// Everything of one strip and one key head; rows are token by token, the group's heads within.
struct Strip {
    float* queries;   // (rows, head_size), rotated and scaled
    float* outputs;   // (rows, head_size)
    float* scores;    // (rows, kKeys)
    float* keys;      // (head_size, kKeys): a block of keys, transposed
    float* tops;      // (rows,) running maximum
    float* sums;      // (rows,) running sum
    size_t rows;
};

JINPAN_INLINE Strip strip_in(float* scratch, const Attention& a, size_t rows) {
    const size_t most = kRowsPerStrip * a.group(), size = most * a.head_size;
    Strip s;
    s.rows = rows;
    s.queries = scratch;
    s.outputs = s.queries + size;
    s.scores = s.outputs + size;
    s.keys = s.scores + most * kKeys;
    s.tops = s.keys + a.head_size * kKeys;
    s.sums = s.tops + most;
    return s;
}

void load_queries(const Attention& a, size_t kv_head, size_t first, const Strip& s) {
    const size_t half = a.head_size / 2;
    const float scale = 1.0f / __builtin_sqrtf(static_cast<float>(a.head_size));
    for (size_t row = 0; row < s.rows; ++row) {
        const size_t token = first + row / a.group(), head = kv_head * a.group() + row % a.group();
        const float* q = a.qkv + token * a.row_size() + head * a.head_size;
        const float *cos = a.cos + (a.past + token) * half, *sin = a.sin + (a.past + token) * half;
        float* to = s.queries + row * a.head_size;
        for (size_t i = 0; i < half; ++i) {
            to[i] = (q[i] * cos[i] - q[i + half] * sin[i]) * scale;
            to[i + half] = (q[i + half] * cos[i] + q[i] * sin[i]) * scale;
        }
        s.tops[row] = kMasked;
        s.sums[row] = 0.0f;
    }
    __builtin_memset(s.outputs, 0, s.rows * a.head_size * sizeof(float));
}

typedef float Eight __attribute__((vector_size(32)));

JINPAN_INLINE void transpose_eight(const float* const rows[8], float* target, size_t stride) {
    Eight r[8], t[8];
    for (int i = 0; i < 8; ++i) __builtin_memcpy(&r[i], rows[i], sizeof r[i]);
    for (int i = 0; i < 8; i += 2) {
        t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; ++j) {
            r[i + 2 * j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            r[i + 2 * j + 1] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; ++i) {
        t[i] = __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        t[i + 4] = __builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (int i = 0; i < 8; ++i) __builtin_memcpy(target + i * stride, &t[i], sizeof t[i]);
}

// Keys behind `count` become zeros; their scores are masked.
void transpose_keys(const float* source, size_t count, size_t head_size, float* keys) {
    static const float zeros[8] = {};
    for (size_t k = 0; k < kKeys; k += 8)
        for (size_t d = 0; d < head_size; d += 8) {
            const float* rows[8];
            for (size_t i = 0; i < 8; ++i) rows[i] = k + i < count ? source + (k + i) * head_size + d : zeros;
            transpose_eight(rows, keys + d * kKeys + k, kKeys);
        }
}

template <int kRows>
void score_tile(const Strip& s, size_t row, size_t head_size) {
    for (size_t k = 0; k < kKeys; k += 2 * kLanes) {
        Vector sums[kRows][2] = {};
        for (size_t d = 0; d < head_size; ++d) {
            const Vector k0 = load(s.keys + d * kKeys + k), k1 = load(s.keys + d * kKeys + k + kLanes);
#pragma unroll
            for (int m = 0; m < kRows; ++m) {
                const Vector q = splat(s.queries[(row + m) * head_size + d]);
                sums[m][0] = fma(q, k0, sums[m][0]);
                sums[m][1] = fma(q, k1, sums[m][1]);
            }
        }
#pragma unroll
        for (int m = 0; m < kRows; ++m) {
            store(s.scores + (row + m) * kKeys + k, sums[m][0]);
            store(s.scores + (row + m) * kKeys + k + kLanes, sums[m][1]);
        }
    }
}

JINPAN_INLINE float lanes_max(Vector v) {
    float top = v[0];
    for (size_t i = 1; i < kLanes; ++i) top = v[i] > top ? v[i] : top;
    return top;
}

JINPAN_INLINE float lanes_sum(Vector v) {
    float part[kLanes];
    store(part, v);
    for (size_t step = kLanes / 2; step > 0; step /= 2)
        for (size_t i = 0; i < step; ++i) part[i] += part[i + step];
    return part[0];
}

// Turn a row's scores into weights; `visible` is how many of the block's keys it may see. Rescales what it has so far.
void weigh_row(const Strip& s, size_t row, size_t visible, size_t head_size) {
    float* scores = s.scores + row * kKeys;
    for (size_t k = visible; k < kKeys; ++k) scores[k] = kMasked;
    Vector top = load(scores);
    for (size_t k = kLanes; k < kKeys; k += kLanes) top = __builtin_elementwise_max(top, load(scores + k));
    const float block_top = lanes_max(top), old = s.tops[row], now = block_top > old ? block_top : old;
    Vector sum = {};
    for (size_t k = 0; k < kKeys; k += kLanes) {
        const Vector weight = exponential(load(scores + k) - splat(now));
        store(scores + k, weight);
        sum += weight;
    }
    const float total = lanes_sum(sum);
    if (now == old) {
        s.sums[row] += total;
        return;
    }
    const float factor = exponential(splat(old - now))[0];
    s.tops[row] = now;
    s.sums[row] = s.sums[row] * factor + total;
    float* out = s.outputs + row * head_size;
    for (size_t d = 0; d < head_size; d += kLanes) store(out + d, load(out + d) * splat(factor));
}

template <int kRows, int kVectors>
void output_tile(const Strip& s, size_t row, size_t d, const float* values, size_t keys, size_t head_size) {
    Vector sums[kRows][kVectors];
#pragma unroll
    for (int m = 0; m < kRows; ++m)
        for (int v = 0; v < kVectors; ++v) sums[m][v] = load(s.outputs + (row + m) * head_size + d + v * kLanes);
    for (size_t k = 0; k < keys; ++k) {
        Vector value[kVectors];
        for (int v = 0; v < kVectors; ++v) value[v] = load(values + k * head_size + d + v * kLanes);
#pragma unroll
        for (int m = 0; m < kRows; ++m) {
            const Vector weight = splat(s.scores[(row + m) * kKeys + k]);
            for (int v = 0; v < kVectors; ++v) sums[m][v] = fma(weight, value[v], sums[m][v]);
        }
    }
#pragma unroll
    for (int m = 0; m < kRows; ++m)
        for (int v = 0; v < kVectors; ++v) store(s.outputs + (row + m) * head_size + d + v * kLanes, sums[m][v]);
}

template <int kRows>
void output_rows(const Strip& s, size_t row, const float* values, size_t keys, size_t head_size) {
    size_t d = 0;
    for (; d + 4 * kLanes <= head_size; d += 4 * kLanes) output_tile<kRows, 4>(s, row, d, values, keys, head_size);
    for (; d < head_size; d += kLanes) output_tile<kRows, 1>(s, row, d, values, keys, head_size);
}

void meet_block(const Attention& a, size_t kv_head, size_t first, size_t block, const Strip& s) {
    const size_t begin = block * kKeys, last_token = first + (s.rows - 1) / a.group();
    const size_t seen = a.past + last_token + 1 - begin, keys = seen < kKeys ? seen : kKeys;
    const float* source = a.keys + (kv_head * a.capacity + begin) * a.head_size;
    const float* values = a.values + (kv_head * a.capacity + begin) * a.head_size;
    transpose_keys(source, keys, a.head_size, s.keys);
    size_t row = 0;
    for (; row + kScoreRows <= s.rows; row += kScoreRows) score_tile<kScoreRows>(s, row, a.head_size);
    for (; row < s.rows; ++row) score_tile<1>(s, row, a.head_size);
    for (row = 0; row < s.rows; ++row) {
        const size_t end = a.past + first + row / a.group() + 1;  // keys this row may see
        const size_t visible = end <= begin ? 0 : end - begin < kKeys ? end - begin : kKeys;
        if (visible > 0) {
            weigh_row(s, row, visible, a.head_size);
        } else {
            __builtin_memset(s.scores + row * kKeys, 0, kKeys * sizeof(float));
        }
    }
    for (row = 0; row + kOutputRows <= s.rows; row += kOutputRows)
        output_rows<kOutputRows>(s, row, values, keys, a.head_size);
    for (; row < s.rows; ++row) output_rows<1>(s, row, values, keys, a.head_size);
}

}  // namespace

void JINPAN_ATTEND(const Attention& a, size_t kv_head, size_t strip, float* scratch) {
    const size_t first = strip * kRowsPerStrip;
    const size_t tokens = a.count - first < kRowsPerStrip ? a.count - first : kRowsPerStrip;
    const Strip s = strip_in(scratch, a, tokens * a.group());
    load_queries(a, kv_head, first, s);
    const size_t blocks = (a.past + first + tokens + kKeys - 1) / kKeys;
    for (size_t block = 0; block < blocks; ++block) meet_block(a, kv_head, first, block, s);
    for (size_t row = 0; row < s.rows; ++row) {
        const size_t token = first + row / a.group(), head = kv_head * a.group() + row % a.group();
        float* out = a.output + (token * a.heads + head) * a.head_size;
        const Vector inverse = splat(1.0f / s.sums[row]);
        for (size_t d = 0; d < a.head_size; d += kLanes) store(out + d, load(s.outputs + row * a.head_size + d) * inverse);
    }
}

}  // namespace jinpan

#pragma clang attribute pop
