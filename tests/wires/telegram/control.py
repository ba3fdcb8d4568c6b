"""The server's own door, for tests and the benchmark in other processes: ``POST /control/NAME`` with a JSON object.

Answers a JSON value; a mistake is answered 400 with ``{"error": ...}``. Nothing here is recorded or delayed.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.wires.telegram.answers import Json
from tests.wires.telegram.faults import Fault, Trouble
from tests.wires.telegram.ledger import as_json
from tests.wires.telegram.limits import Limits
from tests.wires.telegram.people import Person
from tests.wires.telegram.seen import Seen

if TYPE_CHECKING:
    from tests.wires.telegram.server import BotApiServer

_SETTINGS = frozenset({"strict", "latency", "latencies"})


class Control:
    """What can be done from outside, each verb one method that takes the body and returns JSON."""

    def __init__(self, server: "BotApiServer") -> None:
        self._server = server
        self._people: dict[int, Person] = {}
        self._verbs: dict[str, Callable[[Json], Any]] = {
            "person": self._make_person,
            "crowd": self._make_crowd,
            "says": lambda body: self._person(body).says(body["text"]),
            "presses": lambda body: self._person(body).presses(body["button"]),
            "blocks": lambda body: self._person(body).blocks(),
            "unblocks": lambda body: self._person(body).unblocks(),
            "sees": lambda body: [_show(seen) for seen in self._person(body).sees],
            "received": lambda body: [_show(seen) for seen in self._person(body).received],
            "toasts": lambda body: [[each.text, each.alert] for each in self._person(body).toasts],
            "update": self._queue,
            "pending": lambda _body: self._count_updates(),
            "statistics": lambda _body: self._server.ledger.statistics(),
            "requests": lambda body: [as_json(each) for each in self._server.requests[body.get("since", 0) :]],
            "violations": lambda _body: [as_json(each) for each in self._server.violations],
            "inside_windows": lambda _body: [as_json(each) for each in self._server.ledger.inside_windows()],
            "forget": lambda _body: self._server.ledger.forget(),
            "settings": self._set,
            "shift_clock": lambda body: self._server.shift_clock(body["seconds"]),
            "revoke_token": lambda body: self._server.revoke_token(body.get("new")),
            "fault": self._add_fault,
            "clear_faults": lambda _body: self._server.faults.clear(),
        }

    async def handle(self, http: web.BaseRequest, name: str) -> web.Response:
        """Carry one verb out."""
        try:
            body = json.loads(await http.read() or b"{}")
            result, status = self._verbs[name](body), 200
        except (KeyError, TypeError, ValueError, AssertionError) as error:
            result, status = {"error": f"{type(error).__name__}: {error}"}, 400
        return web.json_response(result, status=status)

    def _person(self, body: Json) -> Person:
        return self._people[body["person"]]

    def _make_person(self, body: Json) -> int:
        person = self._server.person(**body)
        self._people[person.id] = person
        return person.id

    def _make_crowd(self, body: Json) -> list[int]:
        """``count`` people at once, all alike, numbered from ``first_id`` if given."""
        shared = {name: value for name, value in body.items() if name not in {"count", "first_id"}}
        numbers = [{"id": body["first_id"] + n} if "first_id" in body else {} for n in range(body["count"])]
        return [self._make_person(shared | number) for number in numbers]

    def _queue(self, body: Json) -> Json | None:
        """Any update, as it stands: ``{"kind": "message", "payload": {...}}``."""
        with self._server.world.lock:
            return self._server.world.updates.add(body["kind"], body["payload"])

    def _count_updates(self) -> Json:
        updates = self._server.world.updates
        return {"pending": len(updates.pending), "confirmed": updates.confirmed, "next_id": updates.next_id}

    def _set(self, body: Json) -> None:
        if unknown := body.keys() - _SETTINGS - {"limits"}:
            raise ValueError(f"unknown setting {min(unknown)}")
        for name in _SETTINGS & body.keys():
            setattr(self._server, name, body[name])
        if "limits" in body:
            self._server.limits = Limits() if body["limits"] else None

    def _add_fault(self, body: Json) -> None:
        self._server.faults.add(Fault(**{**body, "trouble": Trouble(body["trouble"])}))


def _show(seen: Seen) -> Json:
    return {
        "message_id": seen.message_id,
        "text": seen.text,
        "buttons": [[[each.label, each.data, each.url] for each in row] for row in seen.buttons],
        "edits": seen.edits,
        "from_bot": seen.from_bot,
        "raw": seen.raw,
    }
