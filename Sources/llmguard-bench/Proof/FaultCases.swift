/// The cases, by what they break.
extension FaultCase {
  static let permissions: [FaultCase] = [
    FaultCase(
      name: "read-only folder", statuses: [125], says: ["cannot be written", "make the file and its folder writable"],
      needs: ["setpriv"],
      script: """
        chmod 755 "$HOME"; [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$HOME"
        as_nobody chmod 500 "$HOME/.local/state/llmguard"; as_nobody chmod 400 "$ledger" "$ledger".* "$ledger"-*
        try_ as_nobody "$llmguard" run -q --estimate 10 -- sh -c 'echo it ran'
        ! grep -q 'it ran' said
        as_nobody chmod 700 "$HOME/.local/state/llmguard"; as_nobody chmod 600 "$ledger" "$ledger".* "$ledger"-*
        as_nobody "$llmguard" run -q --estimate 10 -- true; is "$(as_nobody "$llmguard" ledger verify)" ok
        """),
    FaultCase(
      name: "read-only ledger", statuses: [125], says: ["cannot be written"], needs: ["setpriv"],
      script: """
        chmod 755 "$HOME"; [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$HOME"
        as_nobody chmod 400 "$ledger"
        try_ as_nobody "$llmguard" run -q --estimate 10 -- true
        as_nobody chmod 600 "$ledger"
        as_nobody "$llmguard" run -q --estimate 10 -- true; is "$(as_nobody "$llmguard" ledger verify)" ok
        """),
    FaultCase(
      name: "unwritable HOME", statuses: [125], says: ["cannot be written", "LLMGUARD_LEDGER"], needs: ["setpriv"],
      script: """
        mkdir other; chmod 555 other; chmod 755 "$HOME"
        try_ as_nobody env HOME="$home/other" "$llmguard" run -q --estimate 10 -- true
        in_order
        """),
    FaultCase(
      name: "HOME missing", statuses: [125], says: ["HOME is not set", "crontab"],
      script: "try_ env -u HOME \"$llmguard\" run -- true\nin_order"),
    FaultCase(
      name: "fail-open on an unwritable HOME", statuses: [0], says: ["runs unmetered", "it ran"], needs: ["setpriv"],
      script: """
        mkdir other; chmod 555 other; chmod 755 "$HOME"
        try_ as_nobody env HOME="$home/other" "$llmguard" run -q --fail-open -- echo it ran
        in_order
        """),
  ]

