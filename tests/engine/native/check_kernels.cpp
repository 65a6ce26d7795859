// A program of its own that holds every instruction set of this processor against plain sums, for systems where the
// tests in Python do not run. Prints one line for each; exit code 1 if any differs. Build it for Windows, for example:
//   python -m ziglang cc -target x86_64-windows-gnu -O3 -std=c++17 -fno-sanitize=undefined -fno-threadsafe-statics -I engine/native
//       tests/engine/native/check_kernels.cpp engine/native/*.cpp -o check_kernels.exe
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernels.h"

using namespace jinpan;

static unsigned next_random() {
    static unsigned state = 1;
    return (state = state * 1664525u + 1013904223u) >> 8;
}

static void fill(float* target, size_t count) {
    for (size_t i = 0; i < count; ++i) target[i] = static_cast<float>(next_random()) / 8388608.0f - 1.0f;
}

// Float16 numbers from 0.5 to 1: an exponent of -1 and ten bits of fraction.
constexpr uint16_t kOneHalf = 14 << 10;
static double scale(const Weights& w, size_t n, size_t b) {
    return 0.5 + (w.scales[n * w.blocks() + b] - kOneHalf) / 2048.0;
}

// One product from the rounded row, in double precision.
static double plain(const QuantizedRows& rows, const Weights& w, size_t m, size_t n) {
    double sum = w.bias[n];
    for (size_t b = 0; b < w.blocks(); ++b) {
        long dot = 0;
        for (size_t i = 0; i < kBlock; ++i) {
            const size_t byte = n * w.row_bytes() + (b * kBlock + i) * w.bits / 8;
            const int value = w.bits == 8 ? w.values[byte] : i % 2 ? w.values[byte] >> 4 : w.values[byte] & 15;
            const size_t place = w.bits == 8 ? i : i / 2 + (i % 2) * 16;
            dot += (value - (w.bits == 8 ? 128 : 8)) * rows.values(m)[b * kBlock + place];
        }
        sum += static_cast<double>(dot) * scale(w, n, b) * rows.scales(m)[b];
    }
    return sum;
}

static bool right(InstructionSet set, int bits) {
    const size_t k = 544, n = 70, count = 19;
    Weights w = {nullptr, nullptr, nullptr, nullptr, k, n, bits};
    uint8_t* values = static_cast<uint8_t*>(malloc(n * w.row_bytes()));
    uint16_t* scales = static_cast<uint16_t*>(malloc(n * w.blocks() * 2));
    float *bias = static_cast<float*>(malloc(n * 4)), *x = static_cast<float*>(malloc(count * k * 4));
    float *y = static_cast<float*>(malloc(count * n * 4)), *alone = static_cast<float*>(malloc(n * 4));
    for (size_t i = 0; i < n * w.row_bytes(); ++i) values[i] = static_cast<uint8_t>(next_random());
    for (size_t i = 0; i < n * w.blocks(); ++i) scales[i] = kOneHalf | next_random() % 1024;
    fill(bias, n);
    fill(x, count * k);
    w.values = values, w.scales = scales, w.bias = bias;
    QuantizedRows rows = {nullptr, k, count}, one = {nullptr, k, 1};
    rows.data = static_cast<uint8_t*>(malloc(rows.stride() * count));
    one.data = rows.data;
    for (size_t m = 0; m < count; ++m) quantize_row(x + m * k, w, rows, m);
    matmul_for(set)(rows, w, y, 0, n);
    matmul_for(set)(one, w, alone, 0, n);
    bool good = true;
    for (size_t m = 0; m < count; ++m)
        for (size_t i = 0; i < n; ++i)
            good = good && fabs(y[m * n + i] - plain(rows, w, m, i)) < 1e-3 && (m > 0 || alone[i] == y[i]);
    return good;
}

int main() {
    const char* names[] = {"none", "avx2", "avxvnni", "avx512", "vnni256"};
    bool good = true;
    for (int set = 1; set <= 4; ++set) {
        const auto chosen = static_cast<InstructionSet>(set);
        if (!supported(chosen)) {
            printf("%s: not on this processor\n", names[set]);
            continue;
        }
        const bool here = right(chosen, 8) && right(chosen, 4);
        printf("%s: %s\n", names[set], here ? "right" : "WRONG");
        good = good && here;
    }
    return good ? 0 : 1;
}
