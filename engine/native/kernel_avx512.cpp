// Kernels for processors with AVX-512 VNNI: 64 products of bytes a step.
#include <immintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c"))), \
                             apply_to = function)

namespace jinpan {
namespace {

constexpr size_t kGroup = 16;    // weight rows side by side in one register of 32-bit lanes
constexpr size_t kChunk = 64;    // bytes of a weight row in one register
constexpr size_t kTileRows = 6;  // 6 rows by 32 columns: 12 integer and 12 float sums in 32 registers
constexpr size_t kFewRows = 8;   // up to here a panel costs more than it saves

#define JINPAN_INLINE static inline __attribute__((always_inline))

// Scales and zero points of 16 weight rows and up to 16 blocks, one vector over the rows for each block.
struct alignas(64) Table {
    float scales[kPanelBlocks][kGroup];
    int32_t zero_points[kPanelBlocks][kGroup];
};

// 16 weight rows; those behind the last one of the matrix repeat it, and are never stored.
struct Group {
    const uint8_t* values[kGroup];
    size_t row[kGroup];
};

JINPAN_INLINE Group group_at(const Weights& w, size_t first) {
    Group group;
    for (size_t i = 0; i < kGroup; ++i) {
        group.row[i] = first + i < w.rows ? first + i : w.rows - 1;
        group.values[i] = w.values + group.row[i] * w.row_bytes();
    }
    return group;
}

JINPAN_INLINE __mmask16 column_mask(size_t first, size_t last) {
    return first + kGroup <= last ? 0xFFFF : first >= last ? 0 : static_cast<__mmask16>((1u << (last - first)) - 1);
}

JINPAN_INLINE __m512i load_chunk(const uint8_t* row, size_t offset, size_t row_bytes) {
    if (offset + kChunk <= row_bytes) return _mm512_loadu_si512(row + offset);
    return _mm512_maskz_loadu_epi8((1ull << (row_bytes - offset)) - 1, row + offset);
}

// Within each quarter of 128 bits: r[4q..4q+3] become w[4q+j] = 32-bit word j of these four rows.
JINPAN_INLINE void transpose_quarters(__m512i r[16]) {
#pragma unroll
    for (int q = 0; q < 16; q += 4) {
        const __m512i a = _mm512_unpacklo_epi32(r[q], r[q + 1]), b = _mm512_unpackhi_epi32(r[q], r[q + 1]);
        const __m512i c = _mm512_unpacklo_epi32(r[q + 2], r[q + 3]), d = _mm512_unpackhi_epi32(r[q + 2], r[q + 3]);
        r[q] = _mm512_unpacklo_epi64(a, c);
        r[q + 1] = _mm512_unpackhi_epi64(a, c);
        r[q + 2] = _mm512_unpacklo_epi64(b, d);
        r[q + 3] = _mm512_unpackhi_epi64(b, d);
    }
}

// Four vectors of four quarters: out[i] = quarter i of a, b, c and d.
JINPAN_INLINE void transpose_four(__m512i a, __m512i b, __m512i c, __m512i d, __m512i out[4]) {
    const __m512i ab_even = _mm512_shuffle_i32x4(a, b, 0x88), ab_odd = _mm512_shuffle_i32x4(a, b, 0xDD);
    const __m512i cd_even = _mm512_shuffle_i32x4(c, d, 0x88), cd_odd = _mm512_shuffle_i32x4(c, d, 0xDD);
    out[0] = _mm512_shuffle_i32x4(ab_even, cd_even, 0x88);
    out[1] = _mm512_shuffle_i32x4(ab_odd, cd_odd, 0x88);
    out[2] = _mm512_shuffle_i32x4(ab_even, cd_even, 0xDD);
    out[3] = _mm512_shuffle_i32x4(ab_odd, cd_odd, 0xDD);
}

// r[i] = row i of 16 words becomes word i of the 16 rows.
JINPAN_INLINE void transpose(__m512i r[16]) {
    transpose_quarters(r);
    __m512i t[16];
#pragma unroll
    for (int j = 0; j < 4; ++j) {
        __m512i out[4];
        transpose_four(r[j], r[4 + j], r[8 + j], r[12 + j], out);
        for (int i = 0; i < 4; ++i) t[4 * i + j] = out[i];
    }
#pragma unroll
    for (int i = 0; i < 16; ++i) r[i] = t[i];
}

void fill_table(Table& table, const Weights& w, const Group& group, size_t first, size_t count) {
    const __mmask16 mask = static_cast<__mmask16>((1u << count) - 1);
    __m512i r[16];
#pragma unroll
    for (int i = 0; i < 16; ++i)
        r[i] = _mm512_castps_si512(
            _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, w.scales + group.row[i] * w.blocks() + first)));
    transpose(r);
#pragma unroll
    for (int i = 0; i < 16; ++i) _mm512_store_si512(table.scales[i], r[i]);
    if (!w.zero_points) return;
    for (size_t b = 0; b < count; ++b)
        for (size_t i = 0; i < kGroup; ++i) table.zero_points[b][i] = w.zero_point(group.row[i], first + b);
}

