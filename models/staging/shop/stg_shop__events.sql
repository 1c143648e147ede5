-- One row per view, cart, rating, review, contact and so on.
with
landed as (select * from {{ landed('shop', 'events') }}),

renamed as (
    select
        -- ids
        {{ clean_text('event_id') }} as source_event_id,
        {{ clean_text('customer_id') }} as source_customer_id,
        {{ clean_text('product_id') }} as source_item_id,
        {{ landed_columns() }},

        -- text
        lower({{ clean_text('event_type') }}) as interaction_type,
        {{ clean_text('text') }} as text,
        {{ clean_text('channel') }} as channel,

        -- numerics
        {{ clean_number('rating', 'double') }} as rating,

        -- timestamps
        {{ clean_timestamp('occurred_at') }} as occurred_at
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_event': 'source_event_id is null',
            'unknown_event_type':
                'interaction_type is null or interaction_type not in ('
                ~ 'select interaction_type from ' ~ ref('interaction_types') ~ ')',
            'bad_time': is_bad_time('occurred_at'),
            'after_as_of_date': is_after_as_of_date('occurred_at'),
            'bad_rating': "interaction_type = 'rating' and rating is null",
        }) }} as reject_reasons,
        {{ treatments({'no_customer': 'source_customer_id is null'}) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'shop', 'events', key=['source_event_id']) }}
