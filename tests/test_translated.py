"""What people read goes through the catalogue: in a made-up language no English word is left but those of the data."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import date

import pytest

from lib.assessment import Assessment, assess, spoken_trend, status_word, target_text
from lib.charts import map as area_map
from lib.charts import scatter
from lib.charts import trend as chart
from lib.cycle import State
from lib.fairness import analyst_table, concentration_of, fairness, funnel_of, ranking_of
from lib.intake.header import COLUMNS
from lib.methods.status import Bands, status_rules
from lib.methods.trend import movement_rules
from lib.model import Direction, MissingReason, PeriodKind
from lib.neighborhoods import NOT_USED, layers_of, standing
from lib.stat import curve, reminders
from lib.stat.papers import content
from lib.stat.papers import deck as paper_deck
from lib.store.catalogue import read_catalogue
from tests.cities import ten_areas, write
from tests.intake.corpus import CASES as FILES
from tests.intake.test_corpus import report_on
from tests.intake.town import known
from tests.pseudo import pseudo, texts_in, unwrapped
from tests.stat import city, occasions
from tests.tables import FALLS, MONTHLY, OUTCOME, indicator, months, rows_of, target
from tests.test_fairness import PEOPLE, RANKED

UNITS = ("per 1,000 residents", "percent of homes", "fires")
NAMES = (
    "Mann-Kendall",
    "Mann",
    "Kendall",
    "Sen",
    "Wagstaff",
    "Erreygers",
    "Theil",
)  # of people: the same in every language


@pytest.fixture(autouse=True)
def made_up_language():
    with pseudo():
        yield


def left(said, *data) -> list[str]:
    """The words that stand in a text, or in what a function gave, and that no catalogue has seen. `data` are the data's own texts."""
    return unwrapped("\n".join(texts_in(said)), data=[*texts_in(*data), *UNITS, *NAMES])


def answers(one: Assessment) -> list:
    """What is said of an indicator, without the indicator itself."""
    return [
        one.status,
        replace(one.movement, test=""),
        one.projection,
        status_word(one),
        target_text(one),
        spoken_trend(one),
    ]


RISES = replace(FALLS, unit="percent of homes", value_kind="proportion", multiplier=100.0, overdispersed=False)
LONG = {"2016": 12.0, "2017": 11.0, "2018": 10.0, "2019": 9.0, "2020": 8.0, "2021": 7.5, "2022": 7.0, "2023": 6.0}
CASES = [
    ({}, ()),
    ({"2018": 10.0}, (target("2030", PeriodKind.CALENDAR, 5.0),)),
    ({"2018": 10.0, "2025": 9.0}, ()),
    *[({"2018": 10.0, "2025": value}, (target("2030", PeriodKind.CALENDAR, aim),))
      for value in (4.0, 6.0, 8.0, 9.95, 11.5) for aim in (5.0, 10.0, 10.5)],  # met, on track, behind, no change, worse; maintain; slipped
    ({"2018": 10.0, "2019": 9.0}, (target("2035", PeriodKind.CALENDAR, 5.0),)),  # too early
    ({"2018": 10.0, "2022": 4.0, "2025": 6.0}, (target("2022", PeriodKind.CALENDAR, 5.0),)),
    ({"2018": 10.0, "2022": 6.0, "2025": 4.0}, (target("2022", PeriodKind.CALENDAR, 5.0),)),
    ({"2018": 10.0, "2025": 6.0}, (target("2022", PeriodKind.CALENDAR, 5.0),)),  # its own year has no figure
    ({"2018": 10.0, "2020": 6.0}, (target("2022", PeriodKind.CALENDAR, 5.0),)),  # stale, awaited
    (LONG, (target("2026", PeriodKind.CALENDAR, 5.0),)),
    (LONG, (target("2026", PeriodKind.CALENDAR, 0.1),)),
    ({**LONG, "2023": 20.0}, (target("FY2027", PeriodKind.FISCAL, 5.0),)),
]  # fmt: skip


