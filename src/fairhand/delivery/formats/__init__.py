"""Formats of a delivery: one file each, records in, lines of bytes out."""

import sys

from fairhand.delivery.formats._format import Format
from fairhand.kernel.registry import Registry

FORMATS: Registry[Format] = Registry(sys.modules[__name__])
WHOLE = "jsonl"  # leaves nothing out
DEFAULT = (WHOLE, "csv")  # where a project names none
