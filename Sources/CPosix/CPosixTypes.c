// The language's runtime puts a generic type together when it is first used, from a text that describes it: eleven thousand
// instructions each, and a guarded run needs half a hundred of them, nearly all of them the storage of an array. These stand
// before two of the runtime's functions (`--wrap` in Package.swift), know the plain cases, and leave all others to it.
//
// *Source:* docs/ABI/Mangling.rst and docs/ABI/TypeMetadata.rst of the Swift project, for the texts and the descriptors; that
// generic types are asked for by what their access functions are given is in the latter, too.
#ifdef LLMGUARD_QUICK_START
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A type's metadata, and how far it is put together.
typedef struct {
  const void *type;
  uintptr_t state;
} response;

enum { complete = 0 };

// What describes the generic types, and what puts them together.
extern const char storage_descriptor __asm__("$ss23_ContiguousArrayStorageCMn");
extern response storage_of(uintptr_t request, const void *element) __asm__("$ss23_ContiguousArrayStorageCMa");
extern response optional_of(uintptr_t request, const void *wrapped) __asm__("$sSqMa");
extern response array_of(uintptr_t request, const void *element) __asm__("$sSaMa");
extern response set_of(uintptr_t request, const void *element, const void *hashing) __asm__("$sShMa");
extern response range_of(uintptr_t request, const void *bound, const void *comparing) __asm__("$sSnMa");
extern const char set_descriptor __asm__("$ss11_SetStorageCMn");
extern response set_storage_of(uintptr_t request, const void *element, const void *hashing) __asm__("$ss11_SetStorageCMa");
extern const char dictionary_descriptor __asm__("$ss18_DictionaryStorageCMn");
extern response dictionary_of(uintptr_t request, const void *key, const void *value,
                              const void *hashing) __asm__("$ss18_DictionaryStorageCMa");
extern response swift_getTupleTypeMetadata(uintptr_t request, uintptr_t flags, const void *const *elements,
                                           const char *labels, const void *witnesses);

extern const char string_type __asm__("$sSSN");
extern const char int_type __asm__("$sSiN");
extern const char bool_type __asm__("$sSbN");
extern const char substring_type __asm__("$sSsN");
extern const char byte_type __asm__("$ss5UInt8VN");
extern const char int32_type __asm__("$ss5Int32VN");
extern const char int64_type __asm__("$ss5Int64VN");
extern const char hashable_protocol __asm__("$sSHMp");
extern const char comparable_protocol __asm__("$sSLMp");
extern const char string_is_hashable __asm__("$sSSSHsWP");
extern const char int_is_hashable __asm__("$sSiSHsWP");
extern const char int_is_comparable __asm__("$sSiSLsWP");

// Weak, as only a program that is linked with --wrap has them.
extern const void *__real_swift_getTypeByMangledNameInContext2(const char *name, size_t length, const void *context,
                                                               const void *const *arguments) __attribute__((weak));
extern const void *__real_swift_conformsToProtocolWithExecutionContext(const void *type, const void *protocol,
                                                                       void *context) __attribute__((weak));

// A text, and the first types that it has told of: it may come back to them. NULL stands for what is none by itself.
enum { most_seen = 4 };
typedef struct {
  const char *at;
  const char *end;
  const void *seen[most_seen];
  int seen_count;
} mangled;

static const void *note(mangled *rest, const void *type) {
  if (rest->seen_count < most_seen) rest->seen[rest->seen_count++] = type;
  return type;
}

static int skips(mangled *rest, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(rest->end - rest->at) < length || memcmp(rest->at, word, length) != 0) return 0;
  rest->at += length;
  return 1;
}

// A reference to a descriptor: how it refers, and the distance to it or to its address.
static const char *descriptor(mangled *rest) {
  if (rest->end - rest->at < 5 || (*rest->at != 1 && *rest->at != 2)) return NULL;
  int32_t distance;
  memcpy(&distance, rest->at + 1, sizeof distance);
  const char *target = rest->at + 1 + distance;
  const char *found = *rest->at == 1 ? target : *(const char *const *)target;
  rest->at += 5;
  return found;
}

