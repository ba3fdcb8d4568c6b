"""Codes issued and approvals given, one row for each person and post; voices for going on beside them."""

from collections.abc import Mapping

from sqlalchemy import and_, bindparam, delete, false, select, true, update
from sqlalchemy.dialects.postgresql import insert

from bot.ports_announcing import Code
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables_announcing import APPROVALS

_PLACE = ("post", "person", "voice")
_WHAT = ("code_index", "digest", "expires", "misses", "used")
_HIS = and_(APPROVALS.c.post == bindparam("of"), APPROVALS.c.person == bindparam("whose"), APPROVALS.c.voice == false())

PUT = insert(APPROVALS).values({name: bindparam(name) for name in (*_PLACE, *_WHAT)})
PUT = PUT.on_conflict_do_update(
    index_elements=[APPROVALS.c[name] for name in _PLACE], set_={name: PUT.excluded[name] for name in _WHAT}
)
ISSUED = select(APPROVALS.c.digest, APPROVALS.c.expires, APPROVALS.c.misses, APPROVALS.c.code_index).where(
    _HIS, APPROVALS.c.used == false()
)
MISS = update(APPROVALS).where(_HIS, APPROVALS.c.used == false()).values(misses=APPROVALS.c.misses + 1)
USE = update(APPROVALS).where(_HIS).values(used=True, code_index=None)
GIVEN = select(APPROVALS.c.person, APPROVALS.c.digest).where(
    APPROVALS.c.post == bindparam("of"), APPROVALS.c.voice == bindparam("aloud"), APPROVALS.c.used == true()
)
VOID = delete(APPROVALS).where(APPROVALS.c.post == bindparam("of"))
HUSH = VOID.where(APPROVALS.c.voice == true())
TOUCHED = select(APPROVALS.c.post).where(APPROVALS.c.person == bindparam("whose")).order_by(APPROVALS.c.post)
VOID_PERSON = delete(APPROVALS).where(APPROVALS.c.person == bindparam("whose"))


class StoredApprovals:
    """The approvals, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    def issue(self, post: int, person: int, digest: bytes, code: str, expires: int) -> None:
        """Keep a code, as an index, in place of an earlier one of this person for this post."""
        index = self._index(post, person, code)
        self._put(post, person, digest, voice=False, code_index=index, expires=expires, used=False)

    def issued(self, post: int, person: int) -> Code | None:
        """The code that this person could give now, if any."""
        row = self._session.one(ISSUED, of=post, whose=person)
        return Code(person=person, digest=bytes(row[0]), expires=row[1], misses=row[2]) if row else None

    def matches(self, post: int, person: int, code: str) -> bool:
        """Whether that is the code issued to this person for this post."""
        row = self._session.one(ISSUED, of=post, whose=person)
        return row is not None and bytes(row[3]) == self._index(post, person, code)

    def miss(self, post: int, person: int) -> None:
        """A wrong code was given."""
        self._session.run(MISS, of=post, whose=person)

    def use(self, post: int, person: int) -> None:
        """The code was given; what it was is kept no longer."""
        self._session.run(USE, of=post, whose=person)

    def given(self, post: int) -> Mapping[int, bytes]:
        """Who has approved, and the digest of what."""
        return {person: bytes(digest) for person, digest in self._session.all(GIVEN, of=post, aloud=False)}

    def void(self, post: int) -> None:
        """All codes, approvals and voices of a post are worth nothing any more."""
        self._session.run(VOID, of=post)

    def void_person(self, person: int) -> tuple[int, ...]:
        """All that this person was issued, gave or said is worth nothing; the posts that it touched."""
        posts = dict.fromkeys(post for (post,) in self._session.all(TOUCHED, whose=person) if post)
        self._session.run(VOID_PERSON, whose=person)
        return tuple(posts)

    def speak(self, post: int, person: int, digest: bytes = b"") -> None:
        """A voice for going on."""
        self._put(post, person, digest, voice=True, code_index=None, expires=0, used=True)

    def voices(self, post: int) -> Mapping[int, bytes]:
        """Who has spoken for going on, and the digest of what."""
        return {person: bytes(digest) for person, digest in self._session.all(GIVEN, of=post, aloud=True)}

    def hush(self, post: int) -> None:
        """All voices for that are worth nothing any more."""
        self._session.run(HUSH, of=post)

    def _put(
        self,
        post: int,
        person: int,
        digest: bytes,
        *,
        voice: bool,
        code_index: bytes | None,
        expires: int,
        used: bool,
    ) -> None:
        self._session.run(
            PUT,
            post=post,
            person=person,
            voice=voice,
            code_index=code_index,
            digest=digest,
            expires=expires,
            misses=0,
            used=used,
        )

    def _index(self, post: int, person: int, code: str) -> bytes:
        return self._sealer.index("code", f"{post}\0{person}\0{code}")
