#ifndef CINTENTTABLES_H
#define CINTENTTABLES_H

#include <stddef.h>

/// The lexicon (lexicon.txt beside the C file), as it is in the file.
const unsigned char *_Nonnull intent_lexicon(void);
/// How many bytes it has.
size_t intent_lexicon_size(void);

/// The lexicon compiled to a table (lexicon.bin), as it is in the file, aligned to 16 bytes.
const unsigned char *_Nonnull intent_lexicon_table(void);
/// How many bytes it has.
size_t intent_lexicon_table_size(void);

/// The table of the similarity tier (similarity.bin), as it is in the file, aligned to 16 bytes.
const unsigned char *_Nonnull intent_similarity(void);
/// How many bytes it has.
size_t intent_similarity_size(void);

/// The words that are known to be words (words.bin), as they are in the file, aligned to 16 bytes.
const unsigned char *_Nonnull intent_words(void);
/// How many bytes they have.
size_t intent_words_size(void);
/// Names this program as its linker did, by a hash of its content; NULL where it did not.
const unsigned char *_Nullable intent_program_name(size_t *_Nonnull size);

/// Gives back the memory that holds the tables: they are read from the program's file again when they are needed.
void intent_give_back(void);

#endif
