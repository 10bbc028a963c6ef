"""How every command speaks: progress to standard error, the result to standard output, mistakes as one sentence."""

import argparse
import json
import sys
from typing import Any


class CliError(Exception):
    """Something the person at the keyboard can put right.

    The text says what happened, to which item, and what to do. The command ends with exit code 2 and no traceback.
    """


def say(line: str) -> None:
    """One line of progress, to standard error."""
    print(line, file=sys.stderr, flush=True)


def emit(args: argparse.Namespace, result: dict[str, Any], sentence: str) -> None:
    """The result, to standard output: with --json one JSON object on the last line, else the sentence(s)."""
    if args.json:
        sentence = json.dumps(result, ensure_ascii=False, default=str)
    print(sentence, flush=True)
