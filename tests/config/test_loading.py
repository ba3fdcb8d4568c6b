"""Configuration: every mistake at once, each where it was written, with its remedy."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from bot.app import options
from bot.config import Settings, examine, find, is_configured, join, list_keys, load
from bot.config.environment import name_variable
from bot.errors import ConfigurationError

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
TOKEN = "123456:" + "A" * 35
ALONE = {"SOLIDARITY_TELEGRAM__TOKEN": TOKEN}


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A configuration file."""
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def complain(path: Path | None, environment: Mapping[str, str] = {}) -> list[str]:
    """Every complaint, as the operator reads it, without the folder."""
    texts = [str(complaint) for complaint in examine(path, environment, options()).complaints]
    return [text.replace(f"{path.parent}/", "") if path else text for text in texts]


def test_the_example_loads(tmp_path: Path) -> None:
    """config.example.yaml, copied and closed to others, is a configuration without a mistake."""
    settings = load(write(tmp_path, EXAMPLE.read_text(encoding="utf-8")), {}, options())
    assert set(settings.platforms) == {"telegram", "matrix"}
    assert settings.database_url == f"sqlite:///{tmp_path}/data/bot.db"
    assert settings.key_file == tmp_path / "secrets/bot.key"


def test_the_example_holds_every_key_and_no_other() -> None:
    """A key that the models know stands in the example, and the other way round."""
    written = set(walk(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))))
    known = {tuple(map(str, path)) for path, _ in list_keys(join(options()))}
    assert {path for path in written if path[0] != "fallback" or len(path) == 1} == known


