"""Random people do random things: whatever they try, nothing goes out without the approvals that were asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

import pytest

from bot.broadcast.announce import tick
from bot.broadcast.approval import Agreed, Submitted, approve, reissue, reject, submit
from bot.broadcast.decisions import Publishing
from bot.broadcast.drafting import attach, detach, set_hour, set_text, set_urgent, write
from bot.broadcast.staffing import freeze, invite, redeem, remove, thaw
from bot.broadcast.stopping import cancel, hold, pause_all, release, resume_all, retract
from bot.model.canon import canonical, digest
from bot.model.message import Span
from bot.model.moderator import OPERATOR, Actor, ActorKind, Role
from bot.model.people import Address
from bot.model.post import TRANSITIONS, Attachment, AttachmentKind, Post, PostState, Step, after
from bot.ports import Tx
from tests.broadcast.hourglass import BEGIN
from tests.broadcast.stage import TELEGRAM, House

T = TypeVar("T")
RUNS, CHUNKS = 10_000, 40
STEPS = 30
WORDS = ("news", "newt", "消息", "")
FILES = tuple(
    Attachment(kind=AttachmentKind.PHOTO, media_type="image/png", name="a.png", digest=bytes([n]) * 32, size=1)
    for n in range(2)
)


class Crowd:
    """People who try everything, and a witness who writes down what each of them really did."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.rules = Publishing(approvals=self.random.choice((0, 1, 1, 2)), countdown_seconds=60)
        self.house = House(seed=seed, rules=self.rules)
        self.now = BEGIN
        roles = [self.random.choice(list(Role)) for _ in range(self.random.randint(2, 5))] + [Role.OWNER]
        self.people = [self.house.staff(role, f"person {n}").number for n, role in enumerate(roles)]
        self.out: set[int] = set()
        self.codes: dict[tuple[int, int], list[str]] = {}
        self.wrote: dict[int, set[int]] = {}
        self.timed: dict[int, int | None] = {}
        self.agreed: dict[int, dict[int, bytes]] = {}
        """By post: who gave a code, and the canonical form as it was then."""
        self.spoke: dict[int, set[int]] = {}

    def run(self) -> int:
        """So many steps; how many posts went out."""
        deeds = (
            *(self._write, self._edit, self._submit, self._submit, self._submit, self._approve, self._approve),
            *(self._approve, self._approve, self._approve, self._stop, self._release, self._release, self._staff),
            *(self._wait, self._wait, self._wait),
        )
        for _ in range(STEPS):
            before = {post.number: post for post in self._posts()}
            actor = self._actor()
            self.random.choice(deeds)(actor)
            self._witness(before)
        inspection = self.house.store.now(lambda tx: tx.audit.verify())
        assert inspection.broken is None
        return len(self.out)

    def _witness(self, before: dict[int, Post]) -> None:
        """Whatever began to go out, or goes on, had what it takes; and every step was a legal one."""
        for post in self._posts():
            old = before.get(post.number)
            if old is not None and old.state is not post.state:
                assert self._reachable(old.state, post.state), f"seed {self.seed}: {old.state} to {post.state}"
            if post.state is PostState.RUNNING and (old is None or old.state is not PostState.RUNNING):
                self._judge(post)
                self.out.add(post.number)
                self.spoke[post.number] = set()

    def _judge(self, post: Post) -> None:
        form, barred = canonical(post), self.wrote[post.number] | {self.timed.get(post.number)}
        active = self._active()
        worth = {
            person
            for person, bound in self.agreed.get(post.number, {}).items()
            if bound == form and person not in barred and active.get(person, Role.EDITOR) is not Role.EDITOR
        }
        assert len(worth) >= self.rules.approvals, f"seed {self.seed}: #{post.number} went out with {worth}"
        if post.number in self.out:
            voices = {one for one in self.spoke.get(post.number, set()) if one not in barred and one in active}
            asked = self.rules.approvals
            again = {person for person in worth if self._fresh(post.number, person)}
            assert len(voices | again) >= asked, f"seed {self.seed}: #{post.number} went on with {voices}"

    def _fresh(self, number: int, person: int) -> bool:
        """Whether that person approved a second submission, which is as good as a voice."""
        return person in self.agreed.get(number, {})

    @staticmethod
    def _reachable(old: PostState, new: PostState) -> bool:
        """By at most three steps at once: approved, counted down and started."""
        found = {old}
        for _ in range(3):
            found |= {state for one in found for step in Step if (state := after(one, step)) is not None}
        return new in found

    def _actor(self) -> Actor:
        person = self.random.choice(self.people)
        return OPERATOR if self.random.random() < 0.05 else Actor(ActorKind.MODERATOR, person)

    def _number(self) -> int:
        return self.random.choice([post.number for post in self._posts()] or [1])

    def _posts(self) -> tuple[Post, ...]:
        return self.house.store.now(lambda tx: tx.posts.among(*PostState))

    def _active(self) -> dict[int, Role]:
        everyone = self.house.store.now(lambda tx: tx.moderators.all())
        return {one.number: one.role for one in everyone if not one.frozen}

    def _write(self, actor: Actor) -> None:
        if len(self._posts()) < 2:
            post = self._do(lambda tx: write(tx, actor, {"en": (Span(text="news"),)}, now=self.now))
            if isinstance(post, Post):
                self.wrote[post.number] = {actor.person or 0}

    def _edit(self, actor: Actor) -> None:
        number, choice = self._number(), self.random.randrange(5)
        hour = self.random.choice((None, self.now + timedelta(minutes=self.random.randint(-1, 40))))
        words, one = self.random.choice(WORDS), self.random.choice(FILES)
        language = self.random.choice(("en", "zh-Hant"))

        def work(tx: Tx) -> object:
            if choice == 0:
                return set_text(tx, actor, number, language, (Span(text=words),), now=self.now)
            if choice == 1:
                return set_urgent(tx, actor, number, urgent=self.random.random() < 0.5, now=self.now)
            if choice == 2:
                return set_hour(tx, actor, number, hour, now=self.now)
            if choice == 3:
                return attach(tx, actor, number, one, b"x", now=self.now)
            return detach(tx, actor, number, one.digest, now=self.now)

        before = self.house.store.now(lambda tx: tx.posts.find(number))
        done = self._do(work)
        if isinstance(done, Post) and before is not None:
            if choice in {0, 3}:
                self.wrote[number].add(actor.person or 0)
            if choice == 2 and (done.hour_setter, done.hour) != (before.hour_setter, before.hour):
                self.timed[number] = actor.person
            if digest(done) != digest(before):
                self.agreed.pop(number, None)

    def _submit(self, actor: Actor) -> None:
        number = self._number()
        done = self._do(lambda tx: submit(tx, actor, number, now=self.now, rules=self.rules))
        if isinstance(done, Submitted):
            self.agreed.pop(number, None)
            for person, code in done.codes.items():
                self.codes.setdefault((number, person), []).append(code)

    def _approve(self, actor: Actor) -> None:
        """Mostly with a code that was issued: to them or to another, for this post or another, now or once."""
        number, known = self._number(), [code for codes in self.codes.values() for code in codes]
        own = self.codes.get((number, actor.person or 0), [])
        if self.random.random() < 0.1:
            code = self._do(lambda tx: reissue(tx, actor, number, now=self.now, rules=self.rules))
            self.codes.setdefault((number, actor.person or 0), []).extend([code] if code else [])
            return
        given = self.random.choice((own[-1:], own[-1:], own[-1:], own, known, ["ABCDEF"])) or ["ABCDEF"]
        code = self.random.choice(given)
        done = self._do(lambda tx: approve(tx, actor, number, code, now=self.now, rules=self.rules))
        if isinstance(done, Agreed):
            assert code in own, f"seed {self.seed}: approved by a code that was never theirs"
            bound = self.agreed.setdefault(number, {})
            assert actor.number is not None
            assert actor.number not in bound, f"seed {self.seed}: one person twice"
            bound[actor.number] = canonical(done.post)

    def _stop(self, actor: Actor) -> None:
        number = self._number()
        choice = self.random.randrange(7)
        if choice == 0:
            self._do(lambda tx: pause_all(tx, actor))
        elif choice == 1:
            self._do(lambda tx: reject(tx, actor, number, now=self.now))
        elif choice == 2:
            self._do(lambda tx: cancel(tx, actor, number, now=self.now))
        elif choice == 3:
            self._do(lambda tx: retract(tx, actor, number, now=self.now))
        elif isinstance(self._do(lambda tx: hold(tx, actor, number, now=self.now)), Post):
            self.spoke[number] = set()

    def _release(self, actor: Actor) -> None:
        number = self._number()
        if self.random.random() < 0.3:
            self._do(lambda tx: resume_all(tx, actor, now=self.now, rules=self.rules))
            return
        self.spoke.setdefault(number, set()).add(actor.person or 0)
        self._do(lambda tx: release(tx, actor, number, now=self.now, rules=self.rules))

    def _staff(self, actor: Actor) -> None:
        who, choice = self.random.choice(self.people), self.random.randrange(6)
        if choice == 0:
            role, address = self.random.choice(list(Role)), Address(TELEGRAM, f"guest {self.random.random()}")
            code = self._do(lambda tx: invite(tx, actor, role, now=self.now))
            if isinstance(code, str):
                self._do(lambda tx: redeem(tx, address, code, now=self.now))
                self.people = [one.number for one in self.house.store.now(lambda tx: tx.moderators.all())]
            return
        deed = (remove, freeze, freeze, thaw, thaw)[choice - 1]
        self._do(lambda tx: deed(tx, actor, who, now=self.now))
        if deed is not thaw:
            for person in set(self.people) - set(self._active()):
                for bound in self.agreed.values():
                    bound.pop(person, None)

    def _wait(self, actor: Actor) -> None:
        del actor
        self.now += timedelta(seconds=self.random.choice((1, 61, 61, 61, 1200, 90_000)))
        self._do(lambda tx: tick(tx, (TELEGRAM,), now=self.now, rules=self.rules))

    def _do(self, work: Callable[[Tx], T]) -> T:
        return self.house.store.now(work)


