// Kernels on registers of 256 bits, for processors without AVX-512. A .cpp file includes this once, after naming
//   JINPAN_MATMUL    the function to define
//   JINPAN_TARGET    its instruction sets
//   JINPAN_DPBUSD    a product of unsigned and signed bytes, summed by fours; without it, AVX2 multiplies in three steps
#include <immintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target(JINPAN_TARGET))), apply_to = function)

namespace jinpan {
namespace {

constexpr size_t kGroup = 8;     // weight rows side by side in one register of 32-bit lanes
constexpr size_t kChunk = 32;    // bytes of a weight row in one register
constexpr size_t kWidth = 16;    // output columns of a tile
constexpr size_t kTileRows = 3;  // 3 rows by 16 columns: 6 sums of integers, and what they are made from, in 16 registers

#define JINPAN_INLINE static inline __attribute__((always_inline))

// 16 weight rows by 16 blocks; `words[g]` holds input word g (4 inputs) of all 16 rows.
struct alignas(64) Panel {
    uint8_t words[kPanelBlocks * kBlock / 4][kWidth][4];
    float scales[kPanelBlocks][kWidth];
    int32_t zero_points[kPanelBlocks][kWidth];
};

JINPAN_INLINE __m256i load(const void* source) { return _mm256_loadu_si256(static_cast<const __m256i*>(source)); }
JINPAN_INLINE void store(void* target, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(target), v); }

// AVX2 multiplies bytes as |w| · (±a), which needs signed weights: 0..255 become -128..127.
template <int kBits>
constexpr int kShift =
#ifdef JINPAN_DPBUSD
    0;
#else
    kBits == 8 ? 128 : 0;
#endif

// |w| ≤ 128 and |a| ≤ 127, so that a sum of two products stays within 16 bits.
template <int kBits>
JINPAN_INLINE __m256i dot(__m256i sum, __m256i w, __m256i a) {
#ifdef JINPAN_DPBUSD
    return JINPAN_DPBUSD(sum, w, a);
#else
    const __m256i pairs =
        kBits == 8 ? _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w)) : _mm256_maddubs_epi16(w, a);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#endif
}

// The first min(8, count) lanes.
JINPAN_INLINE __m256i lanes(size_t count) {
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count < 8 ? static_cast<int>(count) : 8), index);
}

// r[i] = row i of 8 words becomes word i of the 8 rows.
JINPAN_INLINE void transpose(__m256i r[8]) {
    __m256i t[8];
#pragma unroll
    for (int q = 0; q < 8; q += 4) {
        const __m256i a = _mm256_unpacklo_epi32(r[q], r[q + 1]), b = _mm256_unpackhi_epi32(r[q], r[q + 1]);
        const __m256i c = _mm256_unpacklo_epi32(r[q + 2], r[q + 3]), d = _mm256_unpackhi_epi32(r[q + 2], r[q + 3]);
        t[q] = _mm256_unpacklo_epi64(a, c);
        t[q + 1] = _mm256_unpackhi_epi64(a, c);
        t[q + 2] = _mm256_unpacklo_epi64(b, d);
        t[q + 3] = _mm256_unpackhi_epi64(b, d);
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        r[i] = _mm256_permute2x128_si256(t[i], t[i + 4], 0x20);
        r[i + 4] = _mm256_permute2x128_si256(t[i], t[i + 4], 0x31);
    }
}

// Rows behind the last one of the matrix repeat it, and are never stored.
JINPAN_INLINE size_t row_at(const Weights& w, size_t row) { return row < w.rows ? row : w.rows - 1; }

// Up to eight float16 numbers, zeros behind the last one.
JINPAN_INLINE __m256 load_halfs(const uint16_t* source, size_t count) {
    if (count >= 8) return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(source)));
    uint16_t padded[8] = {};
    __builtin_memcpy(padded, source, count * sizeof *source);
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(padded)));
}

template <int kBits>
void fill_tables(Panel& panel, const Weights& w, size_t column, size_t half, size_t first, size_t count) {
    for (size_t b = 0; b < count; b += 8) {
        __m256i r[8];
        for (size_t i = 0; i < kGroup; ++i) {
            const size_t row = row_at(w, column + half + i);
            r[i] = _mm256_castps_si256(load_halfs(w.scales + row * w.blocks() + first + b, count - b));
        }
        transpose(r);
        for (size_t i = 0; i < 8; ++i) store(&panel.scales[b + i][half], r[i]);
    }
    if (!w.zero_points) return;
    for (size_t b = 0; b < count; ++b)
        for (size_t i = 0; i < kGroup; ++i)
            panel.zero_points[b][half + i] = w.zero_point(row_at(w, column + half + i), first + b) - kShift<kBits>;
}

template <int kBits>
void fill_panel(Panel& panel, const Weights& w, size_t column, size_t half, size_t first, size_t count) {
    constexpr size_t chunk_blocks = kBits == 8 ? 1 : 2;
    const __m256i nibble = _mm256_set1_epi8(15);
    for (size_t b = 0; b < count; b += chunk_blocks) {
        const size_t offset = (first + b) / chunk_blocks * kChunk;
        const bool whole = offset + kChunk <= w.row_bytes();
        __m256i r[8];
        for (size_t i = 0; i < kGroup; ++i) {
            const uint8_t* source = w.values + row_at(w, column + half + i) * w.row_bytes() + offset;
            _mm_prefetch(reinterpret_cast<const char*>(source + kWidth * w.row_bytes()), _MM_HINT_T1);
            r[i] = whole ? load(source)
                         : _mm256_zextsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(source)));
        }
        transpose(r);
        for (size_t i = 0; i < 8; ++i) {
            if (kBits == 8) {
                const __m256i shift = _mm256_set1_epi8(static_cast<char>(kShift<kBits>));
                store(panel.words[b * 8 + i][half], _mm256_xor_si256(r[i], shift));
            } else {  // even inputs are the low nibbles: words 0 to 3 of a block; odd ones are words 4 to 7
                const size_t word = (b + i / 4) * 8 + i % 4;
                store(panel.words[word][half], _mm256_and_si256(r[i], nibble));
                store(panel.words[word + 4][half], _mm256_and_si256(_mm256_srli_epi16(r[i], 4), nibble));
            }
        }
    }
}

