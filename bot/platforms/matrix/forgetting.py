"""What nio keeps about rooms and people, taken out of its tables and its memory: it deletes nothing by itself.

Sessions between devices (Olm) name no one but a key, and stay for a month after their last use: without them the
first message of someone who comes back could not be read.
"""

from datetime import datetime, timedelta

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.vault import Vault

KEPT_KEYS = 5
"""Room keys that are kept of each sender in a room: what they opened is answered long since."""
_AGES = """
SELECT session_id, ROW_NUMBER() OVER (PARTITION BY room_id, sender_key ORDER BY rowid DESC) FROM megolminboundsessions
"""
"""Each room key, and the how many-th newest of its sender in its room it is."""
_IDLE = timedelta(days=30)


def forget_past(vault: Vault, client: Client, room: str) -> None:
    """Drop the room keys of what was said there, but each sender's newest: with it the conversation goes on."""
    own = client.machine.account.identity_keys["curve25519"]
    vault.ask("DELETE FROM megolminboundsessions WHERE room_id = ? AND sender_key = ?", room, own)
    _prune_room_keys(vault, 1, _AGES + "WHERE room_id = ?", room)
    kept = {row[0] for row in vault.ask("SELECT session_id FROM megolminboundsessions WHERE room_id = ?", room)}
    for sessions in client.machine.inbound_group_store[room].values():
        for session in sessions.keys() - kept:
            del sessions[session]
    client.machine.outbound_group_sessions.pop(room, None)
    _drop_requests(vault, client, room)


def forget_room(vault: Vault, client: Client, room: str) -> None:
    """Drop everything about a room that the bot is not in any more, and about people whom it meets nowhere else."""
    machine = client.machine
    client.rooms.pop(room, None)
    client.invited_rooms.pop(room, None)
    client.encrypted_rooms.discard(room)
    machine.outbound_group_sessions.pop(room, None)
    machine.inbound_group_store._entries.pop(room, None)  # noqa: SLF001 - nio has no way to delete
    vault.ask("DELETE FROM megolminboundsessions WHERE room_id = ?", room)
    vault.ask("DELETE FROM encryptedrooms WHERE room_id = ?", room)
    _drop_requests(vault, client, room)
    _forget_strangers(vault, client)


def prune_keys(vault: Vault, now: datetime) -> None:
    """Before nio loads them all: drop old room keys, and idle sessions with devices that are in no room of ours."""
    tables = {name for (name,) in vault.ask("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"megolminboundsessions", "olmsessions", "keys"} <= tables:
        return
    # A room with an event that is not handed over yet keeps all of them
    _prune_room_keys(vault, KEPT_KEYS, _AGES + "WHERE room_id NOT IN (SELECT room FROM inbox)")  # noqa: S608 - ours
    vault.ask(
        "DELETE FROM olmsessions WHERE last_usage_date < ? "
        "AND sender_key NOT IN (SELECT key FROM keys WHERE key_type = 'curve25519')",
        (now - _IDLE).strftime("%Y-%m-%d %H:%M:%S.%f"),
    )


def _prune_room_keys(vault: Vault, kept: int, ages: str, *values: object) -> None:
    """Keep each sender's newest keys in each of the rooms that ``ages`` asks for."""
    for session, age in vault.ask(ages, *values):
        if age > kept:
            vault.ask("DELETE FROM megolminboundsessions WHERE session_id = ?", session)


def _drop_requests(vault: Vault, client: Client, room: str) -> None:
    """Room keys of that room are not asked for any more."""
    vault.ask("DELETE FROM outgoingkeyrequests WHERE room_id = ?", room)
    requests = client.machine.outgoing_key_requests
    for session in [session for session, request in requests.items() if request.room_id == room]:
        del requests[session]


def _forget_strangers(vault: Vault, client: Client) -> None:
    """Drop the devices of people who are in none of our rooms."""
    machine = client.machine
    met = {user for room in client.rooms.values() for user in room.users}
    for user in set(machine.device_store.users) - met - {client.user_id}:
        machine.device_store._entries.pop(user, None)  # noqa: SLF001 - nio has no way to delete
        machine.tracked_users.discard(user)
        machine.users_for_key_query.discard(user)
        for table in ("keys", "devicetruststate"):
            vault.ask(
                f"DELETE FROM {table} WHERE device_id IN (SELECT id FROM devicekeys WHERE user_id = ?)",  # noqa: S608 - our names
                user,
            )
        vault.ask("DELETE FROM devicekeys WHERE user_id = ?", user)