// Where blocks have zero points of their own, minus the row's sum times them; else the row's offset is just that.
template <bool kZeroPoints>
JINPAN_INLINE __m512i start_dot(int32_t offset, const int32_t* zero_points) {
    const __m512i all = _mm512_set1_epi32(offset);
    if (!kZeroPoints) return all;
    return _mm512_dpwssd_epi32(_mm512_setzero_si512(), _mm512_load_si512(zero_points), all);
}

JINPAN_INLINE __m512 add_block(__m512 sum, __m512i dot, const float* scales, float row_scale) {
    const __m512 scale = _mm512_mul_ps(_mm512_load_ps(scales), _mm512_set1_ps(row_scale));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), scale, sum);
}

// ---- one to eight rows: weights stay in registers between load and product

// One chunk of two blocks. Word j of quarter i meets input word 4i + j, broadcast within the quarter.
JINPAN_INLINE void dot_chunk8(const __m512i w[16], const int8_t* values, __m512i dots[2]) {
    const __m512i a = _mm512_loadu_si512(values);
    const __m512i words[4] = {_mm512_shuffle_epi32(a, _MM_PERM_AAAA), _mm512_shuffle_epi32(a, _MM_PERM_BBBB),
                              _mm512_shuffle_epi32(a, _MM_PERM_CCCC), _mm512_shuffle_epi32(a, _MM_PERM_DDDD)};
    __m512i sum[4];
#pragma unroll
    for (int q = 0; q < 4; ++q) {
        sum[q] = _mm512_setzero_si512();
#pragma unroll
        for (int j = 0; j < 4; ++j) sum[q] = _mm512_dpbusd_epi32(sum[q], w[4 * q + j], words[j]);
    }
    // quarters 0 and 1 are the first block, 2 and 3 the second
    const __m512i low = _mm512_add_epi32(_mm512_shuffle_i32x4(sum[0], sum[1], 0x88),
                                         _mm512_shuffle_i32x4(sum[0], sum[1], 0xDD));
    const __m512i high = _mm512_add_epi32(_mm512_shuffle_i32x4(sum[2], sum[3], 0x88),
                                          _mm512_shuffle_i32x4(sum[2], sum[3], 0xDD));
    dots[0] = _mm512_shuffle_i32x4(low, high, 0x88);
    dots[1] = _mm512_shuffle_i32x4(low, high, 0xDD);
}

