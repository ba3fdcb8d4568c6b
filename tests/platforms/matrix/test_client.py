"""The client without a network: whatever a stranger sends, a sync is taken in, and nothing of it twice or in part."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nio.crypto import Olm
from nio.store import SqliteMemoryStore
from peewee import OperationalError

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.sieve import read_sync
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Unanswered

BOT, ADA, ROOM = "@bot:example.org", "@ada:example.org", "!room"
NAMES = [
    "algorithm",
    "ban",
    "body",
    "ciphertext",
    "device_id",
    "displayname",
    "events",
    "keys",
    "m.relates_to",
    "membership",
    "msgtype",
    "name",
    "prev_content",
    "redacted_because",
    "room_id",
    "sender_key",
    "session_id",
    "session_key",
    "url",
    "users",
    "users_default",
    "version",
    "via",
]
KINDS = [
    "m.room.message",
    "m.room.create",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.member",
    "m.room.canonical_alias",
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.redaction",
    "m.room.tombstone",
    "m.space.parent",
    "m.space.child",
    "m.room.encrypted",
    "m.sticker",
    "m.reaction",
    "m.call.invite",
    "odd",
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=6,
)
MEMBERSHIP = st.fixed_dictionaries(
    {"membership": st.sampled_from(["join", "leave", "ban"])}, optional={"displayname": ANYTHING}
)
SEALED = st.fixed_dictionaries(
    {"algorithm": st.just("m.megolm.v1.aes-sha2"), "ciphertext": ANYTHING, "session_id": st.text(max_size=3)},
    optional={"sender_key": ANYTHING, "device_id": ANYTHING},
)
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS), "content": ANYTHING | MEMBERSHIP | SEALED},
    optional={"state_key": st.sampled_from(["", ADA, BOT]), "unsigned": ANYTHING, "redacts": ANYTHING},
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A device that was never logged in."""
    vault = Vault(tmp_path_factory.mktemp("matrix"), bytes(32))
    yield make(vault)
    vault.close()


def make(vault: Vault) -> Client:
    """A client from what is in the vault."""
    return Client("http://127.0.0.1:9", BOT, "DEVICE", vault)


def sync(number: int, *timeline: Any, **fields: Any) -> Any:
    """A sync's answer with these events in the room."""
    complete = [
        {"event_id": f"${number}-{index}", "sender": ADA, "origin_server_ts": 1, **event}
        if isinstance(event, dict)
        else event
        for index, event in enumerate(timeline)
    ]
    room = {"timeline": {"events": complete, "limited": False, "prev_batch": "p"}, "state": {"events": complete}}
    return read_sync(json.loads(json.dumps({"next_batch": f"s{number}", "rooms": {"join": {ROOM: room}}, **fields})))


_numbers = iter(range(1, 10**6))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(timeline=st.lists(EVENT | ANYTHING, max_size=4))
async def test_no_event_of_a_strangers_stops_a_sync(client: Client, timeline: list[Any]) -> None:
    """Whatever its type claims and its content holds."""
    number = next(_numbers)
    await client._handle_sync(sync(number, *timeline))
    assert client.vault.recall("sync_token") == f"s{number}"
    assert not client.retired


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from([0, 1, 2, "0"]), body=st.text(max_size=8), key=st.just("A" * 43) | st.text(max_size=4))
async def test_no_message_to_the_device_stops_a_sync(client: Client, kind: Any, body: str, key: str) -> None:
    """Olm messages that are none, under keys that are none."""
    number = next(_numbers)
    own = client.machine.account.identity_keys["curve25519"]
    content = {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "sender_key": key,
        "ciphertext": {own: {"type": kind, "body": body}},
    }
    message = {"type": "m.room.encrypted", "sender": ADA, "content": content}
    await client._handle_sync(sync(number, to_device={"events": [message]}))
    assert client.vault.recall("sync_token") == f"s{number}"


