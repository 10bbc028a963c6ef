"""What the engine raises: always where, always why."""


class TermsError(ValueError):
    """Terms that can't be used. `path` is dotted (`primitives.0.segments.1.rate`; "" is the whole plan)."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}" if path else why)
        self.path = path
        self.why = why


class FactsError(ValueError):
    """Facts that are impossible, or lack what the terms pay for. `path` names the fact (`active_ms`, `units.turn`)."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def shown(value: object) -> str:
    """A value as an error message may show it: escaped, in ASCII, 40 characters at most."""
    text = ascii(value)
    return text if len(text) <= 40 else text[:37] + "..."
