-- One row per segment that the version before knew, those that ended included.
select * from {{ state('ml_segments__lineage') }}