  static let damages: [FaultCase] = [
    FaultCase(
      name: "not a database", statuses: [125],
      says: ["is not an llmguard ledger", "put a backup in its place ('llmguard ledger restore FILE')"],
      script: """
        backup; rm "$ledger-wal"; echo 'this is a text, and no database at all' > "$ledger"
        try_ run -- true
        restore; in_order
        """),
    FaultCase(
      name: "written by a newer llmguard", statuses: [125], says: ["newer llmguard", "upgrade"],
      script: """
        backup; "$llmguard" ledger compact >/dev/null
        # The format's number, `user_version`, stands at byte 60 of the file.
        poke "$ledger" 60 '\\000\\000\\003\\347'
        try_ run -- true
        restore; in_order
        """),
    FaultCase(
      name: "corrupt page: verify", statuses: [65], says: ["database file: ", "the ledger is damaged"],
      needs: ["sqlite3"],
      script: """
        backup; "$llmguard" ledger compact >/dev/null
        page=$(sqlite3 "$ledger" "SELECT rootpage FROM sqlite_schema WHERE name = 'rollup'")
        poke "$ledger" $((4096 * (page - 1))) '\\377\\377\\377\\377\\377\\377\\377\\377'
        try_ "$llmguard" ledger verify
        restore; in_order
        """),
    FaultCase(
      name: "corrupt page: run", statuses: [125], says: ["is damaged", "put a backup in its place"],
      script: """
        backup; "$llmguard" ledger compact >/dev/null
        for page in $(seq 1 30); do poke "$ledger" $((4096 * page)) '\\377\\377\\377\\377\\377\\377\\377\\377'; done
        try_ run -- true
        restore; in_order
        """),
    FaultCase(
      name: "flipped bit in an entry", statuses: [65],
      says: ["entry 7: its content does not fit its hash", "put a backup in its place"],
      script: """
        LLMGUARD_USER=bentham "$llmguard" run -q --estimate 10 -- true
        backup; "$llmguard" ledger compact >/dev/null
        # The name stands in entries and in other tables; one bit is flipped in each place of an entry.
        for place in $(grep -abo 'benthamdefault' "$ledger" | cut -d: -f1); do poke "$ledger" "$place" 'c'; done
        try_ "$llmguard" ledger verify
        restore; in_order
        """),
    FaultCase(
      name: "truncated -wal: verify", statuses: [65], says: ["the .head file knows entry 6"],
      script: """
        backup; truncate -s 140000 "$ledger-wal"
        try_ "$llmguard" ledger verify
        restore; in_order
        """),
    FaultCase(
      name: "truncated -wal: run", statuses: [125], says: ["is damaged", "the .head file knows entry 6"],
      script: """
        backup; truncate -s 140000 "$ledger-wal"
        try_ run -- true
        restore; in_order; is "$(used)" 40
        """),
    FaultCase(
      name: "missing -wal: run", statuses: [125], says: ["is damaged", "the .head file knows entry 6"],
      script: """
        backup; rm "$ledger-wal"
        try_ run -- true
        restore; in_order; is "$(used)" 40
        """),
    FaultCase(
      name: "missing -wal, no backup", statuses: [0],
      script: """
        rm "$ledger-wal"; mv "$ledger.head" said.head
        try_ run -- true
        in_order
        """),
    FaultCase(
      name: "missing -wal after a compaction", statuses: [0],
      script: """
        "$llmguard" ledger compact >/dev/null; rm "$ledger-wal"
        try_ run -- true
        in_order; is "$(used)" 50
        """),
    FaultCase(
      name: "missing -shm", statuses: [0],
      script: "rm \"$ledger-shm\"\ntry_ run -- true\nin_order; is \"$(used)\" 50"),
    FaultCase(
      name: "truncated -shm", statuses: [0],
      script: "truncate -s 1000 \"$ledger-shm\"\ntry_ run -- true\nin_order; is \"$(used)\" 50"),
    FaultCase(
      name: "garbled -shm", statuses: [0],
      script: """
        dd if=/dev/urandom of="$ledger-shm" bs=32768 count=1 conv=notrunc 2>/dev/null
        try_ run -- true
        in_order; is "$(used)" 50
        """),
    FaultCase(
      name: "missing .head, .lock and .owners", statuses: [0],
      script: "rm \"$ledger.head\" \"$ledger.lock\" \"$ledger.owners\"\ntry_ run -- true\nin_order; is \"$(used)\" 50"),
    FaultCase(
      name: "garbled .lock and .owners", statuses: [0],
      script: """
        for file in lock owners; do dd if=/dev/urandom of="$ledger.$file" bs=64 count=1 2>/dev/null; done
        try_ run -- true
        in_order; is "$(used)" 50
        """),
    FaultCase(
      name: "entries cut off the end: verify", statuses: [65], says: ["the .head file knows entry 8"],
      needs: ["sqlite3"],
      script: """
        backup; run -- true
        sqlite3 "$ledger" 'DROP TRIGGER entry_no_delete; DELETE FROM entry WHERE sequence > 6'
        try_ "$llmguard" ledger verify
        restore; in_order
        """),
  ]

