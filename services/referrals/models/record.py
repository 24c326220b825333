"""What every table of referrals is made of."""

from shared import database


class Record(database.Record):
    """A row of the referrals service."""

    __abstract__ = True
    metadata = database.metadata_for("referrals")
