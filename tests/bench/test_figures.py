"""The figures that ``make bench`` prints: quantiles, shares and the verdict on each target."""

from dataclasses import replace

import pytest

from bench.figures import Figures, Program, combine, judge, quantile

OURS = Figures(answers=1000, wrong=0, lost=0, seconds=2.0, cpu=0.5, wire=1.0, syncs=50, p50=0.1, p95=0.149)
PEER = replace(OURS, cpu=1.5, syncs=0, p95=0.9)
WIRE = replace(OURS, cpu=0.1, syncs=0, p95=0.1)
PROCESS = Program(resident=150.0, peak=199.0, start=2.0)


def verdicts(ours: Figures, peer: Figures = PEER, process: Program = PROCESS) -> list[bool]:
    """What becomes of the targets where every scenario went alike."""
    rows = [ours, peer, WIRE]
    return [target.met for target in judge(rows, rows, rows, ours=process)]


@pytest.mark.parametrize(("part", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.0, 1)])
def test_a_quantile_is_one_of_the_values(part: float, expected: int) -> None:
    """Of 1 to 100 in any order, p95 is 95: the smallest that 95 in a hundred do not exceed."""
    assert quantile(range(100, 0, -1), part) == expected


def test_there_is_no_quantile_of_nothing() -> None:
    """A scenario without an answer is no scenario of zero milliseconds."""
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.95)


def test_shares_are_by_the_answer() -> None:
    """1,000 answers in 2 s for 0.5 s of CPU and 50 syncs."""
    assert OURS.per_second == 500
    assert OURS.per_cpu_second == 2000
    assert OURS.cpu_each == 0.0005
    assert OURS.syncs_each == 0.05


def test_turns_add_up_and_the_middle_one_tells_the_latency() -> None:
    """Three turns are one of three times the answers; one in which the machine stood still does not decide."""
    turns = [OURS, replace(OURS, p50=0.4, p95=3.0, lost=1), replace(OURS, p50=0.2, p95=0.2)]
    assert combine(turns) == Figures(
        answers=3000, wrong=0, lost=1, seconds=6.0, cpu=1.5, wire=3.0, syncs=150, p50=0.2, p95=0.2
    )


def test_every_target_is_met_at_its_edge() -> None:
    """Three times the peer, 49 ms over the wire, 199 MB and no wrong answer are enough."""
    assert verdicts(OURS) == [True] * 5


@pytest.mark.parametrize(
    ("ours", "missed"),
    [
        (replace(OURS, cpu=0.51), 0),
        (replace(OURS, syncs=101), 1),
        (replace(OURS, p95=0.151), 2),
        (replace(OURS, wrong=1), 4),
        (replace(OURS, lost=1), 4),
    ],
)
def test_a_target_that_is_missed_is_told_so(ours: Figures, missed: int) -> None:
    """A little beyond an edge that target alone is missed."""
    assert verdicts(ours) == [number != missed for number in range(5)]


def test_memory_counts_at_its_most() -> None:
    """Two hundred megabytes at any time are too much."""
    assert verdicts(OURS, process=replace(PROCESS, peak=200.0)) == [True, True, True, False, True]


def test_the_worst_scenario_counts() -> None:
    """A peer that is only twice as dear in one of three scenarios is not three times as dear."""
    rows, close = [OURS, PEER, WIRE], [OURS, replace(PEER, cpu=1.0), WIRE]
    first, *_ = judge(rows, close, rows, ours=PROCESS)
    assert not first.met
    assert first.measured == "2.0 times, at worst"
