#define _GNU_SOURCE
#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ledger.h"
#include "message.h"

// One thread serves all connections: what came in one look at them shares a transaction and a sync, and nobody is woken but
// by the kernel, for bytes. A call is sent when its hold is committed, and the disk is waited for while the provider works.

enum {
  most_bytes = 64 << 10,
  // What a call may take that names no maximum.
  usual_tokens = 1000,
  most_events = 64,
  // The log is written back when nobody has called for so long and it has so many pages, and at the latest at so many.
  pause_ms = 20,
  usual_log = 100,
  longest_log = 4000,
  // A settlement waits so long for a call that takes it along.
  gather_ms = 1,
};

typedef struct pair pair;

// One end of a pair: what an event is about.
typedef struct {
  int file;
  pair *pair;
} end;

// A client's connection, and its own to the provider.
struct pair {
  end client, upstream;
  // A call is under way.
  bool is_busy;
  // The client has sent something, or left, meanwhile.
  bool is_pending;
  // One of the two has gone; it is closed when the events of this look are done.
  bool is_over;
  bool has_head;
  message_body body;
  int64_t hold, held, used;
  pair *next, *next_leaving;
  size_t request_count, request_end, reply_count;
  char request[most_bytes], reply[most_bytes];
};

typedef struct {
  int64_t hold, held, charge;
} settlement;

static int events_file;
static uint16_t provider;
static promise promised;
// The calls that came in this look at the connections, and what is to be closed after it.
static pair *asking, **last_asking = &asking, *leaving;
// Calls that have ended since the last commit.
static settlement *settlements;
static size_t settlement_count, settlement_room;
// Whether something was committed since the last sync.
static bool owes_sync;

static const char refused[] =
    "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nx-should-retry: false\r\n\r\n";
static const char unreadable[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

static void leave(pair *gone) {
  if (gone->is_over) return;
  gone->is_over = true;
  gone->next_leaving = leaving;
  leaving = gone;
}

// Writes all of it. Who does not read for ten seconds has gone; the others wait for it meanwhile, as this is a yardstick.
static bool write_all(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = send(file, bytes, count, MSG_NOSIGNAL);
    if (written < 0) {
      struct pollfd wanted = {.fd = file, .events = POLLOUT};
      if (errno != EAGAIN || poll(&wanted, 1, 10000) != 1) return false;
      written = 0;
    }
    bytes += written;
    count -= (size_t)written;
  }
  return true;
}

static void watch(int file, void *about) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = about};
  if (epoll_ctl(events_file, EPOLL_CTL_ADD, file, &event) == 0) return;
  perror("gateway-floor: error: a connection, or standard input, which has to be a pipe");
  exit(1);
}