// One chunk of four blocks of nibbles, one in each quarter.
JINPAN_INLINE void dot_chunk4(const __m512i w[16], const int8_t* values, __m512i dots[4]) {
    const __m512i first = _mm512_loadu_si512(values), second = _mm512_loadu_si512(values + 64);
    const __m512i even = _mm512_shuffle_i32x4(first, second, 0x88), odd = _mm512_shuffle_i32x4(first, second, 0xDD);
    const __m512i low_words[4] = {_mm512_shuffle_epi32(even, _MM_PERM_AAAA), _mm512_shuffle_epi32(even, _MM_PERM_BBBB),
                                  _mm512_shuffle_epi32(even, _MM_PERM_CCCC), _mm512_shuffle_epi32(even, _MM_PERM_DDDD)};
    const __m512i high_words[4] = {_mm512_shuffle_epi32(odd, _MM_PERM_AAAA), _mm512_shuffle_epi32(odd, _MM_PERM_BBBB),
                                   _mm512_shuffle_epi32(odd, _MM_PERM_CCCC), _mm512_shuffle_epi32(odd, _MM_PERM_DDDD)};
    const __m512i nibble = _mm512_set1_epi8(15);
    __m512i sum[4];
#pragma unroll
    for (int q = 0; q < 4; ++q) {
        sum[q] = _mm512_setzero_si512();
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            const __m512i both = w[4 * q + j];
            sum[q] = _mm512_dpbusd_epi32(sum[q], _mm512_and_si512(both, nibble), low_words[j]);
            sum[q] = _mm512_dpbusd_epi32(sum[q], _mm512_and_si512(_mm512_srli_epi16(both, 4), nibble), high_words[j]);
        }
    }
    transpose_four(sum[0], sum[1], sum[2], sum[3], dots);
}

template <int kBits, bool kZeroPoints, int kRows>
void few_rows(const QuantizedRows& rows, const Weights& w, float* y, size_t first, size_t last) {
    constexpr size_t chunk_blocks = kBits == 8 ? 2 : 4;
    constexpr size_t chunk_inputs = chunk_blocks * kBlock;
    const size_t blocks = w.blocks(), row_bytes = w.row_bytes();
    const Group group = group_at(w, first);
    const size_t ahead = kGroup * row_bytes;  // the next group's rows lie right behind this one's
    Table table;
    __m512 sums[kRows];
    for (int m = 0; m < kRows; ++m) sums[m] = _mm512_setzero_ps();
    for (size_t b = 0; b < blocks; b += chunk_blocks) {
        if (b % kPanelBlocks == 0) {
            const size_t left = blocks - b;
            fill_table(table, w, group, b, left < kPanelBlocks ? left : kPanelBlocks);
        }
        const size_t offset = b / chunk_blocks * kChunk;
        __m512i r[16];
#pragma unroll
        for (int i = 0; i < 16; ++i) {
            _mm_prefetch(reinterpret_cast<const char*>(group.values[i] + ahead + offset), _MM_HINT_T1);
            r[i] = load_chunk(group.values[i], offset, row_bytes);
        }
        transpose_quarters(r);
        const size_t here = blocks - b < chunk_blocks ? blocks - b : chunk_blocks;
#pragma unroll
        for (int m = 0; m < kRows; ++m) {
            __m512i dots[4];
            const int8_t* values = rows.values(m) + b / chunk_blocks * chunk_inputs;
            kBits == 8 ? dot_chunk8(r, values, dots) : dot_chunk4(r, values, dots);
            const int32_t* offsets = rows.offsets(m) + b;
            const float* scales = rows.scales(m) + b;
            for (size_t i = 0; i < here; ++i) {
                const size_t t = (b + i) % kPanelBlocks;
                const __m512i start = start_dot<kZeroPoints>(offsets[i], table.zero_points[t]);
                sums[m] = add_block(sums[m], _mm512_add_epi32(dots[i], start), table.scales[t], scales[i]);
            }
        }
    }
    const __mmask16 mask = column_mask(first, last);
    const __m512 bias = w.bias ? _mm512_maskz_loadu_ps(mask, w.bias + first) : _mm512_setzero_ps();
    for (int m = 0; m < kRows; ++m)
        _mm512_mask_storeu_ps(y + m * w.rows + first, mask, w.bias ? _mm512_add_ps(sums[m], bias) : sums[m]);
}

// ---- many rows: a panel of weights is transposed once and meets all rows from the cache

