"""The city's settings, from config.toml at the project's root."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lib.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class City(_Table):
    name: str
    title: str
    timezone: str
    contact: str
    licence: str

    @field_validator("timezone")
    @classmethod
    def is_a_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:  # OSError: "America" is a folder of zones
            raise ValueError(f"{name!r} is not a time zone; write one like America/New_York") from problem
        return name


class FrameworkChoice(_Table):
    current: str


class FiscalYear(_Table):
    start_month: int = Field(ge=1, le=12)


class StatusBands(_Table):
    on_track: float = Field(gt=0, le=1)
    far_behind: float = Field(ge=0, lt=1)
    too_early: float = Field(ge=0, lt=1)
    significance_z: float = Field(gt=0)
    detectable_share: float = Field(gt=0, lt=1)
    stale_intervals: float = Field(gt=0, le=20)

    @field_validator("far_behind")
    @classmethod
    def below_on_track(cls, far_behind: float, info) -> float:
        if far_behind >= info.data.get("on_track", 1):
            raise ValueError("must be smaller than on_track")
        return far_behind


class Projection(_Table):
    confidence: float = Field(gt=0, lt=1)


class Store(_Table):
    path: str
    connect_seconds: int = Field(ge=1, le=3600)
    query_seconds: int = Field(ge=1, le=3600)


class Areas(_Table):
    kind: str
    one: str
    several: str
    facts: list[str]
    similar_by: list[str]


class Map(_Table):
    style: str


class Ranking(_Table):
    """A variable by which areas are ranked from most to least disadvantaged."""

    measure: str
    disadvantaged: Literal["low", "high"]
    name: str
    most: str
    least: str


class Equity(_Table):
    population: list[str]
    ranking: list[Ranking]


class Intake(_Table):
    max_megabytes: float = Field(gt=0)
    max_rows: int = Field(ge=1)


class Holidays(_Table):
    country: str
    subdivision: str
    added: list[str]
    worked: list[str]

    @field_validator("added", "worked")
    @classmethod
    def are_days(cls, days: list[str]) -> list[str]:
        for day in days:
            try:
                date.fromisoformat(day)
            except ValueError as problem:
                raise ValueError(f"{day!r} is not a day; write one like 2026-11-03") from problem
        return days


Minutes = Annotated[list[Annotated[int, Field(ge=1, le=240)]], Field(min_length=5, max_length=5)]


class MeetingMinutes(_Table):
    agency: Minutes
    place_based: Minutes = Field(alias="place-based")


class Mail(_Table):
    server: str
    port: int = Field(ge=1, le=65535)
    sender: str
    encryption: Literal["starttls", "tls", "none"]
    user: str


class StatCycle(_Table):
    """The meetings: their days, their clock, and what reaches the agenda."""

    frame: int = Field(ge=-60, le=0)
    draft: int = Field(ge=-60, le=0)
    check: int = Field(ge=-60, le=0)
    release: int = Field(ge=-60, le=0)
    memo: int = Field(ge=0, le=60)
    report_due: str = Field(pattern=r"^\d\d-\d\d$")
    required_since: date
    topics: int = Field(ge=1, le=10)
    concentrated: float = Field(gt=0, lt=1)
    public_names: bool
    holidays: Holidays
    minutes: MeetingMinutes
    mail: Mail

    @field_validator("report_due")
    @classmethod
    def is_a_day(cls, said: str) -> str:
        try:
            date.fromisoformat(f"2027-{said}")
        except ValueError as problem:
            raise ValueError(f"{said!r} is not a day of the year; write month and day, such as 01-31") from problem
        return said

    @field_validator("release")
    @classmethod
    def in_order(cls, release: int, info) -> int:
        days = [info.data.get(name) for name in ("frame", "draft", "check")]
        if None not in days and sorted([*days, release]) != [*days, release]:
            raise ValueError("frame, draft, check and release follow each other")
        return release


class Settings(_Table):
    city: City
    framework: FrameworkChoice
    fiscal_year: FiscalYear
    status: StatusBands
    projection: Projection
    store: Store
    areas: Areas
    map: Map
    equity: Equity
    intake: Intake
    stat: StatCycle
    sources: dict[str, Any] = {}  # connectors; read by lib.store.sources when one is used. Without its table each is off


def read_settings(path: Path = ROOT / "config.toml") -> Settings:
    """The settings in `path`.

    Raises SettingsError that names the key and the remedy when the file is absent, is not TOML, lacks a key, has an
    unknown one, or holds a value outside its bounds.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise SettingsError(f"{path.name} cannot be read; put it at the project's root.", detail=str(problem)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path.name} is not valid TOML: {problem}.") from None
    try:
        return Settings.model_validate(content)
    except ValidationError as problem:
        lines = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors())
        raise SettingsError(f"{path.name}: {lines}. Compare it with the one in the repository.") from None


def check_framework(settings: Settings, known: Iterable[str]) -> None:
    """Raises SettingsError unless `[framework] current` is one of the `known` ids."""
    ids, current = sorted(known), settings.framework.current
    if current not in ids:
        raise SettingsError(f"config.toml: framework.current: there is no framework {current!r}; write one of: "
                            f"{', '.join(ids) or '(there are none yet)'}.")  # fmt: skip


def database_url(settings: Settings, root: Path = ROOT) -> str:
    """Where the store is: `DATABASE_URL` if it is set, else the SQLite file that config.toml names."""
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return f"sqlite:///{(root / settings.store.path).resolve()}"
    for plain in ("postgres://", "postgresql://"):  # hosts hand out both; SQLAlchemy wants the driver's name
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
