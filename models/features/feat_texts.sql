-- One row per feature that is told in words: those of the seed, and the share of each
-- tag of `taste_tags`.
{{ config(materialized='view') }}

select * from {{ ref('feature_texts') }}
{{ tag_texts() }}
