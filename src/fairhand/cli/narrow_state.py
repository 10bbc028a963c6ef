"""Django's picture of the models while it migrates, without drawing half of it anew at each step.

Django renders a model's class again after every step, and with it every model that can be reached from it: here that is
nearly all of them, 9,500 classes for 174 migrations, four fifths of the time that a first start spent on its tables. A
new model, field, index or constraint changes the class of its own model alone. What points to that model goes on
pointing to the class of before, which has the same table and the same key; whoever reads relations (a migration in
Python, Django's signals afterwards) is given everything rendered anew, as Django does after delayed steps of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class NarrowState(ProjectState):
    """A state whose additions render one class. Every other change is Django's own."""

    _alone = False

    @classmethod
    def like(cls, state: ProjectState) -> "NarrowState":
        """The same models and classes as a state of Django's own."""
        narrow = cls(models=state.models, real_apps=state.real_apps)
        if "apps" in state.__dict__:  # to ask for it would render everything
            narrow.__dict__["apps"] = state.apps
        narrow.is_delayed = state.is_delayed
        return narrow

    def clone(self) -> "NarrowState":
        """A copy that goes on in the same way; Django's method names its own class."""
        return self.like(super().clone())

    @contextmanager
    def _one_model(self) -> Iterator[None]:
        self._alone = True
        try:
            yield
        finally:
            self._alone = False

    def add_model(self, model_state: ModelState) -> None:
        """A new model."""
        with self._one_model():
            super().add_model(model_state)

    def add_field(self, *args: Any, **named: Any) -> None:
        """A new field of a model."""
        with self._one_model():
            super().add_field(*args, **named)

    def add_index(self, *args: Any) -> None:
        """A new index."""
        with self._one_model():
            super().add_index(*args)

    def add_constraint(self, *args: Any) -> None:
        """A new constraint."""
        with self._one_model():
            super().add_constraint(*args)

    def remove_index(self, *args: Any) -> None:
        """An index less."""
        with self._one_model():
            super().remove_index(*args)

    def remove_constraint(self, *args: Any) -> None:
        """A constraint less."""
        with self._one_model():
            super().remove_constraint(*args)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        """Renders the model again; alone where nothing else can have changed."""
        if self._alone and "apps" in self.__dict__:
            self.is_delayed = True
            self._reload({(app_label, model_name)})
        else:
            super().reload_model(app_label, model_name, delay)


class NarrowExecutor(MigrationExecutor):
    """Django's, beginning with such a state."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        return NarrowState.like(super()._create_project_state(with_applied_migrations))


def migrate_narrowly() -> None:
    """From here on, Django's command `migrate` works so in this process. It has no setting for it."""
    migrate.MigrationExecutor = NarrowExecutor  # type: ignore[attr-defined]
