"""The rate classes and keys of the jurisdiction in use, read once (分类保障标准)."""

from functools import lru_cache
from pathlib import Path

from services.payments.rules.tariff import Tariff, TariffError, tariff_from
from shared.documents import DocumentError, read
from shared.jurisdiction import Jurisdiction


@lru_cache(maxsize=8)
def _tariff(path: str) -> Tariff:
    try:
        return tariff_from(read(Path(path)))
    except TariffError as problem:
        raise DocumentError(f"{path}: {problem}") from problem


def tariff_of(place: Jurisdiction) -> Tariff:
    """The tariff of a jurisdiction, read once; DocumentError says what is wrong in it."""
    return _tariff(str(place.folder / "tariff.yaml"))
