"""The programs that are measured, each a process of its own on a core of its own."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import end, start
from tests.wires.program import configure


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A program that is being measured. ``start_seconds``: from its beginning until it says that it is ready."""

    process: "subprocess.Popen[str]"
    counter: str | None = None
    start_seconds: float = 0.0

    @property
    def watch(self) -> dict[str, Any]:
        """What the wire must know to measure it."""
        return {"pid": self.process.pid, "counter": self.counter}


class Wire:
    """The Bot API server's process, and what it answers."""

    def __init__(self, folder: Path, *, to: set[int], **options: Any) -> None:
        self.process = start("bench.wire", json.dumps(options), to=to, stderr=folder / "wire.log")
        self.url: str = self._hear()

    def ask(self, verb: str, **body: Any) -> Any:
        """Have one thing done."""
        if self.process.stdin:
            self.process.stdin.write(json.dumps({"verb": verb, **body}) + "\n")
            self.process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError("the Bot API server has ended; its complaint is in wire.log")
        return json.loads(line)


@contextmanager
def wire(folder: Path, *, to: set[int], **options: Any) -> Iterator[Wire]:
    """The server, until the end of the block."""
    server = Wire(folder, to=to, **options)
    try:
        yield server
    finally:
        end(server.process)


@contextmanager
def solidarity(folder: Path, url: str, *, to: set[int]) -> Iterator[Subject]:
    """The program itself, on the store in that folder."""
    config, log, counter = configure(folder, url), folder / "log.jsonl", str(folder / "syncs")
    began = time.monotonic()
    process = start("bench.witness", counter, "run", "--config", str(config), to=to, stderr=log)
    try:
        while '"event": "ready"' not in log.read_text(encoding="utf-8"):
            if process.poll() is not None or time.monotonic() - began > 60:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.01)
        yield Subject(process=process, counter=counter, start_seconds=time.monotonic() - began)
    finally:
        end(process)


@contextmanager
def other(module: str, server: Wire, folder: Path, *, to: set[int]) -> Iterator[Subject]:
    """Another program that answers by the script in that folder."""
    server.ask("polled", there=False, seconds=60)
    began = time.monotonic()
    process = start(module, server.url, str(folder / "script.json"), to=to, stderr=folder / f"{module}.log")
    try:
        server.ask("polled", there=True, seconds=60)
        yield Subject(process=process, start_seconds=time.monotonic() - began)
    finally:
        end(process)
