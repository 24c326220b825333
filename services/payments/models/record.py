"""What every table of payments is made of."""

from shared import database


class Record(database.Record):
    """A row of the payments service."""

    __abstract__ = True
    metadata = database.metadata_for("payments")
