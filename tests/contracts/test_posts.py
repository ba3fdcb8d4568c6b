"""What every store promises about posts, approvals, moderators, letters and the audit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.canon import digest
from bot.model.message import Span
from bot.model.moderator import CLOCK, OPERATOR, Actor, ActorKind, Role
from bot.model.people import Address, Chat
from bot.model.post import Attachment, AttachmentKind, Post, PostState
from bot.ports import Tx
from bot.ports_announcing import Code
from bot.ports_moderating import Deed
from bot.storage.store import SqlStore
from tests.storage.stage import Ground, address

NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
PICTURE = Attachment(
    kind=AttachmentKind.PHOTO,
    media_type="image/jpeg",
    name="vigil.jpg",
    digest=bytes(range(32)),
    size=7,
    alt={"en": "candles", "zh-Hant": "燭光"},
)
FILED = replace(PICTURE, kind=AttachmentKind.DOCUMENT, name="map.pdf", digest=bytes(range(1, 33)))
WHOLE = Post(
    number=0,
    state=PostState.SUBMITTED,
    texts={
        "en": (Span(text="Come at "), Span(text="six", bold=True, link="https://example.org/")),
        "zh-Hant": (Span(text="六點", italic=True, quote=True),),
    },
    urgent=True,
    hour=NOW + timedelta(hours=2),
    authors=frozenset({2, 5}),
    hour_setter=5,
    changed=NOW,
    requested=NOW,
    due=NOW + timedelta(minutes=1),
    why="a reason",
)


class TestPosts:
    """What moderators want to say."""

    async def test_a_post_comes_back_whole(self, store: SqlStore) -> None:
        """Every field is kept; only the number is the store's own."""
        post = await store.do(lambda tx: tx.posts.add(WHOLE))
        assert post == replace(WHOLE, number=post.number)
        assert await store.do(lambda tx: tx.posts.find(post.number)) == post
        assert await store.do(lambda tx: tx.posts.find(post.number + 1)) is None

    async def test_what_is_kept_replaces_what_was(self, store: SqlStore) -> None:
        """Texts that are gone are gone, others are new, and what had begun has begun for ever."""
        post = await store.do(lambda tx: tx.posts.add(WHOLE))
        changed = replace(
            post, state=PostState.RUNNING, texts={"en": (Span(text="No"),)}, hour=None, why=None, begun=True
        )
        await store.do(lambda tx: tx.posts.keep(changed))
        assert await store.do(lambda tx: tx.posts.find(post.number)) == changed
        await store.do(lambda tx: tx.posts.keep(replace(changed, begun=False)))
        assert await store.do(lambda tx: tx.posts.find(post.number)) == changed

    async def test_posts_are_found_by_where_they_stand(self, store: SqlStore) -> None:
        """All in the states that were asked for, in the order of their numbers."""
        states = (PostState.DRAFT, PostState.RUNNING, PostState.DRAFT, PostState.DONE)
        posts = [await store.do(lambda tx, s=state: tx.posts.add(replace(WHOLE, state=s))) for state in states]  # type: ignore[misc]
        found = await store.do(lambda tx: tx.posts.among(PostState.RUNNING, PostState.DRAFT))
        assert found == (posts[0], posts[1], posts[2])

    async def test_the_latest_are_those_that_went_out(self, store: SqlStore) -> None:
        """Newest first; drafts and what was taken back are not among them; urgent ones alone where asked for."""

        def work(tx: Tx) -> list[int]:
            kinds = (
                (PostState.DONE, True, True),
                (PostState.RUNNING, True, False),
                (PostState.RETRACTED, True, True),
                (PostState.DRAFT, False, True),
            )
            return [
                tx.posts.add(
                    replace(WHOLE, state=state, begun=begun, urgent=urgent, changed=NOW + timedelta(minutes=rank))
                ).number
                for rank, (state, begun, urgent) in enumerate(kinds)
            ]

        numbers = await store.do(work)
        latest = await store.do(lambda tx: [post.number for post in tx.posts.latest(5)])
        assert latest == [numbers[1], numbers[0]]
        assert await store.do(lambda tx: [post.number for post in tx.posts.latest(1)]) == [numbers[1]]
        assert await store.do(lambda tx: [post.number for post in tx.posts.latest(5, urgent=True)]) == [numbers[0]]

    async def test_attachments_keep_their_bytes_and_their_order(self, store: SqlStore) -> None:
        """What a post has comes in its order; what it has no more is deleted with its bytes and its uploads."""
        post = await store.do(lambda tx: tx.posts.add(WHOLE))

        def attach(tx: Tx) -> None:
            for one, content in ((PICTURE, b"picture"), (FILED, b"file")):
                tx.posts.attach(post.number, one, content)
                tx.posts.upload(post.number, one.digest, "telegram", f"id of {one.name}")
            tx.posts.keep(replace(post, attachments=(FILED, PICTURE)))

        await store.do(attach)
        found = await store.do(lambda tx: tx.posts.find(post.number))
        assert found is not None
        assert found.attachments == (FILED, PICTURE)
        assert await store.do(lambda tx: tx.posts.content(post.number, PICTURE.digest)) == b"picture"
        assert await store.do(lambda tx: tx.posts.uploaded(post.number, FILED.digest, "telegram")) == "id of map.pdf"
        assert await store.do(lambda tx: tx.posts.uploaded(post.number, FILED.digest, "matrix")) is None
        await store.do(lambda tx: tx.posts.keep(replace(post, attachments=(PICTURE,))))
        assert await store.do(lambda tx: tx.posts.content(post.number, FILED.digest)) is None
        assert await store.do(lambda tx: tx.posts.uploaded(post.number, FILED.digest, "telegram")) is None
        assert await store.do(lambda tx: tx.posts.content(post.number, PICTURE.digest)) == b"picture"

    async def test_no_word_lies_open(self, store: SqlStore, place: Ground) -> None:
        """Texts, reasons, names, alternative texts and bytes of a post are in no file of the store."""

        def work(tx: Tx) -> None:
            post = tx.posts.add(WHOLE)
            tx.posts.attach(post.number, PICTURE, b"the bytes of a picture")
            tx.posts.keep(replace(post, attachments=(PICTURE,)))
            number = tx.moderators.add("nightingale", Role.OWNER).number
            tx.moderators.add_address(number, Address("matrix", "@wing:example.org"), ("fingerprint",))

        await store.do(work)
        store.close()
        words = [b"Come at", "六點".encode(), b"a reason", b"vigil", "燭光".encode(), b"bytes of a pic"]
        words += [b"nightingale", b"@wing", b"fingerprint", PICTURE.digest]
        for file in place.folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert not [word for word in words if word in content]


