"""The city's settings, from config.toml at the project's root."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from lib.colour import INK, READABLE, WHITE, contrast
from lib.errors import SettingsError
from lib.language import languages

ROOT = Path(__file__).resolve().parent.parent
CITY_FOLDER = "OUTCOMESTAT_CITY"  # the environment names another folder with config.toml and data/; else it is the project's own


def city_folder() -> Path:
    """Where this city's config.toml, data/ and DATA.md stand: the folder that OUTCOMESTAT_CITY names, seen from the project's root,
    else that root itself."""
    return (ROOT / os.environ.get(CITY_FOLDER, "").strip()).resolve()


def data_folder() -> Path:
    """The city as data."""
    return city_folder() / "data"


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


Hex = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Look(_Table):
    """The city's two colours, from which those of charts, pages and papers follow, and its marks. Files are named from the folder of config.toml."""

    frame: Hex
    accent: Hex
    logo: str
    favicon: str

    @field_validator("frame")
    @classmethod
    def carries_white_text(cls, frame: str) -> str:
        return _stands_out(frame, WHITE, "white text on", "choose a darker colour")

    @field_validator("accent")
    @classmethod
    def carries_dark_text_and_stands_out_from_the_frame(cls, accent: str, info: ValidationInfo) -> str:
        _stands_out(accent, INK, "dark text on", "choose a lighter colour")
        frame = info.data.get("frame")  # None where it was refused itself
        return _stands_out(accent, frame, f"on the frame {frame}, the accent", "choose a lighter accent or a darker frame") if frame else accent


def _stands_out(colour: str, beside: str, said: str, remedy: str) -> str:
    found = contrast(colour, beside)
    if found < READABLE:
        raise ValueError(f"{said} {colour} has a contrast of {found:.1f}:1 and needs {READABLE}:1; {remedy}")
    return colour


class Site(_Table):
    """Where the site is on the web, and who is written to about it. Both may be "", and then nothing names them."""

    address: str = Field(pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*[^\s/?#])?)?$")  # without a slash at its end
    email: str = Field(pattern=r"^([^\s@]+@[^\s@]+)?$")


class FrameworkChoice(_Table):
    current: str


class FiscalYear(_Table):
    start_month: int = Field(ge=1, le=12)


class Languages(_Table):
    """What the interface speaks, the first where a reader's browser asks for none of them; and what the city's own texts are written in."""

    offered: list[str] = Field(min_length=1)
    texts: str

    @field_validator("offered")
    @classmethod
    def have_a_catalogue(cls, offered: list[str]) -> list[str]:
        for one in offered:
            if one not in languages():
                raise ValueError(f"there is no catalogue for {one!r}; write locale/{one}/LC_MESSAGES/messages.po, or one of: {', '.join(languages())}")
        return offered


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
    kept: bool  # whether `path` lies on a disk that outlives a restart, so that people may write
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
    evidence_sites: list[str] = []
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
    site: Site = Site(address="", email="")
    look: Look
    framework: FrameworkChoice
    fiscal_year: FiscalYear
    language: Languages
    status: StatusBands
    projection: Projection
    store: Store
    areas: Areas
    map: Map
    equity: Equity
    intake: Intake
    stat: StatCycle
    sources: dict[str, Any] = {}  # connectors; read by lib.store.sources when one is used. Without its table each is off


def read_settings(path: Path | None = None) -> Settings:
    """The settings in `path`, else those of this city.

    Raises SettingsError that names the key and the remedy when the file is absent, is not TOML, lacks a key, has an
    unknown one, holds a value outside its bounds, or names a file that is not there.
    """
    path = path or city_folder() / "config.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        where = f"in the folder that {CITY_FOLDER} names" if os.environ.get(CITY_FOLDER) else "at the project's root"
        raise SettingsError(f"{path.name} cannot be read; put it {where}.", detail=str(problem)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path.name} is not valid TOML: {problem}.") from None
    try:
        settings = Settings.model_validate(content)
    except ValidationError as problem:
        lines = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in problem.errors())
        raise SettingsError(f"{path.name}: {lines}. Compare it with the one in the repository.") from None
    for key, name in (("logo", settings.look.logo), ("favicon", settings.look.favicon)):
        if name and not (path.parent / name).is_file():
            raise SettingsError(f'{path.name}: look.{key}: there is no file {name!r} beside it; put it there, or write "".')
    return settings


def check_framework(settings: Settings, known: Iterable[str]) -> None:
    """Raises SettingsError unless `[framework] current` is one of the `known` ids."""
    ids, current = sorted(known), settings.framework.current
    if current not in ids:
        raise SettingsError(f"config.toml: framework.current: there is no framework {current!r}; write one of: "
                            f"{', '.join(ids) or '(there are none yet)'}.")  # fmt: skip


def database_url(settings: Settings) -> str:
    """Where the store is: `DATABASE_URL` if it is set, else the SQLite file that config.toml names, from the city's folder."""
    return _named("DATABASE_URL") or f"sqlite:///{(city_folder() / settings.store.path).resolve()}"


def database_read_url() -> str:
    """A second database that follows the main one, for readers: `DATABASE_READ_URL`; "" where there is none."""
    return _named("DATABASE_READ_URL")


def _named(variable: str) -> str:
    """The address of a database in the environment, with the driver's name; "" where there is none."""
    url = os.environ.get(variable, "").strip()
    for plain in ("postgres://", "postgresql://"):  # hosts hand out both; SQLAlchemy wants the driver's name
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


LOCAL_STAFF = "OUTCOMESTAT_LOCAL_STAFF"  # set by `make run`, which listens to its own machine only


def keeps_what_is_written(settings: Settings) -> bool:
    """Whether what people write outlives a restart: a database that is named, a disk of which config.toml says so, or one's own machine."""
    return bool(os.environ.get("DATABASE_URL", "").strip()) or settings.store.kept or os.environ.get(LOCAL_STAFF) == "1"