def walk(values: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key path of a document's mappings."""
    for key, below in values.items() if isinstance(values, dict) else ():
        yield (*above, str(key))
        yield from walk(below, (*above, str(key)))


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    """What the example writes is what a key has when it is left out, but for the invented ones."""
    example = load(write(tmp_path, EXAMPLE.read_text(encoding="utf-8")), {}, options())
    path = write(tmp_path, f"telegram: {{token: '{TOKEN}'}}")
    assert example.model_dump(exclude={"telegram", "matrix", "moderators"}) == load(path, {}, options()).model_dump(
        exclude={"telegram", "matrix", "moderators"}
    )


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Seventeen mistakes of file and environment make one list, each with place, key path and remedy."""
    path = write(
        tmp_path,
        """\
key_file: data/bot.key
languages: [en, zh-CN]
default_language: zh-Hant
fallback: {zh-Hans: [en]}
timezone: Asia/HongKong
timezone: Asia/Tokyo
tokn: 5
telegram: {tokne: x, pace: {overall_per_second: true}, token_file: none.txt}
moderators: [{address: "telegram:ada", role: boss}]
publishing: {approvals: -1, countdown_seconds: soon}
http: {listen: 9101}
""",
    )
    environment = {
        "SOLIDARITY_MODERATORS": "[oops",
        "SOLIDARITY_TELEGRAM__TOKN": "x",
        "SOLIDARITY_AUDIT__KEEP_DAYS": "long",
        "SOLIDARITY_LOG_LEVEL": "loud",
    }
    number = "Write a whole number, such as 1."
    assert complain(path, environment) == [
        f"SOLIDARITY_AUDIT__KEEP_DAYS: audit.keep_days must be a whole number. {number}",
        "SOLIDARITY_LOG_LEVEL: is no level. Write one of: debug, info, warning, error, critical.",
        'SOLIDARITY_MODERATORS: is not valid JSON. Write a list as ["one", "two"].',
        "SOLIDARITY_TELEGRAM__TOKN: is no variable that I know. Did you mean SOLIDARITY_TELEGRAM__TOKEN?",
        (
            "config.yaml:1: key_file lies inside data_dir, so that whoever takes one has both. "
            "Name a file in another folder, best on another disk."
        ),
        "config.yaml:2: languages[1] holds 'zh-CN', a language without words here. Did you mean zh-Hans?",
        "config.yaml:5: timezone is 'Asia/HongKong', which is no IANA time zone. Did you mean Asia/Hong_Kong?",
        "config.yaml:6: timezone is written twice, first in line 5. Keep one of them.",
        "config.yaml:7: tokn is no key that I know. Take it away; config.example.yaml holds every key.",
        (
            "config.yaml:8: telegram.pace.overall_per_second must not be true or false. "
            "Write the value; config.example.yaml shows how."
        ),
        "config.yaml:8: telegram.token_file is a file that does not exist. Create it, or correct its name.",
        "config.yaml:8: telegram.tokne is no key that I know. Did you mean telegram.token?",
        (
            "config.yaml:9: moderators[0].address is no address of a person. "
            'Write it as "telegram:123456789" or "matrix:@name:example.org", in quotes.'
        ),
        (
            "config.yaml:9: moderators[0].role is not one of the known words. "
            "Write one of: 'editor', 'approver' or 'owner'."
        ),
        "config.yaml:10: publishing.approvals is too small. Write a number of at least 0.",
        f"config.yaml:10: publishing.countdown_seconds must be a whole number. {number}",
        "config.yaml:11: http.listen is no host and port. Write it as 127.0.0.1:9101.",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("data_dir: [a\n", "config.yaml:2: is no YAML here: expected ',' or ']', but got '<stream end>'."),
        ("data_dir: &a x\ncontent_dir: *a\n", "config.yaml:2: holds an alias (*)."),
        ("data_dir: !!str x\n", "config.yaml:1: holds a tag (!)."),
        ("- a\n", "config.yaml:1: holds no keys."),
        ("5: a\n", "config.yaml:1: holds a key that is not text."),
        ("data_dir: " + "[" * 30 + "]" * 30, "config.yaml:1: is no YAML here: nested deeper than 20."),
        ("data_dir: a\x07b\n", "config.yaml:1: holds a control character."),
        ("database_url: mysql://a/b\n", "config.yaml:1: database_url is a kind of database that is not supported."),
        ("database_url: sqlite://\n", "config.yaml:1: database_url names no file in which a store could last."),
        ("database_url: postgresql+psycopg://a\n", "config.yaml:1: database_url names no database."),
        ("default_language: zh-Hans\nlanguages: [en]\n", "config.yaml:1: default_language is not among languages."),
        ("fallback: {zh-Hans: [zh-Hans]}\n", "config.yaml:1: fallback lets zh-Hans fall back on itself."),
        ("content_dir: nowhere\n", "config.yaml:1: content_dir is no folder that exists."),
        ("telegram: {token: a, token_file: b}\n", "config.yaml:1: telegram.token_file stands beside telegram.token."),
        ("telegram: {}\n", "config.yaml:1: telegram.token is missing."),
        ("data_dir: a\n", "config.yaml: no platform is configured."),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    """What is wrong in a file is said with the line on which it stands."""
    assert any(found.startswith(complaint) for found in complain(write(tmp_path, text)))


def test_off_is_a_word(tmp_path: Path) -> None:
    """``totp: off`` means off, not false, and ``no`` is a word too."""
    path = write(tmp_path, f"security: {{totp: off}}\ntelegram: {{token: '{TOKEN}'}}\n")
    assert load(path, {}, options()).security.totp == "off"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The configuration holds secrets: any bit for others refuses it, with the command that closes it."""
    path = write(tmp_path, f"telegram: {{token: '{TOKEN}'}}\n", mode)
    assert complain(path) == [
        f"config.yaml: is a file that others can read or write. Run: chmod 600 {path}".replace(f"{tmp_path}/", "")
    ]


def test_the_environment_wins(tmp_path: Path) -> None:
    """A variable is laid over the file's value, and leaves its neighbours."""
    path = write(tmp_path, f"telegram: {{token: '{TOKEN}', pace: {{overall_per_second: 5}}}}\n")
    settings = load(
        path, {"SOLIDARITY_TELEGRAM__API_URL": "http://127.0.0.1:1", "SOLIDARITY_LANGUAGES": '["en"]'}, options()
    )
    telegram = settings.platforms["telegram"].model_dump()
    assert (telegram["api_url"], telegram["pace"]["overall_per_second"]) == ("http://127.0.0.1:1", 5)
    assert (settings.languages, settings.fallback) == (("en",), {})


def test_every_key_can_come_from_the_environment() -> None:
    """The environment alone is a configuration, and knows a variable for each key."""
    assert set(load(None, ALONE, options()).platforms) == {"telegram"}
    for path, _ in list_keys(join(options())):
        unknown = "is no variable that I know"
        assert not any(unknown in text for text in complain(None, {name_variable(path): "null"}))


def test_without_a_file_a_complaint_names_the_variable() -> None:
    """What is missing from the environment is named by the variable that would give it."""
    assert complain(None, {"SOLIDARITY_TELEGRAM__API_URL": "http://127.0.0.1"})[0].startswith(
        "SOLIDARITY_TELEGRAM__TOKEN: telegram.token is missing."
    )


def test_no_complaint_repeats_a_secret(tmp_path: Path) -> None:
    """A mistaken token, password, address or URL is not shown in what is said about it."""
    planted = "pl4nted"
    text = f"""\
telegram: {{token: "{planted}/?", proxy: "socks5://u:{planted}@"}}
matrix: {{homeserver: "{planted}", user_id: "{planted}", password: ["{planted}"]}}
moderators: [{{address: "telegram:{planted}", role: "{planted}", devices: ["{planted}"]}}]
database_url: "postgresql+psycopg://u:{planted}@h"
"""
    found = complain(write(tmp_path, text))
    assert len(found) >= 9
    assert planted not in "\n".join(found)


def test_secret_files_are_read_beside_the_configuration(tmp_path: Path) -> None:
    """token_file is relative to the file, its line break is left out, and others must not read it."""
    path = write(tmp_path, "telegram: {token_file: token}\n")
    (tmp_path / "token").write_text(TOKEN + "\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o644)
    assert "telegram.token_file is a file that others can read or write" in complain(path)[0]
    (tmp_path / "token").chmod(0o600)
    assert TOKEN in load(path, {}, options()).secrets


def test_settings_are_frozen_and_show_no_secret(tmp_path: Path) -> None:
    """Settings cannot be changed, and their repr names neither tokens nor people nor the database's password."""
    path = write(
        tmp_path,
        f"telegram: {{token: '{TOKEN}'}}\nmoderators: [{{address: 'telegram:4455667788', role: owner}}]\n"
        "database_url: postgresql+psycopg://u:pa55word@h/n\n",
    )
    settings = load(path, {}, options())
    with pytest.raises(ValueError, match="frozen"):
        settings.timezone = "UTC"  # type: ignore[misc]  # that it cannot be set is what is shown
    for secret in (TOKEN, "4455667788", "pa55word"):
        assert secret not in repr(settings)
        assert secret in settings.secrets


def test_an_empty_platform_list_fails_closed() -> None:
    """Nothing configured raises, rather than running nothing."""
    with pytest.raises(ConfigurationError):
        load(None, {}, options())


def test_a_new_platform_joins_by_its_options(tmp_path: Path) -> None:
    """A section for a type that is handed in needs nothing else."""

    class Pigeons(BaseModel):
        loft: str

    settings = load(write(tmp_path, "pigeons: {loft: roof}\n"), {}, {"pigeons": Pigeons})
    assert settings.platforms == {"pigeons": Pigeons(loft="roof")}
    assert isinstance(settings, Settings)


def test_the_file_is_found_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The named file, then $SOLIDARITY_CONFIG, then ./config.yaml, then none."""
    monkeypatch.chdir(tmp_path)
    assert find(None, {}) is None
    write(tmp_path, "")
    assert find(None, {}) == Path("config.yaml")
    assert find(None, {"SOLIDARITY_CONFIG": "b"}) == Path("b")
    assert find(Path("a"), {"SOLIDARITY_CONFIG": "b"}) == Path("a")
    assert not is_configured({"SOLIDARITY_CONFIG": "b", "SOLIDARITY_LOG_LEVEL": "info", "HOME": "/"})
    assert is_configured({"SOLIDARITY_NONSENSE": ""})
