"""A command whose handler raises costs its own answer and nothing else (F11)."""

import shutil
import time
from pathlib import Path

import yaml

from tests.faults.stage import PATIENCE, answers, end, places, wait
from tests.house.ground import ROOT
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer


def content_without(phrase: str, folder: Path) -> Path:
    """The real content, but for one phrase: who needs it, raises."""
    copy = folder / "content"
    shutil.copytree(ROOT / "content", copy)
    for file in (copy / "interface").glob("*.ftl"):
        file.write_text(file.read_text(encoding="utf-8").replace(f"\n{phrase} =", "\nunknown-here ="), encoding="utf-8")
    return copy


def test_a_handler_that_raises(tmp_path: Path) -> None:
    """The loop lives, the next command is answered within a second, and the fault is logged without a name or id."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        settings = yaml.safe_load(config.read_text())
        settings["content_dir"] = str(content_without("about-official", tmp_path))
        config.write_text(yaml.safe_dump(settings))
        ada = wire.person(first_name="Adalovelace")
        program = Program(config).wait_ready(PATIENCE)
        best = PATIENCE
        for part in range(1, 5):
            ada.says("/about")
            begun = time.monotonic()
            ada.says(f"/read {part}")
            wait(lambda part=part: f"{part}/4" in places(ada))  # type: ignore[misc]
            best = min(best, time.monotonic() - begun)
        assert best < 1.0  # the best of four, since many tests share the machine
        assert len(answers(ada)) == 4
        failures = [line for line in program.lines() if line["level"] == "error"]
        assert [line["event"] for line in failures] == ["handler_failed"] * 4
        assert not [word for word in ("Adalovelace", str(ada.id)) if word in program.log.read_text()]
        assert end(program) < 10
        assert [line["event"] for line in program.lines()].count("ready") == 1
