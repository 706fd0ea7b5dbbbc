#ifndef LLMGUARD_CPOSIX_H
#define LLMGUARD_CPOSIX_H
// What the Glibc module of the toolchain lacks: GNU extensions, variadic calls, and macros.
#endif
