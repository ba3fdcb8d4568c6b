"""The same server in a process of its own, driven through its control door."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from tests.wires.telegram.answers import Json

_ROOT = Path(__file__).parents[3]


class ControlRefused(Exception):
    """The server did not understand a control verb; its own words follow."""


class ProcessBotApiServer:
    """``with ProcessBotApiServer(token=..., latency_ms=50) as server``: options as ``python -m tests.wires.telegram``.

    ``server.control("says", person=id, text="/start")`` does what ``control.Control`` names.
    """

    def __init__(self, **options: str | float | bool) -> None:
        self._arguments: list[str] = []
        for name, value in options.items():
            flag = f"--{name.replace('_', '-')}"
            if value is True:
                self._arguments.append(flag)
            elif value is not False:
                self._arguments += [flag, str(value)]
        self.port = 0
        self._process: subprocess.Popen[str] | None = None
        self._opener = build_opener(ProxyHandler({}))

    @property
    def url(self) -> str:
        """The base for ``api_url``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The server's process, for measuring it."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.wires.telegram", *self._arguments]
        self._process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None, "stdout is piped"
        line = self._process.stdout.readline()
        if not line:
            self._end()
            raise ControlRefused("the server did not start; its complaint is on stderr")
        self.port = json.loads(line)["port"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        assert self._process is not None, "the server does not run"
        self._process.terminate()
        self._process.communicate(timeout=10)

    def control(self, verb: str, **body: Any) -> Any:
        """Carry out one verb and return its answer."""
        request = Request(f"{self.url}/control/{verb}", data=json.dumps(body).encode(), method="POST")  # noqa: S310 - loopback
        try:
            with self._opener.open(request, timeout=30) as reply:
                return json.loads(reply.read())
        except HTTPError as error:
            with error:
                raise ControlRefused(error.read().decode()) from None

    def statistics(self) -> Json:
        """The counts so far."""
        counts: Json = self.control("statistics")
        return counts
