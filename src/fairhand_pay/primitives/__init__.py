"""The primitives that plans are composed of, one file each. New behaviour is a new version beside the old one."""

import sys
from typing import Any

from fairhand_pay.primitives._part import Primitive
from fairhand_pay.walk import parts_in

PRIMITIVES: dict[tuple[str, int], Primitive[Any]] = parts_in(sys.modules[__name__])
