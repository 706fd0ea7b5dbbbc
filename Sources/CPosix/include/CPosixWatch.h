#ifndef LLMGUARD_CPOSIX_WATCH_H
#define LLMGUARD_CPOSIX_WATCH_H

// Sees whom processes connect to, and plays a name server to them in a network of their own.

#include <netinet/in.h>
#include <stdint.h>
#include <sys/types.h>

// Has the kernel ask, from now on, before this process or one that it starts connects a socket, or sends to an address without
// (TCP Fast Open, and datagrams of sendto). Returns what is asked by
// (close-on-exec), or -1 with errno: ENOTSUP, EINVAL or ENOSYS where kernel or processor cannot, EBUSY where somebody is asked
// already. It cannot be taken back, and takes away what set-user-id programs may do more.
int llmguard_watch_connects(void);

typedef struct {
  uint64_t id;                // of the kernel's question
  int process;                // which of its threads connects or sends
  int length;                 // of the address; 0 where it is none, -1 where this process may not read it
  unsigned char address[28];  // a sockaddr_in or sockaddr_in6, or the beginning of another
} llmguard_connect;

// The next one, who waits until it is let: 1; 0 where nobody came in time; -1 where nobody is left who could come, -2 where they cannot be
// heard any more.
int llmguard_next_connect(int watch, int milliseconds, llmguard_connect *seen);
// Lets it go on; with an errno, that is all that it gets.
void llmguard_let_connect(int watch, const llmguard_connect *seen, int refusal);

// Makes every address of this process's network its own, and listens for questions for names (UDP, port 53) on all of them.
// Returns the socket, or -1 with errno.
int llmguard_play_name_server(void);

typedef struct {
  struct sockaddr_in6 from;  // or a sockaddr_in
  unsigned from_length;
  uint64_t to[8];            // the address that was asked, as the kernel tells it: a control message
  size_t to_length;
  unsigned char bytes[512];  // the longest question there is. Source: RFC 1035, 2.3.4
} llmguard_question;

// Its length; 0 where none came in time.
ssize_t llmguard_next_question(int server, int milliseconds, llmguard_question *asked);
int llmguard_answer_question(int server, const llmguard_question *asked, const void *bytes, size_t count);

#endif
