"""Made-up meetings with frozen figures that can be checked by eye, for the tests of the papers."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import date

from lib.assessment import Assessment
from lib.cycle import Agency, Decided, Deliverable, FollowUp, Meeting, Stat, State, Topic
from lib.methods.inequality import Concentration
from lib.methods.periods import parse_period
from lib.model import Direction, NeighborhoodMeasure, PeriodKind, Series
from lib.neighborhoods import AreaFigure, Layer
from lib.settings import read_settings
from lib.stat.papers.content import Occasion
from lib.stat.snapshot import Frozen, as_bytes, from_bytes
from lib.store.meetings import Snapshot
from tests.stat.city import indicator, stat

RELEASE = "0123456789abcdef0123"
ON = date(2026, 11, 27)
DAY = date(2026, 12, 1)
AGENCIES = (Agency("fire", "Fire Department", "BCFD", True, "law"), Agency("health", "Health", "BCHD", True, "law"))
FIRES = {"2020": 10.0, "2021": 9.5, "2023": 8.5, "2024": 9.8, "2025": 9.9}  # 2022 was not counted


def meeting(**more) -> Meeting:
    values = dict(id="m2", stat="s", day=DAY, at="14:00", place="City Hall", state=State.RELEASED, decision="Choose the street.", areas=(), cancelled_because="", example=False,
                  version=4, created_at="2026-11-10T10:00:00.000Z", created_by="Ann")  # fmt: skip
    return Meeting(**values | more)


def follow_up(number: int, **more) -> FollowUp:
    values = dict(id=f"{number:08x}-0000", stat="s", meeting="m1", agency="fire", issue="", action=f"Count the hydrants of ward {number}", owner="Bea Long", due=date(2026, 11, 20),
                  deliverable=Deliverable.MEMO, indicator="", measure="", area="", begun_on=None, done_on=None, evidence="", evidence_link="", evidence_file="", notes="",
                  escalation="", public=False, example=False, version=1, created_at=f"2026-11-03T{10 + number // 60:02d}:{number % 60:02d}:00.000Z", created_by="Ann")  # fmt: skip
    return FollowUp(**values | more)


def topic(number: int = 1, **more) -> Topic:
    values = dict(id=number, meeting="m2", position=number, kind="indicator", subject="fires", title="Fires", reasons=("It is getting worse beyond chance.",),
                  figures=("9.9 in 2025", "The last figure is above the straight line."), question="What would stop them?", decided=Decided.CHOSEN, because="", by="Ann")  # fmt: skip
    return Topic(**values | more)


def layer(values: dict[str, float | str], *, improves_when: Direction = Direction.FALLS, key: str = "fires_by_area", unit: str = "per 1,000 residents") -> Layer:
    """A layer of one period; a word in place of a number is the reason why it is missing."""
    series = Series("one", "Fires", unit, 1, PeriodKind.CALENDAR, "rate", 1000.0)
    measure = NeighborhoodMeasure(key, "Fires in homes", "Tests", 1, "d", unit, 1, improves_when, "Fire Department", (), (), False, "", "tests", (series,))
    period = parse_period("2025", PeriodKind.CALENDAR)
    figures = tuple(
        AreaFigure(area, math.nan if isinstance(value, str) else value, value if isinstance(value, str) else "", "", "tests", "", math.nan, math.nan, False, math.nan)
        for area, value in values.items()
    )
    return Layer(measure, series, (period,), {"2025": figures}, {"2025": 4.2}, (), (), {})


def frozen(assessments: tuple[Assessment, ...] | None = None, *, about: Stat | None = None, topics: tuple[Topic, ...] | None = None, layers: tuple[Layer, ...] = (), **more) -> Frozen:
    own = (indicator(FIRES, measure="fires_by_area"),) if assessments is None else assessments
    values = dict(
        format=1, on=date(2026, 11, 25), release=RELEASE, stat=about or stat(indicators=tuple(one.indicator.id for one in own)), meeting=meeting(),
        topics=(topic(),) if topics is None else topics, passed_over=(("Asthma", "It is stable."),), assessments=own, layers=layers, concentrations={},
        areas=tuple((f"area-{number}", f"Area {number}") for number in range(1, 13)), follow_ups=(), since=("Fires: 2024 was 9.7 and is 9.8 now.",),
    )  # fmt: skip
    return Frozen(**values | more)


def occasion(kept: Frozen | None = None, *, follow_ups: tuple[FollowUp, ...] | None = None, released: bool = True, **more) -> Occasion:
    """An occasion whose frozen figures went through the store's bytes and back."""
    kept = kept or frozen()
    content = as_bytes(kept)
    taken = Snapshot("m2", "2026-11-27T18:02:11.123Z", "Ann", RELEASE, hashlib.sha256(content).hexdigest(), content) if released else None
    values = dict(settings=read_settings(), frozen=from_bytes(content), meeting=meeting(), follow_ups=(follow_up(1),) if follow_ups is None else follow_ups, on=ON,
                  agencies=AGENCIES, stamp=taken, previous=meeting(id="m1", day=date(2026, 11, 3), state=State.MEMO_SENT), following=meeting(id="m3", day=date(2027, 1, 5)))  # fmt: skip
    return Occasion(**values | more)


def example() -> Occasion:
    """A memo of three indicators, two topics and twelve follow-ups, all of it made up and marked so."""
    own = (indicator(FIRES, measure="fires_by_area"), indicator({"2020": 10.0, "2021": 12.0, "2022": 15.0}, key="calls", name="Calls", target=None),
           indicator({"2020-Q1": 1.0, "2020-Q2": 1.5, "2020-Q3": math.nan, "2020-Q4": 1.2}, key="crews", name="Crews on duty", kind=PeriodKind.QUARTER, target=None))  # fmt: skip
    areas = layer({f"area-{number}": 13.0 - number for number in range(1, 12)} | {"area-12": "suppressed"})
    about = stat(indicators=("fires", "calls", "crews"), measures=("fires_by_area",), short="Example Stat", example=True)
    spread = Concentration(12, 12, 3, ("area-1",), sentence="3 of 12 neighborhoods hold half of all fires in homes, with 20% of the residents.")
    kept = frozen(own, about=about, topics=(topic(), topic(2, kind="other", subject="", title="Hydrants", reasons=(), figures=(), question="Who opens them?"),
                                            topic(3, title="Crews", subject="crews", decided=Decided.SET_ASIDE, because="The next figure comes in January.")),
                  layers=(areas,), concentrations={"fires_by_area": spread})  # fmt: skip
    several = tuple(
        follow_up(number, due=date(2026, 11, 10 + 2 * number), begun_on=date(2026, 11, 5) if number % 3 == 0 else None,
                  done_on=date(2026, 11, 24) if number % 4 == 0 else None, evidence="list sent" if number % 4 == 0 else "", issue="Hydrants that are stuck" if number % 2 else "")
        for number in range(1, 10)
    )  # fmt: skip
    later = tuple(follow_up(number, meeting="m2", due=date(2026, 12, 20)) for number in range(10, 13))
    one = occasion(kept, follow_ups=several + later)
    return replace(one, meeting=replace(one.meeting, example=True))
