#define _GNU_SOURCE
#include "CPosix.h"
#include "CPosixNetwork.h"
#include "CPosixWatch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// What the helper tells: how far it came, and with the last step a descriptor.
typedef struct {
  int step;
  int code;
} report;

static int send_report(int fd, int step, int code, int passed) {
  report body = {step, code};
  struct iovec part = {&body, sizeof body};
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (passed >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &passed, sizeof passed);
  }
  return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)sizeof body ? 0 : -1;
}

// -1 when the helper has gone.
static int receive_report(int fd, report *body, int *passed) {
  struct iovec part = {body, sizeof *body};
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t count;
  do count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count != (ssize_t)sizeof *body) return -1;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
    memcpy(passed, CMSG_DATA(head), sizeof *passed);
  }
  return 0;
}

static int listen_inside(int backlog) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ifreq device;
  memset(&device, 0, sizeof device);
  strcpy(device.ifr_name, "lo");
  if (ioctl(fd, SIOCGIFFLAGS, &device) != 0) return -1;
  device.ifr_flags |= IFF_UP | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &device) != 0) return -1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, backlog) != 0) return -1;
  return fd;
}

// The helper: makes the namespaces, waits for its user ids, listens, and ends. Only what may follow a fork is called.
static void help(int fd, int backlog, int allows_unix, int answers_names) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char go = 0;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    send_report(fd, LLMGUARD_NETWORK_UNSHARE, errno, -1);
    _exit(1);
  }
  if (send_report(fd, 0, 0, -1) != 0 || read(fd, &go, 1) != 1) _exit(1);
  int listener = listen_inside(backlog);
  if (listener < 0) {
    send_report(fd, LLMGUARD_NETWORK_LOOPBACK, errno, -1);
    _exit(1);
  }
  // Where it cannot be, names stay unknown inside.
  int names = answers_names ? llmguard_play_name_server() : -1;
  // Tried here, where nothing has been started yet.
  if (llmguard_bar_sockets(allows_unix) != 0) {
    send_report(fd, LLMGUARD_NETWORK_FILTER, errno, -1);
    _exit(1);
  }
  // The other side lets go when it holds the namespaces.
  send_report(fd, 0, 0, listener);
  if (answers_names) send_report(fd, 0, 0, names);
  while (read(fd, &go, 1) < 0 && errno == EINTR) {}
  _exit(0);
}

static int write_proc(pid_t pid, const char *name, const char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t count = write(fd, text, strlen(text));
  int code = errno;
  close(fd);
  errno = code;
  return count == (ssize_t)strlen(text) ? 0 : -1;
}

// Everybody keeps their number. The superuser may map all of them, so that other users' files stay what they are.
static int map_ids(pid_t pid) {
  if (geteuid() == 0 && write_proc(pid, "uid_map", "0 0 4294967295\n") == 0 &&
      write_proc(pid, "gid_map", "0 0 4294967295\n") == 0) {
    return 0;
  }
  char line[64];
  snprintf(line, sizeof line, "%u %u 1\n", (unsigned)geteuid(), (unsigned)geteuid());
  if (write_proc(pid, "uid_map", line) != 0) return -1;
  if (write_proc(pid, "setgroups", "deny") != 0) return -1;
  snprintf(line, sizeof line, "%u %u 1\n", (unsigned)getegid(), (unsigned)getegid());
  return write_proc(pid, "gid_map", line);
}

static int open_namespace(pid_t pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

// What the parent does with its helper; the step that failed, or 0.
static int take_network(pid_t pid, int fd, int answers_names, llmguard_network *network) {
  report body = {0, 0};
  if (receive_report(fd, &body, &network->listener) != 0) return LLMGUARD_NETWORK_PREPARE;
  if (body.step != 0) {
    errno = body.code;
    return body.step;
  }
  if (map_ids(pid) != 0) return LLMGUARD_NETWORK_MAP;
  if (write(fd, "g", 1) != 1) return LLMGUARD_NETWORK_PREPARE;
  if (receive_report(fd, &body, &network->listener) != 0) return LLMGUARD_NETWORK_PREPARE;
  if (body.step != 0) {
    errno = body.code;
    return body.step;
  }
  if (answers_names && receive_report(fd, &body, &network->names) != 0) return LLMGUARD_NETWORK_PREPARE;
  network->user = open_namespace(pid, "user");
  network->net = open_namespace(pid, "net");
  return network->listener < 0 || network->user < 0 || network->net < 0 ? LLMGUARD_NETWORK_PREPARE : 0;
}

int llmguard_make_network(int backlog, int allows_unix, int answers_names, llmguard_network *network, int *step) {
  int ends[2];
  network->listener = network->names = network->user = network->net = -1;
  network->allows_unix = allows_unix;
  *step = LLMGUARD_NETWORK_PREPARE;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    help(ends[1], backlog, allows_unix, answers_names);
  }
  int code = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    errno = code;
    return -1;
  }
  *step = take_network(pid, ends[0], answers_names, network);
  code = errno;
  close(ends[0]);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
  if (*step == 0) return 0;
  if (network->listener >= 0) close(network->listener);
  if (network->names >= 0) close(network->names);
  if (network->user >= 0) close(network->user);
  if (network->net >= 0) close(network->net);
  errno = code;
  return -1;
}

int llmguard_take_watch(int fd) {
  report body;
  int watch = -1;
  return receive_report(fd, &body, &watch) == 0 ? watch : -1;
}

