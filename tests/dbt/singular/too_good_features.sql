-- What somebody wrote down and parts the outcomes nearly alone knows the future, until
-- somebody says otherwise: the build stops and says its name.
{{ too_good_features(is_written_down()) }}
