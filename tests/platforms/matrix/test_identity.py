"""One device for ever, vouched for by an identity that is made once and never replaced in silence."""

import asyncio

import pytest

from bot.errors import CredentialRefused
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage, echo
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Identity, phone
from tests.wires.synapse import Synapse


def list_devices(synapse: Synapse, stage: Stage) -> set[str]:
    """The account's devices, but that of its registration."""
    told = synapse.request("GET", "/_matrix/client/v3/devices", token=stage.account.access_token)
    return {device["device_id"] for device in told["devices"]} - {stage.account.device_id}


async def refusal(stage: Stage) -> str:
    """The error that ends the start."""
    with pytest.raises(CredentialRefused) as refused:
        async with asyncio.timeout(30):
            await stage.run()
    await stage.stop_quietly()
    return str(refused.value)


async def test_an_independent_client_finds_a_valid_chain(synapse: Synapse, stage: Stage, meet: Meet) -> None:
    """Before and after a restart: the same master key, the same device, no other."""
    ada = await meet("ada")
    found = []
    for _ in range(2):
        async with stage:
            found.append((await ada.checks_cross_signing(stage.user_id), list_devices(synapse, stage)))
            fingerprint = stage.platform.fingerprint
    (chain, devices), again = found
    assert again == (chain, devices)
    assert len(devices) == 1
    assert chain.valid, chain.problem
    (device,) = [device for device in chain.devices if device.device_id in devices]
    assert device.signed
    assert fingerprint is not None
    assert fingerprint.device.replace(" ", "") == device.ed25519
    assert fingerprint.master.replace(" ", "") == chain.master_key


async def test_the_display_name_is_set(synapse: Synapse, stage: Stage) -> None:
    """That of the default language."""
    async with stage:
        told = synapse.request("GET", f"/_matrix/client/v3/profile/{stage.user_id}/displayname")
    assert told["displayname"] == "Solidarity en"


async def test_a_wrong_password_ends_the_start(stage: Stage) -> None:
    """With what to correct, and without the password."""
    stage.options["password"] = "battery staple"
    told = await refusal(stage)
    assert "Correct user_id, password or homeserver" in told
    assert "battery" not in told


async def test_an_identity_from_elsewhere_is_not_replaced(synapse: Synapse, stage: Stage) -> None:
    """The start ends with the remedy, and the identity stands as it was."""
    identity = Identity(stage.user_id)
    synapse.request(
        "POST",
        "/_matrix/client/v3/keys/device_signing/upload",
        identity.publish(),
        token=stage.account.access_token,
    )
    assert "matrix.reset_identity" in await refusal(stage)
    async with await phone(synapse, stage.account, identity) as element:
        chain = await element.checks_cross_signing(stage.user_id)
        assert chain.master_key == identity.master_key


async def test_an_identity_from_elsewhere_is_replaced_where_told(synapse: Synapse, stage: Stage, meet: Meet) -> None:
    """With the password, which the homeserver asks for then."""
    identity = Identity(stage.user_id)
    synapse.request(
        "POST",
        "/_matrix/client/v3/keys/device_signing/upload",
        identity.publish(),
        token=stage.account.access_token,
    )
    stage.options["reset_identity"] = True
    ada = await meet("ada")
    async with stage:
        chain = await ada.checks_cross_signing(stage.user_id)
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    assert chain.master_key != identity.master_key
    assert ada.unreadable == []


async def test_an_identity_that_took_the_place_of_ours_is_told(synapse: Synapse, stage: Stage, meet: Meet) -> None:
    """The bot goes on: it serves what still can be served, and says what to do."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id, encrypted=False)
        await hears(ada, room, 1)
    stranger = Identity(stage.user_id).publish()
    path = "/_matrix/client/v3/keys/device_signing/upload"
    auth = {"identifier": {"type": "m.id.user", "user": stage.user_id}, "password": stage.account.password}
    body = {**stranger, "auth": {"type": "m.login.password", **auth}}
    synapse.request("POST", path, body, token=stage.account.access_token)
    async with stage:
        await ada.says(room, "read 1")
        await hears(ada, room, 2)
    assert stage.events.count("matrix_identity_foreign") == 1


async def test_a_device_that_was_signed_out_comes_back_as_itself(synapse: Synapse, stage: Stage, meet: Meet) -> None:
    """While it runs: it logs in again under the same id, with the same keys, vouched for, and is reached by all."""
    ada = await meet("ada")
    async with stage:
        (device,) = list_devices(synapse, stage)
        before = await ada.checks_cross_signing(stage.user_id)
        auth = {"type": "m.login.password", "user": stage.user_id, "password": stage.account.password}
        path = "/_matrix/client/v3/delete_devices"
        synapse.request("POST", path, {"devices": [device], "auth": auth}, token=stage.account.access_token)

        async def is_back() -> bool:
            return await ada.checks_cross_signing(stage.user_id) == before

        await stage.wait_until(is_back)
        ben = await meet("ben")
        room = await ben.opens(stage.user_id)
        await ben.says(room, "read 1")
        await hears(ben, room, 2)
    assert list_devices(synapse, stage) == {device}
    assert before.valid
    assert ben.unreadable == []


async def test_another_account_is_refused_on_the_same_store(synapse: Synapse, stage: Stage) -> None:
    """Its ratchets and rooms are not the other's."""
    async with stage:
        pass
    stage.account = synapse.register(synapse.fresh("other"))
    assert "belongs to another account" in await refusal(stage)


async def test_before_the_first_sync_an_answer_waits(stage: Stage) -> None:
    """Nobody knows yet whether its room is encrypted."""
    stage.url = "http://127.0.0.1:9"
    running = stage.run()
    address = Address("matrix", "!room:matrix.test")
    ask = Ask(id="$said", address=address, kind=ChatKind.PRIVATE, text="read 1", addressed=True)
    verdict = await stage.platform.answer(ask, echo(ask))
    assert repr(verdict) == "Later(after=2.0, everyone=True)"
    assert not running.done()
    await stage.stop()