// 32 weight rows by 16 blocks; `words[g]` holds input word g (4 inputs) of all 32 rows.
struct alignas(64) Panel {
    uint8_t words[kPanelBlocks * kBlock / 4][kColumnTile][4];
    Table tables[2];
};

template <int kBits>
void fill_panel(Panel& panel, const Weights& w, size_t half, const Group& group, size_t first, size_t count) {
    constexpr size_t chunk_blocks = kBits == 8 ? 2 : 4;
    // what the next panel reads: further along the same rows, or the beginning of the next rows
    const size_t panel_bytes = kPanelBlocks * kBlock * kBits / 8;
    const bool last = first + count == w.blocks();
    const ptrdiff_t ahead = last ? kColumnTile * w.row_bytes() - first / kPanelBlocks * panel_bytes : panel_bytes;
    fill_table(panel.tables[half], w, group, first, count);
    for (size_t b = 0; b < count; b += chunk_blocks) {
        __m512i r[16];
#pragma unroll
        for (int i = 0; i < 16; ++i) {
            const size_t offset = (first + b) / chunk_blocks * kChunk;
            _mm_prefetch(reinterpret_cast<const char*>(group.values[i] + offset + ahead), _MM_HINT_T1);
            r[i] = load_chunk(group.values[i], offset, w.row_bytes());
        }
        transpose(r);
#pragma unroll
        for (int i = 0; i < 16; ++i) {
            if (kBits == 8) {
                _mm512_store_si512(panel.words[b * 8 + i][half * kGroup], r[i]);
            } else {  // even inputs are the low nibbles: words 0 to 3 of a block; odd ones are words 4 to 7
                const __m512i nibble = _mm512_set1_epi8(15);
                const size_t word = (b + i / 4) * 8 + i % 4;
                _mm512_store_si512(panel.words[word][half * kGroup], _mm512_and_si512(r[i], nibble));
                _mm512_store_si512(panel.words[word + 4][half * kGroup],
                                   _mm512_and_si512(_mm512_srli_epi16(r[i], 4), nibble));
            }
        }
    }
}

struct Span {
    size_t first_block, blocks;  // the panel's
    size_t first, last;          // output columns
};

template <bool kZeroPoints, int kRows>
void tile(const Panel& panel, const QuantizedRows& rows, const Weights& w, float* y, size_t row, const Span& span) {
    const __mmask16 masks[2] = {column_mask(span.first, span.last), column_mask(span.first + kGroup, span.last)};
    const bool begins = span.first_block == 0, ends = span.first_block + span.blocks == w.blocks();
    const int8_t* values = rows.values(row) + span.first_block * kBlock;
    const float* scales = rows.scales(row) + span.first_block;
    const int32_t* offsets = rows.offsets(row) + span.first_block;
    const size_t stride = rows.stride(), stride4 = stride / 4;
    float* out = y + row * w.rows + span.first;
    __m512 sums[kRows][2];
#pragma unroll
    for (int m = 0; m < kRows; ++m)
#pragma unroll
        for (int v = 0; v < 2; ++v)
            sums[m][v] = begins ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(masks[v], out + m * w.rows + v * kGroup);
    for (size_t b = 0; b < span.blocks; ++b) {
        __m512i dots[kRows][2];
#pragma unroll
        for (int m = 0; m < kRows; ++m)
#pragma unroll
            for (int v = 0; v < 2; ++v)
                dots[m][v] = start_dot<kZeroPoints>(offsets[m * stride4 + b], panel.tables[v].zero_points[b]);
#pragma unroll
        for (int g = 0; g < 8; ++g) {
            const __m512i w0 = _mm512_load_si512(panel.words[b * 8 + g][0]);
            const __m512i w1 = _mm512_load_si512(panel.words[b * 8 + g][kGroup]);
#pragma unroll
            for (int m = 0; m < kRows; ++m) {
                int32_t word;
                __builtin_memcpy(&word, values + m * stride + b * kBlock + g * 4, 4);
                const __m512i a = _mm512_set1_epi32(word);
                dots[m][0] = _mm512_dpbusd_epi32(dots[m][0], w0, a);
                dots[m][1] = _mm512_dpbusd_epi32(dots[m][1], w1, a);
            }
        }
#pragma unroll
        for (int m = 0; m < kRows; ++m)
#pragma unroll
            for (int v = 0; v < 2; ++v)
                sums[m][v] = add_block(sums[m][v], dots[m][v], panel.tables[v].scales[b], scales[m * stride4 + b]);
    }
#pragma unroll
    for (int v = 0; v < 2; ++v) {
        const bool add = ends && w.bias;
        const __m512 bias =
            add ? _mm512_maskz_loadu_ps(masks[v], w.bias + span.first + v * kGroup) : _mm512_setzero_ps();
#pragma unroll
        for (int m = 0; m < kRows; ++m)
            _mm512_mask_storeu_ps(out + m * w.rows + v * kGroup, masks[v],
                                  add ? _mm512_add_ps(sums[m][v], bias) : sums[m][v]);
    }
}

