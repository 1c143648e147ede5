-- One row per segment: what sets it apart most from everybody, in words: three traits
-- at most, those that it was made of before others. Of tastes, what they choose more
-- of.
with
trait_means as (
    select
        means.*,
        row_number() over (
            partition by means.segment_id
            order by
                {{ taste_deviation('means', 'scaling') }} desc nulls last,
                means.name in ({{ quoted(var('segment_features')) }}) desc,
                round(abs(ln(greatest(means.ratio, 0.001))), 6) desc,
                means.name
        ) as strength_rank
    from {{ ref('ml_segments__trait_means') }} as means
    left join {{ ref('feat_scaling') }} as scaling on means.name = scaling.feature
    where means.aspect = 'behaviour' and means.ratio is not null
),

texts as (select * from {{ ref('feat_texts') }}),

phrases as (
    select
        trait_means.segment_id,
        list(
            replace(
                texts.phrase,
                '{value}',
                {{ worded('trait_means.segment_value', 'texts.unit') }}
            ) || {{ beside_average('trait_means.ratio', 'trait_means.strength_rank') }}
            order by trait_means.strength_rank
        ) as phrases
    from trait_means
    inner join texts on trait_means.name = texts.feature
    where
        trait_means.strength_rank = 1
        or (
            trait_means.strength_rank <= 3
            and trait_means.ratio not between 0.8 and 1.2
        )
    group by trait_means.segment_id
)

select
    segment_id,
    upper(phrases[1][1]) || substr({{ list_in_words('phrases') }}, 2) || '.' as sentence
from phrases
