-- No row vanishes: what landing counted is accepted, rejected or duplicate.
select *
from {{ ref('core_row_balance') }}
where
    input_rows <> accepted_rows + rejected_rows + duplicate_rows
    or input_amount <> coalesce(accepted_amount, 0)
    + coalesce(rejected_amount, 0)
    + coalesce(duplicate_amount, 0)
