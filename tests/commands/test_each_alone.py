"""A job's rows: one that fails is heard of, and the others are done."""

import pytest

from fairhand.flow.each_alone import each_alone


def test_a_failing_row_is_raised_after_the_others_were_done() -> None:
    done = []
    with pytest.raises(ExceptionGroup) as raised, each_alone() as alone:
        for number in range(5):
            with alone():
                if number in (1, 3):
                    raise LookupError(str(number))
                done.append(number)

    assert done == [0, 2, 4]
    assert [str(error) for error in raised.value.exceptions] == ["1", "3"]


def test_nothing_is_raised_where_nothing_failed() -> None:
    with each_alone() as alone, alone():
        pass
