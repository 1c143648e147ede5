-- One row per landed file: what the balance is held against.
select
    source,
    table_name,
    load_id,
    source_file,
    cast(input_rows as bigint) as input_rows
from {{ landed_relation('movielens', 'landings') }}
