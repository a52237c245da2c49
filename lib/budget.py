"""What can be said of the money: by outcome, agency and fund, in constant dollars, and along the line of sight.

Amounts are whole dollars. An amount that no line prints is absent, never zero; amounts of different years or bases are never added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from lib.language import _
from lib.model import Basis, Budget, BudgetLine, Coverage, Framework, Indicator, MeasureTarget, OutcomeLink, PriceIndex

NO_OUTCOME = ""  # the id of what no budget that we know puts under an outcome
MONTHS = 12


@dataclass(frozen=True, order=True)
class Book:
    """The amounts that may be added up: those of one fiscal year and one basis."""

    fiscal_year: str
    basis: Basis


@dataclass(frozen=True)
class Money:
    """An amount with the outcome that it is for; `link` is None where no outcome is known."""

    line: BudgetLine
    link: OutcomeLink | None
    dollars: int  # of the line's own year, or constant ones

    @property
    def outcome(self) -> str:
        return self.link.outcome if self.link else NO_OUTCOME

    @property
    def outcome_name(self) -> str:
        return self.link.name if self.link else _("No outcome known")


@dataclass(frozen=True)
class Covered:
    """What the amounts of one book are: how much, of whom, and what is absent."""

    book: Book
    dollars: int
    agencies: tuple[str, ...]
    services: int
    said: Coverage


def books(budget: Budget) -> tuple[Book, ...]:
    """The years and bases that there are amounts of, the earliest first."""
    return tuple(sorted({Book(one.fiscal_year, one.basis) for one in budget.lines}))


def leading_book(budget: Budget) -> Book | None:
    """The book that a reader sees first: the newest of those with the most agencies; None without amounts."""
    covered = coverage(budget)
    most = max((len(one.agencies) for one in covered), default=0)
    return next((one.book for one in reversed(covered) if len(one.agencies) == most), None)


def coverage(budget: Budget) -> tuple[Covered, ...]:
    """For each book what its amounts cover and what they do not, the earliest first."""
    said = {Book(one.fiscal_year, one.basis): one for one in budget.coverage}
    found = []
    for book in books(budget):
        own = [one for one in budget.lines if Book(one.fiscal_year, one.basis) == book]
        found.append(Covered(book, sum(one.amount for one in own), tuple(sorted({one.agency for one in own})), len({one.service for one in own}), said[book]))
    return tuple(found)


# Outcomes


def printed_link(budget: Budget, service: str, fiscal_year: str) -> OutcomeLink | None:
    """The outcome that the City printed for the service in that year, or in the next later year that is known.

    A budget book prints the two years before its own beside it, under its own outcomes; so an amount of Fiscal 2012 read in the book of
    Fiscal 2014 stands under the outcome of Fiscal 2014. An earlier year's outcome is never carried forward.
    """
    return _nearest([one for one in budget.links if one.service == service and one.printed], fiscal_year)


def framework_link(budget: Budget, service: str, fiscal_year: str, *, framework: str) -> OutcomeLink | None:
    """The service's outcome among those of one framework, in that year or the next later one; it may be a proposal."""
    return _nearest([one for one in budget.links if one.service == service and one.framework == framework], fiscal_year)


def _nearest(links: Sequence[OutcomeLink], fiscal_year: str) -> OutcomeLink | None:
    return min((one for one in links if one.fiscal_year >= fiscal_year), key=lambda one: one.fiscal_year, default=None)


def money(budget: Budget, *, framework: str = "") -> tuple[Money, ...]:
    """Every amount with its outcome: as printed for its year, or, where a framework is named, among that framework's."""

    def link(line: BudgetLine) -> OutcomeLink | None:
        if framework:
            return framework_link(budget, line.service, line.fiscal_year, framework=framework)
        return printed_link(budget, line.service, line.fiscal_year)

    return tuple(Money(line, link(line), line.amount) for line in budget.lines)


def chosen(several: Sequence[Money], book: Book, *, fund: str = "") -> tuple[Money, ...]:
    """The amounts of one book, of one fund where it is named."""
    return tuple(one for one in several if Book(one.line.fiscal_year, one.line.basis) == book and fund in ("", one.line.fund))


# Sums

OUTCOME: Callable[[Money], str] = lambda one: one.outcome_name  # noqa: E731  named ways to sum by
AGENCY: Callable[[Money], str] = lambda one: one.line.agency  # noqa: E731
FUND: Callable[[Money], str] = lambda one: one.line.fund  # noqa: E731
SERVICE: Callable[[Money], str] = lambda one: one.line.service  # noqa: E731


