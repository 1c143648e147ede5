"""A dbt project of three models and two tests that builds in a few seconds."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "dbt_project.yml": """\
name: covey
profile: covey
vars: {business: sample, as_of_date: "2026-01-01", currency_code: GBP}
""",
    "profiles.yml": """\
covey:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('COVEY_DATA_DIR') }}/warehouse/sample/build.duckdb"
      threads: 2
""",
    "businesses/.keep": "",
    "models/core/core_customers.sql": """\
select i::varchar as customer_id
from range(5) as t(i)
""",
    "models/marts/dim_customers.sql": """\
{{ config(materialized='table') }}
select customer_id, date '2026-01-01' as as_of_date from {{ ref('core_customers') }}
""",
    "models/marts/dim_customer_links.sql": """\
select 'shop' as source, customer_id as source_customer_id, customer_id
from {{ ref('core_customers') }}
""",
    "models/marts/dim_customers.yml": """\
models:
  - name: dim_customers
    columns:
      - name: customer_id
        data_tests: [unique, not_null]
""",
}
TWICE = FILES["models/core/core_customers.sql"] + "union all select '1'\n"
# A statement that works for minutes: long enough to be stopped in.
SLOW = """\
select max(a.i * b.i)::varchar as customer_id
from range(1000000) as a(i)
cross join range(1000000) as b(i)
"""
BROKEN = "select {{ ref('no_such_model') }}\n"


def write_project(root: Path) -> Path:
    """Write the project and give its folder."""
    project = root / "project"
    for name, text in FILES.items():
        write(project, name, text)
    return project


def write(project: Path, name: str, text: str) -> None:
    """Write one file of the project."""
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text)
