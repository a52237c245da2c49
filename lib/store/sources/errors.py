"""What can go wrong with a source, in a sentence for the reader and details for the log."""

from __future__ import annotations

from lib.errors import OutcomeStatError


class SourceError(OutcomeStatError):
    """A source cannot be read: it is set up wrongly, or what it gives is not what is expected of it. Nothing was loaded."""


class SourceUnavailable(SourceError):
    """A source does not answer, not in time, or with something else than data. The last good copy may stand in for it."""
