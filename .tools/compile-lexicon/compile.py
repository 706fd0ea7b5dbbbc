"""Compiles the lexicon to the table that the program reads in place (the format is in README.md).

usage: compile.py LEXICON OUTPUT
"""

import struct, sys

KINDS = (
    "filler det pronoun subject relative prep not and or verb nominal give passive howto work thing sign quality order "
    "unit number language format tool audience tone payload"
).split()
LANGUAGES = ["en", "de", "fr", "es"]
LONG_WORD = 7
MOST_READINGS = 4


def phrase_hash(words):
    value = 0xCBF29CE484222325
    for word in words:
        for byte in word + b" ":
            value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def read(text):
    """The names of all concepts as places in the text, the readings of each form, what longer forms begin with, long words."""
    names, forms, beginnings, long_words, faults = [], {}, set(), {}, []
    start = 0
    for number, line in enumerate(text.split(b"\n"), 1):
        place, start = start, start + len(line) + 1
        if not line or line.startswith(b"#"):
            continue
        head, equals, rest = line.partition(b"=")
        parts = head.split()
        language = 0
        if len(parts) == 3 and parts[0].decode() in LANGUAGES:
            language = LANGUAGES.index(parts.pop(0).decode())
        if not equals or len(parts) != 2 or parts[0].decode() not in KINDS:
            faults.append(f"line {number}: want 'kind name = form | form'")
            continue
        kind = KINDS.index(parts[0].decode())
        names.append((place + len(head.rstrip()) - len(parts[1]), len(parts[1])))
        offset = len(head) + 1
        for form in rest.split(b"|"):
            words = form.split()
            if not words:
                faults.append(f"line {number}: an empty form")
            for count in range(1, len(words)):
                beginnings.add(phrase_hash(words[:count]))
            readings = forms.setdefault(phrase_hash(words), [])
            alike = [reading for reading in readings if reading[1] == language]
            if any(reading[0] == kind for reading in alike):
                faults.append(f"line {number}: '{form.strip().decode()}' is listed twice")
            if len(alike) == MOST_READINGS:
                faults.append(f"line {number}: '{form.strip().decode()}' has too many readings")
            # The last line counts first.
            readings.insert(0, (kind, language, len(names) - 1))
            at = 0
            for word in words:
                at = form.index(word, at)
                if len(word) >= LONG_WORD:
                    long_words.setdefault(word, place + offset + at)
                at += len(word)
            offset += len(form) + 1
    return names, forms, beginnings, long_words, faults


def table(text):
    names, forms, beginnings, long_words, faults = read(text)
    if faults:
        sys.exit("\n".join(faults))
    hashes = sorted(set(forms) | beginnings)
    size = 1
    while size < 2 * len(hashes):
        size *= 2
    slots, readings = [None] * size, []
    for value in hashes:
        found = sorted(forms.get(value, []), key=lambda reading: reading[1])
        languages = 0
        for reading in found:
            languages |= 1 << reading[1]
        place = value % size
        while slots[place]:
            place = (place + 1) % size
        slots[place] = struct.pack("<QIBBBB", value, len(readings), len(found), languages, value in beginnings, 1)
        readings += [struct.pack("<BBH", *reading) for reading in found]
    frames = sorted((word[0] << 16 | word[-2] << 8 | word[-1], start, len(word)) for word, start in long_words.items())
    longest = max(len(form.split()) for line in text.split(b"\n") if b"=" in line and line[:1] != b"#"
                  for form in line.partition(b"=")[2].split(b"|"))
    return b"".join(
        [struct.pack("<8s6I", b"lexicon1", size, len(readings), len(names), len(frames), longest, len(forms))]
        + [slot or bytes(16) for slot in slots]
        + readings
        + [struct.pack("<I", start << 8 | length) for start, length in names]
        + [struct.pack("<II", frame, start << 8 | length) for frame, start, length in frames]
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as lexicon:
        compiled = table(lexicon.read())
    with open(sys.argv[2], "wb") as output:
        output.write(compiled)
