"""A person's device: what it encrypts for whom, and what it can read.

The ratchets are nio's; whom to trust is decided here, as Element decides it since April 2026: no room key for
a device that its owner's identity does not vouch for, and nothing is read that comes from one.
"""

import asyncio
import copy
import secrets
from collections import defaultdict

from nio import (
    EncryptionError,
    Event,
    KeysClaimResponse,
    KeysQueryResponse,
    KeysUploadResponse,
    MegolmEvent,
    ToDeviceEvent,
    ToDeviceResponse,
)
from nio.crypto import Olm

from tests.wires.matrix.line import Json, Line
from tests.wires.matrix.memory import Memory
from tests.wires.matrix.signing import CrossSigning, Identity, judge

_NO_SESSION = "it has no one-time key left"


class Unreadable(Exception):
    """An encrypted event cannot be read, or must not be."""


class Device:
    """One device of a user, over the user's line.

    `withheld` holds the devices that got no key of the last message, with the reason. `identities` holds the
    master keys that were seen of each user, in their order: more than one is what Element warns of in red.
    """

    def __init__(self, line: Line, user_id: str, device_id: str, *, excludes_unsigned: bool) -> None:
        self.user_id, self.device_id = user_id, device_id
        self.excludes_unsigned = excludes_unsigned
        self.withheld: dict[tuple[str, str], str] = {}
        self.identities: defaultdict[str, list[str]] = defaultdict(list)
        self._line = line
        self._lock = asyncio.Lock()  # a sync must not change the readers while a key is on its way to them
        self._known: dict[str, CrossSigning] = {}
        self._olm = Olm(user_id, device_id, Memory())

    @property
    def fingerprint(self) -> str:
        """Its Ed25519 key, which a person reads out."""
        return str(self._olm.account.identity_keys["ed25519"])

    async def publish(self, identity: Identity | None, *, new_identity: bool) -> None:
        """Upload its keys; with an identity, upload that too if new, and vouch for the device."""
        content = self._olm.share_keys()
        answer = await self._line.ask("POST", "keys", "upload", body=content)
        self._take_count(answer["one_time_key_counts"])
        if identity is None:
            return
        if new_identity:
            await self._line.ask("POST", "keys", "device_signing", "upload", body=identity.publish())
        vouched = identity.vouch(content["device_keys"])
        answer = await self._line.ask("POST", "keys", "signatures", "upload", body=vouched)
        if answer.get("failures"):
            raise RuntimeError(f"the homeserver refuses the device's signature: {answer}")

    async def check(self, *users: str) -> dict[str, CrossSigning]:
        """Ask the homeserver for the users' devices as they are now, and judge them."""
        async with self._lock:
            return await self._check(*users)

    async def _check(self, *users: str) -> dict[str, CrossSigning]:
        query: Json = {"device_keys": {user: [] for user in users}}
        answer = await self._line.ask("POST", "keys", "query", body=query)
        response = KeysQueryResponse(copy.deepcopy(answer["device_keys"]), {})
        self._olm.handle_response(response)
        if response.changed:
            self._forget_room_keys()
        for user in users:
            found = self._known[user] = judge(answer, user)
            if found.master_key and found.master_key not in self.identities[user][-1:]:
                self.identities[user].append(found.master_key)
        return {user: self._known[user] for user in users}

    async def receive(self, answer: Json) -> None:
        """Take what a sync brings for the device itself: keys, news of others' devices, new readers."""
        async with self._lock:
            for event in answer.get("to_device", {}).get("events", []):
                parsed = ToDeviceEvent.parse_event(event)
                if parsed is not None:
                    self._olm.handle_to_device_event(parsed)
            self._olm.collect_key_requests()
            lists = answer.get("device_lists", {})
            for user in [*lists.get("changed", []), *lists.get("left", [])]:
                self._known.pop(user, None)
            counts = answer.get("device_one_time_keys_count")
            if counts is not None:
                self._olm.uploaded_key_count = counts.get("signed_curve25519", 0)
            for room, news in answer.get("rooms", {}).get("join", {}).items():
                events = news.get("timeline", {}).get("events", [])
                if any(event["type"] == "m.room.member" for event in events):
                    self._forget_room_keys(room)

    async def settle(self) -> None:
        """Do what the latest sync asked for: fill up the supply of keys, mend what others' devices lost."""
        async with self._lock:
            if self._olm.uploaded_key_count <= self._olm.account.max_one_time_keys // 2:
                uploaded = await self._line.ask("POST", "keys", "upload", body=self._olm.share_keys())
                self._take_count(uploaded["one_time_key_counts"])
            if self._olm.wedged_devices or self._olm.key_request_devices_no_session:
                wanted = self._olm.get_users_for_key_claiming()
                await self._claim({user: dict.fromkeys(ids, "signed_curve25519") for user, ids in wanted.items()})
            for message in list(self._olm.outgoing_to_device_messages):
                await self._send_to_devices(message.type, message.as_dict())
                self._olm.handle_response(ToDeviceResponse(message))

    async def encrypt(self, room: str, users: list[str], kind: str, content: Json) -> Json:
        """The content of an `m.room.encrypted` event that the users' trusted devices can read."""
        async with self._lock:
            await self._choose_readers(users)
            if self._olm.should_share_group_session(room):
                await self._share(room, users)
            encrypted: Json = self._olm.group_encrypt(room, {"type": kind, "content": content})
            if "m.relates_to" in content:
                encrypted["m.relates_to"] = content["m.relates_to"]
            if _NO_SESSION in self.withheld.values():
                self._forget_room_keys(room)  # the next message tries again
            return encrypted

    async def decrypt(self, room: str, event: Json) -> Json:
        """The event as it was meant; raise Unreadable with the reason."""
        if event["content"].get("algorithm") != "m.megolm.v1.aes-sha2":
            raise Unreadable("encrypted in a way that nobody uses")
        parsed = Event.parse_encrypted_event(copy.deepcopy(event))
        if not isinstance(parsed, MegolmEvent):
            raise Unreadable("malformed")
        parsed.room_id = room
        async with self._lock:
            return event | await self._open(room, parsed, event["sender"])

    async def _open(self, room: str, parsed: MegolmEvent, sender: str) -> Json:
        try:
            clear = self._olm.decrypt_megolm_event(parsed, room)
        except EncryptionError as error:
            raise Unreadable(str(error)) from error
        session = self._olm.inbound_group_store.get(room, parsed.sender_key, parsed.session_id)
        await self._check_sender(sender, parsed.sender_key, session.ed25519)
        return {"type": clear.source["type"], "content": clear.source["content"]}

    async def _check_sender(self, user: str, curve25519: str, ed25519: str) -> None:
        if user == self.user_id and ed25519 == self.fingerprint:
            return

        def vouched() -> bool:
            return any(
                device.curve25519 == curve25519
                and device.ed25519 == ed25519
                and (device.signed or not self.excludes_unsigned)
                for device in (self._known[user].devices if user in self._known else ())
            )

        if not vouched():
            await self._check(user)
        if not vouched():
            raise Unreadable("sent by a device that its owner's identity does not vouch for")

    async def _choose_readers(self, users: list[str]) -> None:
        """Trust the users' devices with keys, or not, by what the homeserver publishes of them now."""
        signing = await self._check(*users)
        self.withheld = {}
        for user in users:
            signed = {device.device_id for device in signing[user].devices if device.signed}
            for device in self._olm.device_store.active_user_devices(user):
                if device.id in signed or not self.excludes_unsigned:
                    changed = self._olm.verify_device(device)
                else:
                    changed = self._olm.blacklist_device(device)
                    self.withheld[user, device.id] = "not signed by its owner's identity"
                if changed:
                    self._forget_room_keys()

    async def _share(self, room: str, users: list[str]) -> None:
        """Send the room's new key to every trusted device, and note which could not be reached."""
        missing: Json = {}
        for user, devices in self._olm.get_missing_sessions(users).items():
            if wanted := {device: "signed_curve25519" for device in devices if (user, device) not in self.withheld}:
                missing[user] = wanted
        if missing:
            await self._claim(missing)
        for _, messages in self._olm.share_group_session_parallel(room, users):
            await self._send_to_devices("m.room.encrypted", messages)
        for user, devices in missing.items():
            for device in devices:
                if not self._olm.session_store.get(self._olm.device_store[user][device].curve25519):
                    self.withheld[user, device] = _NO_SESSION
        self._olm.outbound_group_sessions[room].shared = True

    async def _claim(self, wanted: Json) -> None:
        answer = await self._line.ask("POST", "keys", "claim", body={"one_time_keys": wanted})
        self._olm.handle_response(KeysClaimResponse(answer["one_time_keys"], {}))

    async def _send_to_devices(self, kind: str, messages: Json) -> None:
        await self._line.ask("PUT", "sendToDevice", kind, secrets.token_hex(16), body=messages)

    def _forget_room_keys(self, room: str | None = None) -> None:
        """Encrypt what follows in the room (None: in all) with a new key: its readers have changed."""
        for known in [room] if room else list(self._olm.outbound_group_sessions):
            self._olm.outbound_group_sessions.pop(known, None)

    def _take_count(self, counts: Json) -> None:
        """The homeserver has the keys: count them, and never offer them again."""
        self._olm.handle_response(KeysUploadResponse(0, counts.get("signed_curve25519", 0)))
