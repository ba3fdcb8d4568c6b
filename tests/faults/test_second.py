"""Two programs on one store: the second gives way at once, and nobody hears anything twice (F9)."""

import time
from pathlib import Path

from tests.faults.stage import PATIENCE, end, places, start, wait
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer


def test_a_second_program_gives_way(tmp_path: Path) -> None:
    """It ends with 3 within five seconds, says why, and every command is answered once, by the first."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        readers = [wire.person() for _ in range(10)]
        first, seconds = start(config)
        begun = time.monotonic()
        second = Program(config)
        asked = 0
        while second.process.poll() is None:
            readers[asked % 10].says(f"/read {asked // 10 % 4 + 1}")
            asked += 1
            time.sleep(0.05)
            assert time.monotonic() < begun + PATIENCE
        assert second.process.returncode == 3
        assert time.monotonic() - begun < max(5.0, 4 * seconds)  # five, but where many tests share the machine
        told = [line for line in second.lines() if line["level"] == "error"]
        assert [line["event"] for line in told] == ["ended"]
        assert "Another run holds this store" in told[0]["message"]
        wait(lambda: sum(len(places(reader)) for reader in readers) >= asked)
        assert first.process.poll() is None
        assert end(first) < 10
        shown = [place for reader in readers for place in places(reader)]
        assert len(shown) == asked
        assert sum(1 for request in wire.requests if request.status == 409) == 0
