"""A verifier that reads both texts together, trained on the first two thirds of the prompt groups.

train.py DATA WORK near ENCODER               texts of other groups that are near, for hard negatives
train.py DATA WORK baseline ENCODER           frozen vectors and differences of words, with two small classifiers
train.py DATA WORK warm ENCODER NAME          one pass over PAWS and intents, from which the folds start
train.py DATA WORK fold NAME HELD [EPOCHS]    train without HELD (an author 1-5, "groups", "5+groups" or "none"), score what is held out
train.py DATA WORK choose SCORED HELD         thresholds from what was scored, by author, and kinds of what is wrong
train.py DATA WORK count SCORED LOOK-ALIKES   count the last third and the look-alikes by these thresholds
train.py DATA WORK speed STEP                 time of a pair on one core

STEP is NAME-HELD (`mini-5+groups`), whose last weights are WORK/STEP.pt; SCORED is STEP-eEPOCH, or several with commas, whose mean counts.
LLMGUARD in the environment is the program whose guards are asked.
"""

import hashlib
import json
import os
import random
import sys
import time
from collections import Counter

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

import pairs as P

LENGTH = 128
torch.set_num_threads(int(os.environ.get("THREADS", "2")))


class Verifier(torch.nn.Module):
    """An encoder that reads both texts, the mean of each one's tokens as that sees the other, and a small head."""

    def __init__(self, path):
        super().__init__()
        self.tokens = AutoTokenizer.from_pretrained(path)
        self.encoder = AutoModel.from_pretrained(path)
        self.read = {}
        self.kinds = getattr(self.encoder.config, "type_vocab_size", 0) > 1
        size = self.encoder.config.hidden_size
        self.drop = torch.nn.Dropout(0.1)
        self.hidden = torch.nn.Linear(5 * size, size)
        self.score = torch.nn.Linear(size, 1)

    def forward(self, batch):
        ids, first, second, kinds = batch
        kinds = {"token_type_ids": kinds} if self.kinds else {}
        seen = self.encoder(input_ids=ids, attention_mask=(first + second).clamp(max=1), **kinds).last_hidden_state
        mean = lambda mask: (seen * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        u, v = mean(first), mean(second)
        read = torch.cat([seen[:, 0], u, v, (u - v).abs(), u * v], -1)
        return self.score(torch.tanh(self.hidden(self.drop(read)))).squeeze(-1).float()

    def numbers(self, text):
        if text not in self.read:
            self.read[text] = self.tokens.encode(text)[:LENGTH]
        return self.read[text]

    def batch(self, texts):
        """Token numbers, which belong to the first text, which to the second; marks belong to the text before them."""
        rows = []
        for a, b in texts:
            a, b = self.numbers(a), self.numbers(b)
            b = b[1:] if self.kinds else [b[-1]] + b[1:]
            rows.append((a, b))
        width = max(len(a) + len(b) for a, b in rows)
        width = (width + 15) // 16 * 16  # few shapes, so that kernels are made once
        ids = torch.full((len(rows), width), self.tokens.pad_token_id)
        first, second = torch.zeros(len(rows), width), torch.zeros(len(rows), width)
        for at, (a, b) in enumerate(rows):
            ids[at, : len(a) + len(b)] = torch.tensor(a + b)
            first[at, : len(a)] = 1
            second[at, len(a) : len(a) + len(b)] = 1
        return ids, first, second, second.long()


def save(model, path):
    torch.save({k: v for k, v in model.state_dict().items()}, path)


def load(work, name, step=None):
    path, state = json.load(open(os.path.join(work, f"{name}.json")))["encoder"], os.path.join(work, f"{step or name}.pt")
    model = Verifier(path)
    if os.path.exists(state):
        model.load_state_dict(torch.load(state))
    return model


def fit(model, rows, epochs, rate, seed, size=32, frozen=0, after=None):
    """Train in batches of about one length; each pair in a random order; the rate rises and falls once."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:frozen]:
        layer.requires_grad_(False)
    body = [w for n, w in model.named_parameters() if w.requires_grad and n.startswith("encoder")]
    head = [w for n, w in model.named_parameters() if w.requires_grad and not n.startswith("encoder")]
    optimizer = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": head, "lr": 5 * rate}], weight_decay=0.01, foreach=True)
    steps = epochs * ((len(rows) + size - 1) // size)
    shape = lambda step: min((step + 1) / (0.06 * steps), max(0.0, (steps - step) / (0.94 * steps)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, shape)
    rename = float(os.environ.get("RENAME", "0"))
    vocabulary = sorted({w.lower() for r in rows for w in P.WORD.findall(r[0])})
    done, began, lost = 0, time.time(), []
    for epoch in range(epochs):
        model.train()
        order = list(rows)
        chance.shuffle(order)
        chunks = [sorted(order[i : i + 16 * size], key=lambda r: len(r[0]) + len(r[1])) for i in range(0, len(order), 16 * size)]
        batches = [chunk[i : i + size] for chunk in chunks for i in range(0, len(chunk), size)]
        chance.shuffle(batches)
        for batch in batches:
            texts = [P.renamed(r, vocabulary, chance) if chance.random() < rename else r[:2] for r in batch]
            texts = [(a, b) if chance.random() < 0.5 else (b, a) for a, b in texts]
            with torch.autocast("cpu", torch.bfloat16):
                given = model(model.batch(texts))
            wanted = torch.tensor([float(r[2]) for r in batch])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(given, wanted)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            done += 1
            lost.append(loss.item())
            if done % 25 == 0:
                print(f"  step {done}/{steps} loss {np.mean(lost[-25:]):.3f} {done * size / (time.time() - began):.0f} pairs/s", flush=True)
        if after:
            after(epoch)


def scores(model, rows):
    """The lower one of both orders' scores."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + len(rows[i][1]))
    given = np.zeros(len(rows))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), 64):
            some = order[at : at + 64]
            ways = [model(model.batch([(rows[i][x], rows[i][y]) for i in some])).numpy() for x, y in ((0, 1), (1, 0))]
            given[some] = np.minimum(*ways)
    return given


