"""Writes the real tokenizers' counts beside the texts in Tests/GuardModelTests/TokenSamples.swift.

usage: reference.py TOKENIZERS
"""

import re, sys

import tokenizer_pair

PATH = "Tests/GuardModelTests/TokenSamples.swift"
SAMPLE = re.compile(r'cl100k: \d+, anthropic: \d+,(\s+text: ##"""\n)(.*?)(\n      """##)', re.S)


def main():
    cl100k, anthropic = tokenizer_pair.load(sys.argv[1])

    def counted(match):
        text = "\n".join(line.removeprefix("      ") for line in match[2].split("\n"))
        return f"cl100k: {cl100k(text)}, anthropic: {anthropic(text)},{match[1]}{match[2]}{match[3]}"

    with open(PATH) as f:
        source = f.read()
    with open(PATH, "w") as f:
        f.write(SAMPLE.sub(counted, source))


main()
