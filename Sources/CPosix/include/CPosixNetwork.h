#ifndef LLMGUARD_CPOSIX_NETWORK_H
#define LLMGUARD_CPOSIX_NETWORK_H

// A network of its own for a command, made with Linux user and network namespaces.

#include <sys/types.h>

// What failed when a network could not be made.
enum {
  LLMGUARD_NETWORK_PREPARE = 1,  // pipes, processes
  LLMGUARD_NETWORK_UNSHARE = 2,  // the kernel gives no namespace
  LLMGUARD_NETWORK_MAP = 3,      // user ids cannot be mapped into it
  LLMGUARD_NETWORK_LOOPBACK = 4, // its loopback device cannot be used
  LLMGUARD_NETWORK_FILTER = 5,   // the kernel takes no filter over system calls
};

typedef struct {
  int listener;      // listens on 127.0.0.1 inside the network, whoever holds it
  int names;         // plays the name server to who is inside; -1 for none
  int user;          // the user namespace
  int net;           // the network namespace
  int allows_unix;   // whether who is inside may have UNIX sockets
} llmguard_network;

// Makes a network in which there is nothing but a loopback device and one listener. All descriptors are close-on-exec.
// With `answers_names` every address leads to the loopback device, and whoever is asked for names there is this program, if
// the kernel lets it. Returns 0, or -1 with errno and the step that failed.
int llmguard_make_network(int backlog, int allows_unix, int answers_names, llmguard_network *network, int *step);

// Lets this process and all that it starts have no sockets but those of networks (AF_INET, AF_INET6, AF_NETLINK), pairs of
// connected UNIX sockets, and, where it is said, all UNIX sockets. It cannot be taken back, and takes away what set-user-id
// programs may do more. Of processes of another kind (32 bits) the first system call is the end. Returns 0, or -1 with errno:
// ENOTSUP where the system calls of this processor are not known here.
int llmguard_bar_sockets(int allows_unix);

// Like llmguard_spawn, inside a network and with its sockets barred. The other end of the pair that `watcher` is of (-1 for
// none) is sent what its connections are asked by (llmguard_watch_connects), if they can be watched.
int llmguard_spawn_inside(const llmguard_network *network, pid_t *pid, const char *file, char *const argv[],
                          char *const envp[], const int *dup_pairs, int pair_count, const int *defaults,
                          int default_count, int watcher);

// What a watcher was sent; -1 for nothing.
int llmguard_take_watch(int fd);

// Whose the other end of a TCP connection over the loopback is: its user and the inode of its socket, as the kernel's socket
// diagnosis tells. Returns 0, or -1 where that cannot be told.
int llmguard_peer_owner(int socket, unsigned *user, unsigned long long *inode);

// Whether somebody has the other end of such a connection, and still reads from it. 0 where that cannot be told.
int llmguard_peer_reads(int socket);

#endif
