#ifndef LLMGUARD_CDIGEST_H
#define LLMGUARD_CDIGEST_H

#include <stddef.h>
#include <stdint.h>

/// Whether the processor has instructions for SHA-256.
int llmguard_sha256_is_quick(void);

/// Takes blocks of 64 bytes into a state, by those instructions. They must be there.
void llmguard_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks);

/// The same by what every processor has.
void llmguard_sha256_blocks_plain(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#endif
