"""What the configurations of Label Studio that the tests know become, for docs/reference/label-studio.md."""

from collections.abc import Iterator
from pathlib import Path

from fairhand.tasks.label_studio import translate

HEAD = ("configuration", "fields", "questions", "not carried over")


def configurations(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """(name, fields, questions, what is lost) of each."""
    for path in sorted((root / "tests" / "data" / "label_studio").glob("*.xml")):
        made = translate(path.read_text(encoding="utf-8"))
        parts = made.template or {"fields": [], "questions": []}
        fields, questions = (", ".join(f"`{part['type']}`" for part in parts[side]) or "–"
                             for side in ("fields", "questions"))  # fmt: skip
        lost = "; ".join(f"`{each.tag}`: {each.why}" for each in made.lost)
        yield path.stem.replace("-", " "), fields, questions, lost or "–"