class TestApprovals:
    """Codes issued, approvals given."""

    async def test_a_code_is_its_persons_and_its_posts(self, store: SqlStore) -> None:
        """It matches for that person and that post alone, until it is used."""
        bound = digest(WHOLE)
        await store.do(lambda tx: tx.approvals.issue(7, 2, bound, "K3M9TQ", SECONDS))
        assert await store.do(lambda tx: tx.approvals.issued(7, 2)) == Code(person=2, digest=bound, expires=SECONDS)
        tries = ((7, 2, "K3M9TQ"), (7, 2, "K3M9TR"), (8, 2, "K3M9TQ"), (7, 3, "K3M9TQ"))
        matches = await store.do(lambda tx: [tx.approvals.matches(*one) for one in tries])
        assert matches == [True, False, False, False]
        await store.do(lambda tx: tx.approvals.miss(7, 2))
        await store.do(lambda tx: tx.approvals.miss(7, 2))
        code = await store.do(lambda tx: tx.approvals.issued(7, 2))
        assert code is not None
        assert code.misses == 2
        await store.do(lambda tx: tx.approvals.use(7, 2))
        assert await store.do(lambda tx: (tx.approvals.issued(7, 2), tx.approvals.matches(7, 2, "K3M9TQ"))) == (
            None,
            False,
        )
        assert await store.do(lambda tx: tx.approvals.given(7)) == {2: bound}

    async def test_a_new_code_replaces_the_old_one(self, store: SqlStore) -> None:
        """Only the latest counts, and it begins without misses."""
        for code in ("FIRST2", "SECND2"):
            await store.do(lambda tx, code=code: tx.approvals.issue(7, 2, b"d" * 32, code, SECONDS))  # type: ignore[misc]
            await store.do(lambda tx: tx.approvals.miss(7, 2))
        matches = await store.do(lambda tx: [tx.approvals.matches(7, 2, code) for code in ("FIRST2", "SECND2")])
        assert matches == [False, True]
        issued = await store.do(lambda tx: tx.approvals.issued(7, 2))
        assert issued is not None
        assert issued.misses == 1

    async def test_voiding_takes_all_of_a_post_or_of_a_person(self, store: SqlStore) -> None:
        """Codes, approvals and voices go; those of other posts and people stay."""

        def work(tx: Tx) -> None:
            for post in (7, 8):
                for person in (2, 3):
                    tx.approvals.issue(post, person, b"d" * 32, "K3M9TQ", SECONDS)
                    tx.approvals.use(post, person)
                    tx.approvals.speak(post, person, b"d" * 32)

        await store.do(work)
        await store.do(lambda tx: tx.approvals.void(7))
        assert await store.do(lambda tx: (dict(tx.approvals.given(7)), dict(tx.approvals.voices(7)))) == ({}, {})
        assert await store.do(lambda tx: tx.approvals.void_person(3)) == (8,)
        assert await store.do(lambda tx: tx.approvals.given(8)) == {2: b"d" * 32}
        assert await store.do(lambda tx: tx.approvals.voices(8)) == {2: b"d" * 32}
        await store.do(lambda tx: tx.approvals.hush(8))
        assert await store.do(lambda tx: tx.approvals.voices(8)) == {}
        assert await store.do(lambda tx: tx.approvals.given(8)) == {2: b"d" * 32}


