"""The steps from one released schema to the next, and from it back. Each is a file in versions/ that is never changed.

Alembic is loaded only where a step is to be taken: a start that finds the database as it should be does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table, update

from lib.errors import StoreDamaged, StoreTooNew
from lib.language import _
from lib.store.database import DAMAGED, TOO_NEW
from lib.store.schema import SCHEMA_VERSION, current_release, metadata

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA_AFTER = {"0001": 3, "0002": 4, "0003": 5, "0004": 6, "0005": 7, "0006": 8}  # the schema that each step leads to, in the order of the steps
HEAD = "0006"  # the last step: the tables that schema.py describes

alembic_version = table("alembic_version", column("version_num"))  # Alembic's own: the last step that was taken


def step_of(connection: Connection) -> str:
    """The last step that the database took; "" for an empty one, and for one made before there were steps.

    Raises StoreTooNew where a later version of this program wrote it, and StoreDamaged where tables of that step are gone.
    """
    there = set(inspect(connection).get_table_names())
    schema = connection.execute(select(current_release.c.schema_version)).scalar() if "current_release" in there else None
    if schema is not None and schema > SCHEMA_VERSION:
        raise StoreTooNew(_(TOO_NEW), detail=f"schema {schema}, this program knows {SCHEMA_VERSION}")
    step = connection.execute(select(alembic_version.c.version_num)).scalar() if "alembic_version" in there else None
    if step is not None and step not in SCHEMA_AFTER:
        raise StoreTooNew(_(TOO_NEW), detail=f"migration {step}, this program knows those up to {HEAD}")
    if step == HEAD and (gone := set(metadata.tables) - there):
        raise StoreDamaged(_(DAMAGED), detail=f"these tables are gone: {', '.join(sorted(gone))}; restore a backup")
    return step or ""


def move(connection: Connection, to: str) -> None:
    """Takes the steps up or down to that one, in the transaction of the connection: all of them or none.

    Down loses what the schema below has no place for; `lost` says what. Where the database is there already, it stays as it is.
    """
    now = step_of(connection)
    if now != to:
        from alembic import command

        config = _config()
        config.attributes["connection"] = connection
        (command.upgrade if now < to else command.downgrade)(config, to)
    _write_down(connection, SCHEMA_AFTER[to])


def lost(now: str, to: str) -> tuple[str, ...]:
    """What is lost on the way down from one step to another, a sentence for each step; none on the way up."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    return tuple(scripts.get_revision(step).module.LOST for step in reversed(SCHEMA_AFTER) if to < step <= now)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "lib.store:migrations")
    return config


def _write_down(connection: Connection, schema: int) -> None:
    """Programs of other versions look here to see whether they know the tables."""
    connection.execute(update(current_release).values(schema_version=schema))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {schema:d}")
