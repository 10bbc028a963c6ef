"""Ids, canonical JSON, limits, refusals, the clock and the registry of plug-ins."""

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import RFC_4122

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.kernel import limits
from fairhand.kernel.canonical import canonical_json, content_hash
from fairhand.kernel.clock import utc_now
from fairhand.kernel.ids import ids_in_order, is_slug, new_alias, new_id
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.kernel.registry import Registry
from fairhand_pay.walk import parts_in
from tests.counts import count

moments = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC))


@settings(max_examples=count(200, 20_000))
@given(moments)
def test_an_id_is_a_version_7_uuid_of_its_moment(at: datetime) -> None:
    made = new_id(at)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(at.timestamp() * 1000)


@settings(max_examples=count(200, 20_000))
@given(moments, st.integers(1, 10**9))
def test_later_ids_sort_later(at: datetime, later_ms: int) -> None:
    try:
        later = at + timedelta(milliseconds=later_ms + 1)
    except OverflowError:
        return
    assert new_id(at) < new_id(later)


def test_ids_of_one_moment_differ_in_every_random_bit() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    made = [new_id(at).int for _ in range(count(2_000, 200_000))]
    assert len(set(made)) == len(made)
    ever, always = 0, 2**128 - 1
    for each in made:
        ever, always = ever | each, always & each
    varies = ever & ~always
    assert varies == (0xFFF << 64) | (2**62 - 1)


def test_ids_of_one_moment_can_keep_their_order() -> None:
    made = list(islice(ids_in_order(datetime(2026, 3, 2, 9, tzinfo=UTC)), count(5_000, 2_000_000)))
    assert all(one < following for one, following in pairwise(made))
    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}
    assert {each.int >> 80 for each in made} == {new_id(datetime(2026, 3, 2, 9, tzinfo=UTC)).int >> 80}


@pytest.mark.parametrize("text", ["a", "0", "a-b", "llmfao", "a" * 64, "a--b", "9-9"])
def test_a_slug(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize(
    "text", ["", "-", "-a", "a-", "A", "a_b", "a b", "a.b", "a/b", "é", "a\n", "a" * 65, "a\u202eb", "..", "١"]
)
def test_not_a_slug(text: str) -> None:
    assert not is_slug(text)


def test_an_alias_is_read_aloud_without_doubt() -> None:
    made = [new_alias("E") for _ in range(2_000)]
    assert {len(alias) for alias in made} == {7}
    assert {alias[:2] for alias in made} == {"E-"}
    letters = {letter for alias in made for letter in alias[2:]}
    assert len(letters) == 32
    assert not letters & set("ILOU")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@settings(max_examples=count(200, 5_000))
@given(json_values)
def test_canonical_json_reads_back(value: Any) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@settings(max_examples=count(200, 5_000))
@given(st.dictionaries(st.text(max_size=8).filter(str.isascii), st.integers(), min_size=2))
def test_the_order_of_keys_changes_no_hash(value: dict[str, int]) -> None:
    backwards = {key: value[key] for key in reversed(value)}
    assert list(backwards) != list(value)
    assert content_hash([backwards]) == content_hash([value])


def test_a_hash_known_for_ever() -> None:
    assert canonical_json({"b": [1, True, None], "a": "ü"}) == '{"a":"ü","b":[1,true,null]}'.encode()
    assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [0.5, [1, 0.5], {"a": {"b": 1.0}}, (0.5,), {1: "a"}, {None: 1}, float("nan")])
def test_what_has_no_one_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)


def test_every_limit_is_a_positive_whole_number() -> None:
    named = {name: value for name, value in vars(limits).items() if name.isupper() and not name.startswith("_")}
    assert len(named) > 20
    assert {name for name, value in named.items() if type(value) is not int or value <= 0} == set()
    assert limits.LEASE_S_MIN < limits.LEASE_S_MAX
    assert limits.LEASE_S_MAX <= limits.CLAIM_S_MAX_MAX


def test_the_clock_is_aware_and_in_utc() -> None:
    now = utc_now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_refusal_travels_in_its_exception() -> None:
    refused = Refused("terms_changed", "The terms changed; read the new card.", {"hash": "00"})
    with pytest.raises(RefusedError, match="read the new card") as raised:
        raise RefusedError(refused)
    assert raised.value.refused == refused
    assert Refused("a", "b") == Refused("a", "b", {})


PART = "class Part:\n    name = {name!r}\n    version = {version}\nPART = Part()\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package `plugs` that can be imported, and is forgotten afterwards."""
    (tmp_path / "plugs").mkdir()
    (tmp_path / "plugs" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "plugs"
    for name in [name for name in sys.modules if name.split(".")[0] == "plugs"]:
        del sys.modules[name]


def put(folder: Path, file: str, name: str, version: int = 1) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(PART.format(name=name, version=version))


def package() -> ModuleType:
    importlib.invalidate_caches()
    return importlib.import_module("plugs")


def test_a_registry_walks_its_folder(folder: Path) -> None:
    put(folder, "b.py", "second")
    put(folder, "a.py", "first")
    put(folder, "a2.py", "first", version=2)
    (folder / "_shared.py").write_text("raise RuntimeError\n")
    found: Registry[Any] = Registry(package())
    assert found.names() == ["first", "second"]
    assert [(part.name, part.version) for part in found.all()] == [("first", 1), ("first", 2), ("second", 1)]
    assert found.get("first", 2).version == 2
    assert found.get("third") is None
    assert found.get("second", 2) is None


def test_a_registry_of_folders(folder: Path) -> None:
    put(folder, "text/part.py", "text")
    (folder / "text" / "__init__.py").touch()
    (folder / "stray.py").write_text("raise RuntimeError\n")
    found: Registry[Any] = Registry(package(), module="part")
    assert found.names() == ["text"]


def test_a_registry_refuses_one_name_twice(folder: Path) -> None:
    put(folder, "a.py", "same")
    put(folder, "b.py", "same")
    with pytest.raises(ValueError, match=r"plugs\.b: a plug-in named same version 1 exists already"):
        Registry(package())


def test_the_pay_engine_refuses_one_name_twice_too(folder: Path) -> None:
    put(folder, "a.py", "same")
    assert list(parts_in(package())) == [("same", 1)]
    put(folder, "b.py", "same")
    with pytest.raises(ValueError, match="same version 1 exists already"):
        parts_in(package())
