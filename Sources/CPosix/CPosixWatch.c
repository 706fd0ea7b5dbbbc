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

int llmguard_watch_connects(void) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ABI, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_connect, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof steps / sizeof steps[0], .filter = steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
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
  union {
    struct seccomp_notif_resp answer;
    char bytes[1024];
  } reply;
  memset(&notice, 0, sizeof notice);
  memset(&reply, 0, sizeof reply);
  // Whoever asked may have been killed meanwhile.
  if (ioctl(watch, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) return errno == ENOENT || errno == EINTR ? 0 : -2;
  memset(seen, 0, sizeof *seen);
  // The kernel takes it for an int: what stands above that is no part of it.
  size_t length = (unsigned int)notice.told.data.args[2];
  if (length > sizeof seen->address) length = sizeof seen->address;
  struct iovec here = {seen->address, length}, there = {(void *)(uintptr_t)notice.told.data.args[1], length};
  ssize_t copied = process_vm_readv((pid_t)notice.told.pid, &here, 1, &there, 1, 0);
  int is_barred = copied < 0 && errno != EFAULT && errno != ESRCH;
  // What was read is of that process only if it still waits.
  int waits = ioctl(watch, SECCOMP_IOCTL_NOTIF_ID_VALID, &notice.told.id) == 0;
  seen->process = (int)notice.told.pid;
  seen->id = notice.told.id;
  seen->length = !waits || (copied != (ssize_t)length && !is_barred) ? 0 : is_barred ? -1 : (int)length;
  return 1;
}

void llmguard_let_connect(int watch, const llmguard_connect *seen) {
  union {
    struct seccomp_notif_resp answer;
    char bytes[1024];
  } reply;
  memset(&reply, 0, sizeof reply);
  reply.answer.id = seen->id;
  reply.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
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

void llmguard_let_connect(int watch, const llmguard_connect *seen) { (void)watch, (void)seen; }

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
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)};
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
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control;
  struct msghdr message = {.msg_name = &asked->from, .msg_namelen = sizeof asked->from, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t count = recvmsg(server, &message, MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  asked->to = 0;
  if (head && head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO) {
    struct in_pktinfo info;
    memcpy(&info, CMSG_DATA(head), sizeof info);
    asked->to = info.ipi_addr.s_addr;
  }
  return count;
}

// The answer has to come from the address that was asked.
int llmguard_answer_question(int server, const llmguard_question *asked, const void *bytes, size_t count) {
  struct iovec part = {(void *)bytes, count};
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control;
  memset(&control, 0, sizeof control);
  struct sockaddr_in to = asked->from;
  struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = IPPROTO_IP;
  head->cmsg_type = IP_PKTINFO;
  head->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  struct in_pktinfo info = {.ipi_spec_dst = {asked->to}};
  memcpy(CMSG_DATA(head), &info, sizeof info);
  return sendmsg(server, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}