class TestModerators:
    """Who may make words go out."""

    async def test_a_moderator_is_one_human_at_several_addresses(self, store: SqlStore) -> None:
        """Found at each of them; nobody else's address can be taken."""
        wing = Address("matrix", "@wing:example.org")
        one, two = await store.do(
            lambda tx: (tx.moderators.add("wing", Role.OWNER), tx.moderators.add("paw", Role.EDITOR))
        )
        assert await store.do(lambda tx: tx.moderators.add_address(one.number, address()))
        assert await store.do(lambda tx: tx.moderators.add_address(one.number, wing, ("abc",)))
        assert not await store.do(lambda tx: tx.moderators.add_address(two.number, wing))
        assert await store.do(lambda tx: [tx.moderators.at(place) for place in (wing, address(), address(8))]) == [
            one,
            one,
            None,
        ]
        assert await store.do(lambda tx: tx.moderators.addresses(one.number)) == (address(), wing)
        await store.do(lambda tx: tx.moderators.pin(wing, "def"))
        assert await store.do(lambda tx: tx.moderators.devices(wing)) == {"abc", "def"}
        assert await store.do(lambda tx: tx.moderators.devices(address())) == frozenset()
        changed = replace(two, role=Role.APPROVER, frozen=True, callsign="claw")
        await store.do(lambda tx: tx.moderators.keep(changed))
        assert await store.do(lambda tx: tx.moderators.all()) == (one, changed)

    async def test_a_removed_moderator_leaves_nothing(self, store: SqlStore) -> None:
        """Addresses and letters go along, and the number is never used again."""

        def work(tx: Tx) -> int:
            number = tx.moderators.add("wing", Role.OWNER).number
            tx.moderators.add_address(number, address())
            tx.moderators.reach(address(), tx.chats.keep(Chat(address=address())))
            assert tx.letters.write(number, "frozen", expires=SECONDS + 60) == 1
            tx.moderators.remove(number)
            return number

        number = await store.do(work)
        assert await store.do(lambda tx: (tx.moderators.find(number), tx.moderators.at(address()))) == (None, None)
        assert await store.do(lambda tx: tx.letters.ready("telegram", SECONDS, 9)) == []
        assert (await store.do(lambda tx: tx.moderators.add("paw", Role.EDITOR))).number > number

    async def test_an_invitation_is_used_once(self, store: SqlStore) -> None:
        """In time, by its very code, and no second time."""
        await store.do(lambda tx: tx.moderators.invite("ABCDEF", Role.EDITOR, "paw", 1, SECONDS + 60))
        await store.do(lambda tx: tx.moderators.invite("GHJKLM", Role.OWNER, None, 1, SECONDS + 60))
        asked = [("ABCDEG", 0), ("ABCDEF", 59), ("ABCDEF", 59), ("GHJKLM", 60)]
        found = [
            await store.do(lambda tx, one=one: tx.moderators.invited(one[0], SECONDS + one[1]))  # type: ignore[misc]
            for one in asked
        ]
        assert found == [None, (Role.EDITOR, "paw"), None, None]