@pytest.mark.parametrize("improves_when", list(Direction))
@pytest.mark.parametrize(
    "series", [FALLS, RISES, replace(FALLS, independent=False)], ids=["rate", "proportion", "windows"]
)
def test_what_is_said_of_an_indicator(series, improves_when):
    for values, targets in CASES:
        for collected in (True, False):
            asked = replace(indicator(series, *targets, improves_when=improves_when), collected=collected)
            table = (
                rows_of(series, values, numerator=40.0, denominator=900.0)
                if values
                else rows_of(series, {"2018": 1.0}).iloc[:0]
            )
            one = assess(
                asked,
                OUTCOME,
                table,
                city="city",
                as_of=date(2026, 3, 1),
                fiscal_year_start_month=7,
                bands=Bands(),
                confidence=0.8,
            )
            assert left(answers(one), asked.name) == []
            found = curve.effect(one, date(2020, 6, 1))
            assert left([found, curve.forecast(one), curve.figures_beside(one, date(2020, 6, 1))], asked.name) == []


def test_a_range_that_is_crossed():
    aim = replace(target("2030", PeriodKind.CALENDAR, 0.0), value=None, low=4.0, high=6.0)
    for before, now in ((2.0, 9.0), (9.0, 1.0), (9.0, 1.1), (2.0, 7.9), (2.0, 5.0), (2.0, 3.0)):
        asked = indicator(FALLS, aim, improves_when=Direction.WITHIN)
        table = rows_of(FALLS, {"2018": before, "2025": now})
        one = assess(
            asked,
            OUTCOME,
            table,
            city="city",
            as_of=date(2026, 3, 1),
            fiscal_year_start_month=7,
            bands=Bands(),
            confidence=0.8,
        )
        assert left(answers(one), asked.name) == []


@pytest.mark.parametrize("change", [0.0, 3.0, 30.0, -30.0])
def test_what_is_said_of_months_before_and_after_something_was_done(change):
    for improves_when in Direction:
        for count in (8, 20, 44):
            values = {
                label: value + (change if number >= 30 else 0)
                for number, (label, value) in enumerate(months(count).items())
            }
            asked = indicator(MONTHLY, improves_when=improves_when)
            one = assess(
                asked,
                OUTCOME,
                rows_of(MONTHLY, values),
                city="city",
                as_of=date(2026, 3, 1),
                fiscal_year_start_month=7,
                bands=Bands(),
                confidence=0.8,
            )
            assert (
                left(
                    [curve.effect(one, on) for on in (date(2024, 6, 20), date(2022, 3, 1), date(2030, 1, 1))],
                    asked.name,
                )
                == []
            )


def test_the_rules_of_the_answers():
    assert left([list(status_rules(Bands()).values()), list(movement_rules().values())]) == []


def areas(tmp_path, **files):
    catalogue = read_catalogue(write(tmp_path, ten_areas(**files)))
    table = catalogue.area_observations
    return catalogue, {
        one.id: layers_of(
            one,
            table[table["measure"] == one.id],
            catalogue.areas,
            city="tinyville",
            residents=PEOPLE,
            spatial={},
            fiscal_year_start_month=7,
        )
        for one in catalogue.measures
    }


def test_how_a_neighborhood_stands(tmp_path):
    catalogue, layers = areas(tmp_path)
    for layer in (several[0] for several in layers.values() if several):
        for area in catalogue.areas:
            found = standing(layer, area.id, residents=PEOPLE)
            assert found is None or left(found.comparison) == []


def test_how_fair_it_is(tmp_path):
    _catalogue, layers = areas(tmp_path)
    ranking = ranking_of(layers["median_household_income"], near=layers["fires"][0].latest.end, **RANKED)
    for improves_when in Direction:
        layer = replace(layers["fires"][0], measure=replace(layers["fires"][0].measure, improves_when=improves_when))
        found = fairness(layer, ranking, PEOPLE)
        said = [[one.sentence for one in found.gaps.values()], [one.steps for one in found.gaps.values()], found.narrowing, found.slope.steps,
                found.gap_movement, found.level_movement]  # fmt: skip
        period = layer.latest
        said += [funnel_of(layer, period, ranking, PEOPLE).sentence, funnel_of(layer, period, ranking, PEOPLE).steps]
        said += [analyst_table(layer, period, ranking, PEOPLE).steps]
        spread = concentration_of(layer, period, ranking, PEOPLE, what="fires")
        assert left([*said, spread.sentence, spread.steps], RANKED, "income", "the lowest income", "the highest") == []


