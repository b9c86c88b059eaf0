"""The floor: a hand-written DuckDB script for a city-day, and the day itself.

``generate`` writes simulated records in the platform's own columns: six partners, 3 % of the trips
reported again by a second one with overlapping time, 1 % broken. ``run`` does in one process, by
hand, what posting does at the least: read and check, people, overlaps of trips (by the first start,
which is simpler than the real order), a limit a day with partial credit, the formula, milligrams, a
segment sorted by person and time, balances, book lines. It keeps no history, no keys of records and
no verdicts, and checks little.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

RECORDS, PEOPLE = 2_933_333, 6_360_000

_COLUMNS = (
    "{'record_id':'varchar','partner':'varchar','subject':'varchar','scene':'varchar',"
    "'started_at':'timestamptz','ended_at':'timestamptz','region':'varchar',"
    "'evidence':'varchar','distance_km':'double','steps':'double','item_count':'double'}"
)
_PARAMETERS = """(values
    ('walk', 0.02, 200000), ('shared_bike_ride', 48.70, null), ('bus_ride', 26.9, null),
    ('metro_ride', 46.7, null), ('bill_payment', 262.0, 524000), ('no_tableware', 16.0, null)
  ) t(scene, g_per_unit, cap_mg)"""

_GENERATE = """
copy (
  with base as (
    select i, hash(i * 2654435761 + {seed}) h, hash(i * 40503 + {seed} * 7919) h2
    from range({records}) t(i)),
  one as (
    select 'r' || i record_id,
      ['meituan','amap','hello','transit','eleme','bank'][1 + (h % 6)::int] partner,
      'k:' || (h2 % {people}) subject,
      ['walk','shared_bike_ride','bus_ride','metro_ride','bill_payment','no_tableware']
        [1 + ((h >> 8) % 6)::int] scene,
      timestamptz '2022-08-10 06:00:00+08' + to_seconds(((h >> 16) % 57600)::bigint) started_at,
      300 + ((h >> 32) % 1800)::bigint secs,
      '1101' || lpad((1 + (h2 >> 20) % 16)::varchar, 2, '0') region,
      ['fare_record','navigation_track','device_sensor'][1 + ((h2 >> 30) % 3)::int] evidence,
      case when (h2 >> 40) % 100 = 0 then -1
           else round(0.3 + ((h >> 20) % 12000) / 1000.0, 3) end km,
      (h >> 24) % 12000 steps, i, h
    from base),
  reports as (
    select * from one
    union all
    select record_id || 'x', 'second-app', subject, scene, started_at + interval 60 second, secs,
      region, 'device_sensor', km, steps, i, h
    from one
    where scene in ('shared_bike_ride','bus_ride','metro_ride') and (h >> 40) % 100 < 6)
  select record_id, partner, subject, scene, started_at,
    started_at + to_seconds(secs) ended_at, region, evidence,
    case when scene like '%ride' then km end distance_km,
    case when scene = 'walk' then steps end steps,
    case when scene in ('bill_payment','no_tableware') then 1 end item_count
  from reports {only}
) to '{path}' (header)"""

_READ = """
create table ev as
select *, coalesce(distance_km, steps, item_count) quantity, started_at::date local_day
from read_csv('{path}', header=true, columns={columns})
where coalesce(distance_km, steps, item_count) > 0 and ended_at >= started_at"""

_PERSON = """
create table person as
select subject, row_number() over ()::int person_id from (select distinct subject from ev)"""

_CREDIT = """
create table line as
with a as (
  select ev.*, person_id, scene like '%ride' trip from ev join person using (subject)),
b as (
  select *, max(ended_at) over w earlier_end from a where trip
  window w as (partition by person_id order by started_at, partner, record_id
               rows between unbounded preceding and 1 preceding)),
c as (
  select * exclude (earlier_end) from b where earlier_end is null or started_at >= earlier_end
  union all by name
  select * from a where not trip),
d as (
  select c.*, t.cap_mg,
    floor(floor(quantity * g_per_unit * 1e6 + 0.5679) / 1e3)::bigint reduction_mg
  from c join {parameters} on t.scene = c.scene),
e as (
  select *, coalesce(sum(reduction_mg) over (
      partition by person_id, scene, local_day order by started_at, record_id
      rows between unbounded preceding and 1 preceding), 0) used_mg
  from d)
select person_id, partner, scene, region, local_day, started_at, record_id, evidence, quantity,
  reduction_mg,
  case when cap_mg is null then reduction_mg
       else greatest(0, least(reduction_mg, cap_mg - used_mg)) end::bigint credited_mg
from e"""

_SEGMENT = """
copy (select * from line order by person_id, started_at) to '{path}.segment.parquet'
(format parquet, compression zstd, row_group_size 100000)"""

_BALANCES = """
create table balance as
select person_id, sum(credited_mg)::bigint mg, count(*) n from line group by 1"""

_BOOKS = """
create table book as
select partner, region, scene, local_day, sum(credited_mg)::bigint mg, count(*) n
from line group by all"""


@dataclass(frozen=True)
class Floor:
    """What the script came to.

    Args:
        seconds: by step.
    """

    seconds: dict[str, float]
    lines: int
    credited_mg: int
    people: int


def generate(
    path: Path, *, records: int = RECORDS, people: int = PEOPLE, seed: int = 1, once: bool = False
) -> None:
    """Write a day.

    Args:
        once: nobody has two records, so that no two of them meet.
    """
    only = "where record_id not like '%x' qualify count(*) over (partition by subject) = 1"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone='Asia/Shanghai'")
        connection.execute(
            _GENERATE.format(
                path=path, records=records, people=people, seed=seed, only=only if once else ""
            )
        )


def run(path: Path, *, threads: int = 2, memory: str = "8GB") -> Floor:
    """Post the day by hand."""
    steps = {
        "read": _READ.format(path=path, columns=_COLUMNS),
        "person": _PERSON,
        "credit": _CREDIT.format(parameters=_PARAMETERS),
        "segment": _SEGMENT.format(path=path),
        "balances": _BALANCES,
        "books": _BOOKS,
    }
    seconds: dict[str, float] = {}
    with duckdb.connect() as connection:
        connection.execute(
            f"set threads={threads}; set memory_limit='{memory}'; "
            "set preserve_insertion_order=false; set TimeZone='Asia/Shanghai'"
        )
        for name, statement in steps.items():
            began = time.perf_counter()
            connection.execute(statement)
            seconds[name] = time.perf_counter() - began
        found = connection.execute(
            "select count(*), sum(credited_mg)::bigint, (select count(*) from balance) from line"
        ).fetchone()
    assert found is not None
    Path(f"{path}.segment.parquet").unlink()
    return Floor(seconds, *found)