static void begin_pair(int client) {
  int upstream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(provider), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  pair *new = calloc(1, sizeof *new);
  if (new == NULL || connect(upstream, (struct sockaddr *)&address, sizeof address) != 0) {
    close(client);
    close(upstream);
    free(new);
    return;
  }
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(upstream, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  new->client = (end){client, new};
  new->upstream = (end){upstream, new};
  watch(client, &new->client);
  watch(upstream, &new->upstream);
}

// A call is over: what it took is charged with the next commit.
static void settle_later(pair *done) {
  if (done->hold == 0) return;
  if (settlement_count == settlement_room) {
    settlement_room = settlement_room * 2 + 64;
    settlements = realloc(settlements, settlement_room * sizeof *settlements);
    if (settlements == NULL) abort();
  }
  settlements[settlement_count++] = (settlement){done->hold, done->held, done->used < 0 ? done->held : done->used};
  done->hold = 0;
}

static void settle_all(void) {
  for (size_t index = 0; index < settlement_count; index++)
    ledger_settle(settlements[index].hold, settlements[index].held, settlements[index].charge);
  settlement_count = 0;
}

// Queues the request that stands at the front of what a client has sent, if it is there as a whole.
static void look_for_request(pair *from) {
  size_t head = message_head(from->request, from->request_count);
  if (head == 0) return;
  int64_t length = message_number(from->request, head, "content-length:");
  if (message_is_chunked(from->request, head) || length > most_bytes) {
    write_all(from->client.file, unreadable, sizeof unreadable - 1);
    return leave(from);
  }
  from->request_end = head + (size_t)(length < 0 ? 0 : length);
  if (from->request_count < from->request_end) return;
  from->is_busy = true;
  from->has_head = false;
  from->reply_count = 0;
  from->used = -1;
  from->next = NULL;
  *last_asking = from;
  last_asking = &from->next;
}

static void read_client(pair *from) {
  if (from->is_busy) {
    char byte;
    from->is_pending = true;
    if (recv(from->client.file, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) leave(from);
    return;
  }
  from->is_pending = false;
  size_t room = most_bytes - from->request_count;
  ssize_t count = recv(from->client.file, from->request + from->request_count, room, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return leave(from);
  from->request_count += (size_t)count;
  look_for_request(from);
  if (!from->is_busy && from->request_count == most_bytes) leave(from);
}

static void end_reply(pair *done) {
  settle_later(done);
  done->is_busy = false;
  done->request_count -= done->request_end;
  if (done->request_count > 0) {
    memmove(done->request, done->request + done->request_end, done->request_count);
    look_for_request(done);
  }
  if (!done->is_busy && done->is_pending) read_client(done);
}

static void read_upstream(pair *from) {
  for (;;) {
    size_t before = from->has_head ? 0 : from->reply_count, room = most_bytes - before;
    ssize_t count = recv(from->upstream.file, from->reply + before, room, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0 || !from->is_busy) return leave(from);
    size_t all = before + (size_t)count, body = 0;
    if (!from->has_head) {
      from->reply_count = all;
      body = message_head(from->reply, all);
      if (body == 0) {
        if (all == most_bytes) return leave(from);
        continue;
      }
      from->has_head = true;
      from->body = message_body_of(from->reply, body);
    }
    // What it took may stand in several places of a stream, and in the last one as a whole.
    int64_t used = message_member(from->reply + body, all - body, "\"total_tokens\":");
    if (used >= 0) from->used = used;
    if (!write_all(from->client.file, from->reply, all)) return leave(from);
    if (message_take(&from->body, from->reply + body, all - body)) return end_reply(from);
    if ((size_t)count < room) return;
  }
}

static void send_request(pair *from) {
  if (!write_all(from->upstream.file, from->request, from->request_end)) leave(from);
}

static void refuse(pair *from) {
  write_all(from->client.file, refused, sizeof refused - 1);
  end_reply(from);
}

// Holds the calls that have come, settles those that have ended, and sends what may be sent.
static void admit(void) {
  pair *calls = asking;
  asking = NULL;
  last_asking = &asking;
  if (promised != promise_none) {
    ledger_begin();
    settle_all();
    for (pair *call = calls; call != NULL; call = call->next) {
      if (call->is_over) continue;
      size_t head = message_head(call->request, call->request_end), length = 0;
      const char *body = call->request + head;
      const char *model = message_text(body, call->request_end - head, "\"model\":\"", &length);
      int64_t most = message_member(body, call->request_end - head, "\"max_tokens\":");
      call->held = (int64_t)(call->request_end - head) / 4 + (most < 0 ? usual_tokens : most);
      call->hold = ledger_hold(call->held, model, length);
    }
    ledger_commit();
    owes_sync = true;
  }
  bool has_sent = false;
  for (pair *call = calls, *next; call != NULL; call = next) {
    next = call->next;
    if (call->is_over) continue;
    if (promised != promise_none && call->hold == 0) {
      refuse(call);
    } else {
      send_request(call);
      has_sent = true;
    }
  }
  // Replies are looked at afterwards.
  if (promised == promise_synced && has_sent) {
    ledger_sync();
    owes_sync = false;
  }
  if (ledger_log_pages() > longest_log) ledger_shorten_log();
}

// Nobody has called for a moment.
static void idle(void) {
  if (settlement_count > 0) {
    ledger_begin();
    settle_all();
    ledger_commit();
    owes_sync = true;
    return;
  }
  if (owes_sync && promised == promise_synced) ledger_sync();
  owes_sync = false;
  if (ledger_log_pages() > usual_log) ledger_shorten_log();
}

static void close_leaving(void) {
  for (pair *gone = leaving, *next; gone != NULL; gone = next) {
    next = gone->next_leaving;
    settle_later(gone);
    close(gone->client.file);
    close(gone->upstream.file);
    free(gone);
  }
  leaving = NULL;
}

void relay_run(int listener, uint16_t upstream, promise wanted) {
  provider = upstream;
  promised = wanted;
  events_file = epoll_create1(EPOLL_CLOEXEC);
  end door = {listener, NULL}, life = {STDIN_FILENO, NULL};
  watch(listener, &door);
  watch(STDIN_FILENO, &life);
  for (;;) {
    struct epoll_event events[most_events];
    int patience = settlement_count > 0 ? gather_ms : owes_sync || ledger_log_pages() > usual_log ? pause_ms : -1;
    int count = epoll_wait(events_file, events, most_events, patience);
    bool has_ended = false;
    for (int index = 0; index < count; index++) {
      end *about = events[index].data.ptr;
      if (about == &door) {
        for (int client; (client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) begin_pair(client);
      } else if (about == &life) {
        has_ended = true;
      } else if (!about->pair->is_over) {
        about == &about->pair->client ? read_client(about->pair) : read_upstream(about->pair);
      }
    }
    while (asking != NULL) admit();
    close_leaving();
    if (count == 0 || has_ended) idle();
    if (has_ended) return idle();
  }
}
