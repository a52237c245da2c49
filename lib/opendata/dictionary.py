"""The public tables and their columns. The files, the data package, the catalogue, the API and its description are all written from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.language import later

VERSION = "v1"  # of the tables' names and columns: another one where a column goes or means something else
SEPARATOR = " | "  # between the items of a list, in a cell
NEVER = ""
VALUE_MISSING = "There is no value; missing_reason says why. It is never zero."
NOT_PUBLISHED = "The source does not publish it."


@dataclass(frozen=True)
class Column:
    """One column. `missing` says what an empty cell (null) means; "" where none is ever empty."""

    name: str
    type: str  # "string", "number", "integer", "boolean", "date" or "list"
    about: str
    unit: str = ""  # "" where the unit stands in another column, or there is none
    missing: str = NEVER


@dataclass(frozen=True)
class Table:
    """One public table, at the address /data/v1/<name>.<format>."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # the columns that tell its rows apart
    refers: Mapping[str, str] = field(default_factory=dict)  # column: table whose first column it names
    written_by_people: bool = False  # changes at any moment; all else belongs to a release
    shapes: bool = False  # is there as GeoJSON, too

    @property
    def formats(self) -> tuple[str, ...]:
        return ("csv", "xlsx", "json", "geojson") if self.shapes else ("csv", "xlsx", "json")


def _text(name: str, about: str, missing: str = NEVER) -> Column:
    return Column(name, "string", about, missing=missing)


def _number(name: str, about: str, unit: str, missing: str = NEVER) -> Column:
    return Column(name, "number", about, unit, missing)


IN_UNIT = "as in unit"
REFERENCE = _text("reference", "Where it was read.")
FIGURE = (
    _text("series", "Id of the run of values under one definition; see the table series."),
    _text("unit", "Unit of value, lower and upper."),
    _text("geography", "Id of the place; see the table places."),
    _text("place", "Name of the place."),
    _text("dimension", "What the figure is broken down by, such as race.", "Not broken down: of everybody."),
    _text("group", "The group within the dimension.", "Not broken down: of everybody."),
    _text("period", "What the value is about: 2016, FY2017 (fiscal year), 2015-16 (school year), 2013-2017 (several years read as one), 2019-Q4, 2019-02."),
    _text("period_kind", "How to read period: calendar, fiscal, school, window, quarter or month."),
    Column("start", "date", "First day of the period."),
    Column("end", "date", "Last day of the period."),
    _number("value", "The figure.", IN_UNIT, VALUE_MISSING),
    _number("numerator", "The count above the line: value = multiplier × numerator / denominator; the multiplier is in the table series.", "count", NOT_PUBLISHED + " Also empty where the value is suppressed."),
    _number("denominator", "The count below the line.", "count", NOT_PUBLISHED),
    _number("lower", "Lower limit of the 95% confidence interval.", IN_UNIT, NOT_PUBLISHED + " Also empty where the value is suppressed."),
    _number("upper", "Upper limit of the 95% confidence interval.", IN_UNIT, NOT_PUBLISHED + " Also empty where the value is suppressed."),
    _text("missing_reason", "Why there is no value: not reported, suppressed (a small count of people, or what would give one away), not applicable, not collected any more.",
          "There is a value."),
    Column("provisional", "boolean", "Whether the source says that the figure may still change."),
    _text("vintage", "When the source published this value: a day or time, or as much of one as is known. A revision is a further row with a later vintage.", "The source does not say."),
    Column("newest", "boolean", "Whether this is the newest vintage of the figure. Rows that are false are what was published before."),
    _text("note", "What to beware of.", "Nothing noted."),
    REFERENCE,
)  # fmt: skip

