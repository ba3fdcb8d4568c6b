"""A reader's minute on a real Synapse, in a private room."""

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.wires.program import Program
from tests.wires.synapse import Account, Synapse

CLIENT = "/_matrix/client/v3"


class Reader:
    """A person with a plain client, in a room with the bot alone."""

    def __init__(self, synapse: Synapse, account: Account, bot: str) -> None:
        self._url = synapse.url
        self._token = account.access_token
        made = self._call("POST", "/createRoom", {"preset": "trusted_private_chat", "is_direct": True, "invite": [bot]})
        self._room = made["room_id"]
        self._bot = bot
        self._count = 0

    def says(self, text: str) -> None:
        """Send one message."""
        self._count += 1
        path = f"/rooms/{self._room}/send/m.room.message/{self._count}"
        self._call("PUT", path, {"msgtype": "m.text", "body": text})

    def sees(self) -> list[dict[str, Any]]:
        """The bot's messages, oldest first."""
        page = self._call("GET", f"/rooms/{self._room}/messages?dir=b&limit=50")["chunk"]
        return [e["content"] for e in reversed(page) if e["type"] == "m.room.message" and e["sender"] == self._bot]

    def waits(self, words: str, seconds: float = 30.0) -> dict[str, Any]:
        """The bot's first message with these words."""
        end = time.monotonic() + seconds
        while not (found := [content for content in self.sees() if words in content["body"]]):
            assert time.monotonic() < end, self.sees()
            time.sleep(0.1)
        return found[0]

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + CLIENT + path, data, headers, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the tests' own homeserver
            return json.load(answer)


def test_reader_reads_in_a_private_room(synapse: Synapse, tmp_path: Path) -> None:
    """Invites, is greeted, reads, and finds the place again after a restart, in notices that ring no phone."""
    bot, ada = (synapse.register(synapse.fresh(name)) for name in ("bot", "ada"))
    config = tmp_path / "config.yaml"
    section = {"homeserver": synapse.url, "user_id": bot.user_id, "password": "correct horse"}
    config.write_text(json.dumps({"matrix": section}))
    config.chmod(0o600)
    first = Program(config).wait_ready(60)
    reader = Reader(synapse, ada, bot.user_id)
    reader.waits("in 4 parts")
    reader.says("language 繁體")
    reader.waits("語言：繁體中文")
    reader.says("！read ３")
    part = reader.waits("3/4")
    assert "當人們在各城市舉起白紙" in part["body"]
    assert part["msgtype"] == "m.notice"
    assert part["m.mentions"] == {}
    assert first.stop() == 0
    again = Program(config).wait_ready(60)
    reader.says("next")
    reader.waits("The possibilities of internationalism")
    assert again.stop() == 0