def best(given, same, let=None, least=0.995, of=None):
    """The lowest threshold with that precision among what is let pass: (threshold, hits, false, recall)."""
    same = np.asarray(same, bool)
    let = np.ones(len(same), bool) if let is None else np.asarray(let, bool)
    order = np.argsort(-given[let], kind="stable")
    right = np.cumsum(same[let][order])
    every = np.arange(1, len(order) + 1)
    fine = np.flatnonzero(right / every >= least)
    if not len(fine):
        return (float("inf"), 0, 0, 0.0)
    at = fine[-1]
    return (float(given[let][order][at]), int(right[at]), int(every[at] - right[at]), float(right[at] / same.sum()))


def report(given, rows, let):
    same = np.array([r[2] for r in rows], bool)
    order = np.argsort(-given)
    hit = same[order]
    average = (np.cumsum(hit) / np.arange(1, len(hit) + 1))[hit].mean()
    text = [f"pairs {len(rows)} same {same.sum()} average precision {average:.3f}"]
    for least in (0.995, 0.99, 0.95, 0.9):
        for name, passed in (("alone", None), ("guards", let)):
            t, hits, false, recall = best(given, same, passed, least)
            text.append(f"p>={least} {name}: t {t:.3f} hits {hits} false {false} recall {recall:.3f}")
    return "\n  ".join(text)


def held(group, out):
    if out == "groups":
        return hashlib.sha256(("held " + group["group"]).encode()).digest()[0] % 5 == 0
    if out.endswith("+groups") and held(group, "groups"):
        return True
    return out != "none" and str(group["author"]) in out.split("+")


def near(data, work, encoder):
    from sentence_transformers import SentenceTransformer

    texts = [(t, g) for g in P.groups(data) for t in g["same"] + [n["text"] for n in g["near"]]]
    vectors = SentenceTransformer(encoder).encode([t for t, _ in texts], normalize_embeddings=True, batch_size=64)
    likeness = vectors @ vectors.T
    found = set()
    for i, (text, group) in enumerate(texts):
        likeness[i, [j for j, (_, other) in enumerate(texts) if other["group"] == group["group"]]] = -1
        for j in np.argsort(-likeness[i])[:2]:
            found.add((min(i, int(j)), max(i, int(j))))
    rows = [(texts[i][0], texts[j][0], 0, "across", (texts[i][1]["group"], texts[j][1]["group"])) for i, j in sorted(found)]
    json.dump(rows, open(os.path.join(work, "near.json"), "w"))
    print(len(rows))


