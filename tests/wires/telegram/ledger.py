"""What came in, and what became of it: the record that tests and the benchmark judge by."""

from collections import Counter
from dataclasses import asdict, dataclass, field

from tests.wires.telegram.answers import Json, Kind

REPLY_SECONDS = 0.02
"""What an answer may take to reach a client on loopback: a call that arrives within it knew nothing of the answer."""


@dataclass(slots=True, kw_only=True)
class Request:
    """One call. Times are monotonic seconds of the server's process; ``answered`` None: never, or not yet.

    ``applied`` tells whether it took effect; ``fault`` names the trouble that struck it.
    """

    number: int
    method: str
    parameters: Json
    arrived: float
    answered: float | None = None
    status: int | None = None
    description: str | None = None
    retry_after: int | None = None
    applied: bool = False
    fault: str | None = None

    @property
    def chat_id(self) -> int | None:
        """The chat that it names by number, if any."""
        value = self.parameters.get("chat_id")
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One refused call: which, why, in which words."""

    kind: Kind
    method: str
    code: int
    description: str
    parameters: Json


@dataclass(slots=True)
class Ledger:
    """All calls since the start or since ``forget``. With ``keep`` off only the counts are kept."""

    keep: bool = True
    requests: list[Request] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    first: float | None = None
    last: float | None = None
    _number: int = 0

    def open(self, method: str, parameters: Json, arrived: float) -> Request:
        """Note a call as it arrives."""
        self._number += 1
        request = Request(number=self._number, method=method, parameters=parameters, arrived=arrived)
        if self.keep:
            self.requests.append(request)
        self.first = arrived if self.first is None else self.first
        self.last = arrived
        return request

    def name(self, request: Request, proper: str) -> None:
        """Note the method by its proper name, now that the token is known to be ours, and count it."""
        request.method = proper
        self.counts[proper] += 1

    def close(self, request: Request, status: int, answered: float) -> None:
        """Note how it was answered."""
        request.status, request.answered = status, answered
        self.statuses[status] += 1

    def forget(self) -> None:
        """Begin anew."""
        self.requests.clear()
        self.violations.clear()
        self.counts.clear()
        self.statuses.clear()
        self.first = self.last = None

    def inside_windows(self) -> list[Request]:
        """Calls that reached a chat although an earlier answer to that chat had asked for more patience."""
        until: dict[int, tuple[float, float]] = {}
        found = []
        moments = [(each.arrived, 0, each) for each in self.requests if each.chat_id is not None]
        moments += [(each.answered, 1, each) for each in self.requests if each.answered and each.retry_after]
        for moment, order, each in sorted(moments, key=lambda entry: entry[:2]):
            chat_id = each.chat_id
            if chat_id is None:
                continue
            begin, end = until.get(chat_id, (moment, moment))
            if order and each.retry_after:
                start = begin if end > moment else moment + REPLY_SECONDS
                until[chat_id] = (start, max(end, moment + each.retry_after))
            elif begin <= moment < end:
                found.append(each)
        return found

    def statistics(self) -> Json:
        """The counts, in a form that goes over the wire."""
        return {
            "methods": dict(self.counts),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "violations": dict(Counter(each.kind.value for each in self.violations)),
            "first": self.first,
            "last": self.last,
        }


def as_json(record: Request | Violation) -> Json:
    """A record in a form that goes over the wire."""
    return {name: value.value if isinstance(value, Kind) else value for name, value in asdict(record).items()}
