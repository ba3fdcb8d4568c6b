"""The programs that are measured, each a process of its own on a core of its own."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import Figures
from bench.processes import end, start
from tests.wires.program import configure


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A program that is being measured. ``start_seconds``: from its beginning until it says that it is ready."""

    server: "Wire"
    process: "subprocess.Popen[str]"
    counter: str | None = None
    start_seconds: float = 0.0

    def measure(self, scenario: str, **options: Any) -> Figures:
        """Have its readers play a scenario, and what it made of that."""
        watched = {"pid": self.process.pid, "counter": self.counter}
        return Figures.read(self.server.ask(scenario, **options, **watched))


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
def solidarity(server: Wire, folder: Path, *, to: set[int]) -> Iterator[Subject]:
    """The program itself, on the store in that folder."""
    config, log, counter = configure(folder, server.url), folder / "log.jsonl", str(folder / "syncs")
    began = time.monotonic()
    process = start("bench.witness", counter, "run", "--config", str(config), to=to, stderr=log)
    try:
        while '"event": "ready"' not in log.read_text(encoding="utf-8"):
            if process.poll() is not None or time.monotonic() - began > 60:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.01)
        yield Subject(server=server, process=process, counter=counter, start_seconds=time.monotonic() - began)
    finally:
        end(process)


@contextmanager
def other(module: str, server: Wire, folder: Path, *, to: set[int]) -> Iterator[Subject]:
    """Another program that answers by the script in that folder."""
    began = time.monotonic()
    process = start(module, server.url, str(folder / "script.json"), to=to, stderr=folder / f"{module}.log")
    try:
        server.ask("polled", seconds=60)
        yield Subject(server=server, process=process, start_seconds=time.monotonic() - began)
    finally:
        end(process)