struct Span {
    size_t first_block, blocks;  // the panel's
    size_t first, last;          // output columns
};

template <int kBits, bool kZeroPoints>
JINPAN_INLINE __m256i start_dot(int32_t offset, const int32_t* zero_points) {
    // the row's offset is minus its sum here
    if (kZeroPoints) return _mm256_mullo_epi32(load(zero_points), _mm256_set1_epi32(offset));
    return kShift<kBits> ? _mm256_setzero_si256() : _mm256_set1_epi32(offset);
}

template <int kBits, bool kZeroPoints, int kRows>
void tile(const Panel& panel, const QuantizedRows& rows, const Weights& w, float* y, size_t row, const Span& span) {
    const __m256i masks[2] = {lanes(span.last - span.first),
                              lanes(span.last < span.first + kGroup ? 0 : span.last - span.first - kGroup)};
    const bool begins = span.first_block == 0, ends = span.first_block + span.blocks == w.blocks();
    const int8_t* values = rows.values(row) + span.first_block * kBlock;
    const float* scales = rows.scales(row) + span.first_block;
    const int32_t* offsets = rows.offsets(row) + span.first_block;
    const size_t stride = rows.stride(), stride4 = stride / 4;
    float* out = y + row * w.rows + span.first;
    __m256 sums[kRows][2];
#pragma unroll
    for (int m = 0; m < kRows; ++m)
        for (int v = 0; v < 2; ++v)
            sums[m][v] = begins ? _mm256_setzero_ps() : _mm256_maskload_ps(out + m * w.rows + v * kGroup, masks[v]);
    for (size_t b = 0; b < span.blocks; ++b) {
        __m256i dots[kRows][2];
#pragma unroll
        for (int m = 0; m < kRows; ++m)
            for (int v = 0; v < 2; ++v)
                dots[m][v] =
                    start_dot<kBits, kZeroPoints>(offsets[m * stride4 + b], panel.zero_points[b] + v * kGroup);
#pragma unroll
        for (int g = 0; g < 8; ++g) {
            const __m256i w0 = load(panel.words[b * 8 + g][0]), w1 = load(panel.words[b * 8 + g][kGroup]);
#pragma unroll
            for (int m = 0; m < kRows; ++m) {
                int32_t word;
                __builtin_memcpy(&word, values + m * stride + b * kBlock + g * 4, 4);
                const __m256i a = _mm256_set1_epi32(word);
                dots[m][0] = dot<kBits>(dots[m][0], w0, a);
                dots[m][1] = dot<kBits>(dots[m][1], w1, a);
            }
        }
#pragma unroll
        for (int m = 0; m < kRows; ++m)
            for (int v = 0; v < 2; ++v) {
                const __m256 scale = _mm256_mul_ps(_mm256_loadu_ps(panel.scales[b] + v * kGroup),
                                                   _mm256_set1_ps(scales[m * stride4 + b]));
                sums[m][v] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots[m][v]), scale, sums[m][v]);
            }
    }
#pragma unroll
    for (int v = 0; v < 2; ++v) {
        const bool add = ends && w.bias;
        const __m256 bias =
            add ? _mm256_maskload_ps(w.bias + span.first + v * kGroup, masks[v]) : _mm256_setzero_ps();
#pragma unroll
        for (int m = 0; m < kRows; ++m)
            _mm256_maskstore_ps(out + m * w.rows + v * kGroup, masks[v],
                                add ? _mm256_add_ps(sums[m][v], bias) : sums[m][v]);
    }
}

template <int kBits, bool kZeroPoints>
void matmul(const QuantizedRows& rows, const Weights& w, float* y, size_t first, size_t last) {
    Panel panel;
    for (size_t n = first; n < last; n += kWidth) {
        const size_t end = n + kWidth < last ? n + kWidth : last;
        for (size_t b = 0; b < w.blocks(); b += kPanelBlocks) {
            const size_t left = w.blocks() - b;
            const Span span = {b, left < kPanelBlocks ? left : kPanelBlocks, n, end};
            for (size_t half = 0; half < kWidth; half += kGroup) {
                fill_tables<kBits>(panel, w, n, half, b, span.blocks);
                fill_panel<kBits>(panel, w, n, half, b, span.blocks);
            }
            size_t row = 0;
            for (; row + kTileRows <= rows.count; row += kTileRows)
                tile<kBits, kZeroPoints, kTileRows>(panel, rows, w, y, row, span);
            if (rows.count - row == 2) tile<kBits, kZeroPoints, 2>(panel, rows, w, y, row, span);
            if (rows.count - row == 1) tile<kBits, kZeroPoints, 1>(panel, rows, w, y, row, span);
        }
    }
}

}  // namespace

void JINPAN_MATMUL(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last) {
    const bool own = weights.zero_points != nullptr;
    const MatMul chosen = weights.bits == 8 ? (own ? matmul<8, true> : matmul<8, false>)
                                            : (own ? matmul<4, true> : matmul<4, false>);
    chosen(rows, weights, y, first, last);
}

}  // namespace jinpan

#pragma clang attribute pop
