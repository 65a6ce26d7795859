// Products of float rows with weights quantized in blocks of 32, y = x · Wᵀ + bias.
//
// Rows are rounded to 8 bits per block; block products are exact integers; float sums run over the blocks in order,
// each by one fused multiply-add. Every kernel does just that, so a row's result has the same bits whatever the
// kernel, the instruction set and the number of rows beside it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace jinpan {

constexpr size_t kBlock = 32;       // inputs that share a scale
constexpr size_t kPanelBlocks = 16;  // blocks that a panel of transposed weights spans: 16 KB, half of a small L1

// Weights as MatMulNBits lays them out; all pointers are read in place.
struct Weights {
    const uint8_t* values;       // (N, K / 32, 32), or (N, K / 32, 16) with the low nibble first
    const uint16_t* scales;      // (N, K / 32), float16: a step reads 34 bytes for 32 weights instead of 36
    const uint8_t* zero_points;  // null (128, or 8 for 4 bits), or (N, K / 32); packed in nibbles for 4 bits
    const float* bias;           // null or (N,)
    size_t columns;              // K
    size_t rows;                 // N
    int bits;                    // 8 or 4

    size_t blocks() const { return columns / kBlock; }
    size_t row_bytes() const { return columns * bits / 8; }
    uint8_t zero_point(size_t row, size_t block) const {
        if (bits == 8) return zero_points[row * blocks() + block];
        const uint8_t pair = zero_points[row * ((blocks() + 1) / 2) + block / 2];
        return block % 2 ? pair >> 4 : pair & 15;
    }
};

// Rounded rows, each behind the other: values, then a scale and an offset for each block. The offset is minus the sum
// of the block's values, times the zero point where all blocks share one. For 4 bits a block's even inputs come
// before its odd ones, as masking and shifting separates the weights' nibbles.
struct QuantizedRows {
    uint8_t* data;
    size_t columns;  // K
    size_t count;    // M

    // Padded with zeros to what the widest load reads.
    size_t padded_columns() const { return (columns + 127) / 128 * 128; }
    size_t stride() const { return padded_columns() + padded_columns() / kBlock * 8; }
    int8_t* values(size_t row) const { return reinterpret_cast<int8_t*>(data + row * stride()); }
    float* scales(size_t row) const { return reinterpret_cast<float*>(data + row * stride() + padded_columns()); }
    int32_t* offsets(size_t row) const {
        return reinterpret_cast<int32_t*>(scales(row)) + padded_columns() / kBlock;
    }
};

enum class InstructionSet : int { kNone = 0, kAvx2 = 1, kAvxVnni = 2, kAvx512Vnni = 3, kVnni256 = 4 };

// The best that processor, system and the environment variable JINPAN_NATIVE (avx2, avxvnni, avx512) allow; never kVnni256.
InstructionSet best_instruction_set();
bool supported(InstructionSet set);

// Round one row of K floats into `rows`. Blocks with an infinity or NaN get the scale NaN.
void quantize_row(const float* source, const Weights& weights, const QuantizedRows& rows, size_t row);

// Output columns [first, last) of all rows; y is (M, N). `first` is a multiple of kColumnTile.
using MatMul = void (*)(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last);
constexpr size_t kColumnTile = 32;
void matmul_avx512(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last);
void matmul_avx2(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last);
void matmul_avxvnni(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last);
void matmul_vnni256(const QuantizedRows& rows, const Weights& weights, float* y, size_t first, size_t last);
MatMul matmul_for(InstructionSet set);

}  // namespace jinpan
