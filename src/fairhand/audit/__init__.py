"""Facts: one append-only event row per command, read by timeline, webhook, dispute and metrics alike."""
