"""A bucket keeps files as a folder does: against a server that speaks S3, through boto3 as the product uses it."""

import importlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import override_settings

from fairhand.files.store import Bucket, Folder, Store, key_of, store
from tests.needs import unavailable

# Not among the locked packages: `pip install boto3 "moto[s3]" flask flask-cors` brings them.
_NEEDED = ("boto3", "moto", "flask", "flask_cors")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a server that speaks S3."""
    for name in _NEEDED:
        if importlib.util.find_spec(name) is None:
            unavailable(f"{name} not installed")
    server = importlib.import_module("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Each kind of store, as the settings name it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "only-for-tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    named, address = str(tmp_path / "files"), ""
    if request.param == "bucket":
        address = request.getfixturevalue("endpoint")
        bucket = f"files-{uuid4().hex[:8]}"
        importlib.import_module("boto3").client("s3", endpoint_url=address).create_bucket(Bucket=bucket)
        named = f"s3://{bucket}/of/fairhand"
    with override_settings(FILES=named, FILES_ENDPOINT=address):
        found = store()
        assert isinstance(found, Bucket if request.param == "bucket" else Folder)
        yield found


def test_a_name_in_the_folder_outlives_a_loss_of_power(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled: list[Path] = []
    real = os.fsync

    def noted(handle: int) -> None:
        settled.append(Path(f"/proc/self/fd/{handle}").resolve())
        real(handle)

    monkeypatch.setattr("os.fsync", noted)
    source, folder = tmp_path / "source", (tmp_path / "files").resolve()
    source.write_bytes(b"x")
    Folder(folder).put("org/ab/abc", source)
    assert settled[1:] == [folder / "org" / "ab", folder / "org", folder], "the bytes first, then each name above them"
    assert settled[0].parent == folder / "org" / "ab"


def test_what_is_put_is_read_whole_and_in_stretches(place: Store, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4_000  # larger than a piece
    source = tmp_path / "source"
    source.write_bytes(content)
    key = key_of(uuid4(), "ab" + "0" * 62)
    for _ in range(2):
        place.put(key, source)
    assert b"".join(place.read(key, 0, len(content))) == content
    assert b"".join(place.read(key, 1_000, 500)) == content[1_000:1_500]
    assert b"".join(place.read(key, len(content) - 3, 3)) == content[-3:]
    with pytest.raises(FileNotFoundError):
        place.read(key_of(uuid4(), "cd" + "0" * 62), 0, 10)
