#define _GNU_SOURCE
#include "CPosixWatch.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// Whom a process connects to, as the kernel tells before it does: seccomp's notifications. And a network in which every address
// is this machine, so that whoever is asked for names can be played there.
//
// Source: seccomp(2), seccomp_unotify(2); rtnetlink(7); ip-route(8) on local routes.

#if defined(__x86_64__)
#define OWN_ABI AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_ABI AUDIT_ARCH_AARCH64
#endif

#if defined(OWN_ABI) && defined(SECCOMP_USER_NOTIF_FLAG_CONTINUE)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_UPPER(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define ASK BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)
// Leaves out so many steps where what was loaded is not the value.
#define UNLESS(value, steps) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps)
// Asks where what was loaded has one of these bits, and allows it where it has none.
#define ASK_IF_ANY(bits) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), ASK, ALLOW

int llmguard_watch_connects(void) {
  // Beside `connect`: what `sendto` sends to an address without it, and what connects by being sent (MSG_FASTOPEN). Else `sendmsg`
  // is not asked about: by that this process hands over what it is asked by.
  struct sock_filter steps[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ABI, 1, 0),
      ALLOW,
      LOAD(nr),
      UNLESS(__NR_connect, 1),
      ASK,
      UNLESS(__NR_sendto, 7),
      LOAD(args[4]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
      ASK,
      LOAD_UPPER(args[4]),
      ASK_IF_ANY(~0u),
      UNLESS(__NR_sendmsg, 4),
      LOAD(args[2]),
      ASK_IF_ANY(MSG_FASTOPEN),
      UNLESS(__NR_sendmmsg, 4),
      LOAD(args[3]),
      ASK_IF_ANY(MSG_FASTOPEN),
      ALLOW,
  };
  struct sock_fprog program = {.len = sizeof steps / sizeof steps[0], .filter = steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

// Copies from another process's memory; -1 with errno.
static ssize_t copy_from(pid_t process, uint64_t from, void *to, size_t length) {
  struct iovec here = {to, length}, there = {(void *)(uintptr_t)from, length};
  return process_vm_readv(process, &here, 1, &there, 1, 0);
}

// Copies the address that a call names; its length, or -1 with errno.
static ssize_t copy_address(pid_t process, const struct seccomp_data *call, unsigned char *address, size_t most) {
  uint64_t place = call->args[1], length = call->args[2];
  struct msghdr message;
  switch (call->nr) {
  case __NR_connect: break;
  case __NR_sendto:
    place = call->args[4];
    length = call->args[5];
    break;
  default:
    // The first of several messages begins as a single one does.
    if (copy_from(process, place, &message, sizeof message) != (ssize_t)sizeof message) return -1;
    place = (uint64_t)(uintptr_t)message.msg_name;
    length = message.msg_namelen;
  }
  // The kernel takes it for an int: what stands above that is no part of it.
  length = (unsigned int)length;
  if (length > most) length = most;
  ssize_t copied = copy_from(process, place, address, length);
  if (copied < 0 || copied == (ssize_t)length) return copied;
  errno = EFAULT;
  return -1;
}

int llmguard_next_connect(int watch, int milliseconds, llmguard_connect *seen) {
  struct pollfd polled = {.fd = watch, .events = POLLIN};
  int count = poll(&polled, 1, milliseconds);
  if (count <= 0) return count == 0 || errno == EINTR ? 0 : -1;
  if (!(polled.revents & POLLIN)) return -1;
  // The kernel may know more of a notification than this program: it says how much. Both are a few dozen bytes.
  union {
    struct seccomp_notif told;
    char bytes[1024];
  } notice;
  memset(&notice, 0, sizeof notice);
  // Whoever asked may have been killed meanwhile.
  if (ioctl(watch, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) return errno == ENOENT || errno == EINTR ? 0 : -2;
  memset(seen, 0, sizeof *seen);
  ssize_t length = copy_address((pid_t)notice.told.pid, &notice.told.data, seen->address, sizeof seen->address);
  int is_barred = length < 0 && errno != EFAULT && errno != ESRCH;
  // What was read is of that process only if it still waits.
  int waits = ioctl(watch, SECCOMP_IOCTL_NOTIF_ID_VALID, &notice.told.id) == 0;
  seen->process = (int)notice.told.pid;
  seen->id = notice.told.id;
  seen->length = !waits ? 0 : is_barred ? -1 : length < 0 ? 0 : (int)length;
  return 1;
}

void llmguard_let_connect(int watch, const llmguard_connect *seen, int refusal) {
  union {
    struct seccomp_notif_resp answer;
    char bytes[1024];
  } reply;
  memset(&reply, 0, sizeof reply);
  reply.answer.id = seen->id;
  reply.answer.error = -refusal;
  if (refusal == 0) reply.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ioctl(watch, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

#else

int llmguard_watch_connects(void) {
  errno = ENOTSUP;
  return -1;
}

int llmguard_next_connect(int watch, int milliseconds, llmguard_connect *seen) {
  (void)watch, (void)milliseconds, (void)seen;
  errno = ENOTSUP;
  return -1;
}

void llmguard_let_connect(int watch, const llmguard_connect *seen, int refusal) { (void)watch, (void)seen, (void)refusal; }

#endif

static int add_local_route(int family) {
  struct {
    struct nlmsghdr head;
    struct rtmsg body;
    struct rtattr device;
    int index;
  } request = {
      .head = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_NEWROUTE,
               .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK},
      .body = {.rtm_family = (unsigned char)family, .rtm_table = RT_TABLE_LOCAL, .rtm_protocol = RTPROT_BOOT,
               .rtm_scope = RT_SCOPE_HOST, .rtm_type = RTN_LOCAL},
      .device = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = RTA_OIF},
      .index = (int)if_nametoindex("lo"),
  };
  int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  struct {
    struct nlmsghdr head;
    struct nlmsgerr body;
    char rest[512];
  } reply;
  memset(&reply, 0, sizeof reply);
  int code = 0;
  if (send(fd, &request, sizeof request, 0) != (ssize_t)sizeof request || recv(fd, &reply, sizeof reply, 0) < 0) {
    code = errno;
  } else if (reply.head.nlmsg_type == NLMSG_ERROR) {
    code = -reply.body.error;
  }
  close(fd);
  errno = code;
  return code == 0 ? 0 : -1;
}

int llmguard_play_name_server(void) {
  if (add_local_route(AF_INET) != 0) return -1;
  // Without IPv6 nobody asks by it.
  add_local_route(AF_INET6);
  int yes = 1, no = 0;
  struct sockaddr_in6 both = {.sin6_family = AF_INET6, .sin6_port = htons(53)};
  int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0) {
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof yes) == 0 &&
        // A local route makes no address of IPv6 this network's own to answer from.
        setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &yes, sizeof yes) == 0 &&
        bind(fd, (struct sockaddr *)&both, sizeof both) == 0) {
      return fd;
    }
    close(fd);
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)};
  fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes) == 0 &&
      bind(fd, (struct sockaddr *)&address, sizeof address) == 0) {
    return fd;
  }
  int code = errno;
  close(fd);
  errno = code;
  return -1;
}

ssize_t llmguard_next_question(int server, int milliseconds, llmguard_question *asked) {
  struct pollfd polled = {.fd = server, .events = POLLIN};
  if (poll(&polled, 1, milliseconds) <= 0) return 0;
  struct iovec part = {asked->bytes, sizeof asked->bytes};
  struct msghdr message = {.msg_name = &asked->from, .msg_namelen = sizeof asked->from, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = asked->to, .msg_controllen = sizeof asked->to};
  ssize_t count = recvmsg(server, &message, MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  asked->from_length = message.msg_namelen;
  asked->to_length = message.msg_controllen;
  return count;
}

// The answer has to come from the address that was asked: what the kernel told of it tells the kernel so.
int llmguard_answer_question(int server, const llmguard_question *asked, const void *bytes, size_t count) {
  struct iovec part = {(void *)bytes, count};
  struct msghdr message = {.msg_name = (void *)&asked->from, .msg_namelen = asked->from_length, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = (void *)asked->to, .msg_controllen = asked->to_length};
  return sendmsg(server, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}
