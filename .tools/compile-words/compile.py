"""Compiles the words that are known to be words (the format is in README.md).

usage: compile.py SCOWL NAMES SIMILARITY LEXICON OUTPUT

SCOWL is the folder usr/share/dict/scowl of Debian's package of that name, NAMES the list beside this program, SIMILARITY the
table of the similarity tier, whose vocabulary counts, too, and LEXICON the lexicon, whose words are common ones.
"""

import os, re, struct, sys

# Words of these lists may be meant where a word is misspelt; the others are only known to be right.
COMMON, KNOWN, NAMES = 50, 70, 80
SPELLINGS = ("english", "american", "british", "british_z", "canadian")
KINDS = ("words", "upper", "proper-names", "abbreviations")


# Forms of the lexicon that are slips themselves.
SLIPS = set(
    "artical convet creat delet discribe engish englsh enlgish explane fidn frmo gemran germn grammer javascirpt phyton "
    "proffesional sentance sentances sentense shwo spanihs spansh speling sumarrize summarice summerize summry tect wiht".split()
)


def phrase_hash(word):
    value = 0xCBF29CE484222325
    for byte in word.encode() + b" ":
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def listed(folder):
    """Each word of the lists, and whether it is a common one."""
    words = {}
    for spelling in SPELLINGS:
        for kind in KINDS:
            for name in os.listdir(folder):
                match = re.fullmatch(rf"{spelling}-{kind}\.(\d+)", name)
                if not match or int(match[1]) > (KNOWN if kind == "words" else NAMES):
                    continue
                with open(f"{folder}/{name}", encoding="latin-1") as lines:
                    for line in lines:
                        word = line.strip().lower()
                        is_common = kind == "words" and int(match[1]) <= COMMON
                        words[word] = words.get(word, False) or is_common
    return words


def vocabulary(path):
    """The whole words of the similarity table."""
    with open(path, "rb") as file:
        table = file.read()
    tokens, dimensions, folds, size = struct.unpack("<4I", table[8:24])
    starts = len(table) - size - 8 * folds - 4 * (tokens + 1)
    offsets = struct.unpack(f"<{tokens + 1}I", table[starts : starts + 4 * (tokens + 1)])
    text = table[len(table) - size :]
    return [text[a:b].decode() for a, b in zip(offsets, offsets[1:])]


def spoken(path):
    """The English words that are a form of the lexicon by themselves."""
    words = set()
    with open(path) as lines:
        for line in lines:
            head, equals, forms = line.partition("=")
            if equals and line[0] != "#" and len(head.split()) == 2:
                words.update(form.strip() for form in forms.split("|"))
    return words - SLIPS


def main(folder, names, similarity, lexicon, output):
    words = listed(folder)
    with open(names) as lines:
        for name in lines.read().split():
            words.setdefault(name, False)
    for token in vocabulary(similarity):
        words.setdefault(token, False)
    for word in spoken(lexicon):
        words[word] = True
    words = {word: common for word, common in words.items() if re.fullmatch("[a-z]{4,}", word)}
    size = len(words) * 5 // 4
    slots = [0] * size
    for word in sorted(words):
        value = phrase_hash(word)
        entry = (value >> 33 << 1 | words[word]) or 2
        place = value % size
        while slots[place] and slots[place] >> 1 != entry >> 1:
            place = (place + 1) % size
        slots[place] |= entry
    with open(output, "wb") as file:
        file.write(struct.pack(f"<8s2I{size}I", b"words1", size, len(words), *slots))
    print(len(words), "words,", sum(words.values()), "of them common")


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
