"""What segments of tastes are called: by their strongest tags and hours."""

from collections.abc import Sequence
from itertools import count as count_up

import pandas as pd

WORDS = ["segment_name", "name_rank", "description", "strategy"]
MOST_WORDS = 2


def name_personas(
    traits: pd.DataFrame,
    sizes: pd.DataFrame,
    rules: pd.DataFrame,
    matches: pd.DataFrame,
    previous: pd.DataFrame,
    noun: str,
) -> pd.DataFrame:
    """Name each cluster by the hour and the tags that it has most more of.

    At most two hours come first, then at most two tags: the second only if it is at
    least half as strong. Where nothing stands out, the word of the rest does. Of two
    clusters with the same words the smaller one gets a tag more. A segment that goes on
    keeps its name and its words as long as one of them still stands out.

    Parameters
    ----------
    traits : cluster_id, part (hour or tag), feature, deviation, least_deviation, word
    sizes : cluster_id and customer_count, by which they rank
    rules : part, feature, description and strategy: `{tag}` stands for the tags
    matches : segment_id, cluster_id and event of `match_segments`
    previous : segment_id, segment_name, name_rank, description and strategy of the
        version before
    noun : what people of a taste are called, such as fans

    Returns
    -------
    One row per cluster: cluster_id, segment_name, name_rank, description, strategy.
    """
    living = matches.dropna(subset=["cluster_id"]).set_index("cluster_id")
    earlier = previous.set_index("segment_id")
    order = sizes.sort_values(["customer_count", "cluster_id"], ascending=[False, True])
    rows: list[dict[str, object]] = []
    for rank, cluster in enumerate(order["cluster_id"].tolist(), start=1):
        own = traits[traits["cluster_id"] == cluster]
        taken = {str(row["segment_name"]) for row in rows}
        row = _name_one(own, rules, noun, taken)
        match = living.loc[cluster] if cluster in living.index else None
        if match is not None and match["event"] == "kept":
            before = earlier.loc[match["segment_id"]]
            if _is_still_right(str(before["segment_name"]), own, taken):
                row = {word: before[word] for word in WORDS}
        rows.append({"cluster_id": cluster, **row, "name_rank": rank})
    named = pd.DataFrame(rows, columns=["cluster_id", *WORDS])
    types = {"cluster_id": "int64", **dict.fromkeys(WORDS, "str"), "name_rank": "int64"}
    return named.astype(types).sort_values("cluster_id", ignore_index=True)


def _name_one(
    traits: pd.DataFrame, rules: pd.DataFrame, noun: str, taken: set[str]
) -> dict[str, object]:
    """Compose a name that no other cluster has, and what is said of it."""
    hours, tags = _strong(traits, "hour"), _strong(traits, "tag")
    hours, count = hours.head(_stand_out(hours)), _stand_out(tags)
    while (name := _join(hours, tags.head(count), rules, noun)) in taken:
        if count >= len(tags):
            name = next(
                f"{name} {n}" for n in count_up(2) if f"{name} {n}" not in taken
            )
            break
        count += 1
    return {"segment_name": name, **_told(hours, tags.head(count), rules)}


def _strong(traits: pd.DataFrame, part: str) -> pd.DataFrame:
    """Give the words that may be in a name, the strongest first."""
    is_strong = traits["deviation"] >= traits["least_deviation"]
    return traits[is_strong & (traits["part"] == part)].sort_values(
        ["deviation", "feature"], ascending=[False, True]
    )


def _stand_out(strong: pd.DataFrame) -> int:
    """Count those that are at least half as strong as the first."""
    least = strong["deviation"].max() / 2
    return min(MOST_WORDS, int((strong["deviation"] >= least).sum()))


def _join(
    hours: pd.DataFrame, tags: pd.DataFrame, rules: pd.DataFrame, noun: str
) -> str:
    words = [*hours["word"], _in_words(tags["word"].tolist())]
    if tags.empty and hours.empty:
        words = [rules.loc[rules["part"] == "rest", "word"].iloc[0]]
    name = " ".join(word.lower() for word in [*words, noun] if word)
    return name[:1].upper() + name[1:]


def _told(
    hours: pd.DataFrame, tags: pd.DataFrame, rules: pd.DataFrame
) -> dict[str, object]:
    """Say who they are and what to do, from the sentences of the rules."""
    part = "rest" if tags.empty else "tag"
    of_hours = rules[rules["feature"].isin(hours["feature"])]
    told = pd.concat([rules[rules["part"] == part], of_hours])
    text = _in_words(tags["word"].tolist())

    def say(column: str, between: str) -> str:
        sentence = between.join(told[column].str.replace("{tag}", text, regex=False))
        return sentence[:1].upper() + sentence[1:]

    return {"description": say("description", ", "), "strategy": say("strategy", "; ")}


def _is_still_right(name: str, traits: pd.DataFrame, taken: set[str]) -> bool:
    """Whether a word of the name still stands out, and nobody else has the name."""
    strong = [*_strong(traits, "hour")["word"], *_strong(traits, "tag")["word"]]
    words = name.casefold().replace(",", " ").split()
    return name not in taken and any(word.casefold() in words for word in strong)


def _in_words(words: Sequence[str]) -> str:
    """Join as a sentence does: a, b and c."""
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last
