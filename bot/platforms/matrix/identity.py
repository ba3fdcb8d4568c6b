"""The bot's cross-signing identity: three keys, of which one vouches for its device.

Apps leave devices out that no identity vouches for: unsigned, the bot would be mute in encrypted rooms. nio knows
nothing of it. The private keys are kept in the vault before anything of them is published.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nio import Api
from structlog.typing import FilteringBoundLogger

from bot.errors import CredentialRefused
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined

_USAGES = ("master", "self_signing", "user_signing")
_FOREIGN = (
    "The Matrix account has a cross-signing identity that this bot does not hold, from another app or another store. "
    "Restore the store that holds it, or set matrix.reset_identity to true for one start to replace it: "
    "whoever verified the old one is warned by their app."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a person can compare with their app: the device's and the master key, in groups of four."""

    device: str
    master: str


def read_fingerprint(vault: Vault) -> Fingerprint | None:
    """The bot's, or None before its first start has made it."""
    device, seed = vault.recall("device_key"), vault.recall("master")
    if device is None or seed is None:
        return None
    return Fingerprint(device=_group(device), master=_group(_public(Ed25519PrivateKey.from_private_bytes(seed))))


class Identity:
    """Makes, publishes and repairs the identity. ``reset`` lets it replace one that the account has from elsewhere."""

    def __init__(
        self, vault: Vault, reveal_password: Callable[[], str], log: FilteringBoundLogger, *, reset: bool
    ) -> None:
        self._vault = vault
        self._log = log
        self._reveal_password = reveal_password
        self._reset = reset

    async def establish(self, client: Client) -> None:
        """The account has our identity and it vouches for our device, whose keys are uploaded; nothing is done twice.

        Raises CredentialRefused where the account has another identity and never had ours, Unanswered, Declined. If
        another took the place of ours meanwhile, that is logged and the bot goes on: rooms that are not encrypted,
        and apps that do not mind, still read it.
        """
        self._vault.remember("device_key", client.machine.account.identity_keys["ed25519"])
        told = await client.call("POST", "/keys/query", {"device_keys": {client.user_id: []}})
        keys = self._keep_keys()
        published = {usage: _read_public(told, usage, client.user_id) for usage in _USAGES}
        if published["master"] not in (None, _public(keys["master"])) and not self._reset:
            if not self._vault.recall("identity_published"):
                raise CredentialRefused(_FOREIGN)
            self._log.error("matrix_identity_foreign", remedy=_FOREIGN)
            return
        if published != {usage: _public(key) for usage, key in keys.items()}:
            await self._publish(client, keys)
        self._vault.remember("identity_published", 1)
        await self._sign(client, keys, told)

    def _keep_keys(self) -> dict[str, Ed25519PrivateKey]:
        """The private keys, made on the first start."""
        if self._vault.recall("master") is None:
            with self._vault.transaction():
                for usage in _USAGES:
                    self._vault.remember(usage, Ed25519PrivateKey.generate().private_bytes_raw())
        return {usage: Ed25519PrivateKey.from_private_bytes(self._vault.recall(usage)) for usage in _USAGES}

    async def _publish(self, client: Client, keys: dict[str, Ed25519PrivateKey]) -> None:
        """Upload the public keys, the other two signed by the master key. Some servers ask for the password."""
        body = {}
        for usage, key in keys.items():
            written = _write_key(usage, key, client.user_id)
            if usage != "master":
                written["signatures"] = {client.user_id: {_name(keys["master"]): _sign(keys["master"], written)}}
            body[f"{usage}_key"] = written
        path = "/keys/device_signing/upload"
        try:
            await client.call("POST", path, body)
        except Declined as refusal:
            if refusal.status != HTTPStatus.UNAUTHORIZED or "flows" not in refusal.body:
                raise
            body["auth"] = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": client.user_id},
                "password": self._reveal_password(),
                "session": refusal.body.get("session"),
            }
            try:
                await client.call("POST", path, body)
            except Declined as second:
                if second.status != HTTPStatus.UNAUTHORIZED:
                    raise
                raise CredentialRefused(
                    "The homeserver does not let the password alone publish a cross-signing identity. "
                    "Correct the password, or allow it on the homeserver, and start again."
                ) from None

    async def _sign(self, client: Client, keys: dict[str, Ed25519PrivateKey], told: dict[str, Any]) -> None:
        """Vouch for the device by the self-signing key, and for the master key by the device, where it is missing."""
        user, device = client.user_id, client.device_id
        own = _bare(_dig(told, "device_keys", user, device))
        expected = client.machine.account.identity_keys
        if _dig(own, "keys", f"ed25519:{device}") != expected["ed25519"]:
            raise CredentialRefused(
                "The account has a device of the bot's id with other keys. Sign that device out, and start again."
            )
        signature = _sign(keys["self_signing"], own)
        master = _write_key("master", keys["master"], user)
        vouched = client.machine.sign_json(master)
        signatures = _dig(told, "device_keys", user, device, "signatures", user)
        upheld = _dig(told, "master_keys", user, "signatures", user)
        if signatures.get(_name(keys["self_signing"])) == signature and upheld.get(f"ed25519:{device}") == vouched:
            return
        own["signatures"] = {user: {_name(keys["self_signing"]): signature}}
        master["signatures"] = {user: {f"ed25519:{device}": vouched}}
        body = {user: {device: own, _public(keys["master"]): master}}
        answer = await client.call("POST", "/keys/signatures/upload", body)
        if answer.get("failures"):
            raise Declined(HTTPStatus.BAD_REQUEST, "M_INVALID_SIGNATURE")


def _write_key(usage: str, key: Ed25519PrivateKey, user: str) -> dict[str, Any]:
    return {"user_id": user, "usage": [usage], "keys": {_name(key): _public(key)}}


def _read_public(told: dict[str, Any], usage: str, user: str) -> str | None:
    """The published key of that usage."""
    keys = _dig(told, f"{usage}_keys", user, "keys")
    return next((str(key) for key in keys.values()), None)


def _sign(key: Ed25519PrivateKey, value: dict[str, Any]) -> str:
    return _encode(key.sign(Api.to_canonical_json(_bare(value)).encode()))


def _bare(value: dict[str, Any]) -> dict[str, Any]:
    """What a signature covers."""
    return {name: part for name, part in value.items() if name not in ("signatures", "unsigned")}


def _public(key: Ed25519PrivateKey) -> str:
    return _encode(key.public_key().public_bytes_raw())


def _name(key: Ed25519PrivateKey) -> str:
    return f"ed25519:{_public(key)}"


def _encode(value: bytes) -> str:
    """Unpadded base64, as Matrix writes keys and signatures."""
    return base64.b64encode(value).decode().rstrip("=")


def _group(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _dig(value: Any, *path: str) -> Any:
    """The value under that path; an empty mapping where any of it is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return {} if value is None else value
