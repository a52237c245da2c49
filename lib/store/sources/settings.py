"""The keys of config.toml's table [sources]. A source without its table is off. Imports nothing of lib but addresses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lib.store.sources.addresses import origin_of, origin_of_host

FIRST_ACS = 2009  # the first five-year release: 2005-2009


def _a_host(entry: str) -> str:
    origin_of_host(entry)
    return entry


def _an_address(address: str) -> str:
    origin_of(address)
    if any(sign in address for sign in "?#"):
        raise ValueError("the address ends before ? and #")
    return address.rstrip("/")


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Host = Annotated[Text, AfterValidator(_a_host)]
Address = Annotated[Text, AfterValidator(_an_address)]
Year = Annotated[int, Field(ge=1990, le=2100)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]+$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[BC][0-9]{5}[A-Z]*_[0-9]{3}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Limits(_Table):
    """[sources.limits]: how long a source may take and how much it may send."""

    connect_seconds: float = Field(default=5, gt=0, le=60)
    read_seconds: float = Field(default=20, gt=0, le=300)  # without a single byte
    reply_seconds: float = Field(default=120, gt=0, le=3600)  # one reply, with retries and redirects
    source_seconds: float = Field(default=900, gt=0, le=7200)  # all replies of one source
    max_megabytes: float = Field(default=50, gt=0, le=500)  # one reply, unpacked
    max_source_megabytes: float = Field(default=200, gt=0, le=2000)  # all replies of one source, unpacked
    max_unpacked_megabytes: float = Field(default=300, gt=0, le=2000)  # all that is in a workbook
    max_rows: int = Field(default=200_000, ge=1)
    max_columns: int = Field(default=400, ge=1, le=16_384)
    max_pages: int = Field(default=500, ge=1)
    max_redirects: int = Field(default=3, ge=0, le=10)
    retries: int = Field(default=2, ge=0, le=5)
    retry_wait_seconds: float = Field(default=1, ge=0, le=60)


class Figure(_Table):
    """Which measure's series of data/measures/ a column holds."""

    measure: Text
    series: Text
    first_year: Year = 1990
    last_year: Year = 2100
    factor: float = Field(default=1.0, gt=0)  # what the source's number is multiplied with to be in the series' unit
    window_years: int = Field(default=5, ge=2, le=10)  # of a series of windows: 17 is 2013-2017

    @model_validator(mode="after")
    def years_in_order(self) -> Figure:
        if self.first_year > self.last_year:
            raise ValueError("first_year is later than last_year")
        return self


class VitalSignsColumn(Figure):
    """[[sources.vital_signs.column]]: the columns <code><two digits of the year> of a layer."""

    layer: Code
    code: Code
    also: list[Code] = []  # slips of the pen in the code that were met


class VitalSigns(_Table):
    """[sources.vital_signs]: BNIA's layers."""

    base: Address
    layer_number: int = Field(default=0, ge=0)
    name_fields: list[Text] = ["CSA2020", "CSA2010", "Community", "CSA"]  # the first that a layer has names its areas
    not_areas: list[Text] = ["Unassigned -- Jail"]
    reference: Text = "Baltimore Neighborhood Indicators Alliance - Jacob France Institute, Vital Signs"
    column: list[VitalSignsColumn] = Field(min_length=1)


class WorkbookColumn(Figure):
    """[[sources.vital_signs_workbook.column]]: the columns under one of these headers."""

    headers: list[Text] = Field(min_length=1)


class _File(_Table):
    """Where a file comes from: a web address, or a file of this machine."""

    address: Address | Literal[""] = ""
    file: str = ""

    @model_validator(mode="after")
    def one_place(self) -> _File:
        if bool(self.address) is bool(self.file):
            raise ValueError("write either address or file")
        return self


class VitalSignsWorkbook(_File):
    """[sources.vital_signs_workbook]: BNIA's workbook with a sheet for each year."""

    sheet: str = r"^\D*(20\d\d)\D*$"  # a sheet whose name it matches is read; its group is the year
    name_headers: list[Text] = ["CSA2020", "CSA2010", "CSA", "Community"]
    not_areas: list[Text] = ["Unassigned -- Jail"]
    reference: Text = "Baltimore Neighborhood Indicators Alliance - Jacob France Institute, Vital Signs"
    column: list[WorkbookColumn] = Field(min_length=1)


class LayerColumn(Figure):
    """[[sources.layer.column]]: a field that holds figures. Its year is `year`, or stands in the layer's year_field."""

    field: Text
    year: Year | None = None


class Layer(_Table):
    """[[sources.layer]]: any ArcGIS layer with one row for each area, or for each area and year."""

    id: Slug
    address: Address
    where: Text = "1=1"
    fields: list[Code] = []  # none: all
    order_by: str = ""  # none: the layer's own object id
    page_size: int = Field(default=1000, ge=1, le=10_000)
    name_field: Code
    year_field: str = ""
    not_areas: list[Text] = []
    reference: Text
    column: list[LayerColumn] = Field(min_length=1)

    @model_validator(mode="after")
    def years_are_known(self) -> Layer:
        if not self.year_field and any(one.year is None for one in self.column):
            raise ValueError("each column needs a year where there is no year_field")
        if self.fields:
            needed = {self.name_field, *(one.field for one in self.column), *([self.year_field] if self.year_field else [])}
            if needed - set(self.fields):
                raise ValueError(f"fields lacks {', '.join(sorted(needed - set(self.fields)))}")
        return self


