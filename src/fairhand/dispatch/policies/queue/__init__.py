"""Policies of queues: one file each, (expert facts, queues, terms) -> ranks."""

import sys

from fairhand.dispatch.policies._facts import QueuePolicy
from fairhand.kernel.registry import Registry

QUEUE_POLICIES: Registry[QueuePolicy] = Registry(sys.modules[__name__])
