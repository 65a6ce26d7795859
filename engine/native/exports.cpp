// What tests, benchmarks and the doctor call through ctypes, without ONNX Runtime.
#include <immintrin.h>
#include <stdlib.h>

#include "kernels.h"
#include "ort_abi.h"

// 0 where the processor lacks AVX2, else the number of the InstructionSet in use.
JINPAN_EXPORT int jinpan_instruction_set() { return static_cast<int>(jinpan::best_instruction_set()); }

// y = x · Wᵀ + bias on the calling thread with the given instruction set; 0, or 1 where that cannot be.
JINPAN_EXPORT int jinpan_matmul(int set, int bits, size_t m, size_t k, size_t n, const float* x, const uint8_t* values,
                                const uint16_t* scales, const uint8_t* zero_points, const float* bias, float* y) {
    const auto chosen = static_cast<jinpan::InstructionSet>(set);
    const jinpan::MatMul matmul = jinpan::supported(chosen) ? jinpan::matmul_for(chosen) : nullptr;
    if (!matmul || k % jinpan::kBlock || (bits != 8 && bits != 4)) return 1;
    const jinpan::Weights weights = {values, scales, zero_points, bias, k, n, bits};
    jinpan::QuantizedRows rows = {nullptr, k, m};
    if (m == 0) return 0;
    rows.data = static_cast<uint8_t*>(malloc(rows.stride() * m));
    if (!rows.data) return 1;
    for (size_t row = 0; row < m; ++row) jinpan::quantize_row(x + row * k, weights, rows, row);
    matmul(rows, weights, y, 0, n);
    free(rows.data);
    return 0;
}

// Read a stretch of memory once, four cache lines at a time; returns the sum of its words so that nothing is left out.
__attribute__((target("avx2"))) static uint64_t read_all(const uint8_t* data, size_t size_bytes) {
    __m256i sums[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
    for (size_t i = 0; i + 256 <= size_bytes; i += 256) {
        _mm_prefetch(reinterpret_cast<const char*>(data + i + 4096), _MM_HINT_T0);
        _mm_prefetch(reinterpret_cast<const char*>(data + i + 4160), _MM_HINT_T0);
        _mm_prefetch(reinterpret_cast<const char*>(data + i + 4224), _MM_HINT_T0);
        _mm_prefetch(reinterpret_cast<const char*>(data + i + 4288), _MM_HINT_T0);
        for (int j = 0; j < 8; ++j) {
            const __m256i word = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + i + 32 * j));
            sums[j % 4] = _mm256_add_epi64(sums[j % 4], word);
        }
    }
    uint64_t lanes[4];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes),
                        _mm256_add_epi64(_mm256_add_epi64(sums[0], sums[1]), _mm256_add_epi64(sums[2], sums[3])));
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

JINPAN_EXPORT uint64_t jinpan_read(const uint8_t* data, size_t size_bytes) {
    return jinpan::supported(jinpan::InstructionSet::kAvx2) ? read_all(data, size_bytes) : 0;
}