class CensusFigure(_Table):
    """[[sources.census.figure]]: variables without their last letter, such as B25003_002."""

    measure: Text
    series: Text
    kind: Literal["share", "count", "published"]  # published: taken as it is, so for the city only, such as a median
    numerator: list[Variable] = Field(min_length=1)
    denominator: list[Variable] = []

    @model_validator(mode="after")
    def fits_its_kind(self) -> CensusFigure:
        if (self.kind == "share") is not bool(self.denominator):
            raise ValueError("a share has a denominator, and nothing else has one")
        if self.kind == "published" and len(self.numerator) != 1:
            raise ValueError("what is taken as published is one variable")
        return self


class Census(_Table):
    """[sources.census]: the American Community Survey, five years read as one."""

    base: Address = "https://api.census.gov/data"
    dataset: Annotated[str, StringConstraints(pattern=r"^acs/acs5(/[a-z]+)?$")] = "acs/acs5"
    state: Digits
    county: Digits
    years: list[Year] = Field(min_length=1)  # the last of the five
    tracts_of: Literal[2010, 2020]  # the census whose tracts data/areas/tracts.csv lists
    not_in_areas: list[Digits] = []  # tracts that belong to no area, such as a jail
    city: str = ""  # the geography that the county is; none: areas only
    key_variable: str = ""  # the environment variable that holds the key; the key itself stands in no file
    reference: Text = "US Census Bureau, American Community Survey, 5-year estimates"
    figure: list[CensusFigure] = Field(min_length=1)

    @model_validator(mode="after")
    def years_exist(self) -> Census:
        if min(self.years) < FIRST_ACS:
            raise ValueError(f"there is no five-year release before {FIRST_ACS}")
        return self


class PerformancePlan(_File):
    """[sources.performance_plan]: the City's export of the agencies' performance measures."""

    geography: Text  # the place that all its figures are about
    reference: Text = "Performance plans of the agencies"
    type_spellings: dict[str, Literal["input", "output", "efficiency", "effectiveness", "outcome"]] = {}
    words_for_missing: dict[str, Literal["not reported", "suppressed", "not applicable", "not collected any more"]] = {}
    percent_as: dict[str, Literal["percent", "share", "mixed"]] = {}  # by Measure ID, where a person decided; mixed: 1 or less is a share


class ServiceRequests(_Table):
    """[sources.service_requests]: a 311 layer, with one row for each request."""

    address: Address
    where: Text = "1=1"
    page_size: int = Field(default=2000, ge=1, le=10_000)
    order_by: Code | Literal[""] = ""  # only where the layer has no object id
    changed_field: Code | Literal[""] = ""  # says when a row was last changed, such as LastActivityDate; `--since` asks by it
    names: dict[str, Code] = {}  # the layer's names of our columns, where they are others than the City's: created = "Opened"
    max_rows: int = Field(default=3_000_000, ge=1)


class Sources(_Table):
    """[sources]"""

    folder: Text = ".state/sources"  # the last good copies
    hosts: list[Host] = []
    ca_file: str = ""  # certificates to trust instead of the system's
    user_agent: Text = "OutcomeStat"
    matched_share: float = Field(default=0.9, gt=0, le=1)  # of the areas that a source has to name; 0.9 of 55 is 50
    limits: Limits = Limits()
    vital_signs: VitalSigns | None = None
    vital_signs_workbook: VitalSignsWorkbook | None = None
    layer: list[Layer] = []
    census: Census | None = None
    performance_plan: PerformancePlan | None = None
    service_requests: ServiceRequests | None = None

    @model_validator(mode="after")
    def hosts_are_named(self) -> Sources:
        named = {origin_of_host(entry) for entry in self.hosts}
        for address in self._addresses():
            if origin_of(address) not in named:
                raise ValueError(f"hosts does not name the host of {address}; add it there")
        return self

    @model_validator(mode="after")
    def layers_have_names_of_their_own(self) -> Sources:
        ids = [one.id for one in self.layer]
        if len(set(ids)) < len(ids):
            raise ValueError("two layers have one id")
        return self

    def _addresses(self) -> list[str]:
        files = [one.address for one in (self.vital_signs_workbook, self.performance_plan) if one and one.address]
        bases = [one.base for one in (self.vital_signs, self.census) if one]
        requests = [self.service_requests.address] if self.service_requests else []
        return [*files, *bases, *requests, *(one.address for one in self.layer)]

    @property
    def switched_on(self) -> tuple[str, ...]:
        """The sources that have a table: "vital_signs", "layer.<id>", ..."""
        tables = [name for name in ("vital_signs", "vital_signs_workbook", "census", "performance_plan", "service_requests") if getattr(self, name)]
        return (*tables, *(f"layer.{one.id}" for one in self.layer))
