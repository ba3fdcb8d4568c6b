"""Who must agree before words go out, step by step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from bot.broadcast.announce import announce, tick
from bot.broadcast.approval import MISSES, Agreed, Submitted, approve, reissue, reject, submit
from bot.broadcast.decisions import Publishing, Refusal, Why
from bot.broadcast.drafting import attach, detach, set_hour, set_text, set_urgent, write
from bot.broadcast.staffing import freeze, remove
from bot.broadcast.stopping import cancel, hold, pause_all, release, resume_all, retract
from bot.model.message import Span
from bot.model.moderator import CLOCK, OPERATOR, Actor, Moderator, Role
from bot.model.post import Attachment, AttachmentKind, Post, PostState
from bot.ports import Tx
from tests.broadcast.hourglass import BEGIN
from tests.broadcast.stage import TELEGRAM, House

T = TypeVar("T")
ONE = Publishing(approvals=1, countdown_seconds=60)
TWO = replace(ONE, approvals=2)
FILE = Attachment(kind=AttachmentKind.DOCUMENT, media_type="application/pdf", name="a.pdf", digest=b"d" * 32, size=1)


class Desk:
    """An editor who writes, two approvers and an owner, and a store; the hour is set by hand."""

    def __init__(self, rules: Publishing = ONE) -> None:
        self.house = House(rules=rules)
        self.rules = rules
        self.now = BEGIN
        roles = (Role.EDITOR, Role.APPROVER, Role.APPROVER, Role.OWNER)
        self.editor, self.ada, self.bo, self.owner = (
            self.house.staff(role, name) for role, name in zip(roles, ("editor", "ada", "bo", "owner"), strict=True)
        )
        self.codes: dict[int, str] = {}

    def write(self, author: Moderator | None = None) -> int:
        """A draft."""
        actor = (author or self.editor).actor
        post = self.do(lambda tx: write(tx, actor, {"en": (Span(text="news"),)}, now=self.now))
        assert isinstance(post, Post)
        return post.number

    def submit(self, number: int, actor: Actor | None = None) -> Submitted | Refusal:
        """Ask for approval; the codes are kept here."""
        done = self.do(lambda tx: submit(tx, actor or self.editor.actor, number, now=self.now, rules=self.rules))
        if isinstance(done, Submitted):
            self.codes = dict(done.codes)
        return done

    def approve(self, number: int, who: Moderator, code: str | None = None) -> Agreed | Refusal:
        """Give the code that this person was shown, or another."""
        given = self.codes.get(who.number, "NONE") if code is None else code
        return self.do(lambda tx: approve(tx, who.actor, number, given, now=self.now, rules=self.rules))

    def release(self, number: int, who: Moderator) -> Agreed | Refusal:
        """Let it go on."""
        return self.do(lambda tx: release(tx, who.actor, number, now=self.now, rules=self.rules))

    def tick(self, seconds: float = 0) -> None:
        """So much later, the clock does its part."""
        self.now += timedelta(seconds=seconds)
        self.do(lambda tx: tick(tx, (TELEGRAM,), now=self.now, rules=self.rules))

    def state(self, number: int) -> PostState:
        """Where the post stands."""
        post = self.do(lambda tx: tx.posts.find(number))
        assert post is not None
        return post.state

    def do(self, work: Callable[[Tx], T]) -> T:
        """One transaction."""
        return self.house.store.now(work)

    def letters(self) -> list[tuple[int, str]]:
        """Who is told what."""
        letters = self.do(lambda tx: tx.letters.ready(TELEGRAM, int(self.now.timestamp()), 99))
        return [(letter.moderator, letter.kind) for letter in letters]


def why(done: object) -> Why | None:
    """Why it was refused, if it was."""
    return done.why if isinstance(done, Refusal) else None


class TestOnePersonAndAnother:
    """The way out: written by one, approved by another."""

    def test_a_post_goes_out_after_its_approval_and_its_countdown(self) -> None:
        """Draft, submitted, counting down, running; the audience's delivery begins only then."""
        desk = Desk()
        number = desk.write()
        submitted = desk.submit(number)
        assert isinstance(submitted, Submitted)
        assert set(submitted.codes) == {desk.ada.number, desk.bo.number, desk.owner.number}
        assert not submitted.short
        assert len(set(submitted.codes.values())) == 3
        done = desk.approve(number, desk.ada)
        assert isinstance(done, Agreed)
        assert (done.given, done.post.state) == (1, PostState.COUNTDOWN)
        assert done.post.due == desk.now + timedelta(seconds=60)
        desk.tick(59)
        assert (desk.state(number), desk.do(lambda tx: tx.outbox.of(number))) == (PostState.COUNTDOWN, ())
        desk.tick(1)
        assert desk.state(number) is PostState.RUNNING
        assert len(desk.do(lambda tx: tx.outbox.of(number))) == 1

    def test_everyone_is_told_what_concerns_them(self) -> None:
        """Those who may approve get the request, all get the countdown; nobody gets another's code."""
        desk = Desk()
        number = desk.write(desk.ada)
        desk.submit(number, desk.ada.actor)
        assert desk.letters() == [(desk.bo.number, "request"), (desk.owner.number, "request")]
        desk.approve(number, desk.bo)
        everyone = [(one.number, "countdown") for one in (desk.editor, desk.ada, desk.bo, desk.owner)]
        assert desk.letters()[2:] == everyone

    def test_nobody_approves_what_they_wrote(self) -> None:
        """Not the first text, not one that was overwritten since, not an attachment; from no address of theirs."""
        desk = Desk()
        number = desk.write()
        desk.do(lambda tx: set_text(tx, desk.ada.actor, number, "en", (Span(text="mine"),), now=desk.now))
        desk.do(lambda tx: set_text(tx, desk.editor.actor, number, "en", (Span(text="again"),), now=desk.now))
        desk.do(lambda tx: attach(tx, desk.bo.actor, number, FILE, b"x", now=desk.now))
        desk.do(lambda tx: detach(tx, desk.editor.actor, number, FILE.digest, now=desk.now))
        desk.submit(number)
        assert set(desk.codes) == {desk.owner.number}
        assert [why(desk.approve(number, one, "ABCDEF")) for one in (desk.ada, desk.bo)] == [Why.OWN, Why.OWN]

    def test_nobody_approves_an_hour_that_they_set(self) -> None:
        """The one who set it last; their text is not needed for that."""
        desk = Desk()
        number = desk.write()
        hour = desk.now + timedelta(hours=5)
        desk.do(lambda tx: set_hour(tx, desk.ada.actor, number, hour, now=desk.now))
        desk.submit(number)
        assert desk.ada.number not in desk.codes
        assert why(desk.approve(number, desk.ada, "ABCDEF")) is Why.HOUR
        assert isinstance(desk.approve(number, desk.bo), Agreed)
        assert desk.state(number) is PostState.APPROVED
        desk.tick(5 * 3600 - 61)
        assert desk.state(number) is PostState.APPROVED
        desk.tick(1)
        assert desk.state(number) is PostState.COUNTDOWN
        desk.tick(60)
        assert desk.state(number) is PostState.RUNNING

    def test_two_approvals_take_two_people(self) -> None:
        """The same person twice is one; the second code of one person does not help."""
        desk = Desk(TWO)
        number = desk.write()
        desk.submit(number)
        assert isinstance(desk.approve(number, desk.ada), Agreed)
        assert desk.state(number) is PostState.SUBMITTED
        assert why(desk.approve(number, desk.ada)) is Why.CODE
        assert desk.do(lambda tx: reissue(tx, desk.ada.actor, number, now=desk.now, rules=TWO)) is None
        assert isinstance(desk.approve(number, desk.owner), Agreed)
        assert desk.state(number) is PostState.COUNTDOWN

    def test_it_is_said_at_once_if_nobody_else_can_approve(self) -> None:
        """Fewer people than approvals are asked for."""
        desk = Desk(TWO)
        for one in (desk.ada, desk.bo):
            desk.do(lambda tx, one=one: freeze(tx, desk.owner.actor, one.number, now=desk.now))  # type: ignore[misc]
        number = desk.write()
        submitted = desk.submit(number)
        assert isinstance(submitted, Submitted)
        assert submitted.short

    def test_no_approvals_asked_for_means_none_needed(self) -> None:
        """With ``approvals: 0`` an editor publishes, and the countdown is still there."""
        desk = Desk(replace(ONE, approvals=0))
        number = desk.write()
        desk.submit(number)
        assert desk.state(number) is PostState.COUNTDOWN

    def test_the_operator_is_no_second_person(self) -> None:
        """Who has the shell may submit and stop, not approve or release, where approvals are asked for."""
        desk = Desk()
        number = desk.write()
        assert isinstance(desk.submit(number, OPERATOR), Submitted)
        code = desk.codes[desk.ada.number]
        done = desk.do(lambda tx: approve(tx, OPERATOR, number, code, now=desk.now, rules=ONE))
        assert why(done) is Why.ROLE
        desk.approve(number, desk.ada)
        assert isinstance(desk.do(lambda tx: hold(tx, OPERATOR, number, now=desk.now)), Post)
        assert why(desk.do(lambda tx: release(tx, OPERATOR, number, now=desk.now, rules=ONE))) is Why.ROLE


