"""Gathers sample texts of every kind from Debian packages, the Python library and seeded generators."""

import base64, glob, gettext, gzip, hashlib, json, os, random, re

SEED = 20240229
CHUNKS_PER_KIND = 900


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rb") as f:
            return f.read(400_000).decode("utf-8")
    except (OSError, UnicodeDecodeError, EOFError):
        return ""


def roff(text):
    """The prose of a manual page: macros dropped, paragraphs joined, font changes removed."""
    paragraphs, words = [], []
    for line in text.split("\n"):
        if line.startswith((".B ", ".I ", ".BR ", ".IR ", ".SH ", ".SS ", ".Nm", ".Xr", ".Fl")):
            line = line.split(" ", 1)[1].strip('"') if " " in line else ""
        elif line.startswith((".", "'")):
            if line.startswith((".PP", ".P", ".TP", ".IP", ".LP", ".Pp", ".RS")) and words:
                paragraphs.append(" ".join(words))
                words = []
            continue
        line = re.sub(r"\\f(\[[A-Z]*\]|.)|\\[&/,:]|\\\(\w\w|\\\*\(..|\\s[-+]?\d", "", line)
        line = line.replace("\\-", "-").replace("\\ ", " ").replace("\\", "")
        if line.strip():
            words.append(line.strip())
    paragraphs.append(" ".join(words))
    return "\n\n".join(paragraphs)


def messages(path):
    try:
        with open(path, "rb") as f:
            catalog = gettext.GNUTranslations(f)._catalog
    except Exception:
        return ""
    return "\n".join(v for k, v in catalog.items() if isinstance(v, str) and k != "" and len(v) > 20)


def files(*patterns):
    for pattern in patterns:
        yield from sorted(glob.glob(pattern, recursive=True))


def walk(*folders):
    """Some files of each suffix: at most 3,000, the same ones on the same tree."""
    found = {suffix: [] for suffix in ("js", "pm", "sh", "json", "md")}
    for folder in folders:
        for path, folders_here, names in os.walk(folder):
            folders_here.sort()
            for name in sorted(names):
                suffix = name.rsplit(".", 1)[-1]
                if suffix in found:
                    found[suffix].append(os.path.join(path, name))
    r = random.Random(SEED)
    return {suffix: r.sample(paths, min(3000, len(paths))) for suffix, paths in found.items()}


