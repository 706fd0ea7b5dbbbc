#include "CDigest.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif

int llmguard_sha256_is_quick(void) {
#ifdef CPU_FEATURE_PRESENT
  // The C library has asked the processor already; on a virtual machine each question is one to its host.
  return CPU_FEATURE_PRESENT(SSSE3) && CPU_FEATURE_PRESENT(SSE4_1) && CPU_FEATURE_PRESENT(SHA);
#else
  unsigned a, b, c, d;
  // Source: Intel's manual, volume 2, CPUID: SSSE3 and SSE4.1 in ECX of leaf 1, SHA in EBX of leaf 7.
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 9) || !(c & 1u << 19)) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  return (b >> 29) & 1;
#endif
}

// Source: Intel's manual, volume 2, SHA256RNDS2, SHA256MSG1, SHA256MSG2: they want the state as two words, A B E F and
// C D G H, and work on four words of the message at a time.
__attribute__((target("sha,sse4.1,ssse3")))
void llmguard_sha256_blocks(uint32_t state[8], const uint32_t constants[64], const uint8_t *bytes, size_t blocks) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&state[0]), 0xB1);
  __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&state[4]), 0x1B);
  __m128i abef = _mm_alignr_epi8(low, high, 8);
  __m128i cdgh = _mm_blend_epi16(high, low, 0xF0);
  for (; blocks > 0; blocks--, bytes += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      if (i < 4) {
        words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), swap);
      } else {
        const __m128i before = words[(i - 1) & 3];
        const __m128i shifted = _mm_alignr_epi8(before, words[(i - 2) & 3], 4);
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(words[i & 3], words[(i - 3) & 3]), shifted);
        words[i & 3] = _mm_sha256msg2_epu32(sum, before);
      }
      const __m128i added = _mm_add_epi32(words[i & 3], _mm_loadu_si128((const __m128i *)&constants[4 * i]));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0E));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)&state[0], _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)&state[4], _mm_alignr_epi8(dchg, feba, 8));
}

#else

int llmguard_sha256_is_quick(void) { return 0; }

void llmguard_sha256_blocks(uint32_t state[8], const uint32_t constants[64], const uint8_t *bytes, size_t blocks) {
  (void)state, (void)constants, (void)bytes, (void)blocks;
  __builtin_trap();
}

#endif