OUTCOMES = Table(
    "outcomes", later("Priority Outcomes"), later("What the city wants to reach, in its own order."),
    (
        _text("id", "Id of the outcome."),
        _text("name", "Its name."),
        Column("position", "integer", "Its place in the city's order."),
        _text("statement", "What it means, in a sentence."),
        Column("indicators", "integer", "How many indicators belong to it.", "indicators"),
    ),
    key=("id",),
)  # fmt: skip
INDICATORS = Table(
    "indicators", later("Indicators"), later("The conditions that tell whether an outcome comes nearer, with their definitions."),
    (
        _text("id", "Id of the indicator."),
        _text("name", "Its name."),
        _text("outcome", "Id of its outcome."),
        Column("position", "integer", "Its place within the outcome."),
        _text("definition", "What it counts, in plain words."),
        _text("formula", "How it is counted."),
        _text("unit", "Unit of its headline series."),
        Column("decimals", "integer", "How many decimals are printed.", "decimals"),
        _text("improves_when", "When it gets better: rises, falls, or within (stays in a range)."),
        _text("frequency", "How often it is published."),
        _text("source", "Who publishes it."),
        _text("owner", "The agency that answers for it."),
        Column("partners", "list", "Other agencies.", missing="None named."),
        _text("why_it_matters", "Why it is looked at."),
        Column("caveats", "list", "What to beware of.", missing="Nothing noted."),
        _text("evidence", "How sure it is that this is the city's own indicator: A (measured by the city), B (a public series), C (recalled or fitted)."),
        _text("evidence_note", "What the grade rests on."),
        Column("confirmed", "boolean", "Whether a person has confirmed name and definition."),
        Column("collected", "boolean", "Whether it goes on being collected."),
        _text("collected_note", "Since when not, and why.", "It goes on being collected, or nothing is known."),
        Column("sensitive", "boolean", "Whether it counts people: by place or group, counts from 1 to 9 and what would give them away are suppressed."),
        Column("next_review", "date", "When the definition is looked at again."),
        Column("expected_disaggregations", "list", "What it should be broken down by.", missing="None named."),
        _text("neighborhood_measure", "Id of what stands for it by neighborhood.", "It is not published by neighborhood."),
        _text("neighborhood_note", "How the figure by neighborhood differs."),
        _text("headline_series", "Id of the series that measures it.", "No series measures it yet."),
        REFERENCE,
    ),
    key=("id",), refers={"outcome": "outcomes"},
)  # fmt: skip
SERIES = Table(
    "series", later("Series"), later("The runs of values under one definition, of indicators and of neighborhood measures. A change of definition starts another one."),
    (
        _text("of", "What it belongs to: indicator or measure."),
        _text("subject", "Id of that indicator or neighborhood measure."),
        _text("id", "Id of the series."),
        _text("name", "Its name."),
        _text("unit", "Its unit."),
        Column("decimals", "integer", "How many decimals are printed.", "decimals"),
        _text("period_kind", "How to read its periods: calendar, fiscal, school, window, quarter or month."),
        _text("value_kind", "What a value is: rate, proportion, count or mean."),
        _number("multiplier", "value = multiplier × numerator / denominator.", "1", "The values are no ratio, or the counts behind them are not known."),
        Column("independent", "boolean", "Whether neighboring periods share no data."),
        Column("overdispersed", "boolean", "Whether it varies more than chance alone would make it."),
        _number("interval_years", "Time between two figures when all goes well.", "years"),
        _text("note", "What to beware of.", "Nothing noted."),
    ),
    key=("of", "subject", "id"),
)  # fmt: skip
TARGETS = Table(
    "targets", later("Targets"), later("Every target that is known for an indicator, and for the gap between neighborhoods; each with its period and the date on which it was set."),
    (
        _text("indicator", "Id of the indicator."),
        _text("about", "level (the figure itself) or gap (between the most and the least disadvantaged fifth of the neighborhoods)."),
        _text("series", "Id of the series that it is about; for a gap, of the neighborhood measure."),
        _text("period", "By the end of which it is to be reached."),
        Column("period_end", "date", "Last day of that period."),
        _number("value", "What is to be reached.", "as the series", "The target is a range."),
        _number("low", "Lower end of a range.", "as the series", "The target is one value."),
        _number("high", "Upper end of a range.", "as the series", "The target is one value."),
        _text("ranked_by", "For a gap: id of the measure by which neighborhoods are ranked.", "The target is about the level."),
        _text("set_on", "When it was set: a day, or as much of one as is known."),
        _text("set_note", "How that is known."),
        _text("baseline", "Period that it starts from."),
        _text("baseline_note", "How that is known.", "Nothing noted."),
        REFERENCE,
    ),
    key=("indicator", "about", "series", "period", "ranked_by"), refers={"indicator": "indicators"},
)  # fmt: skip
OBSERVATIONS = Table(
    "observations", later("Observations"), later("Every figure of every indicator, in every vintage."),
    (_text("indicator", "Id of the indicator."), *FIGURE),
    key=("indicator", "series", "geography", "dimension", "group", "period", "vintage"), refers={"indicator": "indicators", "geography": "places"},
)  # fmt: skip
STATUSES = Table(
    "statuses", later("Statuses"), later("How each indicator stands, as the rules of this site say on one day. The two answers are separate: will it be at its target in time, and is it really moving."),
    (
        _text("indicator", "Id of the indicator."),
        _text("name", "Its name."),
        _text("outcome", "Id of its outcome."),
        Column("as_of", "date", "The day on which this was said."),
        _text("status", "Will it be at its target in time? met, on track, behind, far behind, getting worse, slipped below target, missed, maintained, not maintained, "
                        "no detectable change, too early, no target, not enough data, stale, or not collected any more."),
        _text("status_sentence", "Why, in a sentence."),
        _text("movement", "Is it really moving, or is it noise? getting better, getting worse, no detectable trend, or cannot tell."),
        _text("movement_sentence", "Why, in a sentence."),
        _text("series", "Id of the headline series.", "No series measures it yet."),
        _text("unit", "Unit of value and target."),
        _text("period", "Period of the latest value.", "There is no value."),
        _number("value", "The latest value.", IN_UNIT, "No value is known."),
        Column("provisional", "boolean", "Whether that value may still change.", missing="There is no value."),
        _text("vintage", "When the source published that value.", "The source does not say, or there is no value."),
        _text("baseline_period", "Period of the baseline.", "There is no target, or no figure of its baseline."),
        _number("baseline", "The value that the target starts from.", IN_UNIT, "There is no target, or no figure of its baseline."),
        _text("target_period", "Period of the target in force.", "No target is known."),
        _number("target", "That target.", IN_UNIT, "No target is known, or it is a range."),
        _number("target_low", "Lower end, where the target is a range.", IN_UNIT, "No target is known, or it is one value."),
        _number("target_high", "Upper end, where the target is a range.", IN_UNIT, "No target is known, or it is one value."),
        REFERENCE,
    ),
    key=("indicator",), refers={"indicator": "indicators", "outcome": "outcomes"},
)  # fmt: skip
PLACES = Table(
    "places", later("Places"), later("Every place that a figure is of: the city, its neighborhoods, and those that stand beside it."),
    (_text("id", "Id of the place."), _text("name", "Its name."), _text("type", "city, state, peer city, and so on.")),
    key=("id",),
)  # fmt: skip
NEIGHBORHOODS = Table(
    "neighborhoods", later("Neighborhoods"), later("The areas that the city is divided into on its maps; as GeoJSON with their shapes."),
    (
        _text("id", "Id of the area; also its id in the table places."),
        _text("name", "Its name."),
        _text("type", "What kind of area it is."),
        _number("land_sq_mi", "Land area, from the source and not from the drawn shape.", "square miles"),
        Column("neighborhoods", "list", "Neighborhoods that lie in it, at least in part.", missing="None named."),
        Column("other_names", "list", "Other names under which it is known.", missing="None known."),
        Column("tracts", "list", "Its census tracts.", missing="Not known."),
    ),
    key=("id",), shapes=True,
)  # fmt: skip
MEASURES = Table(
    "neighborhood-measures", later("Neighborhood measures"), later("What is published by neighborhood, with its definition."),
    (
        _text("id", "Id of the measure."),
        _text("name", "Its name."),
        _text("topic", "What it is about."),
        Column("position", "integer", "Its place in the list."),
        _text("definition", "What it counts."),
        _text("unit", "Its unit."),
        Column("decimals", "integer", "How many decimals are printed.", "decimals"),
        _text("improves_when", "When it gets better: rises, falls, within, or neither (no judgement)."),
        _text("source", "Who publishes it."),
        Column("caveats", "list", "What to beware of.", missing="Nothing noted."),
        Column("flags", "list", "What a reader must know at once.", missing="Nothing."),
        Column("sensitive", "boolean", "Whether it counts people: counts from 1 to 9 and what would give them away are suppressed."),
        _text("counted_per", "residents where a rate is per everybody who lives there.", "Its denominator is another, or it has none."),
        REFERENCE,
    ),
    key=("id",),
)  # fmt: skip
NEIGHBORHOOD_OBSERVATIONS = Table(
    "neighborhood-observations", later("Neighborhood observations"), later("Every figure by neighborhood, and the whole city's where it is published, in every vintage."),
    (_text("measure", "Id of the neighborhood measure."), *FIGURE,
     _text("caution", "Why this figure is left out of maps, gaps and trends on this site, though the source published it.", "It is left out of nothing.")),
    key=("measure", "series", "geography", "dimension", "group", "period", "vintage"), refers={"measure": "neighborhood-measures", "geography": "places"},
)  # fmt: skip
BUDGET_LINES = Table(
    "budget-lines", later("Budget lines"), later("Amounts as a budget book prints them, by service and fund. The table budget-coverage says what they are of: no sum of them is the City's total."),
    (
        _text("service", "The City's number of the service."),
        _text("activity", "Its number of the activity.", "The line is of the whole service."),
        _text("name", "Name of the service or activity."),
        _text("agency", "Agency."),
        _text("fund", "Fund that pays."),
        _text("fiscal_year", "Fiscal year."),
        _text("basis", "actual (spent), budgeted (adopted) or recommended (proposed): never to be added up."),
        Column("amount", "integer", "The amount; 0 is a printed zero.", "dollars of that year"),
        REFERENCE,
    ),
)  # fmt: skip
BUDGET_COVERAGE = Table(
    "budget-coverage", later("What the budget lines are of"), later("What the amounts of one fiscal year and basis cover, and what is absent."),
    (_text("fiscal_year", "Fiscal year."), _text("basis", "actual, budgeted or recommended."), _text("covers", "What there is."), _text("absent", "What there is not."), REFERENCE),
    key=("fiscal_year", "basis"),
)  # fmt: skip
BUDGET_LINKS = Table(
    "budget-links", later("Services and outcomes"), later("The outcome that a budget put a service under in one fiscal year, or that is proposed for it."),
    (
        _text("service", "The City's number of the service."),
        _text("framework", "Id of the set of outcomes."),
        _text("fiscal_year", "Fiscal year."),
        _text("outcome", "Id of the outcome in that set.", "The service is under none of them."),
        _text("name", "The outcome as that set words it.", "The service is under none of them."),
        _text("basis", "printed (in the City's own book), or proposed: … (ours, with the reason)."),
        REFERENCE,
    ),
)  # fmt: skip
SERVICE_MEASURES = Table(
    "service-measures", later("Service measures"), later("A service's own performance measure and what it was to reach in one fiscal year."),
    (
        _text("measure", "The measure as it is printed."),
        _text("service", "The City's number of the service."),
        _text("name", "Name of the service.", "None is printed beside it."),
        _text("fiscal_year", "Fiscal year."),
        _number("target", "What was to be reached.", "as the measure says"),
        _text("indicator", "Id of the indicator whose file names this measure.", "No indicator names it."),
        _text("tie", "counts it, or stands beside it.", "No indicator names it."),
        REFERENCE,
    ),
)  # fmt: skip
RECORD = Table(
    "meetings-record", later("Record of the meetings"), later("For each agency and month: Stat meetings held, of those scheduled, and whether the law asked for one."),
    (
        _text("agency", "Id of the agency."),
        _text("agency_name", "Its name."),
        Column("year", "integer", "Calendar year.", "year"),
        Column("month", "integer", "Month, from 1 to 12.", "month"),
        Column("required", "boolean", "Whether the law asks for a meeting in this month. False also for months before meetings were recorded here."),
        Column("scheduled", "integer", "Meetings planned.", "meetings"),
        Column("held", "integer", "Meetings held.", "meetings"),
        Column("cancelled", "integer", "Meetings cancelled.", "meetings"),
        Column("missed", "boolean", "Whether one was required, the month is over, and none was held."),
    ),
    key=("agency", "year", "month"), written_by_people=True,
)  # fmt: skip
PROMISES = Table(
    "promises", later("Public promises"), later("Follow-ups of Stat meetings that are shown to residents."),
    (
        _text("id", "Id of the follow-up."),
        _text("agency", "The agency that promised.", "Not named."),
        _text("owner", "Who answers for it.", "Names are not published here."),
        _text("action", "What is to be done. Names and addresses of persons are taken out."),
        Column("made_on", "date", "When it was promised."),
        Column("due", "date", "By when."),
        _text("state", "late, not-due or kept."),
        Column("begun", "boolean", "Whether it was begun."),
        Column("done_on", "date", "When it was done.", missing="It is not kept yet."),
        Column("days_late", "integer", "Days after the due date; 0 where it is not late.", "days"),
        _text("evidence", "What shows that it was kept.", "It is not kept yet, or the evidence is a link or a file."),
        _text("link", "Where the evidence can be seen.", "None that is public."),
        Column("elsewhere", "boolean", "Whether the City keeps more evidence."),
        _text("indicator", "Id of the indicator that it is to move.", "None named."),
        _text("measure", "Id of the neighborhood measure that it is to move.", "None named."),
        _text("area", "Id of the neighborhood that it is about.", "None named."),
        _text("outcome", "Id of the outcome that it is to bring nearer.", "None named."),
    ),
    key=("id",), written_by_people=True,
)  # fmt: skip