def documents(root):
    """Yields (kind, name, text)."""
    tree = walk(root, "/usr/share", "/usr/lib", "/usr/local/lib", os.path.dirname(os.__file__))
    codes = {
        "German": ["de"], "French": ["fr"], "Spanish": ["es"], "Russian": ["ru"], "Japanese": ["ja"],
        "Korean": ["ko"], "Chinese": ["zh_CN", "zh-cn", "zh_TW"],
    }
    for kind, names in codes.items():
        for c in names:
            for base in (root, ""):
                for p in files(f"{base}/usr/share/man/{c}/man*/*"):
                    yield kind, p, roff(read(p))
                for p in files(f"{base}/usr/share/locale/{c}/LC_MESSAGES/*.mo"):
                    yield kind, p, messages(p)
            for p in files(f"{root}/usr/share/**/*.{c}.txt.gz", f"{root}/usr/share/developers-reference/{c}/**/*.txt*",
                           f"{root}/usr/share/games/fortunes/{c}/*", f"{root}/usr/share/debian-reference/*.{c}.txt.gz"):
                if not p.endswith((".dat", ".u8")):
                    text = re.sub(r"\n[ \t]+", "\n", read(p))
                    # A long handbook is many documents, so that both halves of the split see it.
                    for i in range(0, len(text), 20_000):
                        yield kind, f"{p}#{i}", text[i:i + 20_000]
    for c in "ar bg bn cs da el fa fi he hi hu hy it ka ml nl pl pt_BR ro sv ta te th tr uk vi".split():
        for p in files(f"/usr/share/locale/{c}/LC_MESSAGES/*.mo"):
            yield "Other languages", p, messages(p)
    for p in files(f"{root}/usr/share/man/man[1578]/*.gz"):
        yield "English", p, roff(read(p))
    for p in files(f"{root}/usr/share/games/fortunes/*"):
        if "." not in os.path.basename(p):
            yield "English", p, read(p)
    for p in files(f"{root}/usr/share/doc/**/*.en.txt.gz"):
        text = re.sub(r"\n[ \t]+", "\n", read(p))
        for i in range(0, len(text), 20_000):
            yield "English", f"{p}#{i}", text[i:i + 20_000]
    library = os.path.dirname(os.__file__)
    for p in files(f"{library}/*.py", f"{library}/asyncio/*.py", f"{library}/test/test_*.py"):
        yield "Python", p, read(p)
    for p in files("/usr/include/*.h", "/usr/include/linux/*.h", "/usr/include/x86_64-linux-gnu/*/*.h",
                   f"{root}/usr/share/go-1.19/src/runtime/cgo/*.[ch]"):
        yield "C", p, read(p)
    for p in tree["js"]:
        if "/lib/" in p and not p.endswith(".min.js"):
            yield "JavaScript", p, read(p)
    for p in files(f"{root}/usr/share/go-1.19/src/*/*.go", f"{root}/usr/share/go-1.19/src/net/*/*.go"):
        yield "Go", p, read(p)
    for p in tree["pm"]:
        yield "Perl", p, read(p)
    for p in [*tree["sh"], *files("/var/lib/dpkg/info/*.postinst", "/var/lib/dpkg/info/*.prerm", "/etc/init.d/*")]:
        yield "Shell", p, read(p)
    for p in tree["json"]:
        yield "JSON", p, read(p)
    for p in tree["md"]:
        yield "Markdown", p, read(p)
    yield from generated()
    for p in files("/var/log/*.log", "/var/log/apt/*.log"):
        text = read(p)
        for i in range(0, min(len(text), 200_000), 8000):
            yield "Logs", f"{p}#{i}", text[i:i + 8000]


