"""nio's client, made to last: what a sync brings is committed whole or not at all, and no stranger's event stops it.

nio is used for its state machine and its cryptography. Its callbacks are not used, and what it does in several steps,
each committed by itself, is gathered here into one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from nio import AsyncClientConfig, EncryptionError, Event, MegolmEvent, RoomEncryptionEvent, RoomMemberEvent
from nio.responses import SyncResponse

from bot.platforms.matrix.connection import REQUEST_SECONDS, Connection
from bot.platforms.matrix.power import Charter
from bot.platforms.matrix.vault import Vault, VaultFault
from bot.platforms.matrix.verdicts import Unanswered

Absorb = Callable[[SyncResponse], None]
"""Writes what a sync means to us into the vault, inside the transaction that keeps nio's part of it."""
Complete = Callable[[SyncResponse], Coroutine[Any, Any, None]]
"""Fetches what a sync left out, before anything of it is taken in."""


class Client(Connection):
    """One login of one device.

    After a failed transaction its memory is ahead of the disk: ``retired`` is True then, it does nothing more, and
    another is made from the vault.
    """

    def __init__(self, homeserver: str, user_id: str, device_id: str, vault: Vault, proxy: str | None = None) -> None:
        config = AsyncClientConfig(
            store=vault.store(),
            store_name="unused",  # the default name holds the user id
            pickle_key=vault.pickle_key,
            max_limit_exceeded=0,
            max_timeouts=0,
            request_timeout=REQUEST_SECONDS,
        )
        super().__init__(homeserver, user_id, device_id, str(vault.path.parent), config, proxy=proxy)
        self.vault = vault
        self.retired = False
        self.fallback_spent = False
        """Whether the server asks for a new fallback key."""
        self.asking: set[str] = set()
        """Whose devices are being asked for just now."""
        self.changed_meanwhile: set[str] = set()
        """Those among them whose devices changed before the answer came."""
        self.charters: defaultdict[str, Charter] = defaultdict(Charter)
        """What the state of each room says about power; all of it from the first sync on."""
        self.absorb: Absorb = lambda _: None
        self.complete: Complete | None = None
        self.restore_login(user_id, device_id, vault.recall("access_token") or "")
        self._settle_account()

    def _settle_account(self) -> None:
        """Take one-time keys that were made before a kill as uploaded.

        They may have been, and claimed since: to offer them twice would leave a newcomer unreadable. If they were
        not, the server's count says so and others are made.
        """
        account = self.olm.account
        if account.one_time_keys["curve25519"]:
            account.mark_keys_as_published()
            self.olm.save_account()

    # Taking in what came

    async def _handle_sync(self, response: SyncResponse) -> None:
        if self.complete is not None and self.next_batch != response.next_batch:
            await self.complete(response)
        self.check()
        try:
            with self.vault.transaction():
                if self.next_batch == response.next_batch:
                    self._handle_olm_events(response)  # nio would leave out changed devices too
                    return
                _run_through(super()._handle_sync(response))
                self.absorb(response)
                self.vault.remember("sync_token", response.next_batch)
        except BaseException:
            self.retire()
            raise

    def _handle_olm_events(self, response: SyncResponse) -> None:
        super()._handle_olm_events(response)
        counts = response.one_time_key_counts
        if counts is not None:
            # nio takes 0 for "not told", and would stay deaf to newcomers once all keys were claimed
            self.olm.uploaded_key_count = counts.get("signed_curve25519") or 0
        unused = response.unused_fallback_keys
        if unused is not None:
            self.fallback_spent = "signed_curve25519" not in unused
        self.changed_meanwhile.update(self.asking.intersection(response.device_list.changed))

    def _handle_decrypt_to_device(self, to_device_event: Any) -> Any:
        return self.spare(super()._handle_decrypt_to_device, to_device_event)

    def _handle_joined_state(self, room_id: str, join_info: Any, encrypted_rooms: set[str]) -> None:
        join_info.state[:] = [event for event in join_info.state if "state_key" in event.source]
        super()._handle_joined_state(room_id, join_info, encrypted_rooms)
        for event in join_info.state:
            self.charters[room_id].take(event.source)

    def _handle_timeline_event(self, event: Any, room_id: str, room: Any, encrypted_rooms: set[str]) -> Any:
        return self.spare(self._take_in, event, room_id, room, encrypted_rooms)

    def _take_in(self, event: Any, room_id: str, room: Any, encrypted_rooms: set[str]) -> Any:
        """The decrypted event, if it was encrypted and can be.

        Only what the server says is state changes the room: nio would believe a membership that a member put into an
        encrypted message.
        """
        if event.source.get("type") == "m.room.encrypted":
            return self.decrypt(event.source, room_id)
        if "state_key" not in event.source:
            return None
        self.charters[room_id].take(event.source)
        if isinstance(event, RoomMemberEvent):
            if room.handle_membership(event):
                self._invalidate_session_for_member_event(room_id)
            return None
        if isinstance(event, RoomEncryptionEvent):
            encrypted_rooms.add(room_id)
        room.handle_event(event)
        return None

    def decrypt(self, source: dict[str, Any], room_id: str) -> Any:
        """The event within an ``m.room.encrypted``, or None where it cannot be read (yet)."""
        machine = self.machine
        content = dict(source.get("content") or {})
        if not content.get("sender_key") and isinstance(content.get("session_id"), str):
            # Deprecated fields that nio asks for; the session tells whose it is
            senders = machine.inbound_group_store[room_id].items()
            content["sender_key"] = next((key for key, held in senders if content["session_id"] in held), "")
            device = machine.device_store.device_from_sender_key(source.get("sender"), content["sender_key"])
            content["device_id"] = device.id if device else ""
        event = Event.parse_event({**source, "content": content})
        if not isinstance(event, MegolmEvent):
            return None
        event.room_id = room_id
        try:
            return machine.decrypt_megolm_event(event)
        except EncryptionError:
            return None

    def prove_device(self, event: Any) -> str | None:
        """The ed25519 fingerprint of the device that a decrypted event came from, or None where nothing proves it.

        The room key must have come from that very device over its own session, and the device, which vouches for both
        of its keys by a signature, must be one of the sender's.
        """
        machine = self.machine
        session = machine.inbound_group_store.get(event.room_id, event.sender_key, event.session_id)
        device = machine.device_store.device_from_sender_key(event.sender, event.sender_key)
        if session is None or session.forwarding_chain or device is None or device.ed25519 != session.ed25519:
            return None
        return str(device.ed25519)

    def request_key(self, source: dict[str, Any], room_id: str) -> None:
        """Queue a request to the sender's device for an event's room key, once for each key."""
        event = Event.parse_event(source)
        if not isinstance(event, MegolmEvent) or event.session_id in self.machine.outgoing_key_requests:
            return
        event.room_id = room_id
        queue = self.machine.outgoing_to_device_messages
        if all(getattr(message, "session_id", None) != event.session_id for message in queue):
            queue.append(event.as_key_request(event.sender, self.device_id, event.session_id, event.device_id))

    def spare(self, step: Callable[..., Any], event: Any, *context: Any) -> Any:
        """Take one event in; what a stranger made unreadable on purpose stops at itself."""
        try:
            return step(event, *context)
        except VaultFault:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's event does to nio
            structlog.get_logger().warning("matrix_event_refused", reason=type(error).__name__)
            return None

    # The end

    @property
    def machine(self) -> Any:
        """Nio's cryptography. Raises Unanswered where the client is retired."""
        self.check()
        return self.olm

    def take_answer(self, response: Any) -> None:
        """Let nio take in what a request about keys brought, committed whole."""
        self.check()
        try:
            with self.vault.transaction():
                self._handle_olm_response(response)
        except VaultFault:
            self.retire()
            raise

    def check(self) -> None:
        """Raises Unanswered where the client is retired."""
        if self.retired:
            raise Unanswered

    def retire(self) -> None:
        """Stop using what is in memory: requests in flight end in Unanswered, and nothing more is written."""
        self.retired = True
        self.olm = None
        self.store = None


def _run_through(steps: Coroutine[Any, Any, None]) -> None:
    """Run nio's coroutine, which waits for nothing since no callbacks are registered; a transaction is open."""
    try:
        steps.send(None)
    except StopIteration:
        return
    steps.close()
    raise RuntimeError("nio waits inside a transaction")
