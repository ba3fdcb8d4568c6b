"""What is sealed is unreadable, unmovable and openable; what is indexed is found again."""

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import KeyRefused
from bot.storage.seal import FileKey, Sealer, WrappedKey, new_keyring


@pytest.fixture
def key() -> FileKey:
    """A key file's key."""
    return FileKey.new()


@pytest.fixture
def keyring(key: FileKey) -> list[WrappedKey]:
    """An empty store's keys."""
    return new_keyring(key)


def test_the_same_text_has_the_same_index(key: FileKey, keyring: list[WrappedKey]) -> None:
    """An index is 16 bytes, and the same whenever the same store is opened."""
    assert Sealer(keyring, key).index("address", "telegram\0123") == Sealer(keyring, key).index(
        "address", "telegram\0123"
    )
    assert len(Sealer(keyring, key).index("address", "")) == 16


def test_indexes_of_two_purposes_or_stores_cannot_be_compared(key: FileKey, keyring: list[WrappedKey]) -> None:
    """The same id has another index in another table, and in another store under the same key file."""
    sealer, other = Sealer(keyring, key), Sealer(new_keyring(key), key)
    assert len({sealer.index("address", "1"), sealer.index("event", "1"), other.index("address", "1")}) == 3


def test_what_is_sealed_opens(key: FileKey, keyring: list[WrappedKey]) -> None:
    """The content comes back, and two seals of the same content do not look alike."""
    sealer = Sealer(keyring, key)
    one, two = (sealer.seal("debt", "第二部分".encode(), bound=b"row") for _ in range(2))
    assert one != two
    assert Sealer(keyring, key).open("debt", one, bound=b"row").decode() == "第二部分"


def test_a_seal_holds_against_every_alteration(key: FileKey, keyring: list[WrappedKey]) -> None:
    """A byte changed anywhere, a cut, another purpose or another row: refused."""
    sealer = Sealer(keyring, key)
    sealed = sealer.seal("debt", b"content", bound=b"row")
    altered = [sealed[:at] + bytes((sealed[at] ^ 1,)) + sealed[at + 1 :] for at in range(len(sealed))]
    for wrong in [*altered, *(sealed[:at] for at in range(len(sealed)))]:
        with pytest.raises(KeyRefused):
            sealer.open("debt", wrong, bound=b"row")
    for purpose, bound in (("sent", b"row"), ("debt", b"another")):
        with pytest.raises(KeyRefused):
            sealer.open(purpose, sealed, bound=bound)


def test_a_newer_key_seals_and_the_older_still_opens(key: FileKey, keyring: list[WrappedKey]) -> None:
    """After a new sealing key joined the keyring, both what was sealed before and what is sealed now open."""
    old = Sealer(keyring, key).seal("debt", b"content")
    nonce = os.urandom(12)
    wrapped = nonce + AESGCM(key.secret).encrypt(nonce, os.urandom(32), b"keyring\0seal\x002")
    sealer = Sealer([*keyring, WrappedKey("seal", 2, wrapped, key.id)], key)
    new = sealer.seal("debt", b"content")
    assert (old[0], new[0]) == (1, 2)
    assert sealer.open("debt", old) == sealer.open("debt", new) == b"content"


def test_a_secret_belongs_to_its_store_and_name(key: FileKey, keyring: list[WrappedKey]) -> None:
    """32 bytes, the same at every opening, others for another name or store."""
    secret = Sealer(keyring, key).secret("matrix")
    assert len(secret) == 32
    assert secret == Sealer(keyring, key).secret("matrix")
    assert secret not in (Sealer(keyring, key).secret("other"), Sealer(new_keyring(key), key).secret("matrix"))


def test_another_key_opens_nothing(keyring: list[WrappedKey]) -> None:
    """A keyring refuses a key that did not wrap it, even one that pretends to its id."""
    with pytest.raises(KeyRefused):
        Sealer(keyring, FileKey.new())
    other = FileKey.new()
    with pytest.raises(KeyRefused):
        Sealer([WrappedKey(row.name, row.version, row.wrapped, other.id) for row in keyring], other)


def test_keys_of_a_keyring_cannot_be_exchanged(key: FileKey, keyring: list[WrappedKey]) -> None:
    """A wrapped key opens under its own name alone; a keyring with one missing is refused."""
    first, second, third = keyring
    with pytest.raises(KeyRefused):
        Sealer([WrappedKey(first.name, 1, second.wrapped, key.id), second, third], key)
    with pytest.raises(KeyRefused, match="not whole"):
        Sealer([first, second], key)


def test_no_repr_shows_a_key(key: FileKey, keyring: list[WrappedKey]) -> None:
    """Neither the file's key nor a wrapped one stands in a log by accident."""
    shown = repr(key) + repr(keyring) + repr(Sealer(keyring, key))
    assert not any(repr(secret)[2:-1] in shown for secret in (key.secret, *(row.wrapped for row in keyring)))