template <int kBits, bool kZeroPoints>
void many_rows(const QuantizedRows& rows, const Weights& w, float* y, size_t first, size_t last) {
    Panel panel;
    const Group halves[2] = {group_at(w, first), group_at(w, first + kGroup)};
    for (size_t b = 0; b < w.blocks(); b += kPanelBlocks) {
        const size_t left = w.blocks() - b;
        const Span span = {b, left < kPanelBlocks ? left : kPanelBlocks, first, last};
        for (size_t half = 0; half < 2; ++half) fill_panel<kBits>(panel, w, half, halves[half], b, span.blocks);
        size_t row = 0;
        for (; row + kTileRows <= rows.count; row += kTileRows) tile<kZeroPoints, 6>(panel, rows, w, y, row, span);
        switch (rows.count - row) {
            case 5: tile<kZeroPoints, 5>(panel, rows, w, y, row, span); break;
            case 4: tile<kZeroPoints, 4>(panel, rows, w, y, row, span); break;
            case 3: tile<kZeroPoints, 3>(panel, rows, w, y, row, span); break;
            case 2: tile<kZeroPoints, 2>(panel, rows, w, y, row, span); break;
            case 1: tile<kZeroPoints, 1>(panel, rows, w, y, row, span); break;
            default: break;
        }
    }
}

template <int kBits, bool kZeroPoints>
void matmul(const QuantizedRows& rows, const Weights& w, float* y, size_t first, size_t last) {
    if (rows.count > kFewRows) {
        for (size_t n = first; n < last; n += kColumnTile) {
            const size_t end = n + kColumnTile < last ? n + kColumnTile : last;
            many_rows<kBits, kZeroPoints>(rows, w, y, n, end);
        }
        return;
    }
    for (size_t n = first; n < last; n += kGroup) {
        const size_t end = n + kGroup < last ? n + kGroup : last;
        switch (rows.count) {
            case 8: few_rows<kBits, kZeroPoints, 8>(rows, w, y, n, end); break;
            case 7: few_rows<kBits, kZeroPoints, 7>(rows, w, y, n, end); break;
            case 6: few_rows<kBits, kZeroPoints, 6>(rows, w, y, n, end); break;
            case 5: few_rows<kBits, kZeroPoints, 5>(rows, w, y, n, end); break;
            case 4: few_rows<kBits, kZeroPoints, 4>(rows, w, y, n, end); break;
            case 3: few_rows<kBits, kZeroPoints, 3>(rows, w, y, n, end); break;
            case 2: few_rows<kBits, kZeroPoints, 2>(rows, w, y, n, end); break;
            default: few_rows<kBits, kZeroPoints, 1>(rows, w, y, n, end); break;
        }
    }
}

}  // namespace

void matmul_avx512(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last) {
    const bool own = weights.zero_points != nullptr;
    const MatMul chosen = weights.bits == 8 ? (own ? matmul<8, true> : matmul<8, false>)
                                            : (own ? matmul<4, true> : matmul<4, false>);
    chosen(rows, weights, y, first, last);
}

}  // namespace jinpan

#pragma clang attribute pop
