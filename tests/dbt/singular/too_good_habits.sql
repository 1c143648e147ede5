-- Counted from the days before the cut-off a feature cannot know the future; where
-- customers are that regular it is worth a look all the same.
{{ config(severity='warn') }}
{{ too_good_features('not ' ~ is_written_down()) }}
