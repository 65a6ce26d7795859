// The custom operator jinpan::MatMulNBits: inputs and attributes as com.microsoft::MatMulNBits, served by our kernels.
#include <stdlib.h>

#include "kernels.h"
#include "ort_calls.h"

namespace jinpan {
namespace {

enum Input { kA, kValues, kScales, kZeroPoints, kGroupIndex, kBias, kInputs };

constexpr size_t kItemBytes = 128 * 1024;  // weights a thread takes at a time while few rows stream them
constexpr size_t kSerialRows = 8;          // rounding fewer rows is done before waking other threads would pay
constexpr size_t kRowsPerItem = 8;

struct Kernel {
    ort::Api api;
    ort::Allocator* allocator;
    MatMul matmul;
    size_t columns, rows;
    int bits;
};

struct Call {
    const Kernel& kernel;
    ort::KernelContext* context;
    int64_t dims[kMaxRank];
    size_t rank;
    size_t row_count;
    const float* a;
    float* y;
    Weights weights;

    ort::Status* run();
    ort::Status* input(size_t index, bool required, size_t elements, const void** data);
    ort::Status* rows_input();
    ort::Status* multiply(const QuantizedRows& rows);
};

ort::Status* Call::input(size_t index, bool required, size_t elements, const void** data) {
    const ort::Value* value = nullptr;
    *data = nullptr;
    if (ort::Status* bad = value_of(kernel.api, context, index, &value)) return bad;
    if (!value) return required ? kernel.api.error("MatMulNBits: a required input is missing") : nullptr;
    int64_t shape[kMaxRank];
    size_t shape_rank = 0, have = 1;
    if (ort::Status* bad = read_shape(kernel.api, value, shape, shape_rank)) return bad;
    for (size_t i = 0; i < shape_rank; ++i) have *= static_cast<size_t>(shape[i]);
    if (have != elements) return kernel.api.error("MatMulNBits: an input's size does not fit K, N and bits");
    void* found = nullptr;
    ort::Status* status = data_of(kernel.api, value, &found);
    *data = found;
    return status;
}

ort::Status* Call::rows_input() {
    const ort::Value* value = nullptr;
    if (ort::Status* bad = value_of(kernel.api, context, kA, &value)) return bad;
    if (!value) return kernel.api.error("MatMulNBits: A is missing");
    if (ort::Status* bad = read_shape(kernel.api, value, dims, rank)) return bad;
    if (rank == 0 || dims[rank - 1] != static_cast<int64_t>(kernel.columns))
        return kernel.api.error("MatMulNBits: A's last dimension is not K");
    row_count = 1;
    for (size_t i = 0; i + 1 < rank; ++i) row_count *= static_cast<size_t>(dims[i]);
    void* data = nullptr;
    ort::Status* status = data_of(kernel.api, value, &data);
    a = static_cast<const float*>(data);
    return status;
}

struct Rounding {
    const Call& call;
    const QuantizedRows& rows;
};

void round_rows(void* data, size_t item) {
    const Rounding& job = *static_cast<Rounding*>(data);
    for (size_t row = item * kRowsPerItem; row < (item + 1) * kRowsPerItem && row < job.rows.count; ++row)
        quantize_row(job.call.a + row * job.rows.columns, job.call.weights, job.rows, row);
}

struct Multiplication {
    const Call& call;
    const QuantizedRows& rows;
    size_t columns;  // output columns of one item
};

void multiply_item(void* data, size_t item) {
    const Multiplication& job = *static_cast<Multiplication*>(data);
    const size_t first = item * job.columns, end = first + job.columns, all = job.call.weights.rows;
    job.call.kernel.matmul(job.rows, job.call.weights, job.call.y, first, end < all ? end : all);
}

ort::Status* Call::multiply(const QuantizedRows& rows) {
    Rounding rounding = {*this, rows};
    const size_t rounding_items = (row_count + kRowsPerItem - 1) / kRowsPerItem;
    if (ort::Status* bad = parallel(kernel.api, context, round_rows, rounding_items, &rounding)) return bad;
    const size_t tiles = kItemBytes / (weights.row_bytes() * kColumnTile);
    const size_t columns = row_count > kSerialRows || tiles == 0 ? kColumnTile : tiles * kColumnTile;
    Multiplication job = {*this, rows, columns};
    return parallel(kernel.api, context, multiply_item, (weights.rows + columns - 1) / columns, &job);
}

ort::Status* Call::run() {
    weights = {};
    weights.columns = kernel.columns;
    weights.rows = kernel.rows;
    weights.bits = kernel.bits;
    const size_t blocks = weights.blocks(), n = weights.rows;
    const void *values, *scales, *zero_points, *bias;
    if (ort::Status* bad = rows_input()) return bad;
    if (ort::Status* bad = input(kValues, true, n * weights.row_bytes(), &values)) return bad;
    if (ort::Status* bad = input(kScales, true, n * blocks, &scales)) return bad;
    if (ort::Status* bad = input(kZeroPoints, false, n * ((blocks * weights.bits + 7) / 8), &zero_points)) return bad;
    if (ort::Status* bad = input(kBias, false, n, &bias)) return bad;
    weights.values = static_cast<const uint8_t*>(values);
    weights.scales = static_cast<const uint16_t*>(scales);
    weights.zero_points = static_cast<const uint8_t*>(zero_points);
    weights.bias = static_cast<const float*>(bias);

    dims[rank - 1] = static_cast<int64_t>(n);
    void* output = nullptr;
    if (ort::Status* bad = output_of(kernel.api, context, 0, dims, rank, &output)) return bad;
    if (row_count == 0) return nullptr;
    y = static_cast<float*>(output);
    QuantizedRows rows = {nullptr, kernel.columns, row_count};
    Scratch scratch(kernel.api, kernel.allocator);
    if (ort::Status* bad = scratch.take(rows.stride() * row_count)) return bad;
    rows.data = static_cast<uint8_t*>(scratch.data);
    return multiply(rows);
}

ort::Status* compute(void* kernel, ort::KernelContext* context) {
    Call call = {*static_cast<Kernel*>(kernel), context, {}, 0, 0, nullptr, nullptr, {}};
    return call.run();
}

ort::Status* create(const ort::CustomOp*, const void* const* table, const ort::KernelInfo* info, void** kernel) {
    const ort::Api api(table);
    using GetInt = ort::Status* (*)(const ort::KernelInfo*, const char*, int64_t*);
    const GetInt get = api.call<GetInt>(ort::kGetAttributeInt64);
    int64_t columns = 0, rows = 0, block = 0, bits = 4;
    if (ort::Status* bad = get(info, "K", &columns)) return bad;
    if (ort::Status* bad = get(info, "N", &rows)) return bad;
    if (ort::Status* bad = get(info, "block_size", &block)) return bad;
    if (ort::Status* absent = get(info, "bits", &bits)) api.release(absent);  // the schema's default is 4
    if (bits != 8 && bits != 4) return api.error("MatMulNBits: bits must be 8 or 4");
    if (block != kBlock) return api.error("MatMulNBits: block_size must be 32");
    if (columns <= 0 || columns % kBlock || columns >= 1 << 24) return api.error("MatMulNBits: K must be a multiple of 32");
    if (rows <= 0 || rows >= 1 << 30) return api.error("MatMulNBits: N is out of range");
    const MatMul matmul = matmul_for(best_instruction_set());
    if (!matmul) return api.error("MatMulNBits: the processor lacks AVX2");
    ort::Allocator* allocator = nullptr;
    using GetAllocator = ort::Status* (*)(const ort::KernelInfo*, int, ort::Allocator**);
    if (ort::Status* bad = api.call<GetAllocator>(ort::kKernelInfoGetAllocator)(info, ort::kDefaultMemory, &allocator))
        return bad;
    void* memory = malloc(sizeof(Kernel));
    if (!memory) return api.error("MatMulNBits: out of memory");
    const Kernel made = {api, allocator, matmul, static_cast<size_t>(columns), static_cast<size_t>(rows),
                         static_cast<int>(bits)};
    *kernel = __builtin_memcpy(memory, &made, sizeof made);
    return nullptr;
}

void destroy(void* kernel) {
    Kernel* self = static_cast<Kernel*>(kernel);
    self->api.call<void (*)(ort::Allocator*)>(ort::kReleaseAllocator)(self->allocator);
    free(self);
}

int input_type(const ort::CustomOp*, size_t index) {
    constexpr int types[kInputs] = {ort::kFloat, ort::kUint8, ort::kFloat16, ort::kUint8, ort::kInt32, ort::kFloat};
    return types[index];
}

ort::CustomOp describe() {
    using Op = const ort::CustomOp*;
    ort::CustomOp op = {};
    op.version = ort::kApiVersion;
    op.name = [](Op) { return "MatMulNBits"; };
    op.execution_provider = [](Op) { return "CPUExecutionProvider"; };
    op.input_type = input_type;
    op.input_count = [](Op) -> size_t { return kInputs; };
    op.output_type = [](Op, size_t) { return ort::kFloat; };
    op.output_count = [](Op) -> size_t { return 1; };
    op.destroy = destroy;
    op.input_characteristic = [](Op, size_t index) { return index <= kScales ? ort::kRequired : ort::kOptional; };
    op.output_characteristic = [](Op, size_t) { return ort::kRequired; };
    op.input_memory = [](Op, size_t) { return ort::kDefaultMemory; };
    op.create_kernel_v2 = create;
    op.compute_v2 = compute;
    op.start_version = [](Op) { return 1; };
    op.end_version = [](Op) { return 0x7FFFFFFF; };
    return op;
}

}  // namespace

const ort::CustomOp* matmul_operator() {
    static const ort::CustomOp op = describe();
    return &op;
}

}  // namespace jinpan
