"""Cross-signing as the specification tells it: one's own identity, and the judgement of another's.

Nothing here knows nio or the bot: what it finds valid, another client finds valid.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKeys:
    """A published device; `signed` if its owner's identity vouches for it, and it for itself."""

    device_id: str
    ed25519: str
    curve25519: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSigning:
    """What another client finds: `valid` if an identity stands and vouches for every device there is.

    `problem` names the first link that is missing or false, by device where it is a device's.
    """

    valid: bool
    problem: str | None
    master_key: str
    devices: tuple[DeviceKeys, ...]

    @property
    def device_ids(self) -> list[str]:
        """All devices, signed or not."""
        return [device.device_id for device in self.devices]


def judge(answer: Json, user_id: str) -> CrossSigning:
    """Follow the chain master key → self-signing key → devices through an answer of `/keys/query`."""
    master, self_signing, problem = _find_identity(answer, user_id)
    devices = []
    for device_id, keys in sorted(answer.get("device_keys", {}).get(user_id, {}).items()):
        wrong = _find_fault(keys, user_id, device_id, self_signing)
        problem = problem or wrong
        devices.append(
            DeviceKeys(
                device_id=device_id,
                ed25519=keys.get("keys", {}).get(f"ed25519:{device_id}", ""),
                curve25519=keys.get("keys", {}).get(f"curve25519:{device_id}", ""),
                signed=wrong is None,
            )
        )
    if not devices:
        problem = problem or "no device"
    return CrossSigning(valid=problem is None, problem=problem, master_key=master, devices=tuple(devices))


def _find_identity(answer: Json, user_id: str) -> tuple[str, str, str | None]:
    """The master key, the self-signing key ("" unless the master key signed it), and what is wrong."""
    master = _find_key(answer.get("master_keys", {}).get(user_id), user_id, "master")
    if not master:
        return "", "", "no master key"
    published = answer.get("self_signing_keys", {}).get(user_id)
    self_signing = _find_key(published, user_id, "self_signing")
    if not self_signing:
        return master, "", "no self-signing key"
    if not verify(published, user_id, master, master):
        return master, "", "the self-signing key is not signed by the master key"
    return master, self_signing, None


def _find_key(published: Json | None, user_id: str, usage: str) -> str:
    if published is None or published.get("user_id") != user_id or usage not in published.get("usage", []):
        return ""
    for name, key in published.get("keys", {}).items():
        if name == f"ed25519:{key}":
            return str(key)
    return ""


def _find_fault(keys: Json, user_id: str, device_id: str, self_signing: str) -> str | None:
    if keys.get("user_id") != user_id or keys.get("device_id") != device_id:
        return f"device {device_id} bears another's name"
    own = keys.get("keys", {}).get(f"ed25519:{device_id}", "")
    if not own or not verify(keys, user_id, device_id, own):
        return f"device {device_id} does not sign itself"
    if not self_signing or not verify(keys, user_id, self_signing, self_signing):
        return f"device {device_id} is not signed by the self-signing key"
    return None


def verify(signed: Json, user_id: str, key_id: str, public_key: str) -> bool:
    """Whether `public_key` made the signature that `signed` carries under `key_id` of `user_id`."""
    signature = signed.get("signatures", {}).get(user_id, {}).get(f"ed25519:{key_id}")
    if not isinstance(signature, str):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(_decode(public_key))
        key.verify(_decode(signature), canonical(signed))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(value: Mapping[str, Any]) -> bytes:
    """What is signed: canonical JSON without signatures and what the server adds."""
    bare = {name: part for name, part in value.items() if name not in {"signatures", "unsigned"}}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Identity:
    """A user's three cross-signing keys, as Element makes them at the first login."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self._master, self._self_signing, self._user_signing = (Ed25519PrivateKey.generate() for _ in range(3))

    @property
    def master_key(self) -> str:
        """What others compare."""
        return _public(self._master)

    def publish(self) -> Json:
        """The body of `/keys/device_signing/upload`."""
        lower = {"self_signing": self._self_signing, "user_signing": self._user_signing}
        body: Json = {"master_key": self._describe(self._master, "master")}
        for usage, key in lower.items():
            body[f"{usage}_key"] = self._sign(self._describe(key, usage), self._master)
        return body

    def vouch(self, device_keys: Json) -> Json:
        """The body of `/keys/signatures/upload` that vouches for a device of this user."""
        signed = self._sign(device_keys, self._self_signing)
        return {self.user_id: {device_keys["device_id"]: signed}}

    def _describe(self, key: Ed25519PrivateKey, usage: str) -> Json:
        public = _public(key)
        return {"user_id": self.user_id, "usage": [usage], "keys": {f"ed25519:{public}": public}}

    def _sign(self, value: Json, key: Ed25519PrivateKey) -> Json:
        signature = {f"ed25519:{_public(key)}": _encode(key.sign(canonical(value)))}
        bare = {name: part for name, part in value.items() if name not in {"signatures", "unsigned"}}
        return bare | {"signatures": {self.user_id: signature}}


def _public(key: Ed25519PrivateKey) -> str:
    return _encode(key.public_key().public_bytes_raw())


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    if text.endswith("="):
        raise ValueError("padded base64 is not Matrix's")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