class TestCodes:
    """A code works once, for its person, in time, for exactly what it was shown with."""

    def test_another_persons_code_is_worth_nothing(self) -> None:
        """Nor is one for another post, nor an invented one."""
        desk = Desk()
        first, second = desk.write(), desk.write()
        desk.submit(first)
        foreign = desk.codes[desk.bo.number]
        assert why(desk.approve(first, desk.ada, foreign)) is Why.CODE
        own = desk.codes[desk.ada.number]
        desk.submit(second)
        assert why(desk.approve(second, desk.ada, own)) is Why.CODE
        assert isinstance(desk.approve(first, desk.ada, f" {own.lower()} "), Agreed)

    def test_a_code_works_once(self) -> None:
        """A replay approves nothing, least of all a post that is submitted again."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        code = desk.codes[desk.ada.number]
        desk.approve(number, desk.ada)
        assert why(desk.approve(number, desk.ada, code)) is Why.STATE
        desk.do(lambda tx: hold(tx, desk.bo.actor, number, now=desk.now))
        desk.submit(number)
        assert why(desk.approve(number, desk.ada, code)) is Why.CODE

    def test_a_code_expires_and_is_issued_anew(self) -> None:
        """After half an hour it counts no more; a new one does, and the old one never again."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        old = desk.codes[desk.ada.number]
        desk.now += timedelta(minutes=30)
        assert why(desk.approve(number, desk.ada)) is Why.EXPIRED
        new = desk.do(lambda tx: reissue(tx, desk.ada.actor, number, now=desk.now, rules=ONE))
        assert new is not None
        assert why(desk.approve(number, desk.ada, old)) is Why.CODE
        assert isinstance(desk.approve(number, desk.ada, new), Agreed)

    def test_guessing_ends_soon(self) -> None:
        """After five wrong ones the right one counts no more, until a new one is asked for."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        for _ in range(MISSES):
            assert why(desk.approve(number, desk.ada, "WRONG2")) is Why.CODE
        assert why(desk.approve(number, desk.ada)) is Why.TRIED

    def test_only_who_may_approve_gets_another_code(self) -> None:
        """Not the author, not an editor, not the operator, and for nothing that is not submitted."""
        desk = Desk()
        number = desk.write(desk.ada)
        asked = (desk.ada.actor, desk.editor.actor, OPERATOR, CLOCK, desk.bo.actor)
        assert not any(
            desk.do(lambda tx, a=actor: reissue(tx, a, number, now=desk.now, rules=ONE))  # type: ignore[misc]
            for actor in asked
        )
        desk.submit(number, desk.ada.actor)
        given = [desk.do(lambda tx, a=actor: reissue(tx, a, number, now=desk.now, rules=ONE)) for actor in asked]  # type: ignore[misc]
        assert [code is not None for code in given] == [False, False, False, False, True]

    @pytest.mark.parametrize(
        "edit",
        [
            lambda tx, who, n, now: set_text(tx, who, n, "en", (Span(text="newt"),), now=now),
            lambda tx, who, n, now: set_text(tx, who, n, "en", (Span(text="news", bold=True),), now=now),
            lambda tx, who, n, now: set_text(tx, who, n, "zh-Hant", (Span(text="消息"),), now=now),
            lambda tx, who, n, now: set_urgent(tx, who, n, urgent=True, now=now),
            lambda tx, who, n, now: set_hour(tx, who, n, now + timedelta(hours=1), now=now),
            lambda tx, who, n, now: attach(tx, who, n, FILE, b"x", now=now),
        ],
    )
    @pytest.mark.parametrize("approved", [False, True])
    def test_any_edit_voids_it(
        self, edit: "Callable[[Tx, Actor, int, datetime], Post | Refusal]", *, approved: bool
    ) -> None:
        """Text, style, language, urgency, hour or attachment: the post is a draft again, and no code counts."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        code = desk.codes[desk.ada.number]
        if approved:
            desk.approve(number, desk.ada)
        assert isinstance(desk.do(lambda tx: edit(tx, desk.editor.actor, number, desk.now)), Post)
        assert desk.state(number) is PostState.DRAFT
        assert why(desk.approve(number, desk.ada, code)) is Why.STATE
        desk.submit(number)
        assert why(desk.approve(number, desk.ada, code)) is Why.CODE
        desk.tick(120)
        assert desk.state(number) in {PostState.SUBMITTED, PostState.DRAFT}

    def test_words_that_change_behind_the_rules_are_not_approved(self) -> None:
        """Whoever changes a post without going through the rules finds its codes and approvals worth nothing."""
        desk = Desk()
        for early in (True, False):
            number = desk.write()
            desk.submit(number)
            post = desk.do(lambda tx, n=number: tx.posts.find(n))  # type: ignore[misc]
            assert post is not None
            if not early:
                assert isinstance(desk.approve(number, desk.ada), Agreed)
                post = replace(post, state=PostState.COUNTDOWN, due=desk.now)
            desk.do(lambda tx, p=replace(post, urgent=True): tx.posts.keep(p))  # type: ignore[misc]  # noqa: B008 - a value
            if early:
                assert why(desk.approve(number, desk.ada)) is Why.CODE
            desk.tick(60)
            assert desk.state(number) is (PostState.SUBMITTED if early else PostState.HELD)

    def test_an_edit_that_changes_nothing_voids_nothing(self) -> None:
        """The same words in other pieces are the same words."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        pieces = (Span(text="ne"), Span(text="ws"), Span(text=""))
        desk.do(lambda tx: set_text(tx, desk.editor.actor, number, "en", pieces, now=desk.now))
        assert isinstance(desk.approve(number, desk.ada), Agreed)

    def test_a_request_lasts_until_its_hour_or_three_days(self) -> None:
        """Then the post is a draft again, all are told, and its codes are worth nothing."""
        for hour, seconds in ((None, 72 * 3600), (BEGIN + timedelta(hours=9), 9 * 3600)):
            desk = Desk(replace(ONE, code_expires_minutes=100_000))
            number = desk.write()
            if hour:
                desk.do(lambda tx, hour=hour: set_hour(tx, desk.editor.actor, number, hour, now=desk.now))  # type: ignore[misc]  # noqa: B023 - asked at once
            desk.submit(number)
            desk.tick(seconds - 1)
            assert desk.state(number) is PostState.SUBMITTED
            desk.now += timedelta(seconds=1)
            assert why(desk.approve(number, desk.ada)) is Why.EXPIRED
            desk.tick()
            assert desk.state(number) is PostState.DRAFT
            assert (desk.editor.number, "expired") in desk.letters()


class TestStopping:
    """One person stops, the full rule goes on."""

    def test_hold_takes_one_person_and_release_another(self) -> None:
        """The author cannot release their own post; an approver can, and the countdown begins anew."""
        desk = Desk()
        number = desk.write(desk.ada)
        desk.submit(number, desk.ada.actor)
        desk.approve(number, desk.bo)
        assert isinstance(desk.do(lambda tx: hold(tx, desk.editor.actor, number, now=desk.now)), Post)
        desk.tick(120)
        assert desk.state(number) is PostState.HELD
        assert [why(desk.release(number, one)) for one in (desk.editor, desk.ada)] == [Why.ROLE, Why.OWN]
        done = desk.release(number, desk.owner)
        assert isinstance(done, Agreed)
        assert done.post.state is PostState.COUNTDOWN
        assert done.post.due == desk.now + timedelta(seconds=60)

    def test_going_on_takes_as_many_as_publishing(self) -> None:
        """With two approvals two people must release; a hold in between takes back the first one's word."""
        desk = Desk(TWO)
        number = desk.write()
        desk.submit(number)
        for one in (desk.ada, desk.bo):
            desk.approve(number, one)
        desk.tick(60)
        desk.do(lambda tx: hold(tx, desk.editor.actor, number, now=desk.now))
        for _ in range(2):
            done = desk.release(number, desk.ada)
            assert isinstance(done, Agreed)
            assert (done.given, done.post.state) == (1, PostState.HELD)
        done = desk.release(number, desk.owner)
        assert isinstance(done, Agreed)
        assert done.post.state is PostState.RUNNING

    def test_a_held_post_without_approvals_must_be_submitted_again(self) -> None:
        """Freezing its approver holds it; a release is refused, a new approval is not."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        desk.approve(number, desk.ada)
        desk.do(lambda tx: freeze(tx, desk.editor.actor, desk.ada.number, now=desk.now))
        assert desk.state(number) is PostState.HELD
        assert why(desk.release(number, desk.bo)) is Why.UNAPPROVED
        desk.submit(number)
        assert isinstance(desk.approve(number, desk.bo), Agreed)
        assert desk.state(number) is PostState.COUNTDOWN

    def test_freezing_or_removing_holds_what_they_wrote(self) -> None:
        """At once, in every state that leads out; their codes are void, and they can do nothing."""
        desk = Desk()
        written, approved = desk.write(desk.ada), desk.write()
        desk.submit(written, desk.ada.actor)
        desk.approve(written, desk.bo)
        desk.tick(60)
        desk.submit(approved)
        code = desk.codes[desk.ada.number]
        desk.do(lambda tx: freeze(tx, desk.editor.actor, desk.ada.number, now=desk.now))
        assert (desk.state(written), desk.state(approved)) == (PostState.HELD, PostState.SUBMITTED)
        assert why(desk.approve(approved, desk.ada, code)) is Why.STRANGER
        assert why(desk.do(lambda tx: write(tx, desk.ada.actor, {}, now=desk.now))) is Why.STRANGER
        desk.do(lambda tx: remove(tx, desk.owner.actor, desk.bo.number, now=desk.now))
        assert why(desk.approve(approved, desk.bo)) is Why.STRANGER

    def test_a_pause_stops_everything_and_one_person_is_enough(self) -> None:
        """Nothing begins while it lasts; the author alone cannot end it, and what they wrote is held when it ends."""
        desk = Desk()
        counting, waiting = desk.write(desk.ada), desk.write()
        desk.submit(counting, desk.ada.actor)
        desk.approve(counting, desk.bo)
        assert desk.do(lambda tx: pause_all(tx, desk.editor.actor)) is None
        desk.submit(waiting)
        desk.approve(waiting, desk.bo)
        desk.tick(600)
        assert (desk.state(counting), desk.state(waiting)) == (PostState.COUNTDOWN, PostState.APPROVED)
        assert why(desk.do(lambda tx: resume_all(tx, desk.editor.actor, now=desk.now, rules=ONE))) is Why.ROLE
        done = desk.do(lambda tx: resume_all(tx, desk.ada.actor, now=desk.now, rules=ONE))
        assert not isinstance(done, Refusal)
        assert (done.on, done.held) == (True, (counting,))
        desk.tick()
        assert (desk.state(counting), desk.state(waiting)) == (PostState.HELD, PostState.COUNTDOWN)

    def test_what_is_out_is_not_edited(self) -> None:
        """It can be stopped, cancelled and retracted; a draft cannot be retracted, a cancelled one not be released."""
        desk = Desk()
        number = desk.write()
        assert why(desk.do(lambda tx: retract(tx, desk.editor.actor, number, now=desk.now))) is Why.STATE
        desk.submit(number)
        desk.approve(number, desk.ada)
        desk.tick(60)
        desk.do(lambda tx: hold(tx, desk.bo.actor, number, now=desk.now))
        assert why(desk.do(lambda tx: set_urgent(tx, desk.editor.actor, number, urgent=True, now=desk.now))) is Why.OUT
        assert isinstance(desk.do(lambda tx: cancel(tx, desk.editor.actor, number, now=desk.now)), Post)
        assert why(desk.release(number, desk.bo)) is Why.STATE
        assert isinstance(desk.do(lambda tx: retract(tx, desk.editor.actor, number, now=desk.now)), Post)
        assert desk.state(number) is PostState.RETRACTED

    def test_a_rejection_ends_the_request(self) -> None:
        """One approver is enough; the author is told why, and may submit again."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        done = desk.do(lambda tx: reject(tx, desk.bo.actor, number, "not now", now=desk.now))
        assert isinstance(done, Post)
        assert (done.state, done.why) == (PostState.REJECTED, "not now")
        assert (desk.editor.number, "rejected") in desk.letters()
        assert why(desk.approve(number, desk.ada)) is Why.STATE
        assert isinstance(desk.submit(number), Submitted)

    def test_the_way_into_the_outbox_looks_once_more(self) -> None:
        """A post that counts down without its approvals is held when the countdown ends, and nothing is queued."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        desk.approve(number, desk.ada)
        desk.do(lambda tx: tx.approvals.void(number))
        done = desk.do(lambda tx: announce(tx, CLOCK, number, (TELEGRAM,), now=desk.now, rules=ONE))
        assert why(done) is Why.UNAPPROVED
        assert (desk.state(number), desk.do(lambda tx: tx.outbox.of(number))) == (PostState.HELD, ())

    def test_each_deed_is_in_the_audit(self) -> None:
        """With its doer, and the chain holds."""
        desk = Desk()
        number = desk.write()
        desk.submit(number)
        desk.approve(number, desk.ada)
        desk.do(lambda tx: hold(tx, desk.bo.actor, number, now=desk.now))
        desk.release(number, desk.bo)
        desk.tick(60)
        deeds = [(str(deed.actor), deed.deed) for deed in desk.do(lambda tx: tx.audit.latest(99))]
        assert deeds[::-1] == [
            ("moderator 1", "write"),
            ("moderator 1", "submit"),
            ("moderator 2", "approve"),
            ("moderator 2", "approved"),
            ("moderator 3", "hold"),
            ("moderator 3", "release"),
            ("clock", "announce"),
        ]
        assert desk.do(lambda tx: tx.audit.verify()).broken is None
