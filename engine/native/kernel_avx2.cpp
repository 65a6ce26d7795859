// Kernels for processors with AVX2 alone: most PCs from 2013 to 2021.
#define JINPAN_MATMUL matmul_avx2
#define JINPAN_TARGET "avx2,fma,f16c"
#include "kernel_256.h"
