"""A till as a second source, and a shop that also knows phones and loyalty cards."""

from __future__ import annotations

from pathlib import Path

PARQUET = "union_by_name = true"
JSON = "format = 'auto', records = true"
LANDED = "{{ env_var('COVEY_DATA_DIR', '.') }}/data/landed/till"
STAGING, INTERMEDIATE = "models/staging/till", "models/intermediate/till"
FILES = {
    f"{STAGING}/_till__sources.yml": f"""\
sources:
  - name: till
    config:
      meta:
        external_location: "read_parquet('{LANDED}/{{name}}/*.parquet', {PARQUET})"
    tables:
      - name: landings
        config:
          meta:
            external_location: "read_json('{LANDED}/*/*.json', {JSON})"
      - name: members
        columns:
          - name: member_no
            config: {{meta: {{personal: pseudonym}}}}
          - name: mail
            config: {{meta: {{personal: contact, identity: email}}}}
          - name: mobile
            config: {{meta: {{personal: contact, identity: phone, country: "49"}}}}
          - name: card_no
            config: {{meta: {{personal: contact, identity: loyalty}}}}
          - name: born
          - name: joined
      - name: receipts
        columns:
          - name: receipt_no
          - name: position
          - name: member_no
            config: {{meta: {{personal: pseudonym}}}}
          - name: article
          - name: sold_at
          - name: pieces
          - name: price
          - name: reduction
""",
    f"{STAGING}/stg_till__members.sql": """\
with
renamed as (
    select
        {{ clean_text('member_no') }} as source_customer_id,
        mail_key,
        mobile_key,
        card_no_key,
        {{ landed_columns() }},
        {{ clean_number('born', 'integer') }} as birth_year,
        {{ clean_timestamp('joined') }} as signed_up_at
    from {{ landed('till', 'members') }}
),

checked as (
    select
        *,
        {{ reject_reasons({'missing_customer': 'source_customer_id is null'}) }}
            as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows('checked', 'till', 'members', key=['source_customer_id']) }}
""",
    f"{STAGING}/stg_till__receipts.sql": """\
with
renamed as (
    select
        {{ clean_text('member_no') }} as source_customer_id,
        {{ clean_text('receipt_no') }} as source_order_id,
        {{ clean_text('position') }} as source_line_id,
        {{ clean_text('article') }} as source_item_id,
        {{ landed_columns() }},
        {{ clean_number('pieces', 'bigint') }} as quantity,
        {{ clean_number('price') }} as price_amount,
        {{ clean_number('reduction') }} as discount_amount,
        {{ clean_timestamp('sold_at') }} as occurred_at
    from {{ landed('till', 'receipts') }}
),

checked as (
    select
        *,
        cast(quantity * price_amount - discount_amount as decimal(18, 2)) as amount,
        {{ reject_reasons({'missing_order': 'source_order_id is null'}) }}
            as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'till', 'receipts', key=['source_order_id', 'source_line_id']
) }}
""",
    f"{INTERMEDIATE}/int_till__customers.sql": """\
select
    'till' as source,
    source_customer_id,
    signed_up_at,
    birth_year
from {{ ref('stg_till__members') }} where row_status = 'accepted'
""",
    f"{INTERMEDIATE}/int_till__identity_keys.sql": """\
select
    'till' as source,
    source_customer_id,
    replace(key_type, '_key', '') as key_type,
    key_value,
    case when contains(treatments, 'look_alike_email') and key_type = 'email'
        then 'look_alike' end as key_note
from (
    select source_customer_id, treatments,
        mail_key as email, mobile_key as phone, card_no_key as loyalty
    from {{ ref('stg_till__members') }} where row_status = 'accepted'
) unpivot (key_value for key_type in (email, phone, loyalty))
""",
    f"{INTERMEDIATE}/int_till__items.sql": """\
select distinct
    'till' as source,
    'till:' || source_item_id as item_id,
    'Article ' || source_item_id as item_name,
    true as is_merchandise
from {{ ref('stg_till__receipts') }} where row_status = 'accepted'
""",
    f"{INTERMEDIATE}/int_till__interactions.sql": """\
select
    'till' as source,
    'receipts' as source_table,
    'till:' || source_order_id || ':' || source_line_id as interaction_id,
    source_customer_id,
    'till:' || source_item_id as item_id,
    'till:' || source_order_id as order_id,
    'purchase' as interaction_type,
    occurred_at,
    quantity,
    amount,
    discount_amount,
    '{{ var("currency_code") }}' as currency_code,
    'store' as channel,
    load_id
from {{ ref('stg_till__receipts') }} where row_status = 'accepted'
""",
    f"{INTERMEDIATE}/int_till__staged_rows.sql": """\
{{ staged_rows('till', {'members': none, 'receipts': 'amount'}) }}
""",
    "businesses/two_systems.yml": """\
business: two_systems
is_demo: true
sources:
  shop: [customers, items, interactions, identity_keys]
  till: [customers, items, interactions, identity_keys]
as_of_date: "2026-01-01"
time_zone: Europe/Berlin
currency_code: EUR
outcomes: [lapse_60d]
""",
}
# What other files get, after which of their lines.
ADDED = {
    "seeds/costs.csv": (
        "shop,lapse_60d,0.60,0.35,0.10\n",
        "two_systems,lapse_60d,0.60,0.35,0.10\n",
    ),
    "models/staging/shop/_shop__sources.yml": (
        "            config: {meta: {personal: contact, identity: email}}\n",
        """\
          - name: phone
            config: {meta: {personal: contact, identity: phone, country: "49"}}
          - name: loyalty_id
            config: {meta: {personal: contact, identity: loyalty}}
""",
    ),
    "models/staging/shop/stg_shop__customers.sql": (
        "        email_key,\n",
        "        phone_key,\n        loyalty_id_key,\n",
    ),
    "models/intermediate/shop/int_shop__identity_keys.sql": (
        "where row_status = 'accepted' and email_key is not null\n",
        """\
union all by name
select 'shop' as source, source_customer_id, 'phone' as key_type,
    phone_key as key_value
from {{ ref('stg_shop__customers') }}
where row_status = 'accepted' and phone_key is not null
union all by name
select 'shop' as source, source_customer_id, 'loyalty' as key_type,
    loyalty_id_key as key_value
from {{ ref('stg_shop__customers') }}
where row_status = 'accepted' and loyalty_id_key is not null
""",
    ),
}


def add_till(project: Path) -> None:
    """Write the till into a copy of the project, and teach its shop two more keys."""
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    for name, (line, added) in ADDED.items():
        text = (project / name).read_text()
        assert text.count(line) == 1, name
        (project / name).write_text(text.replace(line, line + added))