def other_data(data, seed):
    """PAWS as it is; of the intents only what is not one intent, and a few that are with a low weight: none."""
    chance = random.Random(seed)
    rows = [json.loads(line) for line in open(os.path.join(data, "paws-val.jsonl"))]
    rows = [(r["a"], r["b"], r["same"]) for r in rows]
    for name in ("clinc150-train", "banking77-train"):
        apart = [json.loads(line) for line in open(os.path.join(data, f"{name}.jsonl"))]
        apart = [(r["a"], r["b"], 0) for r in apart if not r["same"]]
        rows += chance.sample(apart, 600)
        for r in chance.sample(apart, 500):
            rows.append((r[0], P.polite(r[0], chance), 1))
    return rows


def main():
    data, work, what, *rest = sys.argv[1:]
    os.makedirs(work, exist_ok=True)
    if what == "near":
        near(data, work, rest[0])
    elif what == "baseline":
        import baseline

        baseline.run(data, work, rest[0])
    elif what == "warm":
        encoder, name = rest
        model = Verifier(encoder)
        json.dump({"encoder": encoder}, open(os.path.join(work, f"{name}.json"), "w"))
        fit(model, other_data(data, P.SEED), 1, float(os.environ.get("RATE", "5e-5")), P.SEED)
        save(model, os.path.join(work, f"{name}.pt"))
    elif what == "fold":
        name, out, epochs = rest[0], rest[1], int(rest[2]) if len(rest) > 2 else 3
        every = P.groups(data)
        hard = [(a, b, same, kind, tuple(of)) for a, b, same, kind, of in json.load(open(os.path.join(work, "near.json")))]
        seed = P.SEED + int(os.environ.get("TRY", "0"))
        rows, made = P.training([g for g in every if not held(g, out)], hard, seed, bool(os.environ.get("MORE")))
        dev = [json.loads(line) for line in open(os.path.join(data, "prompts-dev.jsonl"))]
        dev = [(r["instr_a"], r["instr_b"], int(r["same"])) for r in dev if r.get("instr_a") and r.get("payload_a") == r.get("payload_b")]
        if os.environ.get("MORE"):  # made opposites and swapped words, and PAWS, whose pairs are swapped words
            paws = [json.loads(line) for line in open(os.path.join(data, "paws-val.jsonl"))]
            dev += [(r["a"], r["b"], r["same"]) for r in random.Random(seed).sample([r for r in paws if len(r["a"]) < 130], 2000)]
        test = [pair for g in every if held(g, out) for pair in P.counted(g)]
        known = os.environ.get("LLMGUARD", "llmguard")
        let = [passed for passed, _ in P.guards(known, test, os.path.join(work, "guards.json"))]
        model = load(work, name)
        if os.environ.get("FEW"):  # for a large encoder: fewer look-alikes, and only what guards let pass is scored
            chance = random.Random(seed)
            apart = [pair for pair in rows if not pair[2]]
            rows = [pair for pair in rows if pair[2]] + chance.sample(apart, int(os.environ["FEW"]))
            made, dev = [], []
        print(f"{name} without {out}: {len(rows)} pairs, {len(made)} more, {len(dev)} of development", flush=True)
        step = os.path.join(work, f"{name}-{out}{os.environ.get('TRY', '')}")

        def after(epoch):
            if test and (epoch >= epochs - 2):
                given = np.full(len(test), -np.inf)
                asked = [i for i in range(len(test)) if let[i] or not os.environ.get("FEW")]
                given[asked] = scores(model, [test[i] for i in asked])
                np.save(f"{step}-e{epoch + 1}.npy", given)
                print(f"epoch {epoch + 1}: " + report(given, test, let), flush=True)

        fit(model, rows + made + dev, epochs, float(os.environ.get("RATE", "5e-5")), seed, frozen=int(os.environ.get("FROZEN", "0")), after=after)
        save(model, f"{step}.pt")
    elif what == "choose":
        names, out = rest
        test = [pair for g in P.groups(data) if held(g, out) for pair in P.counted(g)]
        let = np.array([passed for passed, _ in P.guards("", test, os.path.join(work, "guards.json"))])
        same = np.array([bool(pair[2]) for pair in test])
        given = np.mean([np.load(os.path.join(work, f"{name}.npy")) for name in names.split(",")], axis=0)
        known = np.array([str(pair[5]) not in out.split("+") for pair in test])
        ways = {"guards": let} | ({"alone": np.ones(len(test), bool)} if np.isfinite(given).all() else {})
        chosen = {}
        for way, passed in ways.items():
            for which, some in (("all", known | True), ("authors known", known), ("author held out", ~known)):
                hit, score = same[passed & some], given[passed & some]
                order = np.argsort(-score)
                right = np.cumsum(hit[order]) / np.arange(1, len(hit) + 1)
                print(f"{way}, {which}: {len(hit)} pairs, {hit.sum()} same of {same[some].sum()}, average precision {right[hit[order]].mean():.3f}")
                for least in (0.995, 0.95, 0.9, 0.8):
                    t, hits, false, recall = best(given[some], same[some], passed[some], least)
                    print(f"  precision {least}: hits {hits} false {false} recall {recall:.3f}")
                    if which == "all":
                        chosen.setdefault(way, {})[str(least)] = t
                if np.cumsum(hit[order])[-1] >= 0.15 * same[some].sum():
                    at = int(np.flatnonzero(np.cumsum(hit[order]) >= 0.15 * same[some].sum())[0])
                    print(f"  recall 0.15: hits {hit[order][: at + 1].sum()} false {at + 1 - hit[order][: at + 1].sum()} precision {right[at]:.3f}")
                    if which == "all":
                        chosen[way]["recall"] = float(score[order][at])
            false = [(i, test[i][3]) for i in np.argsort(-given) if passed[i] and not same[i]][:40]
            print("  kinds of the 40 highest false ones:", Counter(kind for _, kind in false).most_common())
        path = os.path.join(work, "chosen.json")
        every = json.load(open(path)) if os.path.exists(path) else {}
        json.dump(every | {names: chosen}, open(path, "w"), indent=1)
    elif what == "count":
        names, path = rest
        chosen = json.load(open(os.path.join(work, "chosen.json")))[names]
        program = os.environ.get("LLMGUARD", "llmguard")
        last = [pair for g in P.groups(data, last=True) for pair in P.counted(g)]
        for what, rows in (("last third", last), ("look-alikes", list(P.look_alikes(path)))):
            let = np.array(P.guards(program, rows, os.path.join(work, "guards-counted.json")))
            same = np.array([bool(pair[2]) for pair in rows])
            asked = [i for i in range(len(rows)) if let[i, 0] or "alone" in chosen]
            given = np.full(len(rows), -np.inf)
            steps = [name.rsplit("-e", 1)[0] for name in names.split(",")]
            given[asked] = np.mean([scores(load(work, step.split("-")[0], step), [rows[i] for i in asked]) for step in steps], axis=0)
            for way, thresholds in chosen.items():
                for aim, threshold in thresholds.items():
                    hit = (given >= threshold) & (let[:, 0] | (way == "alone"))
                    right, false = int((hit & same).sum()), int((hit & ~same).sum())
                    kinds = Counter(pair[3] for pair, h, s in zip(rows, hit, same) if h and not s)
                    also = int((same & (hit | let[:, 1])).sum())
                    print(f"{what}, {way}, chosen for {aim} ({threshold:.3f}): hits {right} false {false} precision {right / max(1, right + false):.4f} "
                          f"recall {right / max(1, same.sum()):.4f} of {same.sum()} and {(~same).sum()}; with keys {also}", kinds.most_common(), flush=True)
    elif what == "speed":
        model = load(work, rest[0].split("-")[0], rest[0]).eval()
        print("weights", sum(w.numel() for w in model.parameters()), "in embeddings", sum(w.numel() for w in model.encoder.embeddings.parameters()))
        torch.set_num_threads(1)
        rows = [pair[:2] for g in P.groups(data)[:40] for pair in P.counted(g)][:200]
        for way in ("float32", "int8"):
            if way == "int8":
                model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)
            with torch.no_grad():
                times = []
                for row in rows:
                    began = time.perf_counter()
                    model(model.batch([row]))
                    times.append(time.perf_counter() - began)
            print(f"{way}: median {1000 * np.median(times):.1f} ms, least {1000 * min(times):.1f} ms", flush=True)
        print(f"tokens {np.median([len(model.numbers(a)) + len(model.numbers(b)) for a, b in rows]):.0f}")


if __name__ == "__main__":
    main()
