// Attention with AVX-512.
#define JINPAN_ATTEND attend_avx512
#define JINPAN_TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"
#define JINPAN_LANES 16
#include "attention_kernel.h"