def total(several: Sequence[Money]) -> int:
    """The sum in dollars. Raises ValueError where amounts of several years or bases would be added."""
    found = {(one.line.fiscal_year, one.line.basis) for one in several}
    if len(found) > 1:
        raise ValueError(f"amounts of different years or bases cannot be added: {', '.join(sorted(f'{year} {basis}' for year, basis in found))}")
    return sum(one.dollars for one in several)


def totals(several: Sequence[Money], *by: Callable[[Money], str]) -> dict[tuple[str, ...], int]:
    """Sums by what is named, the largest first, e.g. totals(money, OUTCOME, AGENCY)[("Safer Streets", "Police")]."""
    groups: dict[tuple[str, ...], list[Money]] = {}
    for one in several:
        groups.setdefault(tuple(key(one) for key in by), []).append(one)
    sums = {key: total(own) for key, own in groups.items()}
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def without_outcome(several: Sequence[Money]) -> tuple[Money, ...]:
    """The amounts that no outcome is known for."""
    return tuple(one for one in several if one.link is None)


# Constant dollars


def price_of(deflator: Sequence[PriceIndex], fiscal_year: str, *, start_month: int = 7) -> float | None:
    """The price index of a fiscal year: the averages of its two calendar years, weighted by its months in each; None where one is unknown.

    Example: with averages of 90 for 2019 and 110 for 2020, Fiscal 2020 from July has 6/12 × 90 + 6/12 × 110 = 100.
    """
    averages = {one.year: one.index for one in deflator}
    year, before = int(fiscal_year.removeprefix("FY")), (MONTHS + 1 - start_month) % MONTHS
    parts = [(year - 1, before), (year, MONTHS - before)]
    if any(calendar not in averages for calendar, months in parts if months):
        return None
    return sum(averages[calendar] * months for calendar, months in parts if months) / MONTHS


def base_year(deflator: Sequence[PriceIndex]) -> PriceIndex | None:
    """The calendar year whose dollars constant ones are: the newest; None without an index."""
    return max(deflator, key=lambda one: one.year, default=None)


def in_constant_dollars(several: Sequence[Money], deflator: Sequence[PriceIndex], *, start_month: int = 7) -> tuple[Money, ...] | None:
    """The same amounts in dollars of the base year, each rounded to the dollar; None where a year's prices are unknown."""
    base = base_year(deflator)
    prices = {year: price_of(deflator, year, start_month=start_month) for year in {one.line.fiscal_year for one in several}}
    if base is None or any(price is None for price in prices.values()):
        return None
    return tuple(replace(one, dollars=round(one.line.amount * base.index / prices[one.line.fiscal_year])) for one in several)


# The line of sight: outcome, indicators, services, dollars, measures


@dataclass(frozen=True)
class ServiceInSight:
    """A service with its outcomes by year, its dollars by book, its measures, and the indicators that these measures stand for."""

    service: str
    name: str
    agency: str
    links: tuple[OutcomeLink, ...]
    dollars: tuple[tuple[Book, int], ...]  # the earliest first; none where no amount was read
    measures: tuple[tuple[str, tuple[MeasureTarget, ...]], ...]  # by the measure's words
    indicators: tuple[tuple[str, str], ...]  # indicator id and tie, of the measures that name one

    @property
    def newest(self) -> tuple[Book, int] | None:
        return self.dollars[-1] if self.dollars else None


def services_in_sight(budget: Budget) -> dict[str, ServiceInSight]:
    """Every service that has money, a measure or an outcome, by number."""
    numbers = dict.fromkeys([*(one.service for one in budget.lines), *(one.service for one in budget.links), *(one.service for one in budget.measures)])
    return {number: _in_sight(budget, number) for number in sorted(numbers, key=lambda one: (len(one), one))}


def _in_sight(budget: Budget, service: str) -> ServiceInSight:
    lines = [one for one in budget.lines if one.service == service]
    sums: dict[Book, int] = {}
    for one in lines:
        book = Book(one.fiscal_year, one.basis)
        sums[book] = sums.get(book, 0) + one.amount
    by_words: dict[str, list[MeasureTarget]] = {}
    for one in budget.measures:
        if one.service == service:
            by_words.setdefault(one.measure, []).append(one)
    targets = [one for several in by_words.values() for one in several]
    names = [one.name for one in lines if not one.activity] + [one.name for one in targets if one.name] + [one.name.partition(":")[0] for one in lines]
    return ServiceInSight(
        service=service,
        name=names[0] if names else "",
        agency=lines[-1].agency if lines else "",
        links=tuple(sorted((one for one in budget.links if one.service == service), key=lambda one: one.fiscal_year)),
        dollars=tuple(sorted(sums.items())),
        measures=tuple((words, tuple(sorted(several, key=lambda one: one.fiscal_year))) for words, several in by_words.items()),
        indicators=tuple(dict.fromkeys((one.indicator, one.tie) for one in targets if one.indicator)),
    )


