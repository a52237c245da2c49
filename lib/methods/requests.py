"""Service requests: one published formula for each figure. The page, its files and a Stat all call the same function.

Days are whole numbers that count up by one a day (date.toordinal), moments are seconds. Databases count and group; these
functions take the counts, by day or by length of time, and give the figure. Missing is None or NaN and never zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lib.language import _, later
from lib.methods.intervals import proportion_limits

BANDS = ((0, 7), (8, 30), (31, 90), (91, None))  # days of age, both ends included; our choice, shown as such
REACHED = 1e-12  # a product of many shares is not exactly one half
YEAR = 364  # 52 whole weeks, so that a weekday is held against the same weekday
WARM_UP = 90  # days after the data begin until a backlog may be held against another: before, what is open from earlier is missing; our choice

FORMULAS = {
    later("Backlog"): later("Requests that came in on or before the day and were not closed by its end. Those past their due date are "
                     "among them. A past day is worked out from the closing dates, so a request that was closed and opened again "
                     "counts as open since it came in."),
    later("Overdue"): later("Of the backlog, the requests whose due date is that day or earlier."),
    later("Age"): later("The day less the day on which the request came in, for the requests of the backlog. The median is the age that "
                 "half of them have at most; P90 is the age that nine in ten have at most."),
    later("Came in and closed"): later("The requests whose day of coming in, or of closing, lies in the days that are asked about, those too "
                                "that are set apart elsewhere. Each line of the file counts once, by its number; the later line counts."),
    later("Net flow"): later("Requests that came in less requests that were closed in the same days. Above zero the backlog grows."),
    later("On time"): later("Of the requests whose due date fell in the period, the share closed at their due time or before. A request "
                     "that is past due and still open counts as late. It is not the share of closed requests that were on time, "
                     "which hides the backlog."),
    later("Time to close"): later("Days from coming in to closing, by the method of Kaplan and Meier: a request that is still open counts "
                           "as having taken at least its age. Left out, and counted apart: requests closed within a minute, as a "
                           "duplicate, or as passed on to somebody else. Where too few are closed to tell, it says “not reached”."),
    later("Counted apart"): later("Closed within a minute: less than 60 seconds after it came in. Passed on: its status says that it was transferred. "
                           "Opened again: its status says so, or it is open and has a closing date, or an earlier file had it closed."),
    later("Likely duplicates (estimate)"): later("Requests of the same type, at most 50 meters apart or at the same address, of which the "
                                          "later came in within 7 days of the earlier and before that one was closed. What hangs "
                                          "together is one cluster, as long as it spans at most 30 days and 150 meters. In each "
                                          "cluster all but the first are likely duplicates. No validated standard exists: the rule "
                                          "is our choice, and the table shows what other distances and times would give."),
    later("Marked as a duplicate"): later("Requests that the agency itself closed as a duplicate."),
    later("If each cluster were one request"): later("The backlog, and the requests that came in, with each cluster of likely duplicates counted once."),
}

ASKING = (later("Asking is not need. How many requests come from a neighborhood says how often its people ask: elsewhere, "
                "neighborhoods with the same trouble differed up to threefold in how much of it they reported (Liu, Bhandaram and "
                "Garg 2023). Compare how long those who asked had to wait."))  # fmt: skip


def is_open(created: int, closed: int | None, day: int) -> bool:
    """Whether a request belongs to the backlog at the end of that day. `closed` is None while nobody closed it."""
    return created <= day and (closed is None or closed > day)


def is_overdue(created: int, closed: int | None, due: int | None, day: int) -> bool:
    """Whether it is open at the end of that day and was due by then. Without a due date it is never overdue."""
    return is_open(created, closed, day) and due is not None and due <= day


def is_in_time(closed: int | None, due: int | None) -> bool | None:
    """Whether it was closed at its due moment or before (seconds). None without a due date: it belongs to no on-time share."""
    return None if due is None else closed is not None and closed <= due


@dataclass(frozen=True)
class Flow:
    """What came in and what was closed in some days, and the backlog at the end of them."""

    first: int
    last: int
    opened: int
    closed: int
    backlog: int

    @property
    def net(self) -> int:
        return self.opened - self.closed


def flows(opened: Mapping[int, int], closed: Mapping[int, int], *, last: int, count: int, length: int = 7) -> list[Flow]:
    """`count` stretches of `length` days, the latest ending with the day `last`; from counts by day of all days.

    Stretches from before the first request that is known are left out: nothing is known of them.
    """
    if not opened:
        return []
    begin = min(opened)
    found = []
    for number in range(count - 1, -1, -1):
        end = last - number * length
        start = end - length + 1
        if start >= begin:
            found.append(Flow(start, end, _between(opened, start, end), _between(closed, start, end), backlog_at(opened, closed, end)))
    return found


def backlog_at(opened: Mapping[int, int], closed: Mapping[int, int], day: int) -> int:
    """All that came in up to and on the day less all that was closed by its end; the same as counting with `is_open`."""
    return _between(opened, None, day) - _between(closed, None, day)


def _between(counts: Mapping[int, int], first: int | None, last: int) -> int:
    return sum(count for day, count in counts.items() if day <= last and (first is None or day >= first))


@dataclass(frozen=True)
class Ages:
    """The backlog by age. `median`, `p90` and `oldest` are in days, None where nothing is open."""

    total: int
    bands: tuple[tuple[str, int], ...]
    median: int | None
    p90: int | None
    oldest: int | None


def ages_of(by_age: Mapping[int, int]) -> Ages:
    """From the number of open requests by age in days. Example: ages 1, 8, 8 and 100 have a median of 8."""
    bands = tuple((band_name(low, high), sum(n for age, n in by_age.items() if low <= age and (high is None or age <= high))) for low, high in BANDS)
    return Ages(sum(by_age.values()), bands, quantile(by_age, 0.5), quantile(by_age, 0.9), max((age for age, n in by_age.items() if n), default=None))


def band_name(low: int, high: int | None) -> str:
    return _("over {n} days").format(n=low - 1) if high is None else _("{low} to {high} days").format(low=low, high=high)


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value that at least this share of all have at most (nearest rank). None where there are none."""
    total = sum(counts.values())
    if total == 0:
        return None
    rank, passed = math.ceil(share * total - REACHED), 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= rank:
            return value
    return max(counts)


