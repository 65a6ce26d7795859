// Calls into ONNX Runtime that both operators make.
#pragma once

#include "ort_abi.h"

namespace jinpan {

constexpr size_t kMaxRank = 8;

const ort::CustomOp* matmul_operator();
const ort::CustomOp* attention_operator();

inline ort::Status* read_shape(const ort::Api& api, const ort::Value* value, int64_t* dims, size_t& rank) {
    ort::ShapeInfo* info = nullptr;
    using GetShape = ort::Status* (*)(const ort::Value*, ort::ShapeInfo**);
    if (ort::Status* bad = api.call<GetShape>(ort::kGetTensorTypeAndShape)(value, &info)) return bad;
    ort::Status* status = api.call<ort::Status* (*)(const ort::ShapeInfo*, size_t*)>(ort::kGetDimensionsCount)(info, &rank);
    if (!status && rank > kMaxRank) status = api.error("too many dimensions");
    using GetDimensions = ort::Status* (*)(const ort::ShapeInfo*, int64_t*, size_t);
    if (!status) status = api.call<GetDimensions>(ort::kGetDimensions)(info, dims, rank);
    api.call<void (*)(ort::ShapeInfo*)>(ort::kReleaseShapeInfo)(info);
    return status;
}

// Null where the node leaves the input out.
inline ort::Status* value_of(const ort::Api& api, const ort::KernelContext* context, size_t index, const ort::Value** value) {
    size_t count = 0;
    *value = nullptr;
    using GetCount = ort::Status* (*)(const ort::KernelContext*, size_t*);
    if (ort::Status* bad = api.call<GetCount>(ort::kGetInputCount)(context, &count)) return bad;
    if (index >= count) return nullptr;
    using GetInput = ort::Status* (*)(const ort::KernelContext*, size_t, const ort::Value**);
    return api.call<GetInput>(ort::kGetInput)(context, index, value);
}

inline ort::Status* data_of(const ort::Api& api, const ort::Value* value, void** data) {
    using GetData = ort::Status* (*)(ort::Value*, void**);
    return api.call<GetData>(ort::kGetTensorMutableData)(const_cast<ort::Value*>(value), data);
}

inline ort::Status* output_of(const ort::Api& api, ort::KernelContext* context, size_t index, const int64_t* dims,
                              size_t rank, void** data) {
    ort::Value* value = nullptr;
    using GetOutput = ort::Status* (*)(ort::KernelContext*, size_t, const int64_t*, size_t, ort::Value**);
    if (ort::Status* bad = api.call<GetOutput>(ort::kGetOutput)(context, index, dims, rank, &value)) return bad;
    return data_of(api, value, data);
}

// Run work(data, 0) to work(data, items - 1) on the session's threads.
inline ort::Status* parallel(const ort::Api& api, const ort::KernelContext* context, void (*work)(void*, size_t),
                             size_t items, void* data) {
    if (items == 1) {
        work(data, 0);
        return nullptr;
    }
    using ParallelFor =
        ort::Status* (*)(const ort::KernelContext*, void (*)(void*, size_t), size_t total, size_t batches, void* data);
    return api.call<ParallelFor>(ort::kParallelFor)(context, work, items, 0, data);
}

// Memory from the session's allocator, given back at the end of the scope.
class Scratch {
public:
    Scratch(const ort::Api& api, ort::Allocator* allocator) : api_(api), allocator_(allocator) {}
    Scratch(const Scratch&) = delete;
    ~Scratch() {
        using Free = ort::Status* (*)(ort::Allocator*, void*);
        ort::Status* bad = data ? api_.call<Free>(ort::kAllocatorFree)(allocator_, data) : nullptr;
        if (bad) api_.release(bad);
    }
    ort::Status* take(size_t size_bytes) {
        using Alloc = ort::Status* (*)(ort::Allocator*, size_t, void**);
        return api_.call<Alloc>(ort::kAllocatorAlloc)(allocator_, size_bytes, &data);
    }
    void* data = nullptr;

private:
    const ort::Api& api_;
    ort::Allocator* allocator_;
};

}  // namespace jinpan
