-- One row per outcome and date on which scores were published, once their horizon is
-- over: how good they turned out to be.
with
known as (select * from {{ state('ml_propensity__track_record') }}),

matured as (select * from {{ ref('ml_propensity__matured') }})

select * from known
union all by name
select matured.*
from matured
anti join known using (outcome_type, as_of_date)
