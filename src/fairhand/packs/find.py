"""A pack by its name or its folder."""

from pathlib import Path

from fairhand.kernel.ids import is_slug
from fairhand.packs.errors import refusal
from fairhand.tasks.wording import shown

_SHIPPED = Path(__file__).parent / "shipped"


def shipped_packs() -> list[str]:
    """Names of the packs that come with Fairhand."""
    return sorted(folder.name for folder in _SHIPPED.iterdir() if (folder / "project.toml").is_file())


def find_pack(name_or_path: str) -> Path:
    """The folder of a shipped pack, or the folder named. Raises PackRefused if there is neither.

    A bare word is a shipped pack's name first; a path with a slash is always a path.
    """
    if is_slug(name_or_path) and name_or_path in shipped_packs():
        return _SHIPPED / name_or_path
    try:
        if name_or_path and Path(name_or_path).is_dir():
            return Path(name_or_path)
    except (OSError, ValueError):
        pass  # a name that no folder can have is answered like one that no folder has
    known = ", ".join(shipped_packs())
    raise refusal(shown(name_or_path), f"is neither a folder nor a pack that ships with Fairhand; there are {known}")
