-- One row per cell of the RFM grid: the name whose typical customer is nearest. The
-- better name wins a tie.
with
scores as (select unnest(generate_series(1, 5)) as score),

cells as (
    select
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score,
        (frequency.score + monetary.score) / 2.0 as volume_score
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary
),

rules as (select * from {{ ref('segment_names') }}),

nearest as (
    select
        cells.*,
        rules.segment_name as rfm_group,
        row_number() over (
            partition by
                cells.recency_score,
                cells.frequency_score,
                cells.monetary_score
            order by
                pow(cells.recency_score - rules.recency_score, 2)
                + pow(cells.volume_score - rules.volume_score, 2),
                rules.name_rank
        ) as place
    from cells
    cross join rules
)

select
    recency_score,
    frequency_score,
    monetary_score,
    rfm_group
from nearest
where place = 1
