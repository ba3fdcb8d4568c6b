"""The device's own keys on the server, and the room keys for those who shall read.

Policy: readers' devices are not verified, and room keys go to all devices of all who are in a room or invited to it.
A reader has nothing to verify us against but the cross-signing identity, and what we say is public.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from nio import KeysClaimResponse, KeysQueryResponse, KeysUploadResponse, ToDeviceResponse

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.sieve import list_one_time_keys, sift_devices
from bot.platforms.matrix.vault import VaultFault
from bot.platforms.matrix.verdicts import Declined, Unanswered
from bot.ports import Clock

_SLICE = 200
"""Users asked about in one request."""
_TRIES = 5
_SILENCE = timedelta(minutes=1)
"""For which a user whose server does not answer, or a device without one-time keys, is not asked again."""


class Keyring:
    """What a client must do about keys between syncs and before it sends.

    Raises Unanswered and Declined, as every request does; nothing is half done then that a further try would miss.
    """

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._silent: dict[str, Any] = {}
        self._barren: dict[tuple[str, str], Any] = {}

    async def keep_up(self) -> None:
        """After each sync: own keys uploaded, changed devices asked for, broken sessions mended, messages sent."""
        await self.upload()
        await self.query(self._client.users_for_key_query)
        if self._client.should_claim_keys:
            await self._claim(self._client.get_users_for_key_claiming())
        await self._send_to_devices()

    async def upload(self, *, anew: bool = False) -> None:
        """Publish the device, if it is not, and one-time keys and a fallback key as they are used up.

        Keys count as uploaded before they are, on the disk too: a kill in between, or a lost reply, would else upload
        others under the same ids, which the server refuses for ever. ``anew``: the server may have lost all of them.
        """
        olm = self._client.machine
        account = olm.account
        if anew:
            account.shared = False
        if not (olm.should_upload_keys or self._client.fallback_spent):
            return
        body: dict[str, Any] = {}
        if not account.shared or self._client.fallback_spent:
            account._account.generate_fallback_key()  # noqa: SLF001 - nio knows no fallback keys
            body["fallback_keys"] = self._sign_fallback_keys()
        if olm.should_upload_keys:
            body |= olm.share_keys()
        account.mark_keys_as_published()
        olm.save_account()
        answer = await self._client.call("POST", "/keys/upload", body)
        self._client.take_answer(KeysUploadResponse.from_dict(answer))
        self._client.fallback_spent = False

    def _sign_fallback_keys(self) -> dict[str, Any]:
        olm = self._client.machine
        keys: dict[str, Any] = {}
        for key_id, key in olm.account._account.fallback_key.items():  # noqa: SLF001 - nio offers no other way
            signed: dict[str, Any] = {"key": key.to_base64(), "fallback": True}
            signature = olm.sign_json(signed)
            signed["signatures"] = {self._client.user_id: {f"ed25519:{self._client.device_id}": signature}}
            keys[f"signed_curve25519:{key_id}"] = signed
        return keys

    async def query(self, users: Iterable[str]) -> None:
        """Learn the devices of those among the users whose devices are not known, or have changed."""
        wanted = sorted(user for user in users if not self._is_silent(user))
        for start in range(0, len(wanted), _SLICE):
            await self._query(wanted[start : start + _SLICE])

    async def _query(self, users: Collection[str]) -> None:
        client = self._client
        client.asking.update(users)
        try:
            answer = await client.call("POST", "/keys/query", {"device_keys": {user: [] for user in users}})
        finally:
            client.asking.difference_update(users)
            changed = client.changed_meanwhile.intersection(users)
            client.changed_meanwhile.difference_update(changed)
        told = sift_devices(client.machine, users, answer)
        for user, devices in told.items():
            self._revive(user, devices)
        client.take_answer(KeysQueryResponse(told, {}))
        now = self._clock.now()
        self._silent.update((user, now) for user in client.machine.users_for_key_query.intersection(users))
        client.machine.users_for_key_query.update(changed)

    def _revive(self, user: str, devices: dict[str, Any]) -> None:
        """Let devices that were away be new: to nio, what was missing from an answer once is deleted for ever."""
        known = self._client.machine.device_store[user]
        for name, keys in devices.items():
            device = known.get(name)
            if device is not None and device.deleted and keys["keys"][f"ed25519:{name}"] == device.ed25519:
                del known[name]

    async def prepare(self, room: Any) -> None:
        """Everyone's devices in this room know the key of what is sent next. Encrypt without waiting after it."""
        client = self._client
        for _ in range(_TRIES):
            await self.query(client.users_for_key_query.intersection(room.users))
            missing = self._find_missing(room)
            if missing:
                await self._claim(missing)
                self._note_barren(room)
            if not self._lacks_key(room):
                return
            await self._share(room)
        raise Unanswered  # the room changes faster than its keys can be shared

    def _find_missing(self, room: Any) -> dict[str, list[str]]:
        """The room's devices with which there is no session yet, less those that had no key to begin one with."""
        found: dict[str, list[str]] = {}
        for user, devices in self._client.machine.get_missing_sessions(list(room.users)).items():
            fertile = [device for device in devices if not self._is_recent(self._barren.get((user, device)))]
            if fertile:
                found[user] = fertile
        return found

    def _note_barren(self, room: Any) -> None:
        now = self._clock.now()
        for user, devices in self._client.machine.get_missing_sessions(list(room.users)).items():
            self._barren.update(((user, device), now) for device in devices)

    def _lacks_key(self, room: Any) -> bool:
        """Whether there is no room key to use, or a device that could have it and has not."""
        olm = self._client.machine
        if olm.should_share_group_session(room.room_id):
            return True
        session = olm.outbound_group_sessions[room.room_id]
        for user in room.users:
            for device in olm.device_store.active_user_devices(user):
                has_it = (user, device.id) in session.users_shared_with | session.users_ignored
                if not has_it and olm.session_store.get(device.curve25519):
                    return True
        return False

    async def _share(self, room: Any) -> None:
        """Begin a new room key and send it to everyone's devices; it is not used unless every request went through."""
        client = self._client
        olm, room_id = client.machine, room.room_id
        members = set(room.users)
        olm.outbound_group_sessions.pop(room_id, None)
        with client.vault.transaction():
            batches = list(olm.share_group_session_parallel(room_id, sorted(members)))
        session = olm.outbound_group_sessions[room_id]
        try:
            for devices, content in batches:
                await client.call("PUT", f"/sendToDevice/m.room.encrypted/{uuid4()}", content)
                session.users_shared_with.update(devices)
        except BaseException:
            olm.outbound_group_sessions.pop(room_id, None)
            raise
        if members <= set(room.users) and olm.outbound_group_sessions.get(room_id) is session:
            session.shared = True
        else:  # someone left while it was handed out
            olm.outbound_group_sessions.pop(room_id, None)

    async def _claim(self, devices: dict[str, list[str]]) -> None:
        """Begin a session with each of these devices; one that has no proper one-time key is left out."""
        wanted = {user: dict.fromkeys(names, "signed_curve25519") for user, names in devices.items()}
        answer = await self._client.call("POST", "/keys/claim", {"one_time_keys": wanted})
        for user, device, key in list_one_time_keys(answer):
            try:
                self._client.take_answer(KeysClaimResponse({user: {device: key}}, {}))
            except (VaultFault, Unanswered):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a stranger's key does to nio stops at that device
                structlog.get_logger().warning("matrix_device_key_refused", reason=type(error).__name__)

    async def _send_to_devices(self) -> None:
        """Send what nio has queued: requests for room keys, and the mending of broken sessions."""
        for message in list(self._client.outgoing_to_device_messages):
            try:
                await self._client.call("PUT", f"/sendToDevice/{message.type}/{uuid4()}", message.as_dict())
            except Declined as refusal:
                if refusal.limited or refusal.token_refused:
                    raise
                self._client.outgoing_to_device_messages.remove(message)
            else:
                self._client.take_answer(ToDeviceResponse(message))

    def _is_silent(self, user: str) -> bool:
        return self._is_recent(self._silent.get(user))

    def _is_recent(self, moment: Any) -> bool:
        return moment is not None and self._clock.now() - moment < _SILENCE
