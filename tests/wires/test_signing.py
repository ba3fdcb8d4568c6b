"""A chain of cross-signing is valid only if every link holds; each broken one is named."""

import copy
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.wires.matrix.line import Json
from tests.wires.matrix.signing import Identity, _encode, canonical, judge

USER = "@ada:matrix.test"


def _make_device(device_id: str) -> Json:
    key = Ed25519PrivateKey.generate()
    keys: Json = {
        "user_id": USER,
        "device_id": device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {
            f"ed25519:{device_id}": _encode(key.public_key().public_bytes_raw()),
            f"curve25519:{device_id}": "c",
        },
    }
    return keys | {"signatures": {USER: {f"ed25519:{device_id}": _encode(key.sign(canonical(keys)))}}}


def _answer(identity: Identity, vouching: Identity, *device_ids: str) -> Json:
    """What `/keys/query` tells of a user with `identity`, whose devices `vouching` has signed."""
    published = identity.publish()
    devices = {}
    for device_id in device_ids:
        device = _make_device(device_id)
        vouched = vouching.vouch(device)[USER][device_id]
        device["signatures"][USER] |= vouched["signatures"][USER]
        devices[device_id] = device | {"unsigned": {"device_display_name": "phone"}}
    return {
        "device_keys": {USER: devices},
        "master_keys": {USER: published["master_key"]},
        "self_signing_keys": {USER: published["self_signing_key"]},
    }


def test_a_whole_chain_is_valid() -> None:
    """Master key, self-signing key and each device; what the server adds is not part of what is signed."""
    identity = Identity(USER)
    found = judge(_answer(identity, identity, "ONE", "TWO"), USER)
    assert (found.valid, found.problem, found.device_ids) == (True, None, ["ONE", "TWO"])
    assert found.master_key == identity.master_key


def _drop_master(answer: Json) -> None:
    del answer["master_keys"][USER]


def _drop_self_signing(answer: Json) -> None:
    answer["self_signing_keys"] = {}


def _replace_self_signing(answer: Json) -> None:
    answer["self_signing_keys"][USER] = Identity(USER).publish()["self_signing_key"]


def _change_usage(answer: Json) -> None:
    answer["self_signing_keys"][USER]["usage"].append("more")


def _pad(answer: Json) -> None:
    signatures = answer["device_keys"][USER]["ONE"]["signatures"][USER]
    for name in list(signatures):
        signatures[name] += "=="


def _change_device(answer: Json) -> None:
    answer["device_keys"][USER]["ONE"]["keys"]["curve25519:ONE"] = "d"


def _rename_device(answer: Json) -> None:
    answer["device_keys"][USER]["ONE"]["device_id"] = "TWO"


def _drop_devices(answer: Json) -> None:
    answer["device_keys"] = {}


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_drop_master, "no master key"),
        (_drop_self_signing, "no self-signing key"),
        (_replace_self_signing, "the self-signing key is not signed by the master key"),
        (_change_usage, "the self-signing key is not signed by the master key"),
        (_pad, "device ONE does not sign itself"),
        (_change_device, "device ONE does not sign itself"),
        (_rename_device, "device ONE bears another's name"),
        (_drop_devices, "no device"),
    ],
)
def test_a_broken_link_is_named(spoil: Callable[[Json], None], problem: str) -> None:
    """Whatever is taken away or changed, the chain is refused and the first fault is told."""
    identity = Identity(USER)
    answer = copy.deepcopy(_answer(identity, identity, "ONE"))
    spoil(answer)
    found = judge(answer, USER)
    assert (found.valid, found.problem) == (False, problem)
    assert not any(device.signed for device in found.devices)


def test_another_identitys_signature_is_none() -> None:
    """A device that was signed with other keys than the published ones is not signed."""
    found = judge(_answer(Identity(USER), Identity(USER), "ONE"), USER)
    assert (found.valid, found.problem) == (False, "device ONE is not signed by the self-signing key")
