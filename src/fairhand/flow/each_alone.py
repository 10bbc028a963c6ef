"""Jobs go through many rows: a row that fails must not keep the others waiting, nor fail unheard."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def each_alone() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Gives a guard to put around each row; what rows raised is raised together at the end, as an ExceptionGroup."""
    failed: list[Exception] = []

    @contextmanager
    def alone() -> Iterator[None]:
        try:
            yield
        except Exception as error:  # kept and raised at the end, with those of other rows
            failed.append(error)

    yield alone
    if failed:
        raise ExceptionGroup(f"{len(failed)} rows failed; the others were done", failed)
