-- One row per customer and key that may tell that another record is the same person.
select
    'shop' as source,
    source_customer_id,
    'email' as key_type,
    email_key as key_value,
    case when contains(treatments, 'look_alike_email') then 'look_alike' end as key_note
from {{ ref('stg_shop__customers') }}
where row_status = 'accepted' and email_key is not null