TABLES: Mapping[str, Table] = {
    one.name: one
    for one in (OUTCOMES, INDICATORS, SERIES, TARGETS, STATUSES, OBSERVATIONS, PLACES, NEIGHBORHOODS, MEASURES, NEIGHBORHOOD_OBSERVATIONS,
                BUDGET_LINES, BUDGET_COVERAGE, BUDGET_LINKS, SERVICE_MEASURES, RECORD, PROMISES)
}  # fmt: skip

DICTIONARY = Table(
    "dictionary", later("Data dictionary"), later("Every column of every table: its type, its unit, and what an empty cell means."),
    (
        _text("table", "Name of the table."),
        _text("column", "Name of the column."),
        _text("type", "string, number, integer, boolean (true or false), date (year-month-day), or list."),
        _text("about", "What stands there."),
        _text("unit", "Its unit.", "It has none, or the unit stands in another column."),
        _text("missing", "What an empty cell means.", "It is never empty."),
    ),
    key=("table", "column"),
)  # fmt: skip
FILES: Mapping[str, Table] = {**TABLES, DICTIONARY.name: DICTIONARY}


def dictionary_rows() -> list[dict[str, str]]:
    """The data dictionary as rows."""
    return [{"table": table.name, "column": one.name, "type": one.type, "about": one.about + _listed(one), "unit": one.unit, "missing": one.missing}
            for table in TABLES.values() for one in table.columns]  # fmt: skip


def _listed(one: Column) -> str:
    return (
        f" In CSV and XLSX its items are parted by “{SEPARATOR}”; in JSON it is a list." if one.type == "list" else ""
    )
