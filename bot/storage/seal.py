"""What makes ids and drafts unreadable at rest: find by an index, keep sealed, open again.

Two layers, so that the outer one changes quickly: the key file's key wraps the store's own keys (the keyring), and
those do the work. An index is HMAC-SHA256, cut to 16 bytes; a seal is AES-256-GCM under a random nonce.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import KeyRefused

KEY_BYTES = 32
NONCE_BYTES = 12
INDEX_BYTES = 16
"""Two of 2^40 addresses share an index with a chance of 2^-49."""


@dataclass(frozen=True, slots=True)
class FileKey:
    """The key in the key file. Its id is made from it, so that a mistyped key is known as such."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "FileKey":
        """A key that nobody has seen."""
        return cls(os.urandom(KEY_BYTES))

    @property
    def id(self) -> str:
        """Eight hex digits that tell keys apart and give nothing away."""
        return hashlib.sha256(b"solidarity-bot key id\0" + self.secret).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One row of the keyring: a key of the store, readable only with the file's key that wrapped it."""

    name: str
    version: int
    wrapped: bytes = field(repr=False)
    wrapped_by: str


def _label(name: str, version: int) -> bytes:
    return f"keyring\0{name}\0{version}".encode()


def new_keyring(key: FileKey) -> list[WrappedKey]:
    """Fresh keys for an empty store: for indexes, for seals, and for what platforms keep by themselves."""
    keyring = []
    for name in ("index", "seal", "secrets"):
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + AESGCM(key.secret).encrypt(nonce, os.urandom(KEY_BYTES), _label(name, 1))
        keyring.append(WrappedKey(name, 1, wrapped, key.id))
    return keyring


def _unwrap(row: WrappedKey, key: FileKey) -> bytes:
    if row.wrapped_by != key.id:
        raise KeyRefused
    try:
        nonce, body = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        return AESGCM(key.secret).decrypt(nonce, body, _label(row.name, row.version))
    except InvalidTag:
        raise KeyRefused from None


class Sealer:
    """Find by it, keep by it, open by it. Safe to use from several threads."""

    def __init__(self, keyring: Iterable[WrappedKey], key: FileKey) -> None:
        """Raise KeyRefused where the key is not the one that wrapped this keyring."""
        keys: dict[str, dict[int, bytes]] = {}
        for row in keyring:
            keys.setdefault(row.name, {})[row.version] = _unwrap(row, key)
        if not keys.keys() >= {"index", "seal", "secrets"}:
            raise KeyRefused("The store's keyring is not whole. Restore the store from a backup.")
        self._index = keys["index"][max(keys["index"])]
        self._secrets = keys["secrets"][max(keys["secrets"])]
        self._seals = {version: AESGCM(secret) for version, secret in keys["seal"].items()}
        self._newest = max(self._seals)
        self._purposes: dict[str, bytes] = {}

    @classmethod
    def thrown_away(cls) -> "Sealer":
        """A sealer whose keys nobody keeps: for a store in memory."""
        key = FileKey.new()
        return cls(new_keyring(key), key)

    def index(self, purpose: str, text: str) -> bytes:
        """16 bytes by which ``text`` is found again, and which tell nothing without the key.

        The same text under another purpose has another index.
        """
        key = self._purposes.get(purpose)
        if key is None:
            key = self._purposes[purpose] = hmac.digest(self._index, purpose.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256")[:INDEX_BYTES]

    def seal(self, purpose: str, content: bytes, bound: bytes = b"") -> bytes:
        """The content, readable only by ``open`` with the same purpose and ``bound`` (the row that it belongs to).

        The first byte is the version of the sealing key, then the nonce.
        """
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._seals[self._newest].encrypt(nonce, content, purpose.encode() + b"\0" + bound)
        return bytes((self._newest,)) + nonce + sealed

    def open(self, purpose: str, sealed: bytes, bound: bytes = b"") -> bytes:
        """What was sealed. Raises KeyRefused where it was altered, moved to another row, or sealed by a lost key."""
        try:
            seal = self._seals[sealed[0]]
            return seal.decrypt(
                sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], purpose.encode() + b"\0" + bound
            )
        except (InvalidTag, KeyError, IndexError, ValueError):
            raise KeyRefused("A sealed value of the store was altered. Restore the store from a backup.") from None

    def secret(self, name: str) -> bytes:
        """32 bytes that belong to this store and to that name: what a platform seals its own files with."""
        return hmac.digest(self._secrets, name.encode(), "sha256")
