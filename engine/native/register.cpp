// The library's door: ONNX Runtime calls RegisterCustomOps for a session that is to use our operators.
#include "ort_calls.h"

JINPAN_EXPORT ort::Status* RegisterCustomOps(ort::SessionOptions* options, const ort::ApiBase* base) {
    const void* const* table = base->get_api(ort::kApiVersion);
    if (!table) return nullptr;  // a runtime older than the interface: loading the graph will name what is missing
    const ort::Api api(table);
    ort::CustomOpDomain* domain = nullptr;
    using Create = ort::Status* (*)(const char*, ort::CustomOpDomain**);
    if (ort::Status* bad = api.call<Create>(ort::kCreateCustomOpDomain)("jinpan", &domain)) return bad;
    using AddOp = ort::Status* (*)(ort::CustomOpDomain*, const ort::CustomOp*);
    const ort::CustomOp* const operators[] = {jinpan::matmul_operator(), jinpan::attention_operator()};
    for (const ort::CustomOp* op : operators)
        if (ort::Status* bad = api.call<AddOp>(ort::kCustomOpDomainAdd)(domain, op)) return bad;
    using AddDomain = ort::Status* (*)(ort::SessionOptions*, ort::CustomOpDomain*);
    return api.call<AddDomain>(ort::kAddCustomOpDomain)(options, domain);
}
