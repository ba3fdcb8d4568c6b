"""What a seizer who has the key as well could read: both databases as they lie on the disk, deleted rows and all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.model.people import Address
from bot.storage.chats import address_index
from bot.storage.keyfile import read_key
from bot.storage.seal import Sealer, WrappedKey
from bot.storage.session import READ_KEYRING
from tests.threats.scene import Scene

PAGE, VECTOR, CODE = 4096, 16, 64
"""Bytes of one of SQLCipher's pages; at its end stand the initialisation vector and the authentication code."""
LOG_HEADER, FRAME_HEADER = 32, 24


def open_sealer(scene: Scene) -> Sealer:
    """The store's own, by its key file."""
    key = read_key(scene.key_file)
    assert key is not None
    with closing(sqlite3.connect(f"file:{scene.data / 'bot.db'}?mode=ro", uri=True)) as reader:
        return Sealer([WrappedKey(*row) for row in reader.execute(READ_KEYRING)], key)


def read_rows(scene: Scene, addresses: list[Address]) -> dict[Address, set[bytes]]:
    """Every index and sealed value that the store keeps about each of these chats, in whatever table.

    Not the marks of events: they are made of the network's numbers alone, lead to no chat, and stay for 48 hours.
    """
    sealer = open_sealer(scene)
    found = {}
    with closing(sqlite3.connect(f"file:{scene.data / 'bot.db'}?mode=ro", uri=True)) as reader:
        reader.row_factory = sqlite3.Row
        tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        queries = [
            f"SELECT * FROM {table} WHERE chat = ?"  # noqa: S608 - the store's own names
            for table in tables
            if any(column["name"] == "chat" for column in reader.execute(f"PRAGMA table_info({table})"))
        ]
        for address in addresses:
            index = address_index(sealer, address)
            rows = reader.execute("SELECT * FROM chats WHERE address_index = ?", (index,)).fetchall()
            rows += [row for chat in rows[:1] for query in queries for row in reader.execute(query, (chat["id"],))]
            values = [dict(zip(row.keys(), row, strict=True)) for row in rows]
            found[address] = {
                value for row in values for name, value in row.items() if isinstance(value, bytes) and name != "key"
            }
    return found


def unseal_vault(scene: Scene, folder: Path) -> None:
    """Write into the folder what ``unseal`` gives of this scene's matrix.db."""
    (folder / "pages").write_bytes(unseal(scene.data / "matrix.db", open_sealer(scene).secret("matrix")))


def unseal(database: Path, key: bytes) -> bytes:
    """The file and its log, decrypted page by page: deleted rows, gaps and all."""
    sealed = database.read_bytes()
    pages = [sealed[start : start + PAGE] for start in range(0, len(sealed), PAGE)]
    plain = [_decrypt(key, page, first=not number) for number, page in enumerate(pages)]
    log = database.with_name(f"{database.name}-wal")
    frames = _frames(log.read_bytes()) if log.exists() else ()
    return b"".join([*plain, *(_decrypt(key, page, first=number == 1) for number, page in frames)])


def _frames(log: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(LOG_HEADER, len(log), FRAME_HEADER + PAGE):
        yield int.from_bytes(log[start : start + 4]), log[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]


def _decrypt(key: bytes, page: bytes, *, first: bool) -> bytes:
    vector = page[-VECTOR - CODE : -CODE]
    body = page[16 if first else 0 : -VECTOR - CODE]  # the first page begins with the salt
    decryptor = Cipher(AES(key), CBC(vector)).decryptor()
    return decryptor.update(body) + decryptor.finalize()