class TestLetters:
    """What moderators are told unasked."""

    async def test_a_letter_goes_where_its_moderator_is_reached(self, store: SqlStore) -> None:
        """One for each such address, whole; none where they have not spoken yet."""

        def work(tx: Tx) -> tuple[int, int]:
            number = tx.moderators.add("wing", Role.OWNER).number
            for place in (address(), Address("matrix", "@wing:example.org")):
                tx.moderators.add_address(number, place)
            early = tx.letters.write(number, "request", post=7, expires=SECONDS + 60, code="K3M9TQ")
            tx.moderators.reach(address(), tx.chats.keep(Chat(address=address())))
            return early, tx.letters.write(number, "request", post=7, expires=SECONDS + 60, code="K3M9TQ")

        assert await store.do(work) == (0, 1)
        assert await store.do(lambda tx: tx.letters.ready("matrix", SECONDS, 9)) == []
        (letter,) = await store.do(lambda tx: tx.letters.ready("telegram", SECONDS, 9))
        assert (letter.kind, letter.post, dict(letter.values), letter.address) == (
            "request",
            7,
            {"code": "K3M9TQ"},
            address(),
        )
        await store.do(lambda tx: tx.letters.postpone(letter.number, SECONDS + 5, 1))
        assert await store.do(lambda tx: tx.letters.ready("telegram", SECONDS + 4, 9)) == []
        assert await store.do(lambda tx: tx.letters.next_due("telegram")) == SECONDS + 5
        (again,) = await store.do(lambda tx: tx.letters.ready("telegram", SECONDS + 5, 9))
        assert again == replace(letter, due=SECONDS + 5, attempts=1)
        await store.do(lambda tx: tx.letters.settle([letter.number]))
        assert await store.do(lambda tx: tx.letters.next_due("telegram")) is None

    async def test_what_has_expired_is_not_told(self, store: SqlStore) -> None:
        """It is deleted instead."""

        def work(tx: Tx) -> int:
            number = tx.moderators.add("wing", Role.OWNER).number
            tx.moderators.add_address(number, address())
            tx.moderators.reach(address(), tx.chats.keep(Chat(address=address())))
            return tx.letters.write(number, "frozen", expires=SECONDS)

        assert await store.do(work) == 1
        assert await store.do(lambda tx: tx.letters.ready("telegram", SECONDS, 9)) == []
        assert await store.do(lambda tx: tx.letters.ready("telegram", SECONDS - 1, 9)) == []

    async def test_a_moderators_chat_is_not_pruned(self, store: SqlStore, place: Ground) -> None:
        """Who is to be told things keeps a row though they chose nothing, until they ask to be forgotten."""

        def work(tx: Tx) -> None:
            number = tx.moderators.add("wing", Role.OWNER).number
            tx.moderators.add_address(number, address())
            tx.moderators.reach(address(), tx.chats.keep(Chat(address=address())))

        await store.do(work)
        await store.do(lambda tx: tx.sent.prune(place.clock.now()))
        assert await store.do(lambda tx: tx.chats.find(address())) is not None
        await store.do(lambda tx: tx.chats.forget(address()))
        number = await store.do(lambda tx: tx.moderators.all()[0].number)
        assert await store.do(lambda tx: tx.letters.write(number, "frozen", expires=SECONDS)) == 0


class TestAudit:
    """Who did what."""

    async def test_deeds_come_newest_first(self, store: SqlStore, place: Ground) -> None:
        """Every field of each, the moment from the store's clock."""
        doer = Actor(ActorKind.MODERATOR, 3)
        for actor, deed, post, detail in (
            (OPERATOR, "write", 7, "abc"),
            (doer, "hold", 7, ""),
            (CLOCK, "start", None, ""),
        ):
            await store.do(lambda tx, a=actor, d=deed, p=post, t=detail: tx.audit.write(a, d, post=p, detail=t))  # type: ignore[misc]
        moment = int(place.clock.now().timestamp())
        latest = await store.do(lambda tx: tx.audit.latest(2))
        assert latest == (
            Deed(number=3, moment=moment, actor=CLOCK, deed="start", post=None),
            Deed(number=2, moment=moment, actor=doer, deed="hold", post=7),
        )
        assert (await store.do(lambda tx: tx.audit.latest(9)))[2].detail == "abc"

    async def test_a_deed_that_fails_leaves_no_entry(self, store: SqlStore) -> None:
        """The entry is in the transaction of the deed."""

        def fail(tx: Tx) -> None:
            tx.audit.write(OPERATOR, "write")
            raise LookupError

        with pytest.raises(LookupError):
            await store.do(fail)
        assert await store.do(lambda tx: tx.audit.latest(9)) == ()
        inspection = await store.do(lambda tx: tx.audit.verify())
        assert (inspection.deeds, inspection.broken) == (0, None)

    async def test_the_chain_holds_across_a_checkpoint(self, store: SqlStore, place: Ground) -> None:
        """What is old goes, what is young is still proven, down to the last entry."""
        begun = place.clock.moment
        for rank in range(6):
            place.clock.moment = begun + timedelta(days=rank)
            await store.do(lambda tx: tx.audit.write(OPERATOR, "write"))
        assert await store.do(lambda tx: tx.audit.prune(begun)) == 0
        assert await store.do(lambda tx: tx.audit.prune(begun + timedelta(days=4))) == 4
        inspection = await store.do(lambda tx: tx.audit.verify())
        assert (inspection.deeds, inspection.broken) == (2, None)
        assert await store.do(lambda tx: tx.audit.prune(begun + timedelta(days=9))) == 2
        await store.do(lambda tx: tx.audit.write(OPERATOR, "write"))
        inspection = await store.do(lambda tx: tx.audit.verify())
        assert (inspection.deeds, inspection.broken) == (1, None)
