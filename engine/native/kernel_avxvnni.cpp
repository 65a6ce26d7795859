// Kernels for processors with AVX-VNNI but no AVX-512: Intel's from 2021 on.
#define JINPAN_MATMUL matmul_avxvnni
#define JINPAN_TARGET "avx2,fma,f16c,avxvnni"
#define JINPAN_DPBUSD _mm256_dpbusd_avx_epi32
#include "kernel_256.h"
