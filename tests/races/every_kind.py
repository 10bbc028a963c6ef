"""All kinds of races, in one table."""

from tests.races import kinds_of_life, kinds_of_raised, kinds_of_work
from tests.races.kinds import MORE, RACES

__all__ = ["MORE", "RACES", "kinds_of_life", "kinds_of_raised", "kinds_of_work"]
