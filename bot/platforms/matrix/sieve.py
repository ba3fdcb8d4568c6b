"""The homeserver's answers as nio reads them, less what nio cannot read.

nio refuses an answer whole for one malformed field of one event or device, and asks for the same answer again for
ever. Here only that event or device is left out.
"""

import base64
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from typing import Any

import structlog
from nio.events import Event, InviteEvent, ToDeviceEvent
from nio.responses import SyncResponse

from bot.platforms.matrix.verdicts import Unanswered

_ROOM_LISTS: dict[str, tuple[tuple[str, Callable[[Any], Any]], ...]] = {
    "join": (("state", Event.parse_event), ("timeline", Event.parse_event)),
    "invite": (("invite_state", InviteEvent.parse_event),),
}


_KEY_BYTES = 32


def read_sync(body: dict[str, Any]) -> SyncResponse:
    """A response of nio's, with ``one_time_key_counts`` and ``unused_fallback_keys`` as the server told them (or None).

    ``memberships`` are the events about who came and went in each room that we are not in any more.

    Raises Unanswered where the answer is no sync at all.
    """
    counts = body.get("device_one_time_keys_count")  # before nio writes its defaults into the answer
    memberships = _find_memberships(body)
    _discard_unused(body)
    response = _parse(body)
    if response is None:
        _sift(body)
        response = _parse(body)
    if response is None:
        raise Unanswered
    response.one_time_key_counts = counts if isinstance(counts, dict) else None
    response.memberships = memberships
    response.unused_fallback_keys = body.get("device_unused_fallback_key_types")
    return response


def sift_devices(olm: Any, users: Collection[str], answer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Of an answer to ``/keys/query``: the devices of those users that are well formed and signed by themselves.

    Without the names that people gave them: those are nobody's business here.
    """
    told = answer.get("device_keys")
    found: dict[str, dict[str, Any]] = {}
    for user in users:
        devices = told.get(user) if isinstance(told, dict) else None
        if isinstance(devices, dict):
            found[user] = {name: keys for name, keys in devices.items() if _is_device(olm, user, name, keys)}
    return found


def _is_device(olm: Any, user: str, name: str, keys: Any) -> bool:
    try:
        keys.pop("unsigned", None)
        signing, agreeing = keys["keys"][f"ed25519:{name}"], keys["keys"][f"curve25519:{name}"]
        whole = len(base64.b64decode(f"{agreeing}=", validate=True)) == _KEY_BYTES
        whose = keys["user_id"] == user and keys["device_id"] == name
        return whole and whose and bool(olm.verify_json(deepcopy(keys), signing, user, name))
    except Exception:  # noqa: BLE001 - a stranger's keys may have any shape
        return False


def list_one_time_keys(answer: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """Of an answer to ``/keys/claim``: user, device and what was given for it; nio checks its signature."""
    told = answer.get("one_time_keys")
    users = told.items() if isinstance(told, dict) else ()
    return [(user, name, key) for user, devices in users if isinstance(devices, dict) for name, key in devices.items()]


def _parse(body: dict[str, Any]) -> Any:
    try:
        response = SyncResponse.from_dict(body)
    except Exception:  # noqa: BLE001 - nio raises whatever the malformed field leads to
        return None
    return response if isinstance(response, SyncResponse) else None


def _find_memberships(body: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Of rooms since left; what was said there is nobody's business any more."""
    rooms = body.get("rooms")
    left = rooms.get("leave") if isinstance(rooms, dict) else None
    found: dict[str, list[dict[str, Any]]] = {}
    for name, room in left.items() if isinstance(left, dict) else ():
        holders = [room.get("state"), room.get("timeline")] if isinstance(room, dict) else []
        lists = [holder.get("events") for holder in holders if isinstance(holder, dict)]
        events = [event for events in lists if isinstance(events, list) for event in events]
        found[name] = [event for event in events if isinstance(event, dict) and event.get("type") == "m.room.member"]
    return found


def _discard_unused(body: dict[str, Any]) -> None:
    """What nobody here reads, and nio would: presence, typing, account data, and what was said in rooms since left."""
    for name in ("presence", "account_data"):
        body.pop(name, None)
    for room in _rooms(body, "join"):
        room.pop("ephemeral", None)
        room.pop("account_data", None)
    for room in _rooms(body, "leave"):
        room.update(state={"events": []}, timeline={"events": []})


def _sift(body: dict[str, Any]) -> None:
    """Leave out each event that nio cannot read by itself."""
    sifted = 0
    to_device = body.get("to_device")
    if isinstance(to_device, dict):
        sifted += _keep_readable(to_device, ToDeviceEvent.parse_event)
    for membership, lists in _ROOM_LISTS.items():
        for room in _rooms(body, membership):
            for name, parse in lists:
                if isinstance(room.get(name), dict):
                    sifted += _keep_readable(room[name], parse)
    structlog.get_logger().warning("matrix_sync_sifted", events=sifted)


def _keep_readable(holder: dict[str, Any], parse: Callable[[Any], Any]) -> int:
    events = holder.get("events")
    if not isinstance(events, list):
        holder["events"] = []
        return 0
    holder["events"] = [event for event in events if _is_readable(event, parse)]
    return len(events) - len(holder["events"])


def _is_readable(event: Any, parse: Callable[[Any], Any]) -> bool:
    try:
        parse({**event})
    except Exception:  # noqa: BLE001 - nio raises whatever the malformed field leads to
        return False
    return True


def _rooms(body: dict[str, Any], membership: str) -> Iterable[dict[str, Any]]:
    rooms = body.get("rooms")
    chosen = rooms.get(membership) if isinstance(rooms, dict) else None
    return [room for room in chosen.values() if isinstance(room, dict)] if isinstance(chosen, dict) else []
