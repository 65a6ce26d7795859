// The custom operator jinpan::GroupQueryAttention: inputs, outputs and attributes as com.microsoft's for one sequence
// with queries, keys and values packed side by side, rotary embedding, and a cache that is updated in place.
#include <stdlib.h>

#include "attention.h"
#include "kernels.h"
#include "ort_calls.h"

namespace jinpan {
namespace {

enum Input { kQkv, kKey, kValue, kPastKey, kPastValue, kSeqlens, kTotal, kCos, kSin, kInputs };
enum Output { kAttended, kPresentKey, kPresentValue, kOutputs };

struct Kernel {
    ort::Api api;
    ort::Allocator* allocator;
    Attend attend;
    size_t heads, kv_heads;
};

struct Tensor {
    void* data;
    int64_t dims[kMaxRank];
    size_t rank;
};

ort::Status* tensor(const ort::Api& api, const ort::KernelContext* context, size_t index, size_t rank, Tensor& t) {
    const ort::Value* value = nullptr;
    if (ort::Status* bad = value_of(api, context, index, &value)) return bad;
    if (!value) return api.error("GroupQueryAttention: a required input is missing");
    if (ort::Status* bad = read_shape(api, value, t.dims, t.rank)) return bad;
    if (t.rank != rank) return api.error("GroupQueryAttention: an input has another number of dimensions");
    return data_of(api, value, &t.data);
}

struct Job {
    const Attention& attention;
    const Kernel& kernel;
    float* scratch;
};

void store_strip(void* data, size_t strip) {
    const Attention& a = static_cast<Job*>(data)->attention;
    for (size_t i = strip * kRowsPerStrip; i < a.count && i < (strip + 1) * kRowsPerStrip; ++i) store_token(a, i);
}

void attend_strip(void* data, size_t item) {
    const Job& job = *static_cast<Job*>(data);
    const Attention& a = job.attention;
    job.kernel.attend(a, item % a.kv_heads, item / a.kv_heads, job.scratch + item * scratch_floats(a));
}

ort::Status* fits(const Kernel& kernel, const Tensor (&in)[kInputs], const Attention& a) {
    const int64_t size = static_cast<int64_t>(a.head_size);
    const bool cache = in[kPastKey].dims[0] == 1 && in[kPastKey].dims[1] == static_cast<int64_t>(a.kv_heads);
    bool same = true;
    for (int i = 0; i < 4; ++i) same = same && in[kPastKey].dims[i] == in[kPastValue].dims[i];
    if (!cache || !same) return kernel.api.error("GroupQueryAttention: past keys and values do not fit");
    if (size == 0 || size % 16 || a.head_size > kMaxHeadSize)
        return kernel.api.error("GroupQueryAttention: the head size must be a multiple of 16 up to 256");
    if (in[kQkv].dims[0] != 1 || in[kQkv].dims[2] != static_cast<int64_t>(a.row_size()))
        return kernel.api.error("GroupQueryAttention: the packed input's shape does not fit the heads");
    constexpr int tables[] = {kCos, kSin};
    for (int table : tables)
        if (in[table].dims[1] * 2 != size || in[table].dims[0] < static_cast<int64_t>(a.past + a.count))
            return kernel.api.error("GroupQueryAttention: the rotary tables do not fit");
    return nullptr;
}

ort::Status* attend(const Kernel& kernel, ort::KernelContext* context, const Attention& a) {
    const size_t strips = a.strips(), items = strips * a.kv_heads;
    Scratch scratch(kernel.api, kernel.allocator);
    if (ort::Status* bad = scratch.take(items * scratch_floats(a) * sizeof(float))) return bad;
    Job job = {a, kernel, static_cast<float*>(scratch.data)};
    if (ort::Status* bad = parallel(kernel.api, context, store_strip, strips, &job)) return bad;
    return parallel(kernel.api, context, attend_strip, items, &job);
}

ort::Status* compute(void* self, ort::KernelContext* context) {
    const Kernel& kernel = *static_cast<Kernel*>(self);
    constexpr size_t ranks[kInputs] = {3, 0, 0, 4, 4, 1, 0, 2, 2};
    Tensor in[kInputs] = {};
    constexpr size_t wanted[] = {kQkv, kPastKey, kPastValue, kTotal, kCos, kSin};
    for (size_t i : wanted)
        if (ort::Status* bad = tensor(kernel.api, context, i, ranks[i], in[i])) return bad;
    Attention a = {};
    a.heads = kernel.heads, a.kv_heads = kernel.kv_heads;
    a.capacity = static_cast<size_t>(in[kPastKey].dims[2]), a.head_size = static_cast<size_t>(in[kPastKey].dims[3]);
    a.count = static_cast<size_t>(in[kQkv].dims[1]);
    const int64_t total = *static_cast<const int32_t*>(in[kTotal].data);
    if (total < in[kQkv].dims[1] || total > in[kPastKey].dims[2])
        return kernel.api.error("GroupQueryAttention: the total length does not fit step and cache");
    a.past = static_cast<size_t>(total) - a.count;
    if (ort::Status* bad = fits(kernel, in, a)) return bad;

    const int64_t dims[3] = {1, in[kQkv].dims[1], static_cast<int64_t>(a.heads * a.head_size)};
    void *attended = nullptr, *keys = nullptr, *values = nullptr;
    if (ort::Status* bad = output_of(kernel.api, context, kAttended, dims, 3, &attended)) return bad;
    if (ort::Status* bad = output_of(kernel.api, context, kPresentKey, in[kPastKey].dims, 4, &keys)) return bad;
    if (ort::Status* bad = output_of(kernel.api, context, kPresentValue, in[kPastValue].dims, 4, &values)) return bad;
    const size_t cache_bytes = a.kv_heads * a.capacity * a.head_size * sizeof(float);
    if (keys != in[kPastKey].data) __builtin_memcpy(keys, in[kPastKey].data, cache_bytes);
    if (values != in[kPastValue].data) __builtin_memcpy(values, in[kPastValue].data, cache_bytes);
    if (a.count == 0) return nullptr;
    a.qkv = static_cast<const float*>(in[kQkv].data), a.output = static_cast<float*>(attended);
    a.keys = static_cast<float*>(keys), a.values = static_cast<float*>(values);
    a.cos = static_cast<const float*>(in[kCos].data), a.sin = static_cast<const float*>(in[kSin].data);
    return attend(kernel, context, a);
}

ort::Status* create(const ort::CustomOp*, const void* const* table, const ort::KernelInfo* info, void** kernel) {
    const ort::Api api(table);
    using GetInt = ort::Status* (*)(const ort::KernelInfo*, const char*, int64_t*);
    const GetInt get = api.call<GetInt>(ort::kGetAttributeInt64);
    int64_t heads = 0, kv_heads = 0, rotary = 0;
    if (ort::Status* bad = get(info, "num_heads", &heads)) return bad;
    if (ort::Status* bad = get(info, "kv_num_heads", &kv_heads)) return bad;
    if (ort::Status* bad = get(info, "do_rotary", &rotary)) return bad;
    if (rotary != 1) return api.error("GroupQueryAttention: do_rotary must be 1");
    if (heads <= 0 || kv_heads <= 0 || heads > 1024 || heads % kv_heads)
        return api.error("GroupQueryAttention: num_heads must be a multiple of kv_num_heads");
    const InstructionSet set = best_instruction_set();
    if (set == InstructionSet::kNone) return api.error("GroupQueryAttention: the processor lacks AVX2");
    ort::Allocator* allocator = nullptr;
    using GetAllocator = ort::Status* (*)(const ort::KernelInfo*, int, ort::Allocator**);
    if (ort::Status* bad = api.call<GetAllocator>(ort::kKernelInfoGetAllocator)(info, ort::kDefaultMemory, &allocator))
        return bad;
    void* memory = malloc(sizeof(Kernel));
    if (!memory) return api.error("GroupQueryAttention: out of memory");
    const Attend chosen = set == InstructionSet::kAvx512Vnni ? attend_avx512 : attend_avx2;
    const Kernel made = {api, allocator, chosen, static_cast<size_t>(heads), static_cast<size_t>(kv_heads)};
    *kernel = __builtin_memcpy(memory, &made, sizeof made);
    return nullptr;
}

void destroy(void* kernel) {
    Kernel* self = static_cast<Kernel*>(kernel);
    self->api.call<void (*)(ort::Allocator*)>(ort::kReleaseAllocator)(self->allocator);
    free(self);
}

ort::CustomOp describe() {
    using Op = const ort::CustomOp*;
    ort::CustomOp op = {};
    op.version = ort::kApiVersion;
    op.name = [](Op) { return "GroupQueryAttention"; };
    op.execution_provider = [](Op) { return "CPUExecutionProvider"; };
    op.input_type = [](Op, size_t index) { return index == kSeqlens || index == kTotal ? ort::kInt32 : ort::kFloat; };
    op.input_count = [](Op) -> size_t { return kInputs; };
    op.output_type = [](Op, size_t) { return ort::kFloat; };
    op.output_count = [](Op) -> size_t { return kOutputs; };
    op.destroy = destroy;
    op.input_characteristic = [](Op, size_t i) { return i == kKey || i == kValue ? ort::kOptional : ort::kRequired; };
    op.output_characteristic = [](Op, size_t) { return ort::kRequired; };
    op.input_memory = [](Op, size_t) { return ort::kDefaultMemory; };
    op.create_kernel_v2 = create;
    op.compute_v2 = compute;
    op.start_version = [](Op) { return 1; };
    op.end_version = [](Op) { return 0x7FFFFFFF; };
    return op;
}

}  // namespace

const ort::CustomOp* attention_operator() {
    static const ort::CustomOp op = describe();
    return &op;
}

}  // namespace jinpan
