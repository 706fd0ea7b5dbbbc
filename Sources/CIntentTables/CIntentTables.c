#include "CIntentTables.h"

// The files stand in read-only data: nothing is opened, read or copied when the program starts.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char lexicon[] = {
#embed "lexicon.txt"
};

const unsigned char *intent_lexicon(void) { return lexicon; }
size_t intent_lexicon_size(void) { return sizeof lexicon; }

_Alignas(16) static const unsigned char lexicon_table[] = {
#embed "lexicon.bin"
};

const unsigned char *intent_lexicon_table(void) { return lexicon_table; }
size_t intent_lexicon_table_size(void) { return sizeof lexicon_table; }

_Alignas(16) static const unsigned char similarity[] = {
#embed "similarity.bin"
};

const unsigned char *intent_similarity(void) { return similarity; }
size_t intent_similarity_size(void) { return sizeof similarity; }
