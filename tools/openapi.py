"""The description of the API, docs/reference/openapi.json, written from the code.

python tools/openapi.py          writes it
python tools/openapi.py --check  changes nothing; fails if it is stale
"""

import argparse
import json
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference" / "openapi.json"
sys.path.insert(0, str(ROOT / "src"))


def text() -> str:
    """The description as it is to be."""
    from fairhand.api.urls import api  # Django has to be set up first

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, ensure_ascii=False, default=str) + "\n"


def main() -> int:
    """0: it is (or was made) right; 1: it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if it is stale")
    check = parser.parse_args().check
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairhand.settings")
    os.environ.setdefault("FAIRHAND_SECRET_KEY", "of no use, to describe the API only")
    os.environ.setdefault("FAIRHAND_DATABASE_URL", "postgresql:///nowhere")
    django.setup()
    if check:
        stale = not FILE.exists() or FILE.read_text(encoding="utf-8") != text()
        if stale:
            print("docs/reference/openapi.json is stale. Run python tools/openapi.py")
        return int(stale)
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