def test_no_random_run_finds_a_way_round() -> None:
    """150 runs: each post that went out had the approvals of exactly its words, and some do go out."""
    assert sum(Crowd(seed).run() for seed in range(150)) > 30


@pytest.mark.figures
@pytest.mark.timeout(900)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_random_run_of_ten_thousand_finds_a_way_round(chunk: int) -> None:
    """10,000 runs: no way to "sent" without the approvals asked for on the exact canonical form."""
    size = RUNS // CHUNKS
    assert sum(Crowd(1000 + seed).run() for seed in range(chunk * size, (chunk + 1) * size)) > 50


def test_every_byte_of_the_canonical_form_counts() -> None:
    """Each edit of one byte of any text, and each other change that a reader or the clock would notice, voids it."""
    text = "Come at six, 帶蠟燭."
    post = Post(number=1, texts={"en": (Span(text=text),)}, attachments=FILES[:1], changed=BEGIN)
    texts = {text}
    for place in range(len(text)):
        for other in (" ", "x", ""):
            if text[place] != other:
                changed = text[:place] + other + text[place + 1 :]
                texts.add(changed)
    forms = {digest(replace(post, texts={"en": (Span(text=words),)})) for words in texts}
    changes: tuple[dict[str, Any], ...] = (
        {"texts": {"zh-Hant": (Span(text=text),)}},
        {"texts": {"en": (Span(text=text, bold=True),)}},
        {"texts": {"en": (Span(text=text, italic=True),)}},
        {"texts": {"en": (Span(text=text, quote=True),)}},
        {"texts": {"en": (Span(text=text, link="https://example.org/"),)}},
        {"urgent": True},
        {"hour": BEGIN},
        {"hour": BEGIN + timedelta(seconds=1)},
        {"attachments": ()},
        {"attachments": FILES[1:]},
        {"attachments": FILES},
        {"attachments": FILES[::-1]},
        {"attachments": (replace(FILES[0], alt={"en": "a"}),)},
        {"attachments": (replace(FILES[0], name="b.png"),)},
    )
    edited = {digest(replace(post, **change)) for change in changes}
    assert len(edited) == len(changes)
    assert not edited & forms
    assert len(forms) == len(texts) > 40
    assert digest(replace(post, number=9, state=PostState.DONE, authors=frozenset({3}))) == digest(post)


def test_every_step_from_every_state_is_legal_or_changes_nothing() -> None:
    """The table has an answer for each of them, and ends are ends."""
    assert {after(state, step) is None or (state, step) in TRANSITIONS for state in PostState for step in Step} == {
        True
    }
    for end in (PostState.RETRACTED,):
        assert not [step for step in Step if after(end, step)]
    assert [step for step in Step if after(PostState.CANCELLED, step)] == [Step.RETRACT]
    into = {state for (state, step), result in TRANSITIONS.items() if result is PostState.RUNNING}
    assert into == {PostState.COUNTDOWN, PostState.HELD, PostState.DONE}
