"""Words of gates: the only lists of kinds. Pure."""

SKILL_KINDS = ("skill", "tier")
# What somebody may agree to see. Withdrawing counts from the next claim on.
CONSENT_TOPICS = ("violence", "sexual", "self_harm", "hate", "medical", "illegal")
EXCLUSION_REASONS = ("quality", "conduct", "conflict_of_interest", "client_request", "other")
