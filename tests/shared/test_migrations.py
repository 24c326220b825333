"""The tables migrations make are those the models say (迁移与模型一致)."""

import pytest
from alembic import command

from shared.bus import SERVICES
from shared.database import _config
from tests.conftest import NewDatabase


@pytest.mark.parametrize("service", [*SERVICES, "gateway"])
def test_nothing_the_models_say_is_left_unwritten_by_the_migrations(
    database_url: NewDatabase, service: str
) -> None:
    for section in ("kernel", service):
        command.check(_config(section, database_url(service)))
