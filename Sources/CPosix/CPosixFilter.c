#define _GNU_SOURCE
#include "CPosixNetwork.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// A filter over the system calls by which a process gets sockets: those of a network can only lead into its own network, but a
// UNIX socket leads to whoever listens in the file system, and some other kinds lead to the machine around this one.
//
// Source: seccomp(2); linux/seccomp.h; the kernel's "Seccomp BPF" and its x32 numbers, which have this bit.

#if defined(__x86_64__)
#define OWN_ABI AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_ABI AUDIT_ARCH_AARCH64
#endif

#ifdef OWN_ABI

#ifndef __NR_io_uring_setup
#define __NR_io_uring_setup 425
#endif
#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1UL << 2)
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)
// Answers where what was loaded is the value, and goes on where it is not.
#define ANSWER_IF(value, answer) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), ANSWER(answer)
// Leaves out so many steps where what was loaded is not the value.
#define UNLESS(value, steps) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps)
#define REFUSED(code) (SECCOMP_RET_ERRNO | (code))
// The kernel takes families and types as 32 bits: what stands in the upper half of the argument counts for nothing.
#define SOCKET_TYPE_MASK 0xf

static int install(struct sock_fprog *program) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  // Without the flag older kernels slow the program down, against attacks by code that runs inside it.
  if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, program) == 0) return 0;
  if (errno != EINVAL) return -1;
  return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0 ? 0 : -1;
}

int llmguard_bar_sockets(int allows_unix) {
  const unsigned unix_socket = allows_unix ? SECCOMP_RET_ALLOW : REFUSED(EACCES);
  // A pair that is connected for good leads nowhere else; one of datagrams can be led to another.
  const unsigned unix_datagrams = unix_socket;
  struct sock_filter steps[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ABI, 1, 0),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
#if defined(__x86_64__)
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      ANSWER(REFUSED(ENOSYS)),
#endif
      // Rings make sockets without this filter.
      ANSWER_IF(__NR_io_uring_setup, REFUSED(ENOSYS)),
      UNLESS(__NR_socket, 10),
      LOAD(args[0]),
      ANSWER_IF(AF_INET, SECCOMP_RET_ALLOW),
      ANSWER_IF(AF_INET6, SECCOMP_RET_ALLOW),
      ANSWER_IF(AF_NETLINK, SECCOMP_RET_ALLOW),
      ANSWER_IF(AF_UNIX, unix_socket),
      ANSWER(REFUSED(EACCES)),
      UNLESS(__NR_socketpair, 9),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0),
      ANSWER(REFUSED(EACCES)),
      LOAD(args[1]),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, SOCKET_TYPE_MASK),
      ANSWER_IF(SOCK_DGRAM, unix_datagrams),
      ANSWER_IF(SOCK_RAW, unix_datagrams),
      ANSWER(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof steps / sizeof steps[0], .filter = steps};
  return install(&program);
}

#else

int llmguard_bar_sockets(int allows_unix) {
  (void)allows_unix;
  errno = ENOTSUP;
  return -1;
}

#endif