def generated():
    """Logs, base64 and emoji from seeded generators: nothing on a fresh machine has enough of them."""
    r = random.Random(SEED)
    words = ("connection refused timeout from upstream while reading response header client request started finished "
             "worker job queue retry failed ok user session cache miss hit disk usage memory limit exceeded").split()
    levels = ["INFO", "WARN", "ERROR", "DEBUG", "info", "error", "notice"]
    paths = ["/api/v1/users", "/index.html", "/static/app.js", "/login", "/v1/chat/completions", "/health", "/img/logo.png"]
    for i in range(250):
        lines, style = [], i % 5
        for _ in range(60):
            day, clock = f"2024-{r.randint(1,12):02}-{r.randint(1,28):02}", f"{r.randint(0,23):02}:{r.randint(0,59):02}:{r.randint(0,59):02}"
            ip, text = ".".join(str(r.randint(1, 254)) for _ in range(4)), " ".join(r.sample(words, r.randint(3, 9)))
            if style == 0:
                lines.append(f'{ip} - - [{r.randint(1,28):02}/Mar/2024:{clock} +0000] "GET {r.choice(paths)} HTTP/1.1" {r.choice([200,200,304,404,500])} {r.randint(100,90000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"')
            elif style == 1:
                lines.append(f"{day}T{clock}.{r.randint(0,999):03}Z {r.choice(levels)} [{r.choice(words)}-{r.randint(1,16)}] {text}")
            elif style == 2:
                lines.append(f"Mar {r.randint(1,28):2} {clock} host{r.randint(1,9)} {r.choice(['sshd','cron','kernel','systemd'])}[{r.randint(100,32000)}]: {text} from {ip} port {r.randint(1024,65000)}")
            elif style == 3:
                lines.append(json.dumps({"ts": f"{day}T{clock}Z", "level": r.choice(levels), "msg": text, "request_id": "%032x" % r.getrandbits(128), "ms": r.randint(1, 5000)}))
            else:
                lines.append(f"{day} {clock} {r.choice(levels)} com.example.{r.choice(words)}.{r.choice(words).capitalize()}Service - {text} id={'%08x' % r.getrandbits(32)} took {r.random()*100:.3f} ms")
        yield "Logs", f"generated-log-{i}", "\n".join(lines)
    for i in range(400):
        data = r.randbytes(r.randint(200, 4000))
        text = base64.b64encode(data).decode() if i % 3 else data.hex()
        yield "Base64 and hex", f"generated-base64-{i}", "\n".join(text[j:j + 76] for j in range(0, len(text), 76)) if i % 2 else text
    ranges = [(1, 0x20), (0x21, 0x7F), (0xA0, 0x250), (0x250, 0x800), (0x800, 0x2000), (0x2000, 0x2070), (0x2190, 0x2300),
              (0x2500, 0x25A0), (0x2600, 0x27C0), (0x3000, 0x3100), (0x3400, 0xD7A0), (0xFE00, 0x10000), (0x1F000, 0x1FB00)]
    for i in range(400):
        parts = []
        for _ in range(r.randint(20, 60)):
            low, high = r.choice(ranges)
            parts.append("".join(chr(r.randrange(low, high)) for _ in range(r.randint(1, 9))))
        yield "Random symbols", f"generated-symbols-{i}", " ".join(parts)
    popular = [chr(c) for c in [*range(0x1F600, 0x1F64F), *range(0x1F300, 0x1F5FF, 3), *range(0x1F680, 0x1F6C5), *range(0x1F910, 0x1F9FF, 2)]]
    popular += ["❤️", "✅", "✨", "⭐", "⚡", "☀️", "👍🏽", "👩‍💻", "🙌🏻", "🏳️‍🌈", "🇩🇪", "🇫🇷", "⚠️", "❌", "➡️"]
    common = 12 * ["😀", "😂", "🔥", "🎉", "🚀", "👍", "😍", "🤔", "✅", "❤️"]
    chat = ("that was great thanks so much see you tomorrow ship it deploy is done build failed again love this "
            "happy birthday good morning everyone coffee time what a day new release is out fixed the bug").split()
    for i in range(400):
        parts = []
        for _ in range(r.randint(20, 120)):
            parts.append(" ".join(r.sample(chat, r.randint(1, 6))) + r.choice(["", "!", ".", "?"]) + " " + "".join(r.choices(popular + common, k=r.randint(1, 4))))
        yield "Emoji", f"generated-emoji-{i}", r.choice([" ", "\n"]).join(parts)


def samples(root):
    """Yields (kind, is_held_out, text): at most CHUNKS_PER_KIND chunks a kind, cut at line or word ends."""
    r = random.Random(SEED)
    kinds = {}
    for kind, name, text in documents(root):
        text = text.strip()
        held = hashlib.sha256(name.removeprefix(root).encode()).digest()[0] < 64
        chunks, at = [], 0
        while at < len(text) and len(chunks) < 12:
            size = r.choice([400, 1000, 2500, 6000])
            if kind in ("Chinese", "Japanese", "Korean"):
                size //= 2
            end = at + size
            if end < len(text):
                cut = max(text.rfind(" ", at + size // 2, end), text.rfind("\n", at + size // 2, end))
                end = cut if cut > at else end
            chunk = text[at:end]
            at = end
            if len(chunk) >= 150:
                chunks.append(chunk)
        if kind in ("Chinese", "Japanese", "Korean", "Russian"):
            # A catalogue that was never translated is English.
            chunks = [c for c in chunks if sum(ord(x) > 0x370 for x in c) > len(c) * 0.25]
        if kind in ("German", "French", "Spanish"):
            chunks = [c for c in chunks if sum(0xC0 <= ord(x) < 0x250 for x in c) > len(c) * 0.004]
        kinds.setdefault(kind, []).extend((held, name, c) for c in chunks)
    for kind, found in kinds.items():
        r.shuffle(found)
        for held, name, chunk in found[:CHUNKS_PER_KIND]:
            yield kind, held, name, chunk