// The type that a descriptor of a class, a structure or an enumeration without parameters describes.
static const void *plain(const char *descriptor) {
  enum { first_kind = 16, last_kind = 18, kinds = 0x1F, is_generic = 0x80, access = 12 };
  uint32_t flags;
  memcpy(&flags, descriptor, sizeof flags);
  uint32_t kind = flags & kinds;
  if (kind < first_kind || kind > last_kind || flags & is_generic) return NULL;
  int32_t distance;
  memcpy(&distance, descriptor + access, sizeof distance);
  if (distance == 0) return NULL;
  response (*function)(uintptr_t) = (response(*)(uintptr_t))(uintptr_t)(descriptor + access + distance);
  return function(complete).type;
}

// The access function of a generic type that is made of one other type alone; NULL for any other.
static response (*made_of_one(const char *descriptor))(uintptr_t, const void *) {
  enum { class_kind = 16, last_kind = 18, kinds = 0x1F, is_generic = 0x80, access = 12 };
  // What stands before the numbers of parameters and of arguments, in a class and in others.
  enum { before_class = 44, before_others = 28, two_distances = 8 };
  uint32_t flags;
  memcpy(&flags, descriptor, sizeof flags);
  uint32_t kind = flags & kinds;
  if (kind < class_kind || kind > last_kind || !(flags & is_generic)) return NULL;
  struct {
    uint16_t parameters, requirements, arguments;
  } header;
  memcpy(&header, descriptor + (kind == class_kind ? before_class : before_others) + two_distances, sizeof header);
  int32_t distance;
  memcpy(&distance, descriptor + access, sizeof distance);
  if (header.parameters != 1 || header.arguments != 1 || distance == 0) return NULL;
  return (response(*)(uintptr_t, const void *))(uintptr_t)(descriptor + access + distance);
}

static const void *named(mangled *rest) {
  static const struct {
    const char *word;
    const void *type;
  } known[] = {
      {"SS", &string_type},      {"Si", &int_type},         {"Sb", &bool_type},        {"Ss", &substring_type},
      {"s5UInt8V", &byte_type}, {"s5Int64V", &int64_type}, {"s5Int32V", &int32_type},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (skips(rest, known[i].word)) return known[i].type;
  }
  return NULL;
}

static const void *types_at(mangled *rest);

// A type, or it or nothing, or that or nothing.
static const void *optional(mangled *rest, const void *type) {
  while (type && skips(rest, "Sg")) type = note(rest, optional_of(complete, type).type);
  return type;
}

// The type at the beginning of a text; NULL where it is none that is known here.
static const void *type_at(mangled *rest) {
  const void *type;
  if (skips(rest, "Say")) {
    const void *element = types_at(rest);
    if (!element || !skips(rest, "G")) return NULL;
    type = note(rest, array_of(complete, element).type);
  } else if (skips(rest, "ShySSG")) {
    type = note(rest, set_of(complete, &string_type, &string_is_hashable).type);
  } else if (skips(rest, "SnySiG")) {
    type = note(rest, range_of(complete, &int_type, &int_is_comparable).type);
  } else if (rest->end - rest->at > 1 && *rest->at == 'A' && rest->at[1] >= 'A' && rest->at[1] <= 'Z') {
    int number = rest->at[1] - 'A';
    rest->at += 2;
    type = number < rest->seen_count ? rest->seen[number] : NULL;
  } else if (rest->at < rest->end && *rest->at <= 2 && *rest->at > 0) {
    const char *found = descriptor(rest);
    if (!found) return NULL;
    response (*make)(uintptr_t, const void *) = found == &storage_descriptor ? storage_of : made_of_one(found);
    if (make) {
      note(rest, NULL);
      if (!skips(rest, "y")) return NULL;
      const void *element = types_at(rest);
      if (!element || !skips(rest, "G")) return NULL;
      type = note(rest, make(complete, element).type);
    } else if (found == &set_descriptor) {
      note(rest, NULL);
      int is_of_texts = skips(rest, "ySSG");
      if (!is_of_texts && !skips(rest, "ySiG")) return NULL;
      type = note(rest, is_of_texts ? set_storage_of(complete, &string_type, &string_is_hashable).type
                                    : set_storage_of(complete, &int_type, &int_is_hashable).type);
    } else if (found == &dictionary_descriptor) {
      note(rest, NULL);
      const void *value;
      if (skips(rest, "yS2S")) {
        // A text twice.
        value = optional(rest, &string_type);
      } else {
        if (!skips(rest, "ySS")) return NULL;
        value = types_at(rest);
      }
      if (!value || !skips(rest, "G")) return NULL;
      type = note(rest, dictionary_of(complete, &string_type, value, &string_is_hashable).type);
    } else {
      type = note(rest, plain(found));
    }
  } else {
    type = named(rest);
  }
  return optional(rest, type);
}

