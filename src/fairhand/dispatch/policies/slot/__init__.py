"""Policies of slots: one file each, (slot facts, terms) -> tier and order within a launch."""

import sys

from fairhand.dispatch.policies._facts import SlotPolicy
from fairhand.kernel.registry import Registry

SLOT_POLICIES: Registry[SlotPolicy] = Registry(sys.modules[__name__])
