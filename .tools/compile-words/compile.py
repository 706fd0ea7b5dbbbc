"""Compiles the words that are known to be words (the format is in README.md).

usage: compile.py SCOWL WORDNET NAMES SIMILARITY LEXICON OUTPUT

SCOWL is the folder usr/share/dict/scowl of Debian's package of that name, WORDNET usr/share/wordnet of wordnet-base, NAMES the
list beside this program, SIMILARITY the table of the similarity tier, whose vocabulary counts, too, and LEXICON the lexicon,
whose words are common ones.
"""

import os, re, struct, sys

# How common a word is, by the smallest list that has it: a slip is the likelier the more common the word is that is meant.
LEVELS = ((10, 5), (20, 4), (35, 3), (50, 2))
# Words of the lexicon are what requests are made of.
SAID = 4
# Words of these lists are only known to be right.
KNOWN, NAMES = 70, 80
LISTED = 1
# Names that are no other word, by the lists that have them with a capital alone: "australia" can only be Australia.
ONLY_NAME, NAMED = 6, 50
# Shoes and a country.
NOT_ONLY = {"jordan"}
# Of words rarer than that only those count that could be taken for a slip.
RARE = 95
SPELLINGS = ("english", "american", "british", "british_z", "canadian")
KINDS = ("words", "upper", "proper-names", "abbreviations")


# Plain misspellings that the largest lists have taken from texts.
MISSPELT = set(
    "accomodate acquiesence acustom administerd adminstration adminstrations airborn alteratively ampitheater annonce "
    "apparance apprecate architecure aready arrage arround asssembler attatched awsome bankrupcy beleve belive beseige "
    "brocoli caracter ceration circut circuts committment composit comptible conciousness consisently consitutional "
    "controversal correllated correllation correllations diferent dieties dimond disard dispell distintion drunkeness "
    "embarras embarrased enviroment evey excusively fiercly flexibilty forsee forseeable frequences frist futhermore "
    "galatic geoemtry goup guerrila hights horizonal identifer identifers illess immediatly inital innoculate "
    "innoculated innoculating institue insufficent intially irreplacable judical langauge lenth libraires losen metion "
    "mimmicked mimmicking multipying necessar northen occurence occurences ocurred opposit opthalmology orignal overlow "
    "perfix possibile prehaps protoypes psuedo queston renforced repetoire residental responsiblities "
    "responsiblity sacrifical scedule sceduled scedules sceduling seige separte seqence sergent signficance signficant "
    "signficantly signifiant similary slighty souce spagetti stong straightfoward strenth studdy subcript succesful succesive "
    "suppresion supressed suprising tatoo tatoos tecnology theer thier thoght thrid throroughly transforation unforseen "
    "unneccessary unpredicable unvailable versins villan villans".split()
)



def phrase_hash(word):
    value = 0xCBF29CE484222325
    for byte in word.encode() + b" ":
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def listed(folder):
    """Each word of the lists and how common it is, the rarer ones, and what is a name and no other word."""
    words, rare, small, capital = {}, set(), set(), set()
    for name in os.listdir(folder):
        match = re.fullmatch(r"([a-z_]+)-([a-z-]+)\.(\d+)", name)
        if not match or match[1] not in SPELLINGS or match[2] not in KINDS or int(match[3]) > RARE:
            continue
        kind, size = match[2], int(match[3])
        level = next((level for least, level in LEVELS if size <= least), LISTED) if kind == "words" else LISTED
        with open(f"{folder}/{name}", encoding="latin-1") as lines:
            for line in lines:
                word = line.strip().lower()
                if kind in ("upper", "proper-names") and size <= NAMED and re.fullmatch("[A-Z][a-z]+", line.strip()):
                    capital.add(word)
                elif kind == "words" and size <= KNOWN:
                    small.add(word)
                if size > (KNOWN if kind == "words" else NAMES):
                    rare.add(word)
                else:
                    words[word] = max(words.get(word, 0), level)
    return words, rare - MISSPELT, capital - small - NOT_ONLY


def defined(folder):
    """The words that WordNet has."""
    words = set()
    for kind in ("adj", "adv", "noun", "verb"):
        with open(f"{folder}/index.{kind}") as lines:
            for line in lines:
                if line[0] != " ":
                    words.update(re.split("[^a-z]", line.split()[0]))
    return words - MISSPELT


def slips(words, lexicon):
    """What one slip makes of words: two letters swapped, one left out or twice; of long words of the lexicon, one too many."""
    found = set()
    for word in words:
        for i in range(1, len(word)):
            found.add(word[:i] + word[i : i + 1] + word[i:])
            found.add(word[:i] + word[i + 1 :])
            found.add(word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :])
    for word in lexicon:
        for i in range(1, len(word) - 1):
            found.update(word[:i] + letter + word[i:] for letter in "abcdefghijklmnopqrstuvwxyz")
    return found


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
    return words


def long_words(path):
    """The long words of the lexicon's forms, in which a slip is looked for among them alone."""
    with open(path) as lines:
        forms = " ".join(line.partition("=")[2] for line in lines if line[0] != "#")
    return set(re.findall(r"(?<!\S)[a-z]{7,}(?!\S)", forms))


def main(folder, wordnet, names, similarity, lexicon, output):
    words, rare, proper = listed(folder)
    with open(names) as lines:
        for name in lines.read().split():
            words.setdefault(name, LISTED)
    for token in vocabulary(similarity):
        words.setdefault(token, LISTED)
    said = spoken(lexicon)
    for word in said:
        words[word] = max(words.get(word, 0), SAID)
    words = {word: level for word, level in words.items() if re.fullmatch("[a-z]{4,}", word)}
    near = slips((word for word, level in words.items() if level > LISTED), long_words(lexicon))
    for word in (rare | defined(wordnet)) & near:
        if re.fullmatch("[a-z]{4,}", word):
            words.setdefault(word, 0)
    size = len(words) * 5 // 4
    slots = [0] * size
    for word in sorted(words):
        value = phrase_hash(word)
        own = value >> 35 or 1
        place = value % size
        while slots[place] and slots[place] >> 3 != own:
            place = (place + 1) % size
        # Two words with the same entry: neither may pass for a name.
        before = slots[place] & 7 if slots[place] else None
        if before is None:
            level = ONLY_NAME if word in proper and words[word] == LISTED else words[word]
        else:
            level = max(LISTED if before == ONLY_NAME else before, words[word])
        slots[place] = own << 3 | level
    with open(output, "wb") as file:
        file.write(struct.pack(f"<8s2I{size}I", b"words2", size, len(words), *slots))
    print(len(words), "words,", sum(level > LISTED for level in words.values()), "of them common")


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(*sys.argv[1:])
