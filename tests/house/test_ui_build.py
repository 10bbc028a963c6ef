"""What lies in web/static is what ui/ builds: nobody edits built files, nobody forgets to build."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.needs import unavailable

ROOT = Path(__file__).resolve().parent.parent.parent
UI = ROOT / "ui"
BUILT = ROOT / "src" / "fairhand" / "web" / "static" / "fairhand"
BUILT_KB_MAX = 700


@pytest.fixture(scope="module")
def node(needs: Callable[[str], Path]) -> Path:
    """Node, and the packages of ui/; both may be missing on a machine that only runs Fairhand."""
    found = needs("node")
    if not (UI / "node_modules" / "vite").is_dir():
        unavailable("ui/node_modules (npm ci in ui/)")
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _run(node: Path, *words: str) -> None:
    done = subprocess.run([str(node), *words], cwd=UI, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_built_files_are_those_that_ui_builds(node: Path, tmp_path: Path) -> None:
    out = tmp_path / "built"
    _run(node, "node_modules/vite/bin/vite.js", "build", "--outDir", str(out), "--emptyOutDir", "--logLevel", "error")
    built, kept = _files(out), _files(BUILT)
    assert sorted(built) == sorted(kept)
    assert [name for name in built if built[name] != kept[name]] == [], "run npm run build in ui/"


def test_the_types_hold(node: Path) -> None:
    _run(node, "node_modules/typescript/bin/tsc", "--noEmit")


def test_what_is_shipped_is_small_and_brings_its_licences() -> None:
    files = _files(BUILT)
    assert sum(map(len, files.values())) < BUILT_KB_MAX * 1024
    fonts = [name for name in files if name.endswith(".woff2")]
    assert fonts
    licences = [name for name in files if name.endswith(".LICENSE.txt")]
    assert all(b"SIL OPEN FONT LICENSE" in files[name].upper() for name in licences)
    assert len(licences) == 3


def test_nothing_is_asked_of_another_site() -> None:
    for name in ("fairhand.css", "fairhand.js"):
        text = re.sub(r"https?://www\.w3\.org/(?:\d+/svg|1998/Math/MathML)", "", (BUILT / name).read_text())
        assert "//" not in text.replace("data:", ""), name


def test_no_template_has_inline_style_or_script() -> None:
    folders = [ROOT / "src/fairhand/web/templates", ROOT / "src/fairhand/tasks"]
    # A letter is no page: mail programs know no stylesheet of ours, so letters carry their style.
    for path in (path for folder in folders for path in folder.rglob("*.html") if path.parent.name != "mail"):
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son(?!ce\s*=)\w+\s*=", text), path.name
        assert not re.search(r"\|safe\b|autoescape off", text), path.name


def test_the_lock_file_names_no_host() -> None:
    assert "://" not in (UI / "package-lock.json").read_text()
