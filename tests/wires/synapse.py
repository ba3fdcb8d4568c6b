"""A real Synapse on loopback, as a homeserver that strangers run.

It lives in a venv of its own (`.venv-synapse`, or the python that SOLIDARITY_TEST_SYNAPSE names), keeps its
data in a temporary folder, federates with nobody, and ends when the tests end, however they end.
"""

import hashlib
import hmac
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from tests.wires.configuration import Configuration

SERVER_NAME = "matrix.test"
PASSWORD = "correct horse"
START_SECONDS = 60.0  # a cold start takes 3 s; two busy cores take longer
STOP_SECONDS = 15.0

# Synapse outlives a killed pytest unless it looks after itself: it ends as soon as its parent is another.
_LAUNCH = """
import os, runpy, signal, sys, threading, time
parent = int(sys.argv.pop(1))
def watch():
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=watch, daemon=True).start()
runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A registered user, logged in on a first device."""

    user_id: str
    password: str
    access_token: str
    device_id: str


class Synapse:
    """A homeserver, running between `start` and `stop` (or inside `with`).

    Unless `limited`, no rate limit can be reached; with it, Synapse's own defaults hold. `settings` is laid
    over the configuration last. After `stop` or `kill`, `start` brings back the same data on the same port.
    """

    def __init__(
        self, *, limited: bool = False, log_level: str = "WARNING", settings: Mapping[str, Any] | None = None
    ) -> None:
        self.python = os.environ.get("SOLIDARITY_TEST_SYNAPSE") or str(
            Path(__file__).parents[2] / ".venv-synapse/bin/python"
        )
        if shutil.which(self.python) is None:
            raise FileNotFoundError(
                f"{self.python} is missing: make it with 'python -m venv .venv-synapse && .venv-synapse/bin/pip "
                "install --require-hashes -r requirements/synapse.txt', or name one in SOLIDARITY_TEST_SYNAPSE"
            )
        self.folder = Path(tempfile.mkdtemp(prefix="synapse-"))
        self.port = _find_free_port()
        self.server_name = SERVER_NAME
        self._secret = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        configuration = Configuration(folder=self.folder, server_name=SERVER_NAME, port=self.port, secret=self._secret)
        configuration.write(limited=limited, log_level=log_level, settings=settings or {})

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        return self._process.pid if self._process else None

    def log(self) -> str:
        """All that it has logged, its own output included."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")) if path.exists())

    def start(self) -> Self:
        """Start it and return once it answers; raise RuntimeError with its log if it does not."""
        if self._process is not None:
            raise RuntimeError("this Synapse runs already")
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                [self.python, "-c", _LAUNCH, str(os.getpid()), "-c", str(self.folder / "homeserver.yaml")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Synapse does not start:\n{self.log()[-4000:]}")
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """End it in its own time (SIGTERM); harmless if it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once (SIGKILL); harmless if it does not run."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it and start it on the same data and port."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh(self, name: str) -> str:
        """A localpart beginning with `name` that nobody has, however many tests share this server."""
        return f"{name}-{secrets.token_hex(4)}"

    def register(self, name: str, password: str = PASSWORD, *, admin: bool = False) -> Account:
        """Register exactly `name` through the shared secret, with a first device; RuntimeError if it is taken."""
        path = "/_synapse/admin/v1/register"
        nonce = self.request("GET", path)["nonce"]
        fields = [nonce, name, password, "admin" if admin else "notadmin"]
        mac = hmac.new(self._secret.encode(), "\0".join(fields).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        answer = self.request("POST", path, body)
        return Account(
            user_id=answer["user_id"],
            password=password,
            access_token=answer["access_token"],
            device_id=answer["device_id"],
        )

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """One blocking request, for setting a scene; RuntimeError on any answer but 200."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, quote(path, safe="/?&=%:@!$"), payload, headers)
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read() or b"{}")
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{method} {path}: {response.status} {answer}")
        return answer

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
