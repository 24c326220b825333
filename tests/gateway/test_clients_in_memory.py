"""What the gateway remembers of its clients, and what it says before it knows any."""

import pytest

from gateway.identity.clients import Clients
from shared.problem import Unavailable


def test_a_gateway_that_has_not_reached_its_database_calls_nobody_unknown() -> None:
    clients = Clients()
    with pytest.raises(Unavailable) as problem:
        clients.find("police")
    assert problem.value.retry_after == 2


def test_once_it_knows_them_a_stranger_is_a_stranger() -> None:
    clients = Clients()
    clients.replace([])
    assert clients.find("police") is None
