// Which instruction sets processor and system offer.
#include <cpuid.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

namespace jinpan {
namespace {

struct Registers {
    unsigned a, b, c, d;
};

Registers cpuid(unsigned leaf, unsigned subleaf) {
    Registers r = {};
    __get_cpuid_count(leaf, subleaf, &r.a, &r.b, &r.c, &r.d);  // zeros for a leaf that the processor does not have
    return r;
}

// The register state that the system saves on a switch of threads; needs OSXSAVE.
__attribute__((target("xsave"))) unsigned long long saved_state() { return __builtin_ia32_xgetbv(0); }

bool bit(unsigned word, int index) { return word >> index & 1; }

}  // namespace

bool supported(InstructionSet set) {
    const Registers basic = cpuid(1, 0), extended = cpuid(7, 0), more = cpuid(7, 1);
    if (!bit(basic.c, 27)) return false;  // OSXSAVE
    const unsigned long long state = saved_state();
    const bool avx2 = (state & 0x6) == 0x6 && bit(basic.c, 12) && bit(basic.c, 29) &&
                      bit(extended.b, 5);  // FMA, F16C, AVX2
    const bool avx512 = (state & 0xE6) == 0xE6 && bit(extended.b, 16) && bit(extended.b, 17) && bit(extended.b, 30) &&
                        bit(extended.b, 31) && bit(extended.c, 11);  // F, DQ, BW, VL, VNNI
    switch (set) {
        case InstructionSet::kNone: return true;
        case InstructionSet::kAvx2: return avx2;
        case InstructionSet::kAvxVnni: return avx2 && bit(more.a, 4);
        case InstructionSet::kAvx512Vnni:
        case InstructionSet::kVnni256: return avx2 && avx512;
    }
    return false;
}

InstructionSet best_instruction_set() {
    const char* wanted = getenv("JINPAN_NATIVE");
    const bool below512 = wanted && strcmp(wanted, "avx512") != 0;
    const bool below_vnni = wanted && strcmp(wanted, "avx2") == 0;
    if (!below512 && supported(InstructionSet::kAvx512Vnni)) return InstructionSet::kAvx512Vnni;
    if (!below_vnni && supported(InstructionSet::kAvxVnni)) return InstructionSet::kAvxVnni;
    return supported(InstructionSet::kAvx2) ? InstructionSet::kAvx2 : InstructionSet::kNone;
}

MatMul matmul_for(InstructionSet set) {
    switch (set) {
        case InstructionSet::kAvx2: return matmul_avx2;
        case InstructionSet::kAvxVnni: return matmul_avxvnni;
        case InstructionSet::kAvx512Vnni: return matmul_avx512;
        case InstructionSet::kVnni256: return matmul_vnni256;
        case InstructionSet::kNone: break;
    }
    return nullptr;
}

}  // namespace jinpan