def test_the_words_on_a_chart_of_a_trend():
    line = chart.Line("Falls", [date(2018, 12, 31), date(2025, 12, 31)], ["2018", "2025"], [10.0, 9.0], ["10.0", "9.0"])
    limits = [(date(2019, 1, 1), date(2025, 1, 1), 5.0, 15.0)]
    for trial in (True, False):
        drawn = chart.draw(
            chart.Trend(
                "",
                line,
                limits=(5.0, 10.0, 15.0),
                trial_limits=trial,
                before_limits=limits,
                marks=[(date(2026, 5, 1), "Falls")],
            )
        )
        texts = [one.text or "" for one in drawn.layout.annotations] + [str(one) for one in drawn.layout.xaxis.ticktext]
        assert left(texts, "Falls") == []


def test_the_words_on_a_map_and_in_a_funnel():
    reasons = ("suppressed", "not reported", "not applicable", "not collected any more", NOT_USED)
    drawing = {
        "features": [
            {
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[number, 0], [number + 1, 0], [number + 1, 1], [number, 0]]],
                }
            }
            for number in range(5)
        ]
    }
    shown = area_map.AreaMap(["One"] * 5, [None] * 5, reasons, (), (), "Title", "", "")
    assert left(area_map.svg(shown, drawing), "Title") == []
    address = scatter.funnel(
        [scatter.Dot(10.0, 5.0, "Falls", tone="", filled=True)], city=4.0, limits=[(10.0, 1.0, 9.0)]
    )
    assert left(b64decode(address.rpartition(",")[2]).decode(), "Falls") == []


NO_WORDS = {
    "Pre-Memo",
    "Agenda",
    "Follow-Up Memo",
    "Deck",
    "note",
    "lead",
    "mark",
    "neutral",
    "good",
    "concern",
    "serious",
    "quiet",
}  # kinds and tones


def test_the_papers_of_a_meeting():
    one = occasions.example()
    for papers in (one, replace(one, stamp=None, previous=None, following=None)):
        frozen = papers.frozen
        given = [
            frozen.stat,
            frozen.topics,
            frozen.passed_over,
            frozen.since,
            frozen.areas,
            frozen.concentrations,
            papers.meeting,
            papers.follow_ups,
        ]
        given += [
            papers.agencies,
            papers.city,
            papers.stamp,
            [one.indicator for one in frozen.assessments],
            [layer.measure for layer in frozen.layers],
        ]
        held = replace(papers, meeting=replace(papers.meeting, state=State.HELD))
        written = (
            content.pre_memo(papers),
            content.agenda(papers),
            content.follow_up_memo(held),
            paper_deck.deck(papers),
            paper_deck.deck(held),
        )
        for paper in written:
            assert left([text for text in texts_in(paper) if text not in NO_WORDS], given) == []


def test_the_report_on_a_file():
    """Of every file of the corpus: what is wrong and what was changed, but for the names of columns, sheets, reasons and places, and what stood there."""
    names = [
        *texts_in(known().framework.indicators, known().measures, known().areas),
        *COLUMNS,
        *map(str, MissingReason),
        "Values",
        "Other",
    ]
    names += ["CSV", "TRUE", "FALSE", "true", "false", "xl/worksheets/sheet1.xml"]
    for file in FILES:
        found = report_on(file)
        said = [[one.why, one.remedy] for one in found.problems] + [one.why for one in found.changes] + [found.sentence]
        without_quoted = [re.sub(r"(['\"“]).*?['\"”]", " ", text) for text in texts_in(said)]
        assert left(without_quoted, names, [one.found for one in found.problems]) == [], file.name


def test_reminders():
    several = [
        occasions.follow_up(number, due=date(2026, 11, 20 + number), begun_on=date(2026, 11, 5) if number % 2 else None)
        for number in range(1, 9)
    ]
    about = {"s": city.stat()}
    for kept in ([], several[:1], several):
        letter = reminders.digest(
            "Bea Long",
            kept,
            date(2026, 11, 24),
            stats=about,
            meetings=[occasions.meeting()],
            address="https://example.org",
        )
        assert left(letter, several, list(about.values()), "Bea Long", "https://example.org") == []