async def test_a_sync_whose_commit_fails_leaves_nothing_and_retires_the_client(tmp_path: Path) -> None:
    """Its memory is ahead of the disk then: it does nothing more, and the next client begins where the disk stands."""
    vault = Vault(tmp_path, bytes(32))
    client = make(vault)
    await client._handle_sync(sync(1))

    def fail(_: Any) -> None:
        vault.remember("noted", "x")
        raise OperationalError("disk full")

    client.absorb = fail
    encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    with pytest.raises(OperationalError):
        await client._handle_sync(sync(2, encryption))
    assert client.retired
    with pytest.raises(Unanswered):
        client.machine.share_keys()
    assert (vault.recall("sync_token"), vault.recall("noted")) == ("s1", None)
    assert make(vault).encrypted_rooms == set()
    vault.close()


async def test_a_key_count_of_zero_is_zero(client: Client) -> None:
    """After many newcomers nothing is left: new ones are made at once. Not told is not zero."""
    client.machine.account.shared = True
    await client._handle_sync(sync(next(_numbers), device_one_time_keys_count={"signed_curve25519": 50}))
    assert not client.should_upload_keys
    await client._handle_sync(sync(next(_numbers)))
    assert not client.should_upload_keys
    await client._handle_sync(sync(next(_numbers), device_one_time_keys_count={}))
    assert client.should_upload_keys


async def test_a_used_fallback_key_is_replaced(client: Client) -> None:
    """The server tells which are unused; one that tells nothing is not asked."""
    await client._handle_sync(sync(next(_numbers), device_unused_fallback_key_types=["signed_curve25519"]))
    assert not client.fallback_spent
    await client._handle_sync(sync(next(_numbers), device_unused_fallback_key_types=[]))
    assert client.fallback_spent


def open_session(client: Client) -> Olm:
    """A person whose room key the client has."""
    ada = Olm(ADA, "PHONE", SqliteMemoryStore(ADA, "PHONE"))
    ada.create_outbound_group_session(ROOM)
    session = ada.outbound_group_sessions[ROOM]
    session.shared = True
    keys = ada.account.identity_keys
    client.machine.create_group_session(keys["curve25519"], keys["ed25519"], ROOM, session.id, session.session_key)
    return ada


async def test_an_event_without_the_deprecated_fields_is_read(client: Client) -> None:
    """Newer apps need not say which device and key an encrypted event is from: its session tells."""
    ada = open_session(client)
    sealed = ada.group_encrypt(ROOM, {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "read 1"}})
    bare = {name: sealed[name] for name in ("algorithm", "ciphertext", "session_id")}
    response = sync(next(_numbers), {"type": "m.room.encrypted", "content": bare})
    await client._handle_sync(response)
    (event,) = response.rooms.join[ROOM].timeline.events
    assert event.source["content"]["body"] == "read 1"


@pytest.mark.parametrize(
    "plain", [b"\xff\xfe", b"7", b"[]", b"{", b'{"type": 7}', b'{"type": "m.room.message"}', b"[" * 9999]
)
async def test_nothing_that_is_encrypted_stops_a_sync(client: Client, plain: bytes) -> None:
    """A person with a proper key can put anything at all into a message."""
    ada = open_session(client)
    session = ada.outbound_group_sessions[ROOM]
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": session._session.encrypt(plain).to_base64(),
        "session_id": session.id,
        "sender_key": ada.account.identity_keys["curve25519"],
        "device_id": "PHONE",
    }
    number = next(_numbers)
    await client._handle_sync(sync(number, {"type": "m.room.encrypted", "content": content}))
    assert client.vault.recall("sync_token") == f"s{number}"


async def test_unpublished_keys_count_as_published_after_a_restart(tmp_path: Path) -> None:
    """They may have been claimed: to offer them again would give two people the same key."""
    vault = Vault(tmp_path, bytes(32))
    client = make(vault)
    client.machine.share_keys()
    client.machine.save_account()
    assert client.machine.account.one_time_keys["curve25519"]
    again = make(vault)
    assert not again.machine.account.one_time_keys["curve25519"]
    assert not make(vault).machine.account.one_time_keys["curve25519"]
    vault.close()
