"""What every table of protection is made of."""

from shared import database


class Record(database.Record):
    """A row of the protection service."""

    __abstract__ = True
    metadata = database.metadata_for("protection")
