#ifndef GATEWAY_FLOOR_MESSAGE_H
#define GATEWAY_FLOOR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The bytes of a head with its empty line; 0 while that has not come.
size_t message_head(const char *bytes, size_t count);
// A field's number in a head; -1 where it is not there. The name is in small letters, with its colon.
int64_t message_number(const char *head, size_t count, const char *name);
// Whether a head says that its body comes in chunks.
bool message_is_chunked(const char *head, size_t count);
// The number behind a key of JSON, wherever the key stands first; -1 where it does not.
int64_t message_member(const char *bytes, size_t count, const char *key);
// The text behind a key of JSON, up to the next quotation mark: nothing in it is read.
const char *message_text(const char *bytes, size_t count, const char *key, size_t *length);

// How far a body has come.
typedef struct {
  enum { body_counted, body_chunked, body_until_end } kind;
  // What is left of the body, or of the chunk.
  int64_t left;
  enum { chunk_size, chunk_line, chunk_data, chunk_break, chunk_trailer, chunk_over } state;
  int line;
} message_body;

message_body message_body_of(const char *head, size_t count);
// Takes bytes of a body, and says whether it has ended with them.
bool message_take(message_body *body, const char *bytes, size_t count);

#endif
