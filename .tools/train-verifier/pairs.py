"""The pairs that a verifier is trained with and counted on, and what llmguard's guards say of them."""

import concurrent.futures
import glob
import hashlib
import itertools
import json
import os
import random
import re
import subprocess

SEED = 20261128


def groups(data, last=False):
    """The prompt groups to learn from, or the last third, each with the number of its author."""
    chosen = []
    for path in sorted(glob.glob(os.path.join(data, "prompt-groups-*.jsonl"))):
        author = int(re.search(r"(\d+)\.jsonl$", path).group(1))
        for line in open(path):
            group = json.loads(line)
            if (hashlib.sha256(group["group"].encode()).digest()[0] % 3 == 0) == last:
                chosen.append({**group, "author": author})
    return chosen


def counted(group):
    """Pairs as `llmguard cache evaluate` counts them: (a, b, same, kind, group, author)."""
    where = (group["group"], group["author"])
    for a, b in itertools.combinations(group["same"], 2):
        yield (a, b, 1, "same", *where)
    for a in group["same"]:
        for near in group["near"]:
            yield (a, near["text"], 0, near["kind"], *where)


def look_alikes(path):
    for line in open(path):
        if " | " in line and not line.startswith("#"):
            a, b = line.rstrip("\n").split(" | ", 1)
            yield (a.strip(), b.strip(), 0, "look-alike", "-", 0)


def guards(program, pairs, cache):
    """Whether guards let each pair pass. They only need asking once: the answers are kept by the pair's hash."""
    known = json.load(open(cache)) if os.path.exists(cache) else {}
    key = lambda pair: hashlib.sha256("\0".join(pair[:2]).encode()).hexdigest()[:24]

    def ask(pair):
        words = [program, "cache", "explain", "--json", "--", pair[0], pair[1]]
        answer = json.loads(subprocess.run(words, capture_output=True, check=False).stdout)
        return key(pair), [not answer["guards"], bool(answer["matches"])]

    todo = list({key(pair): pair for pair in pairs if key(pair) not in known}.values())
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        known.update(threads.map(ask, todo))
    if todo:
        json.dump(known, open(cache, "w"))
    return [known[key(pair)] for pair in pairs]


WORD = re.compile(r"[A-Za-z][a-z]{3,}|\d+")


def changed(pairs, vocabulary, count, chance):
    """Look-alikes that are made: a number or a word that both wordings have is another one in the second."""
    made = []
    while len(made) < count:
        a, b, same, *rest = chance.choice(pairs)
        if not same:
            continue
        shared = sorted({w.lower() for w in WORD.findall(a)} & {w.lower() for w in WORD.findall(b)})
        if not shared:
            continue
        old = chance.choice(shared)
        new = str(int(old) + chance.choice((1, 2, 5, 10))) if old.isdigit() else chance.choice(vocabulary)
        if new == old:
            continue
        other = re.sub(rf"(?i)\b{re.escape(old)}\b", new, b)
        if other != b:
            made.append((a, other, 0, "made", *rest))
    return made


def renamed(pair, vocabulary, chance):
    """The same pair about something else: a word that both have is another one in both, so that no text can be learned by heart."""
    a, b = pair[:2]
    shared = sorted({w.lower() for w in WORD.findall(a)} & {w.lower() for w in WORD.findall(b)})
    if not shared:
        return a, b
    old = chance.choice(shared)
    new = str(int(old) + chance.choice((1, 2, 5, 10))) if old.isdigit() else chance.choice(vocabulary)
    return tuple(re.sub(rf"(?i)\b{re.escape(old)}\b", new, text) for text in (a, b))


