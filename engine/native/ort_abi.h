// The part of ONNX Runtime's C interface that a custom operator needs. The runtime's own header is not needed to
// build: its function table only ever grows at the end, so a function keeps the index it was published with.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define JINPAN_EXPORT extern "C" __declspec(dllexport)
#else
#define JINPAN_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace ort {

struct Status;
struct Value;
struct ShapeInfo;
struct KernelInfo;
struct KernelContext;
struct InferContext;
struct SessionOptions;
struct CustomOpDomain;
struct Allocator;

constexpr uint32_t kApiVersion = 18;  // the first with KernelInfoGetAllocator
constexpr int kFloat = 1;             // element types
constexpr int kFloat16 = 10;
constexpr int kUint8 = 2;
constexpr int kInt32 = 6;
constexpr int kInvalidArgument = 2;  // error code
constexpr int kRequired = 0;         // input characteristics
constexpr int kOptional = 1;
constexpr int kDefaultMemory = 0;

struct ApiBase {
    const void* const* (*get_api)(uint32_t version);
    const char* (*get_version)();
};

// Index of each function in the table that ApiBase::get_api returns.
enum Function {
    kCreateStatus = 0,
    kCreateCustomOpDomain = 26,
    kCustomOpDomainAdd = 27,
    kAddCustomOpDomain = 28,
    kGetTensorMutableData = 51,
    kCreateShapeInfo = 57,
    kSetElementType = 58,
    kSetDimensions = 59,
    kGetElementType = 60,
    kGetDimensionsCount = 61,
    kGetDimensions = 62,
    kGetSymbolicDimensions = 63,
    kGetTensorTypeAndShape = 65,
    kAllocatorAlloc = 75,
    kAllocatorFree = 76,
    kGetAttributeInt64 = 86,
    kGetInputCount = 88,
    kGetInput = 90,
    kGetOutput = 91,
    kReleaseStatus = 93,
    kReleaseShapeInfo = 99,
    kReleaseAllocator = 132,
    kInferGetInputShape = 268,
    kInferSetOutputShape = 270,
    kSetSymbolicDimensions = 271,
    kParallelFor = 274,
    kKernelInfoGetAllocator = 278,
};

// What a custom operator shows to the runtime; fields up to `version` 18 are read.
struct CustomOp {
    uint32_t version;
    void* (*create_kernel)(const CustomOp*, const void* const* api, const KernelInfo*);
    const char* (*name)(const CustomOp*);
    const char* (*execution_provider)(const CustomOp*);
    int (*input_type)(const CustomOp*, size_t);
    size_t (*input_count)(const CustomOp*);
    int (*output_type)(const CustomOp*, size_t);
    size_t (*output_count)(const CustomOp*);
    void (*compute)(void* kernel, KernelContext*);
    void (*destroy)(void* kernel);
    int (*input_characteristic)(const CustomOp*, size_t);
    int (*output_characteristic)(const CustomOp*, size_t);
    int (*input_memory)(const CustomOp*, size_t);
    int (*variadic_input_min)(const CustomOp*);
    int (*variadic_input_homogeneous)(const CustomOp*);
    int (*variadic_output_min)(const CustomOp*);
    int (*variadic_output_homogeneous)(const CustomOp*);
    Status* (*create_kernel_v2)(const CustomOp*, const void* const* api, const KernelInfo*, void** kernel);
    Status* (*compute_v2)(void* kernel, KernelContext*);
    Status* (*infer_output_shape)(const CustomOp*, InferContext*);
    int (*start_version)(const CustomOp*);
    int (*end_version)(const CustomOp*);
    size_t (*may_inplace)(int** inputs, int** outputs);
    void (*release_may_inplace)(int* inputs, int* outputs);
    size_t (*alias_map)(int** inputs, int** outputs);
    void (*release_alias_map)(int* inputs, int* outputs);
};

// Typed access to the table.
class Api {
public:
    explicit Api(const void* const* table) : table_(table) {}

    Status* error(const char* message) const {
        return call<Status* (*)(int, const char*)>(kCreateStatus)(kInvalidArgument, message);
    }
    void release(Status* status) const { call<void (*)(Status*)>(kReleaseStatus)(status); }

    template <typename Signature>
    Signature call(Function function) const {
        return reinterpret_cast<Signature>(const_cast<void*>(table_[function]));
    }

private:
    const void* const* table_;
};

}  // namespace ort
