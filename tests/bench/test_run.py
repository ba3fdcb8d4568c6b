"""The benchmark itself, in small: it measures what it says it measures."""

import asyncio
from pathlib import Path

from bench import population, programs
from bench.processes import cores


def test_the_program_answers_the_readers_of_the_benchmark(tmp_path: Path) -> None:
    """Readers of a full store page through the real program: every answer is right, and syncs and CPU are seen."""
    ours, theirs = cores()
    asyncio.run(population.settle(tmp_path, 50))
    with (
        programs.wire(tmp_path, to=theirs, latency=0.0, first=population.FIRST, count=20) as server,
        programs.solidarity(server, tmp_path, to=ours) as subject,
    ):
        script = server.ask("learn", parts=4)
        assert [answer["text"][:3] for answer in script] == ["1/4", "2/4", "3/4", "4/4"]
        played = [
            subject.measure("page", readers=10, seconds=0.3, warm=0.1, pressing=pressing) for pressing in (False, True)
        ]
        played.append(subject.measure("flood", readers=20, each=2))
    for figures in played:
        assert figures.wrong == figures.lost == 0
        assert 0 < figures.syncs <= 2 * figures.answers
        assert figures.cpu > 0
    assert played[2].answers == 40
