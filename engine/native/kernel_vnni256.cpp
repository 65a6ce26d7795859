// The kernels of kernel_avxvnni.cpp in AVX-512's encoding, so that they can be tested on processors that have only that.
#define JINPAN_MATMUL matmul_vnni256
#define JINPAN_TARGET "avx2,fma,f16c,avx512f,avx512vl,avx512vnni"
#define JINPAN_DPBUSD _mm256_dpbusd_epi32
#include "kernel_256.h"