OPPOSITES = [pair.split("/") for pair in """first/last largest/smallest highest/lowest biggest/smallest longest/shortest oldest/newest
earliest/latest most/least more/fewer more/less before/after above/below over/under increase/decrease ascending/descending encode/decode
encrypt/decrypt compress/decompress enable/disable start/stop open/close add/remove include/exclude accept/decline accepting/declining
upload/download import/export push/pull merge/split convert/restore upgrade/downgrade maximum/minimum max/min upper/lower uppercase/lowercase
left/right top/bottom north/south east/west buy/sell lend/borrow inner/outer input/output read/write server/client source/target
formal/informal polite/blunt positive/negative advantages/disadvantages pros/cons cause/effect sender/recipient customer/supplier
employee/employer tenant/landlord teacher/student staged/unstaged local/remote public/private internal/external preceding/following
next/previous prior/subsequent earlier/later older/newer longer/shorter larger/smaller
allow/forbid lock/unlock show/hide install/uninstall mount/unmount attach/detach hot/cold warm/cool raise/lower gain/lose
winner/loser singular/plural active/passive past/present known/unknown valid/invalid""".replace("\n", " ").split(" ") if "/" in pair]
OTHER = {a: b for pair in OPPOSITES for a, b in (pair, pair[::-1])}


def opposed(pairs, count, chance):
    """One word becomes its opposite, in one wording (another request) or in both (the same request)."""
    made = []
    tries = 0
    while len(made) < count and tries < 60 * count:
        tries += 1
        a, b, same, *rest = chance.choice(pairs)
        if not same:
            continue
        words = [[w for w in OTHER if re.search(rf"(?i)\b{w}\b", text)] for text in (a, b)]
        turn = lambda text, w: re.sub(rf"(?i)\b{w}\b", OTHER[w], text, count=1)
        both = sorted(set(words[0]) & set(words[1]))
        if both and chance.random() < 0.5:
            w = chance.choice(both)
            made.append((turn(a, w), turn(b, w), 1, "opposed", *rest))
        elif words[1]:
            made.append((a, turn(b, chance.choice(words[1])), 0, "opposed", *rest))
    return made


def swapped(pairs, count, chance):
    """Two words that both wordings have change their places in one, or two beside from/to, not in lists."""
    made = []
    tries = 0
    while len(made) < count and tries < 60 * count:
        tries += 1
        a, b, same, *rest = chance.choice(pairs)
        if not same or b.count(",") > 1:
            continue
        shared = {w.lower() for w in WORD.findall(a)} & {w.lower() for w in WORD.findall(b)}
        found = [m for m in WORD.finditer(b) if m.group().lower() in shared]
        found = [(x, y) for x, y in itertools.combinations(found, 2)
                 if y.start() - x.end() < 20 and x.group().lower() != y.group().lower() and re.search(r"\b(to|from|than|before|after|into|by|over|for|of|not|with|in|on|if|when)\b|->", b[x.end() : y.start()])]
        if found:
            x, y = chance.choice(found)
            made.append((a, b[: x.start()] + y.group() + b[x.end() : y.start()] + x.group() + b[y.end() :], 0, "swapped", *rest))
    return made


BEFORE = ("Please ", "Could you please ", "Hi, ", "Hey, can you help me: ", "I need this: ", "Quick one: ")
AFTER = ("", " Thanks!", " please", " Thank you.", "")


def polite(text, chance):
    head = chance.choice(BEFORE)
    body = text if not head.endswith("ease ") else text[:1].lower() + text[1:]
    return head + body + chance.choice(AFTER)


def training(chosen, hard, seed, more=False):
    """Pairs to learn from: of the groups, across groups (`hard`: texts that are near), and made ones."""
    chance = random.Random(seed)
    pairs = [pair for group in chosen for pair in counted(group)]
    vocabulary = sorted({w.lower() for p in pairs for w in WORD.findall(p[0])})
    made = changed(pairs, vocabulary, 800, chance)
    for group in chosen:
        where = (group["group"], group["author"])
        nears = [near["text"] for near in group["near"]]
        between = list(itertools.combinations(nears, 2))
        made += [(a, b, 0, "near-near", *where) for a, b in chance.sample(between, min(3, len(between)))]
        for text in chance.sample(nears, min(2, len(nears))) + [chance.choice(group["same"])]:
            made.append((text, polite(text, chance), 1, "polite", *where))
    if more:
        made += swapped(pairs, 1200, chance) + opposed(pairs, 1500, chance)
    names = {group["group"] for group in chosen}
    across = [pair for pair in hard if pair[4][0] in names and pair[4][1] in names]
    made += chance.sample(across, min(800, len(across)))
    return pairs, made
