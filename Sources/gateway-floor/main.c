#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "ledger.h"
#include "relay.h"

static const char help[] =
    "Usage: gateway-floor pass PORT\n"
    "       gateway-floor committed|synced|whole PORT LEDGER [LIMIT]\n\n"
    "The least gateway before a provider on this machine: the yardstick of 'llmguard-bench gateway floor'. It prints its\n"
    "address, and serves until its standard input ends. It plans nothing, keeps no answers, and trusts its client and its\n"
    "provider to write HTTP/1.1 as they should: it guards nobody's calls.\n\n"
    "  pass       passes bytes on\n"
    "  committed  holds each call in a ledger before it is sent, and settles it after its reply; waits for no disk\n"
    "  synced     answers no sooner than the call's hold is on the disk, too\n"
    "  whole      the same, with all rows that llmguard writes of a call\n\n"
    "  PORT    the provider's\n"
    "  LEDGER  a database of its own; for 'whole' one that llmguard has made, which is none afterwards\n"
    "  LIMIT   how many tokens all calls may take (1000000000000)\n";

static int fail(const char *message, const char *about) {
  fprintf(stderr, "gateway-floor: error: %s '%s'\nhint: --help says more\n", message, about);
  return 64;
}

// A number from 1 to `most`; 0 for what is none.
static long long number(const char *word, long long most) {
  char *end;
  long long value = strtoll(word, &end, 10);
  return *word == 0 || *end != 0 || value < 1 || value > most ? 0 : value;
}

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "--help") == 0) return fputs(help, stdout) < 0;
  static const char *const names[] = {"pass", "committed", "synced", "whole"};
  int promised = -1;
  for (int index = 0; index < 4 && count > 1; index++)
    if (strcmp(words[1], names[index]) == 0) promised = index;
  if (promised < 0) return fail("pass, committed, synced or whole is to be promised, not", count > 1 ? words[1] : "");
  const ledger_rows *rows = &ledger_least;
  if (promised > promise_synced) {
    promised = promise_synced;
    rows = &ledger_whole;
  }
  bool has_ledger = promised != promise_none;
  if (count < 3 + has_ledger || count > 3 + 2 * has_ledger) return fail("too few or too many words after", words[1]);
  long long port = number(words[2], 65535), limit = count > 4 ? number(words[4], 1000000000000000) : 1000000000000;
  if (port == 0) return fail("no port:", words[2]);
  if (limit == 0) return fail("no limit:", words[4]);

  umask(077);
  if (has_ledger) ledger_open(words[3], limit, rows);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
    perror("gateway-floor: error: no port of this machine");
    return 1;
  }
  printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  relay_run(listener, (uint16_t)port, (promise)promised);
  return 0;
}
