"""Who the moderators are, and how that changes."""

from datetime import timedelta

from bot.broadcast.decisions import Refusal, Why
from bot.broadcast.staffing import Seed, freeze, invite, redeem, remove, seed, thaw
from bot.model.moderator import CLOCK, OPERATOR, Actor, ActorKind, Moderator, Role
from bot.model.people import Address
from tests.broadcast.hourglass import BEGIN
from tests.broadcast.stage import MATRIX, TELEGRAM, House

ADA, WING = Address(TELEGRAM, "ada"), Address(MATRIX, "@wing:example.org")
SEEDS = (Seed(address=ADA, role=Role.OWNER), Seed(address=WING, role=Role.EDITOR, devices=("print",)))


def why(done: object) -> Why | None:
    """Why it was refused, if it was."""
    return done.why if isinstance(done, Refusal) else None


def test_seeds_fill_an_empty_store_and_that_once() -> None:
    """Also a store from which all moderators were removed is not empty any more."""
    house = House()
    assert house.store.now(lambda tx: seed(tx, ())) == 0
    assert house.store.now(lambda tx: seed(tx, SEEDS)) == 2
    ada, wing = house.store.now(lambda tx: (tx.moderators.at(ADA), tx.moderators.at(WING)))
    assert ada is not None
    assert wing is not None
    assert (ada.role, wing.role) == (Role.OWNER, Role.EDITOR)
    assert house.store.now(lambda tx: tx.moderators.devices(WING)) == {"print"}
    assert house.store.now(lambda tx: seed(tx, SEEDS)) == 0
    for one in (ada, wing):
        house.store.now(lambda tx, one=one: tx.moderators.remove(one.number))  # type: ignore[misc]
    assert house.store.now(lambda tx: seed(tx, SEEDS)) == 0


def test_an_invitation_makes_one_moderator_in_a_quarter_of_an_hour() -> None:
    """From the address that used it, on the device that it was used from; nobody else by the same one."""
    house = House()
    owner = house.staff(Role.OWNER, "owner")
    code = house.store.now(lambda tx: invite(tx, owner.actor, Role.APPROVER, "paw", now=BEGIN))
    assert isinstance(code, str)
    late = BEGIN + timedelta(minutes=14, seconds=59)
    joined = house.store.now(lambda tx: redeem(tx, WING, f" {code.lower()}", device="print", now=late))
    assert isinstance(joined, Moderator)
    assert (joined.callsign, joined.role) == ("paw", Role.APPROVER)
    assert house.store.now(lambda tx: tx.moderators.devices(WING)) == {"print"}
    assert why(house.store.now(lambda tx: redeem(tx, ADA, code, now=late))) is Why.EXPIRED
    assert why(house.store.now(lambda tx: redeem(tx, WING, code, now=late))) is Why.TAKEN
    other = house.store.now(lambda tx: invite(tx, owner.actor, Role.OWNER, now=BEGIN))
    assert isinstance(other, str)
    too_late = BEGIN + timedelta(minutes=15)
    assert why(house.store.now(lambda tx: redeem(tx, ADA, other, now=too_late))) is Why.EXPIRED


def test_an_invitation_by_a_known_callsign_links_another_address() -> None:
    """The same human on both networks is one moderator, with the role that they have."""
    house = House()
    house.store.now(lambda tx: seed(tx, SEEDS[:1]))
    ada = house.store.now(lambda tx: tx.moderators.at(ADA))
    assert ada is not None
    code = house.store.now(lambda tx: invite(tx, OPERATOR, Role.EDITOR, ada.callsign, now=BEGIN))
    assert isinstance(code, str)
    assert house.store.now(lambda tx: redeem(tx, WING, code, now=BEGIN)) == ada
    assert house.store.now(lambda tx: tx.moderators.addresses(ada.number)) == (ADA, WING)


def test_only_owners_manage_moderators() -> None:
    """Invite, thaw and remove are refused to others; freezing is anybody's, but not of oneself."""
    house = House()
    editor, approver = house.staff(Role.EDITOR, "editor"), house.staff(Role.APPROVER, "approver")
    owner = house.staff(Role.OWNER, "owner")
    for actor in (editor.actor, approver.actor):
        assert why(house.store.now(lambda tx, a=actor: invite(tx, a, Role.EDITOR, now=BEGIN))) is Why.ROLE  # type: ignore[misc]
        assert why(house.store.now(lambda tx, a=actor: remove(tx, a, owner.number, now=BEGIN))) is Why.ROLE  # type: ignore[misc]
    assert why(house.store.now(lambda tx: freeze(tx, editor.actor, editor.number, now=BEGIN))) is Why.THEMSELVES
    assert why(house.store.now(lambda tx: freeze(tx, editor.actor, 99, now=BEGIN))) is Why.UNKNOWN
    frozen = house.store.now(lambda tx: freeze(tx, editor.actor, owner.number, now=BEGIN))
    assert isinstance(frozen, Moderator)
    assert frozen.frozen
    assert why(house.store.now(lambda tx: freeze(tx, owner.actor, editor.number, now=BEGIN))) is Why.STRANGER
    assert why(house.store.now(lambda tx: thaw(tx, approver.actor, owner.number, now=BEGIN))) is Why.ROLE
    thawed = house.store.now(lambda tx: thaw(tx, OPERATOR, owner.number, now=BEGIN))
    assert isinstance(thawed, Moderator)
    assert not thawed.frozen
    told = house.store.now(lambda tx: tx.letters.ready(TELEGRAM, int(BEGIN.timestamp()), 99))
    assert [(one.moderator, one.kind) for one in told] == [
        (editor.number, "frozen"),
        (approver.number, "frozen"),
        *[(one.number, "thawed") for one in (editor, approver, owner)],
    ]


def test_the_last_owner_stays() -> None:
    """Neither another owner who is frozen nor the operator changes that."""
    house = House()
    owner, other = house.staff(Role.OWNER, "owner"), house.staff(Role.OWNER, "other")
    house.store.now(lambda tx: freeze(tx, owner.actor, other.number, now=BEGIN))
    for actor in (owner.actor, OPERATOR):
        done = house.store.now(lambda tx, a=actor: remove(tx, a, owner.number, now=BEGIN))  # type: ignore[misc]
        assert why(done) is Why.LAST_OWNER
    assert isinstance(house.store.now(lambda tx: remove(tx, owner.actor, other.number, now=BEGIN)), Moderator)
    assert why(house.store.now(lambda tx: remove(tx, owner.actor, other.number, now=BEGIN))) is Why.UNKNOWN


def test_an_actor_reads_as_it_is_written() -> None:
    """What the audit keeps names the same doer again; the operator is a person, the clock is nobody."""
    for actor in (OPERATOR, CLOCK, Actor(ActorKind.MODERATOR, 12)):
        assert Actor.read(str(actor)) == actor
    assert (OPERATOR.person, CLOCK.person, Actor(ActorKind.MODERATOR, 12).person) == (0, None, 12)


def test_a_role_reaches_those_before_it() -> None:
    """An owner may do everything, an editor what editors may."""
    reaches = [[role.reaches(needed) for needed in Role] for role in Role]
    assert reaches == [[True, False, False], [True, True, False], [True, True, True]]
