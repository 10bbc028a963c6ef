"""Field types: one folder each, found by walking. `FIELDS.get("text")` is the type."""

import sys

from fairhand.kernel.registry import Registry
from fairhand.tasks.fields._field import FieldType

FIELDS: Registry[FieldType] = Registry(sys.modules[__name__], module="part")
