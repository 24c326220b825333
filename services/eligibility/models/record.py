"""What every table of eligibility is made of."""

from shared import database


class Record(database.Record):
    """A row of the eligibility service."""

    __abstract__ = True
    metadata = database.metadata_for("eligibility")
