#define _GNU_SOURCE
#include "message.h"

#include <string.h>
#include <strings.h>

// The least reading that a message needs which somebody well-behaved has written. A gateway for everybody has to refuse what
// can be read in two ways; this one is a yardstick.

size_t message_head(const char *bytes, size_t count) {
  const char *end = memmem(bytes, count, "\r\n\r\n", 4);
  return end == NULL ? 0 : (size_t)(end - bytes) + 4;
}

static const char *field(const char *head, size_t count, const char *name) {
  size_t length = strlen(name);
  const char *end = head + count;
  for (const char *line = head; (line = memchr(line, '\n', (size_t)(end - line))) != NULL;) {
    line++;
    if ((size_t)(end - line) > length && strncasecmp(line, name, length) == 0) return line + length;
  }
  return NULL;
}

static int64_t number(const char *bytes, const char *end) {
  while (bytes < end && *bytes == ' ') bytes++;
  int64_t value = -1;
  for (int digits = 0; bytes < end && *bytes >= '0' && *bytes <= '9' && digits < 18; bytes++, digits++)
    value = (value < 0 ? 0 : value) * 10 + (*bytes - '0');
  return value;
}

int64_t message_number(const char *head, size_t count, const char *name) {
  const char *value = field(head, count, name);
  return value == NULL ? -1 : number(value, head + count);
}

bool message_is_chunked(const char *head, size_t count) {
  const char *value = field(head, count, "transfer-encoding:");
  if (value == NULL) return false;
  const char *end = memchr(value, '\r', (size_t)(head + count - value));
  return end != NULL && memmem(value, (size_t)(end - value), "chunked", 7) != NULL;
}

int64_t message_member(const char *bytes, size_t count, const char *key) {
  const char *found = memmem(bytes, count, key, strlen(key));
  return found == NULL ? -1 : number(found + strlen(key), bytes + count);
}

const char *message_text(const char *bytes, size_t count, const char *key, size_t *length) {
  const char *found = memmem(bytes, count, key, strlen(key));
  if (found == NULL) return NULL;
  found += strlen(key);
  const char *end = memchr(found, '"', (size_t)(bytes + count - found));
  if (end == NULL) return NULL;
  *length = (size_t)(end - found);
  return found;
}

message_body message_body_of(const char *head, size_t count) {
  message_body body = {.kind = body_until_end};
  if (message_is_chunked(head, count)) {
    body.kind = body_chunked;
    body.state = chunk_size;
  } else {
    body.left = message_number(head, count, "content-length:");
    if (body.left >= 0) body.kind = body_counted;
  }
  return body;
}

static int digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if ((letter | 32) >= 'a' && (letter | 32) <= 'f') return (letter | 32) - 'a' + 10;
  return -1;
}

static bool take_chunks(message_body *body, const char *bytes, size_t count) {
  for (const char *end = bytes + count; bytes < end && body->state != chunk_over;) {
    switch (body->state) {
      case chunk_size: {
        int value = digit(*bytes);
        if (value < 0) {
          body->state = chunk_line;
        } else {
          body->left = body->left * 16 + value;
          bytes++;
        }
        break;
      }
      case chunk_line:  // What else stands in the line of its size.
        if (*bytes++ != '\n') break;
        body->state = body->left > 0 ? chunk_data : chunk_trailer;
        body->line = 0;
        break;
      case chunk_data: {
        int64_t taken = end - bytes < body->left ? end - bytes : body->left;
        bytes += taken;
        body->left -= taken;
        if (body->left == 0) body->state = chunk_break;
        break;
      }
      case chunk_break:
        if (*bytes++ == '\n') body->state = chunk_size;
        break;
      case chunk_trailer:  // An empty line ends the last of them.
        if (*bytes == '\n') {
          if (body->line == 0) body->state = chunk_over;
          body->line = 0;
        } else if (*bytes != '\r') {
          body->line++;
        }
        bytes++;
        break;
      case chunk_over: break;
    }
  }
  return body->state == chunk_over;
}

bool message_take(message_body *body, const char *bytes, size_t count) {
  if (body->kind == body_chunked) return take_chunks(body, bytes, count);
  if (body->kind == body_until_end) return false;
  body->left -= (int64_t)count;
  return body->left <= 0;
}
