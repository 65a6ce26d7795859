// Rounding of float rows to 8 bits in blocks of 32, with AVX2: the same bits on every processor.
#include <immintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

namespace jinpan {
namespace {

constexpr int32_t kAbsolute = 0x7FFFFFFF;
constexpr int32_t kInfinity = 0x7F800000;
constexpr float kSmallest = 1e-36f;  // below it, 127 / absmax would overflow: such a block counts as zeros

inline int32_t largest(__m256i v) {
    __m128i m = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0x4E));
    return _mm_cvtsi128_si32(_mm_max_epi32(m, _mm_shuffle_epi32(m, 0xB1)));
}

inline int32_t total(__m256i v) {
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1)));
}

// 32 floats as 32 bytes in order; returns absmax / 127.
inline float round_block(const float* source, __m256i& bytes) {
    __m256 x[4];
    __m256i top = _mm256_setzero_si256();
    for (int i = 0; i < 4; ++i) {
        x[i] = _mm256_loadu_ps(source + 8 * i);
        // as integers, magnitudes are ordered with infinity and NaN on top; a float maximum could lose a NaN
        top = _mm256_max_epi32(top, _mm256_and_si256(_mm256_castps_si256(x[i]), _mm256_set1_epi32(kAbsolute)));
    }
    const int32_t bits = largest(top);
    float absmax;
    __builtin_memcpy(&absmax, &bits, 4);
    bytes = _mm256_setzero_si256();
    if (bits >= kInfinity) return __builtin_nanf("");
    if (absmax < kSmallest) return 0.0f;
    const __m256 inverse = _mm256_set1_ps(127.0f / absmax);
    __m256i n[4];
    for (int i = 0; i < 4; ++i) n[i] = _mm256_cvtps_epi32(_mm256_mul_ps(x[i], inverse));
    const __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(n[0], n[1]), _mm256_packs_epi32(n[2], n[3]));
    bytes = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    return absmax / 127.0f;
}

inline __m256i evens_first(__m256i bytes) {
    const __m256i order = _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,  //
                                           0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
    return _mm256_permute4x64_epi64(_mm256_shuffle_epi8(bytes, order), 0xD8);
}

}  // namespace

void quantize_row(const float* source, const Weights& weights, const QuantizedRows& rows, size_t row) {
    const int32_t zero_point = weights.zero_points ? 1 : weights.bits == 8 ? 128 : 8;
    const size_t blocks = rows.columns / kBlock, padded = rows.padded_columns() / kBlock;
    int8_t* values = rows.values(row);
    for (size_t b = 0; b < padded; ++b) {
        __m256i bytes = _mm256_setzero_si256();
        rows.scales(row)[b] = b < blocks ? round_block(source + b * kBlock, bytes) : 0.0f;
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), bytes);
        rows.offsets(row)[b] = -zero_point * total(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
        if (weights.bits == 4) bytes = evens_first(bytes);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(values + b * kBlock), bytes);
    }
}

}  // namespace jinpan

#pragma clang attribute pop