enum { most_elements = 8, label_bytes = 128 };

// A label of a tuple's element, with a space behind it: its length, and its letters. One whose length begins with a zero
// repeats words of those before it, which is not understood here.
static int takes_label(mangled *rest, char *labels, size_t *used) {
  size_t length = 0;
  if (rest->at < rest->end && *rest->at == '0') return 0;
  while (rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9') {
    length = length * 10 + (size_t)(*rest->at++ - '0');
    if (length > label_bytes) return 0;
  }
  if ((size_t)(rest->end - rest->at) < length || *used + length + 2 > label_bytes) return 0;
  memcpy(labels + *used, rest->at, length);
  rest->at += length;
  *used += length;
  labels[(*used)++] = ' ';
  labels[*used] = 0;
  return 1;
}

// A type, or a tuple of types: each with its label, a line behind the first and a letter behind the last.
static const void *types_at(mangled *rest) {
  enum { labels_are_copied = 0x10000 };
  const void *elements[most_elements];
  char labels[label_bytes];
  size_t used = 0, count = 0;
  const void *first = type_at(rest);
  if (!first) return NULL;
  mangled after = *rest;
  elements[count++] = first;
  if (!takes_label(rest, labels, &used) || !skips(rest, "_")) {
    *rest = after;
    return first;
  }
  while (!skips(rest, "t")) {
    if (count == most_elements) return NULL;
    const void *next = type_at(rest);
    if (!next || !takes_label(rest, labels, &used)) return NULL;
    elements[count++] = next;
  }
  int is_labelled = used > count;
  return swift_getTupleTypeMetadata(complete, is_labelled ? count | labels_are_copied : count, elements,
                                    is_labelled ? labels : NULL, NULL)
      .type;
}

const void *__wrap_swift_getTypeByMangledNameInContext2(const char *name, size_t length, const void *context,
                                                        const void *const *arguments) {
  if (!context && !arguments) {
    mangled rest = {.at = name, .end = name + length};
    const void *type = types_at(&rest);
#ifdef LLMGUARD_CHECK_TYPES
    // For whoever changes this: built with that, each type is compared with the runtime's.
    if (type && rest.at == rest.end &&
        type != __real_swift_getTypeByMangledNameInContext2(name, length, context, arguments)) {
      __builtin_trap();
    }
#endif
    if (type && rest.at == rest.end) return type;
  }
  return __real_swift_getTypeByMangledNameInContext2(name, length, context, arguments);
}

// For a dictionary whose keys are texts, or for a range of numbers, the runtime would look through all that the program's
// types conform to.
const void *__wrap_swift_conformsToProtocolWithExecutionContext(const void *type, const void *protocol, void *context) {
  if (protocol == &hashable_protocol) {
    if (type == &string_type) return &string_is_hashable;
    if (type == &int_type) return &int_is_hashable;
  } else if (protocol == &comparable_protocol && type == &int_type) {
    return &int_is_comparable;
  }
  return __real_swift_conformsToProtocolWithExecutionContext(type, protocol, context);
}
#endif
