"""The program as its operator starts it: a process of its own, with a configuration in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

TOKEN = "123456789:" + "A" * 35


def configure(folder: Path, api_url: str | None = None, **sections: Mapping[str, Any] | Sequence[Any]) -> Path:
    """A configuration readable by nobody else: Telegram at that server, if any, and other sections as they stand."""
    telegram = {"telegram": {"token": TOKEN, "api_url": api_url}} if api_url else {}
    file = folder / "config.yaml"
    file.write_text(json.dumps(telegram | sections))  # JSON is YAML, too
    file.chmod(0o600)
    return file


def find_environment() -> dict[str, str]:
    """The environment without the tests' own variables, which the program would refuse as unknown."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SOLIDARITY_TEST_")}


class Program:
    """``solidarity-bot run``, whose log goes to a file beside its configuration.

    A ``shared`` one serves several tests: whoever starts it ends it.
    """

    running: ClassVar[list["Program"]] = []
    """Those that a test has started and may have left behind."""

    def __init__(self, config: Path, *, shared: bool = False) -> None:
        if not shared:
            self.running.append(self)
        self.log = config.with_name("log.jsonl")
        with self.log.open("ab") as log:
            self._seen = log.tell()
            command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
            self.process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL, env=find_environment())

    def lines(self) -> list[dict[str, Any]]:
        """What this run has logged, whole lines only."""
        written, _, _ = self.log.read_bytes()[self._seen :].rpartition(b"\n")
        return [json.loads(line) for line in written.splitlines()]

    def wait_ready(self, seconds: float = 60.0) -> "Program":
        """Return once the log says ``ready``."""
        end = time.monotonic() + seconds
        while not any(line["event"] == "ready" for line in self.lines()):
            assert self.process.poll() is None, self.lines()
            assert time.monotonic() < end, self.lines()
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """As a power cut does it."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 15.0) -> int:
        """As an operator does it; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    @classmethod
    def end_all(cls) -> None:
        """Kill what still runs, and collect it."""
        while cls.running:
            cls.running.pop().kill()
