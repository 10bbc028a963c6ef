"""Question types: one folder each, found by walking. `QUESTIONS.get("choice")` is the type."""

import sys

from fairhand.kernel.registry import Registry
from fairhand.tasks.questions._question import QuestionType

QUESTIONS: Registry[QuestionType] = Registry(sys.modules[__name__], module="part")
