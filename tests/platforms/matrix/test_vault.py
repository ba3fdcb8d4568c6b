"""matrix.db: sealed, private, whole."""

import stat
from pathlib import Path

import pytest
from nio.crypto import OlmAccount

from bot.errors import KeyRefused, SolidarityError
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.inbox import Inbox, Note, Sort
from bot.platforms.matrix.vault import Vault
from tests.wires.traces import traces

SECRET = bytes(range(32))
ROOM = "!Uj7QkYw2n4pLr9sT:matrix.test"
USER = "@ada-planted:matrix.test"
EVENT = "$Vq8sJ3xWm1Rk5Yt7Zb2Nc4Df6Gh8Jk0Lm2Np4Qr6St"


def fill(vault: Vault) -> None:
    """Everything that the platform keeps, nio's own tables too."""
    store = vault.store()(USER, "DEVICEID", str(vault.path.parent), vault.pickle_key, "unused")
    store.save_account(OlmAccount())
    store.save_encrypted_rooms({ROOM})
    store.save_sync_token("s1234_planted_token")
    vault.remember("access_token", "syt_planted_token")
    Inbox(vault).put(Note(event=EVENT, room=ROOM, sort=Sort.MESSAGE), 1.0)
    Buttons(vault).wish(ROOM, EVENT, ["➡️"], 1.0)


def test_no_id_can_be_read_without_the_key(tmp_path: Path) -> None:
    """In no file and in no form, while it is open and after it was closed."""
    vault = Vault(tmp_path, SECRET)
    fill(vault)
    planted = [ROOM, USER, EVENT, "DEVICEID", "s1234_planted_token", "syt_planted_token"]
    assert traces(tmp_path, planted) == {}
    vault.close()
    assert traces(tmp_path, planted) == {}
    assert not (tmp_path / "matrix.db").read_bytes().startswith(b"SQLite format")


def test_no_file_but_its_own_and_none_that_others_can_read(tmp_path: Path) -> None:
    """One database, whose log and index SQLite keeps beside it while it is open: all 0600."""
    vault = Vault(tmp_path / "data", SECRET)
    fill(vault)
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert files == {"matrix.db": 0o600, "matrix.db-wal": 0o600, "matrix.db-shm": 0o600}
    vault.close()


def test_an_open_file_is_closed_to_others(tmp_path: Path) -> None:
    """A mode that somebody widened is narrowed again."""
    Vault(tmp_path, SECRET).close()
    (tmp_path / "matrix.db").chmod(0o644)
    Vault(tmp_path, SECRET).close()
    assert stat.S_IMODE((tmp_path / "matrix.db").stat().st_mode) == 0o600


def test_another_key_is_refused_and_changes_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With the remedy, and without SQLCipher's own words on stderr."""
    vault = Vault(tmp_path, SECRET)
    fill(vault)
    vault.close()
    before = (tmp_path / "matrix.db").read_bytes()
    with pytest.raises(KeyRefused, match="Put back the key"):
        Vault(tmp_path, SECRET[::-1])
    assert (tmp_path / "matrix.db").read_bytes() == before
    assert capfd.readouterr().err == ""
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(tmp_path, b"short")


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    """What is no database at all cannot be told from a wrong key, and is not overwritten."""
    (tmp_path / "matrix.db").write_bytes(b"x" * 8192)
    with pytest.raises(SolidarityError):
        Vault(tmp_path, SECRET)
    assert (tmp_path / "matrix.db").read_bytes() == b"x" * 8192


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    """FULL: a power cut loses no ratchet. Deleted content is overwritten, and temporary content never written."""
    vault = Vault(tmp_path, SECRET)
    told = {name: vault.ask(f"PRAGMA {name}")[0][0] for name in ("synchronous", "journal_mode", "secure_delete")}
    assert told == {"synchronous": 2, "journal_mode": "wal", "secure_delete": 1}
    assert vault.ask("PRAGMA temp_store") == [(2,)]
    vault.close()


def test_a_transaction_is_whole_over_nios_tables_and_ours(tmp_path: Path) -> None:
    """An exception leaves nothing of either behind."""
    vault = Vault(tmp_path, SECRET)
    store = vault.store()(USER, "DEVICEID", str(tmp_path), vault.pickle_key, "unused")
    store.save_account(OlmAccount())
    inbox = Inbox(vault)

    def fail() -> None:
        with vault.transaction():
            store.save_encrypted_rooms({ROOM})
            vault.remember("sync_token", "s2")
            inbox.put(Note(event=EVENT, room=ROOM, sort=Sort.MESSAGE), 1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (store.load_encrypted_rooms(), vault.recall("sync_token"), inbox.waiting(9)) == (set(), None, [])
    vault.close()


def test_nios_pickles_have_a_key_of_their_own(tmp_path: Path) -> None:
    """Not the one that everybody knows, and another for another secret."""
    one, other = Vault(tmp_path / "a", SECRET), Vault(tmp_path / "b", SECRET[::-1])
    assert one.pickle_key not in ("DEFAULT_KEY", other.pickle_key, SECRET.hex())
    assert len(bytes.fromhex(one.pickle_key)) == 32
    one.close()
    other.close()


def test_facts_are_kept_replaced_and_taken_away(tmp_path: Path) -> None:
    """Also over a restart."""
    vault = Vault(tmp_path, SECRET)
    vault.remember("device_id", "A")
    vault.remember("device_id", "B")
    vault.remember("seed", b"\x00\x01")
    vault.close()
    again = Vault(tmp_path, SECRET)
    assert (again.recall("device_id"), again.recall("seed"), again.recall("none")) == ("B", b"\x00\x01", None)
    again.remember("seed", None)
    assert again.recall("seed") is None
    again.close()
