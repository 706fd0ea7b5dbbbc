// The mathematical library is loaded when the first of its functions is called, which few commands do: to load it before
// main, as the dynamic linker would, takes a fiftieth of a guarded run's time. The linker finds these functions first, and
// leaves the library out (`Sources/llmguard/link/ld`).
//
// *Source:* for where arguments are, the System V ABI's AMD64 supplement.
#if defined(LLMGUARD_QUICK_START) && defined(__x86_64__) && defined(__linux__)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((visibility("hidden"), used)) void *llmguard_mathematical(const char *name) {
  int before = errno;
  void *library = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
  void *function = library ? dlsym(library, name) : NULL;
  if (!function) {
    static const char message[] = "llmguard: error: the C library's mathematical part, libm.so.6, cannot be loaded\n";
    ssize_t written = write(2, message, sizeof message - 1);
    (void)written;
    abort();
  }
  errno = before;
  return function;
}

// Tables of keys ask for these when they grow, which every run's do. From two to the power of 52 on all numbers are whole.
static double whole(double number, double direction) {
  if (!(number > -0x1p52 && number < 0x1p52)) return number;
  double cut = (double)(long long)number;
  if ((direction > 0 && cut < number) || (direction < 0 && cut > number)) cut += direction;
  return __builtin_copysign(cut, number);
}

__attribute__((visibility("hidden"))) double ceil(double number) { return whole(number, 1); }

__attribute__((visibility("hidden"))) double floor(double number) { return whole(number, -1); }

// What stands in a function's place goes where its slot says: at first to where the function is found. All arguments are
// kept meanwhile: numbers in eight registers each, what is longer is on the stack.
__asm__(
    ".text\n"
    "llmguard_find_mathematical:\n"
    "  pushq %rbp\n"
    "  movq %rsp, %rbp\n"
    "  andq $-16, %rsp\n"
    "  subq $192, %rsp\n"
    "  movaps %xmm0, (%rsp)\n"
    "  movaps %xmm1, 16(%rsp)\n"
    "  movaps %xmm2, 32(%rsp)\n"
    "  movaps %xmm3, 48(%rsp)\n"
    "  movaps %xmm4, 64(%rsp)\n"
    "  movaps %xmm5, 80(%rsp)\n"
    "  movaps %xmm6, 96(%rsp)\n"
    "  movaps %xmm7, 112(%rsp)\n"
    "  movq %rdi, 128(%rsp)\n"
    "  movq %rsi, 136(%rsp)\n"
    "  movq %rdx, 144(%rsp)\n"
    "  movq %rcx, 152(%rsp)\n"
    "  movq %r8, 160(%rsp)\n"
    "  movq %r9, 168(%rsp)\n"
    "  movq %r11, 176(%rsp)\n"
    "  movq %r10, %rdi\n"
    "  call llmguard_mathematical\n"
    "  movq 176(%rsp), %r11\n"
    "  movq %rax, (%r11)\n"
    "  movaps (%rsp), %xmm0\n"
    "  movaps 16(%rsp), %xmm1\n"
    "  movaps 32(%rsp), %xmm2\n"
    "  movaps 48(%rsp), %xmm3\n"
    "  movaps 64(%rsp), %xmm4\n"
    "  movaps 80(%rsp), %xmm5\n"
    "  movaps 96(%rsp), %xmm6\n"
    "  movaps 112(%rsp), %xmm7\n"
    "  movq 128(%rsp), %rdi\n"
    "  movq 136(%rsp), %rsi\n"
    "  movq 144(%rsp), %rdx\n"
    "  movq 152(%rsp), %rcx\n"
    "  movq 160(%rsp), %r8\n"
    "  movq 168(%rsp), %r9\n"
    "  movq %rbp, %rsp\n"
    "  popq %rbp\n"
    "  jmp *%rax\n");

#define F(name)                             \
  __asm__(                                  \
      ".section .rodata\n"                  \
      "1: .asciz \"" #name "\"\n"           \
      ".data\n"                             \
      ".balign 8\n"                         \
      "2: .quad 3f\n"                       \
      ".text\n"                             \
      ".globl " #name "\n"                  \
      ".hidden " #name "\n"                 \
      ".type " #name ", @function\n" #name ": jmp *2b(%rip)\n" \
      "3: leaq 1b(%rip), %r10\n"            \
      "  leaq 2b(%rip), %r11\n"             \
      "  jmp llmguard_find_mathematical\n");

// What the language's library and SQLite use of it.
F(acos) F(acosf) F(acosh) F(acoshf) F(acoshl) F(acosl) F(asin) F(asinf) F(asinh) F(asinhf) F(asinhl) F(asinl)
F(atan) F(atan2) F(atan2f) F(atan2l) F(atanf) F(atanh) F(atanhf) F(atanhl) F(atanl) F(cbrtf) F(cbrtl)
F(ceilf) F(ceill) F(cos) F(cosf) F(cosh) F(coshf) F(coshl) F(cosl) F(erfcf) F(erfcl) F(erff) F(erfl) F(exp)
F(exp2) F(exp2f) F(exp2l) F(expf) F(expl) F(expm1f) F(expm1l) F(fdimf) F(fdiml) F(floorf) F(floorl)
F(fma) F(fmaf) F(fmal) F(fmaxl) F(fminl) F(fmod) F(fmodf) F(fmodl) F(hypotf) F(hypotl) F(jn) F(lgamma_r)
F(lgammaf_r) F(lgammal_r) F(log) F(log10) F(log10f) F(log10l) F(log1pf) F(log1pl) F(log2) F(log2f) F(log2l)
F(logbf) F(logbl) F(logf) F(logl) F(nanf) F(nanl) F(nearbyint) F(nearbyintf) F(nearbyintl) F(nextafterf)
F(nextafterl) F(pow) F(powf) F(powl) F(remainder) F(remainderf) F(remainderl) F(remquo) F(remquof) F(remquol)
F(rint) F(rintf) F(rintl) F(round) F(roundf) F(roundl) F(sin) F(sinf) F(sinh) F(sinhf) F(sinhl) F(sinl) F(sqrt)
F(sqrtf) F(sqrtl) F(tan) F(tanf) F(tanh) F(tanhf) F(tanhl) F(tanl) F(tgammaf) F(tgammal) F(trunc) F(truncf)
F(truncl) F(yn)
#endif
