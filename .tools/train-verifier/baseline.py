"""Frozen vectors of both texts and differences of their words, with a logistic regression and boosted trees."""

import os
import re

import numpy as np

import pairs as P
from train import report

WORD = re.compile(r"[A-Za-z']+|\d+|[^\sA-Za-z\d]")
NOT = {"not", "no", "without", "never", "don't", "except", "only", "all", "every", "first", "last", "from", "to", "before", "after"}


def words(a, b):
    """What one says and the other does not: counts, numbers, negations, overlap, lengths."""
    x, y = ({w.lower() for w in WORD.findall(t)} for t in (a, b))
    both, one = x & y, x ^ y
    digits = {w for w in one if w.isdigit()}
    return [len(both), len(one), len(both) / max(1, len(x | y)), len(digits), len({w for w in both if w.isdigit()}),
            len(one & NOT), abs(len(a) - len(b)) / (len(a) + len(b)), min(len(x - y), len(y - x)), max(len(x - y), len(y - x))]


def run(data, work, encoder):
    from sentence_transformers import SentenceTransformer
    from sklearn.decomposition import TruncatedSVD
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    every = [pair for group in P.groups(data) for pair in P.counted(group)]
    texts = sorted({t for pair in every for t in pair[:2]})
    vectors = dict(zip(texts, SentenceTransformer(encoder).encode(texts, normalize_embeddings=True, batch_size=64)))
    rows = np.array([np.concatenate([vectors[a] + vectors[b], abs(vectors[a] - vectors[b]), vectors[a] * vectors[b],
                                     [vectors[a] @ vectors[b]], words(a, b)]) for a, b, *_ in every], np.float32)
    same = np.array([pair[2] for pair in every])
    let = np.array([passed for passed, _ in P.guards(os.environ.get("LLMGUARD", "llmguard"), every, os.path.join(work, "guards.json"))])
    rest = rows.shape[1] - 10
    few = np.hstack([TruncatedSVD(40, random_state=P.SEED).fit_transform(rows[:, rest // 3 : rest]), rows[:, rest:]])
    for name, rows, make in (
        ("logistic", rows, lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=100))),
        ("trees", few, lambda: HistGradientBoostingClassifier(max_iter=200, learning_rate=0.06, random_state=P.SEED)),
    ):
        for split in ("authors", "groups"):
            given = np.zeros(len(every))
            for fold in range(5):
                out = np.array([(pair[5] == fold + 1) if split == "authors" else int.from_bytes(pair[4].encode(), "big") % 5 == fold
                                for pair in every])
                model = make().fit(rows[~out], same[~out])
                given[out] = model.predict_proba(rows[out])[:, 1]
            print(name, split, report(given, every, let), flush=True)
