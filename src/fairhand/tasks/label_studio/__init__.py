"""Label Studio's labelling configurations as templates of ours, and tasks and answers from there and back. Pure.

`translate` makes a template of a configuration and lists whatever it can't carry over, `payload_of` and `answer_of`
read a task and an annotation of Label Studio's JSON, `task_of` and `result_of` write them again. What the tags mean is
taken from Label Studio's own documentation of them (labelstud.io/tags, labelstud.io/guide/task_format).
"""

from fairhand.tasks.label_studio.exchange import answer_of, payload_of, result_of, task_of
from fairhand.tasks.label_studio.read import BadConfig
from fairhand.tasks.label_studio.translate import Lost, Translated, translate

__all__ = ["BadConfig", "Lost", "Translated", "answer_of", "payload_of", "result_of", "task_of", "translate"]
