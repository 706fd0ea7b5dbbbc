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
};

typedef struct {
  int listener;      // listens on 127.0.0.1 inside the network, whoever holds it
  int user;          // the user namespace
  int net;           // the network namespace
} llmguard_network;

// Makes a network in which there is nothing but a loopback device and one listener. All descriptors are close-on-exec.
// Returns 0, or -1 with errno and the step that failed.
int llmguard_make_network(int backlog, llmguard_network *network, int *step);

// Like llmguard_spawn, inside a network.
int llmguard_spawn_inside(const llmguard_network *network, pid_t *pid, const char *file, char *const argv[],
                          char *const envp[], const int *dup_pairs, int pair_count, const int *defaults,
                          int default_count);

// Whose the other end of a TCP connection over the loopback is: its user and the inode of its socket, as the kernel's socket
// diagnosis tells. Returns 0, or -1 where that cannot be told.
int llmguard_peer_owner(int socket, unsigned *user, unsigned long long *inode);

#endif