def services_under(services: Mapping[str, ServiceInSight], framework: str, outcome: str) -> tuple[ServiceInSight, ...]:
    """The services that a year's budget, or our proposal, puts under an outcome of the framework; most money first."""
    own = [one for one in services.values() if any((link.framework, link.outcome) == (framework, outcome) for link in one.links)]
    return tuple(sorted(own, key=lambda one: (-(one.newest[1] if one.newest else 0), one.service)))


def services_of(services: Mapping[str, ServiceInSight], indicator: str) -> tuple[tuple[ServiceInSight, str], ...]:
    """The services whose own measure stands for the indicator, with the tie; the closest tie that is known."""
    return tuple((one, tie) for one in services.values() for found, tie in one.indicators if found == indicator)


@dataclass(frozen=True)
class Orphans:
    """Where the line of sight is broken."""

    money: tuple[ServiceInSight, ...]  # dollars, but no measure; most money first
    measures: tuple[tuple[str, ServiceInSight], ...]  # a measure that stands for no indicator
    indicators: tuple[Indicator, ...]  # no service by a measure, and none under its outcome
    only_by_outcome: tuple[tuple[Indicator, int], ...]  # no measure; so many services under its outcome


def orphans(budget: Budget, framework: Framework) -> Orphans:
    """Money without a measure, measures without an indicator, indicators without a service."""
    services = services_in_sight(budget)
    unmeasured = sorted((one for one in services.values() if one.dollars and not one.measures), key=lambda one: (-one.dollars[-1][1], one.service))
    loose = tuple((words, one) for one in services.values() for words, targets in one.measures if not any(target.indicator for target in targets))
    untied = [one for one in framework.indicators if not services_of(services, one.id)]
    under = [(one, len(services_under(services, framework.id, one.outcome))) for one in untied]
    return Orphans(tuple(unmeasured), loose, tuple(one for one, number in under if not number), tuple((one, number) for one, number in under if number))


# The simulation: money is moved between outcomes, the total stays


def move(amounts: Mapping[str, int], *, source: str, target: str, dollars: int) -> dict[str, int]:
    """The amounts after so many dollars went from one outcome to another.

    Raises ValueError where the dollars are below zero or more than the source has.
    Example: move({"a": 70, "b": 30}, source="a", target="b", dollars=20) gives {"a": 50, "b": 50}.
    """
    if dollars < 0:
        raise ValueError(f"{dollars} dollars cannot be moved: move them the other way")
    if dollars > amounts[source]:
        raise ValueError(f"{source} has {amounts[source]} dollars; {dollars} cannot be taken from it")
    moved = dict(amounts)
    moved[source] -= dollars
    moved[target] += dollars
    return moved


def with_one_set(amounts: Mapping[str, int], *, outcome: str, dollars: int) -> dict[str, int]:
    """The amounts when one outcome is set: the others give or take in proportion to what they have, and the total stays.

    What is asked for is held between nothing and the whole. No outcome goes below zero, and shares are rounded so that the total is kept
    to the dollar: what is left over goes to the largest remainders, in the order of the outcomes. Where the others have nothing, they
    share equally; where there are none, the amount stays.
    Example: with_one_set({"a": 50, "b": 30, "c": 20}, outcome="a", dollars=60) gives {"a": 60, "b": 24, "c": 16}.
    """
    whole = sum(amounts.values())
    others = [key for key in amounts if key != outcome]
    if not others:
        return dict(amounts)
    wanted = min(max(dollars, 0), whole)
    rest, weight = whole - wanted, sum(amounts[key] for key in others)
    weights = {key: amounts[key] if weight else 1 for key in others}
    weight = weight or len(others)
    shares = {key: rest * weights[key] // weight for key in others}
    left = rest - sum(shares.values())
    by_remainder = sorted(others, key=lambda key: -(rest * weights[key] % weight))
    for key in by_remainder[:left]:
        shares[key] += 1
    return {key: wanted if key == outcome else shares[key] for key in amounts}


# What residents would do

FEWEST_IDEAS = 10  # that are told of: of fewer, one person's idea could be read out of the middle; our choice


def median_changes(before: Mapping[str, int], several: Sequence[Mapping[str, int]]) -> dict[str, float] | None:
    """By outcome the median, over all ideas, of the dollars more (above zero) or less; None of fewer than FEWEST_IDEAS.

    `several` are the amounts after, of ideas that all began with `before`. Half of the ideas give the outcome at least so much more.
    Medians of several outcomes need not add up to zero.
    """
    if len(several) < FEWEST_IDEAS:
        return None
    return {outcome: median(one[outcome] - dollars for one in several) for outcome, dollars in before.items()}
