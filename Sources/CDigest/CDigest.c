#include "CDigest.h"

#include <string.h>

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
// Source: FIPS 180-4, section 4.2.2.
static const uint32_t constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotated(uint32_t value, int count) { return value >> count | value << (32 - count); }

// Source: FIPS 180-4, section 6.2.2. Instead of all eight words being moved on after each round, the round is told
// which word is which; of the message's schedule no more than sixteen words are needed at a time. The three rotations
// of a word are made one after the other, and the majority of three from what the round before compared: that is
// fewer instructions.
#define ROUND(a, b, c, d, e, f, g, h, i)                                                     \
  do {                                                                                       \
    h += rotated(e ^ rotated(e ^ rotated(e, 14), 5), 6) + (g ^ (e & (f ^ g))) + k[i] + w[i]; \
    d += h;                                                                                  \
    const uint32_t differ = a ^ b;                                                           \
    h += rotated(a ^ rotated(a ^ rotated(a, 9), 11), 2) + (b ^ (differ & before));           \
    before = differ;                                                                         \
  } while (0)

void llmguard_sha256_blocks_plain(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  for (; blocks > 0; blocks--, bytes += 64) {
    uint32_t w[16];
    memcpy(w, bytes, sizeof w);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (int i = 0; i < 16; i++) w[i] = __builtin_bswap32(w[i]);
#endif
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    uint32_t before = b ^ c;
    for (const uint32_t *k = constants;;) {
      ROUND(a, b, c, d, e, f, g, h, 0);
      ROUND(h, a, b, c, d, e, f, g, 1);
      ROUND(g, h, a, b, c, d, e, f, 2);
      ROUND(f, g, h, a, b, c, d, e, 3);
      ROUND(e, f, g, h, a, b, c, d, 4);
      ROUND(d, e, f, g, h, a, b, c, 5);
      ROUND(c, d, e, f, g, h, a, b, 6);
      ROUND(b, c, d, e, f, g, h, a, 7);
      ROUND(a, b, c, d, e, f, g, h, 8);
      ROUND(h, a, b, c, d, e, f, g, 9);
      ROUND(g, h, a, b, c, d, e, f, 10);
      ROUND(f, g, h, a, b, c, d, e, 11);
      ROUND(e, f, g, h, a, b, c, d, 12);
      ROUND(d, e, f, g, h, a, b, c, 13);
      ROUND(c, d, e, f, g, h, a, b, 14);
      ROUND(b, c, d, e, f, g, h, a, 15);
      k += 16;
      if (k == constants + 64) break;
      // Each word is made of the one that stands in its place, sixteen before it, and of three that came since.
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) {
        const uint32_t early = w[(i + 1) & 15], late = w[(i + 14) & 15];
        w[i] += (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3) + w[(i + 9) & 15] +
                (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
      }
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

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
void llmguard_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
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

void llmguard_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  (void)state, (void)bytes, (void)blocks;
  __builtin_trap();
}

#endif