int llmguard_spawn_inside(const llmguard_network *network, pid_t *pid, const char *file, char *const argv[],
                          char *const envp[], const int *dup_pairs, int pair_count, const int *defaults,
                          int default_count, int watcher) {
  int told[2];
  if (pipe2(told, O_CLOEXEC) != 0) return errno;
  // Handlers of this process must not run in the copy before it has become the command.
  sigset_t all, before, none;
  sigfillset(&all);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) {
    int code = 0;
    if (setns(network->user, CLONE_NEWUSER) != 0 || setns(network->net, CLONE_NEWNET) != 0) code = errno;
    for (int i = 0; i < default_count; i++) signal(defaults[i], SIG_DFL);
    llmguard_pass_core_limit();
    for (int i = 0; code == 0 && i < pair_count; i++) {
      if (dup2(dup_pairs[2 * i], dup_pairs[2 * i + 1]) < 0) code = errno;
    }
    if (code == 0 && llmguard_bar_sockets(network->allows_unix) != 0) code = errno;
    // Where it cannot be watched it runs all the same: the watcher is told that there is nothing to see.
    if (code == 0 && watcher >= 0) send_report(watcher, 0, 0, llmguard_watch_connects());
    if (code == 0) {
      sigprocmask(SIG_SETMASK, &none, NULL);
      execvpe(file, argv, envp);
      code = errno;
    }
    while (write(told[1], &code, sizeof code) < 0 && errno == EINTR) {}
    _exit(127);
  }
  int code = child < 0 ? errno : 0;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(told[1]);
  if (child > 0) {
    ssize_t count;
    do count = read(told[0], &code, sizeof code);
    while (count < 0 && errno == EINTR);
    if (count != (ssize_t)sizeof code) {
      code = 0;
      *pid = child;
    } else {
      while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
  }
  close(told[0]);
  return code;
}

// What the kernel says of the other end's socket, and whether it has closed its directions. Source: sock_diag(7).
static int ask_peer(int socket_fd, struct inet_diag_msg *peer, unsigned char *closed) {
  struct sockaddr_in here = {0}, there = {0};
  socklen_t here_length = sizeof here, there_length = sizeof there;
  if (getsockname(socket_fd, (struct sockaddr *)&here, &here_length) != 0 ||
      getpeername(socket_fd, (struct sockaddr *)&there, &there_length) != 0 || there.sin_family != AF_INET) {
    return -1;
  }
  int diagnosis = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (diagnosis < 0) { return -1; }
  struct timeval patience = {.tv_sec = 1};
  setsockopt(diagnosis, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  struct {
    struct nlmsghdr head;
    struct inet_diag_req_v2 body;
  } request = {
      .head = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
      .body = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0u,
               .idiag_ext = 1 << (INET_DIAG_SHUTDOWN - 1)},
  };
  // The other end's own socket: its source is what this end calls its peer.
  request.body.id.idiag_sport = there.sin_port;
  request.body.id.idiag_dport = here.sin_port;
  request.body.id.idiag_src[0] = there.sin_addr.s_addr;
  request.body.id.idiag_dst[0] = here.sin_addr.s_addr;
  request.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  request.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  int result = -1;
  if (send(diagnosis, &request, sizeof request, 0) == (ssize_t)sizeof request) {
    union {
      struct nlmsghdr head;
      char bytes[4096];
    } reply;
    ssize_t count = recv(diagnosis, &reply, sizeof reply, 0);
    if (count >= (ssize_t)NLMSG_LENGTH(sizeof *peer) && NLMSG_OK(&reply.head, (size_t)count) &&
        reply.head.nlmsg_type == SOCK_DIAG_BY_FAMILY && reply.head.nlmsg_len >= NLMSG_LENGTH(sizeof *peer)) {
      *peer = *(const struct inet_diag_msg *)NLMSG_DATA(&reply.head);
      *closed = 0;
      const char *end = reply.bytes + reply.head.nlmsg_len;
      const char *place = (const char *)NLMSG_DATA(&reply.head) + NLMSG_ALIGN(sizeof *peer);
      while (end - place >= NLA_HDRLEN) {
        const struct nlattr *part = (const struct nlattr *)place;
        if (part->nla_len < NLA_HDRLEN || part->nla_len > end - place) { break; }
        if (part->nla_type == INET_DIAG_SHUTDOWN && part->nla_len > NLA_HDRLEN) {
          *closed = *((const unsigned char *)place + NLA_HDRLEN);
        }
        place += NLA_ALIGN(part->nla_len);
      }
      result = 0;
    }
  }
  close(diagnosis);
  return result;
}

int llmguard_peer_owner(int socket_fd, unsigned *user, unsigned long long *inode) {
  struct inet_diag_msg peer;
  unsigned char closed;
  if (ask_peer(socket_fd, &peer, &closed) != 0) { return -1; }
  *user = peer.idiag_uid;
  *inode = peer.idiag_inode;
  return 0;
}

int llmguard_peer_reads(int socket_fd) {
  struct inet_diag_msg peer;
  unsigned char closed;
  // A socket that nobody has any more has no inode. The bits of what is closed are 1 for reading, 2 for writing: the kernel's
  // RCV_SHUTDOWN and SEND_SHUTDOWN.
  return ask_peer(socket_fd, &peer, &closed) == 0 && peer.idiag_inode != 0 && (closed & 1) == 0;
}