@dataclass(frozen=True)
class OnTime:
    """Of the requests that fell due, how many were closed in time. `share` is of 1, NaN where none fell due."""

    due: int
    in_time: int

    @property
    def share(self) -> float:
        return self.in_time / self.due if self.due else math.nan

    @property
    def limits(self) -> tuple[float, float]:
        """Wilson's limits at 95 %; NaN where none fell due."""
        return proportion_limits(self.in_time, self.due) if self.due else (math.nan, math.nan)


def on_time(rows: Iterable[tuple[int, int]]) -> OnTime:
    """Of several counts of due and in time, together. A share of shares would weigh a quiet day like a busy one."""
    several = list(rows)
    return OnTime(sum(due for due, _ in several), sum(met for _, met in several))


def by_month(due: Mapping[int, OnTime]) -> tuple[tuple[str, OnTime], ...]:
    """From shares by due day those by month, as "2026-11", the earliest first; a month in which nothing fell due is not there."""
    months: dict[str, list[OnTime]] = {}
    for day in sorted(due):
        months.setdefault(f"{date.fromordinal(day):%Y-%m}", []).append(due[day])
    return tuple((month, on_time((one.due, one.in_time) for one in several)) for month, several in months.items())


@dataclass(frozen=True)
class KeyFigures:
    """What is said first of some requests, the same on the page, in its files and in a Stat. The year is the 52 weeks that end with `day`."""

    day: int
    first: int | None  # the day on which the first known request came in
    weeks: tuple[Flow, ...]
    backlog: int
    overdue: int
    before: tuple[int, int] | None  # open and overdue a year before; None where the data begin later, or so near to it that what was open is missing
    due: tuple[tuple[str, OnTime], ...]  # by month
    took: TimeToClose

    @property
    def since(self) -> int:
        return self.day - YEAR + 1

    @property
    def opened(self) -> int:
        return sum(one.opened for one in self.weeks)

    @property
    def closed(self) -> int:
        return sum(one.closed for one in self.weeks)

    @property
    def on_time(self) -> OnTime:
        return on_time((one.due, one.in_time) for _, one in self.due)


@dataclass(frozen=True)
class TimeToClose:
    """The Kaplan-Meier estimate. `curve` has (days, share still open) at each day on which some were closed.

    `median` and `p90` are in days, None where they are not reached.
    """

    closed: int
    still_open: int
    curve: tuple[tuple[int, float], ...]
    median: int | None
    p90: int | None
    longest: int  # days that anybody was watched

    def still_open_after(self, days: int) -> float:
        """The share not closed after so many days; NaN beyond the longest time that anybody watched, or without requests."""
        if not self.closed + self.still_open or days > self.longest:
            return math.nan
        return next((share for day, share in reversed(self.curve) if day <= days), 1.0)


def time_to_close(closed: Mapping[int, int], still_open: Mapping[int, int]) -> TimeToClose:
    """From how many were closed after so many days, and how many are still open at such an age.

    S(t) is the product over the days up to t of 1 - closed / at risk; at risk are all that took, or are open, at least so
    long (Kaplan and Meier 1958). Example: Freireich's 21 patients on 6-MP have S(6) = 0.857, S(23) = 0.448 and a median of 23.
    """
    at_risk = sum(closed.values()) + sum(still_open.values())
    share, curve = 1.0, []
    days = sorted({*closed, *still_open})
    for day in days:
        events = closed.get(day, 0)
        if events:
            share *= 1 - events / at_risk
            curve.append((day, share))
        at_risk -= events + still_open.get(day, 0)
    return TimeToClose(sum(closed.values()), sum(still_open.values()), tuple(curve), _reached(curve, 0.5), _reached(curve, 0.1), max(days, default=0))


def _reached(curve: Sequence[tuple[int, float]], share: float) -> int | None:
    return next((day for day, left in curve if left <= share + REACHED), None)


@dataclass(frozen=True)
class WithoutDuplicates:
    """The same count with each cluster of likely duplicates taken as one request."""

    requests: int
    as_one: int

    @property
    def fewer(self) -> int:
        return self.requests - self.as_one

    @property
    def share(self) -> float:
        """By which share it would be smaller, of 1; NaN where there are none."""
        return self.fewer / self.requests if self.requests else math.nan


def without_duplicates(alone: int, in_clusters: int, clusters: int) -> WithoutDuplicates:
    """From requests that are in no cluster, those that are in one, and how many clusters these are of."""
    return WithoutDuplicates(alone + in_clusters, alone + clusters)
