"""The two tokenizers whose vocabularies the litellm wheel carries, as functions from text to count."""

import base64, os

import tiktoken
from tokenizers import Tokenizer

CL100K = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
PATTERN = (r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+""")


def load(folder):
    with open(os.path.join(folder, CL100K), "rb") as f:
        ranks = {base64.b64decode(a): int(b) for a, b in (line.split() for line in f.read().splitlines() if line)}
    cl100k = tiktoken.Encoding("cl100k", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    anthropic = Tokenizer.from_file(os.path.join(folder, "anthropic_tokenizer.json"))
    return (lambda t: len(cl100k.encode_ordinary(t))), (lambda t: len(anthropic.encode(t, add_special_tokens=False).ids))
