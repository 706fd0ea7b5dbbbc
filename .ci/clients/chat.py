"""Talks to a command on a terminal: chat.py COMMAND [ARG...]

Waits for each prompt of `llm chat`, asks, and prints what the screen showed. The command's exit status is its own.
"""

import os
import pty
import select
import sys
import time

TURNS = ["what went wrong last night", "and the night before", "exit"]
PROMPT = b"\n> "
LIMIT_SECONDS = 60

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

screen = b""
asked = 0
end = time.monotonic() + LIMIT_SECONDS
while time.monotonic() < end:
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:  # The other end is closed.
        break
    if not part:
        break
    screen += part
    if asked < len(TURNS) and screen.replace(b"\r", b"").count(PROMPT) > asked:
        os.write(terminal, TURNS[asked].encode() + b"\n")
        asked += 1
else:
    os.kill(child, 9)
    sys.stderr.write(f"chat: no answer in {LIMIT_SECONDS} s\n")
sys.stdout.write(screen.decode().replace("\r", ""))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or asked < len(TURNS))
