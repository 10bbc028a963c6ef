"""How much is reviewed: one file a policy, (submission facts, terms) -> how many review slots."""

import sys

from fairhand.kernel.registry import Registry
from fairhand.review.policies._facts import Policy

POLICIES: Registry[Policy] = Registry(sys.modules[__name__])