  static let clocks: [FaultCase] = [
    FaultCase(
      name: "clock two days back", statuses: [0], needs: ["faketime"],
      script: """
        is "$(used)" 30
        try_ faketime -f '-2d' "$llmguard" run -q --estimate 10 -- true
        # Nothing was reset for free: the call counts in the window that is open.
        is "$(used)" 40; is "$(faketime -f '-2d' "$llmguard" budget show | cut -f 4)" 40
        in_order; is "$(used)" 50
        """),
    FaultCase(
      name: "clock a year ahead, then right again", statuses: [0], says: ["ahead of this machine's", "repair-clock"],
      needs: ["faketime"],
      script: """
        faketime -f '+366d' "$llmguard" run -q --estimate 10 -- true
        try_ "$llmguard" ledger verify
        "$llmguard" ledger repair-clock --reason 'the clock ran ahead' >/dev/null
        run -- true; verified; is "$(used)" 40
        """),
  ]

  static let others: [FaultCase] = [
    FaultCase(
      name: "stopped holder of the lock", statuses: [125], says: ["stayed locked for 0.5", "(stopped)", "kill -CONT"],
      script: """
        "$bench" worker hold "$ledger.lock" > held & holder=$!
        while ! grep -q held held; do sleep 0.02; done
        kill -STOP "$holder"
        try_ run -- true
        kill -CONT "$holder"; kill -KILL "$holder"
        in_order
        """),
    FaultCase(
      name: "stopped owner of a call", statuses: [0],
      script: """
        run -- sh -c 'echo "$PPID" > owner; while [ ! -e go ]; do sleep 0.02; done' & owner=$!
        while [ ! -s owner ]; do sleep 0.02; done
        kill -STOP "$(cat owner)"
        try_ run -- true
        # Its call is still its own, and it settles it when it goes on.
        is "$("$llmguard" usage report | cut -f 2)" 4
        touch go; kill -CONT "$(cat owner)"; wait "$owner"
        in_order; is "$(used)" 60
        """),
    FaultCase(
      name: "kill -9 of llmguard", statuses: [0],
      script: """
        run -- sh -c 'kill -9 "$PPID"' || true
        try_ run -- true
        is "$(used)" 50; in_order
        """),
    FaultCase(
      name: "amounts that do not fit", statuses: [125], says: ["too large"],
      configuration: "[operation.big]\nweight = 1000\n",
      script: "try_ \"$llmguard\" run -o big --estimate 9223372036854775807 -- true\nin_order"),
    FaultCase(
      name: "a user's name with line breaks and escapes", statuses: [125], says: ["llmguard: error: "],
      script: """
        try_ "$llmguard" run -u "$(printf 'a\\nllmguard: all is well\\033[2J')" -- true
        ! grep -q '^llmguard: all is well' said; ! grep -q "$(printf '\\033')" said
        in_order
        """),
    FaultCase(
      name: "too few descriptors (3 to 20)", statuses: [0, 125, 127],
      script: """
        for n in $(seq 3 20); do
          try_ sh -c "ulimit -n $n; exec \\"$llmguard\\" run -q --estimate 10 -- true"
          case $(tail -n 1 status) in 0 | 125 | 127) ;; *) echo "$n descriptors: $(tail -n 1 status)"; exit 1 ;; esac
        done
        grep -q 'too many open files' said; is "$(tail -n 1 status)" 0
        in_order
        """),
    FaultCase(
      name: "too little memory (ulimit -v)", statuses: [0],
      script: """
        # The kernel (139) and the loader (127) cannot start what has no room; a hundred kB further the language's runtime
        # gives up at the first allocation (132, 134), before anything is held. From there on it is llmguard's own error.
        # Looked for first: how much a run needs.
        low=4000; high=1000000
        while [ $((high - low)) -gt 100 ]; do
          middle=$(((low + high) / 2))
          if (ulimit -v "$middle"; run -- true) >/dev/null 2>&1; then high=$middle; else low=$middle; fi
        done
        for kb in $(seq 4000 $((high / 8)) "$high") $(seq $((high - 2000)) 100 $((high + 500))) $((high * 2)); do
          try_ sh -c "ulimit -v $kb; exec \\"$llmguard\\" run -q --estimate 10 -- true"
          case $(tail -n 1 status) in 0 | 125 | 127 | 132 | 134 | 139) ;; *) echo "$kb kB: $(tail -n 1 status)"; exit 1 ;; esac
        done
        is "$(tail -n 1 status)" 0
        in_order
        """),
    FaultCase(
      name: "full disk (tmpfs), from the first run", statuses: [125], says: ["no space left", "free some space"],
      needsRoot: true,
      script: """
        mkdir full; mount -t tmpfs -o size=64k none full
        try_ env HOME="$home/full" "$llmguard" run -q --estimate 10 -- sh -c 'echo it ran'
        ! grep -q 'it ran' said
        mount -o remount,size=4m full
        is "$(HOME=$home/full "$llmguard" ledger verify 2>&1 || true)" ok || true
        HOME=$home/full "$llmguard" run -q --estimate 10 -- true; is "$(HOME=$home/full "$llmguard" ledger verify)" ok
        """),
    FaultCase(
      name: "disk that runs full (tmpfs)", statuses: [125], says: ["no space left"], needsRoot: true,
      script: """
        mkdir full; mount -t tmpfs -o size=1m none full; export HOME=$home/full
        done=0
        while [ "$done" -lt 200 ] && "$llmguard" run -q --estimate 10 -- true 2>>early; do
          done=$((done + 1)); [ "$done" != 5 ] || dd if=/dev/zero of=full/ballast bs=1k count=2000 2>/dev/null || true
        done
        try_ "$llmguard" run -q --estimate 10 -- true
        rm full/ballast
        "$llmguard" run -q --estimate 10 -- true; is "$("$llmguard" ledger verify)" ok
        "$llmguard" usage report --by user | cut -f 2 | { read -r calls; [ "$calls" -ge "$done" ]; }
        """),
    FaultCase(
      name: "full disk (ext4 on a loop device)", statuses: [125], says: ["no space left"], needs: ["mkfs.ext4"],
      needsRoot: true,
      script: """
        truncate -s 16M image; mkfs.ext4 -q -F -b 4096 -N 32 image; mkdir full
        mount -o loop image full
        export HOME=$home/full; "$llmguard" run -q --estimate 10 -- true
        dd if=/dev/zero of=full/ballast bs=1k count=20000 2>/dev/null || true
        try_ "$llmguard" run -q --estimate 10 -- true
        n=0; while [ "$(tail -n 1 status)" = 0 ] && [ "$n" -lt 100 ]; do try_ "$llmguard" run -q --estimate 10 -- true; n=$((n + 1)); done
        rm full/ballast
        "$llmguard" run -q --estimate 10 -- true; is "$("$llmguard" ledger verify)" ok
        umount full
        """),
    FaultCase(
      name: "full disk of small blocks (ext4, 1 kB)", statuses: [0, 125],
      says: ["no space left on the disk for the memory"], needs: ["mkfs.ext4"], needsRoot: true,
      script: """
        # With so many kilobytes left there is room for a part of a page of shared memory, and not for the rest of it.
        truncate -s 16M image; mkfs.ext4 -q -F -m 0 -b 1024 -N 64 image; mkdir full
        mount -o loop image full; export HOME=$home/full
        for left in $(seq 140 4 212); do
          rm -rf full/.local full/rest; sync
          dd if=/dev/zero of=full/ballast bs=1k count="$left" 2>/dev/null
          dd if=/dev/zero of=full/rest bs=1k count=20000 2>/dev/null || true
          sync; rm full/ballast; sync
          try_ "$llmguard" run -q --estimate 10 -- true
        done
        rm full/rest; sync
        "$llmguard" run -q --estimate 10 -- true; is "$("$llmguard" ledger verify)" ok
        umount full
        """),
  ]
}
