"""Who may ref whom: data flows one way through the rooms of the design."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from conftest import PROJECT_DIR, run_dbt
from covey.mapping.writing import says

ALL_SOURCES = (
    "{business: all_sources, sources: "
    "{shop: [customers, items, interactions, identity_keys], "
    "complete_journey: "
    "[customers, customer_attributes, items, item_tags, interactions, outcomes], "
    "ibm_telco: [customers, customer_attributes, outcomes], "
    "taiwan_credit: [customers, customer_attributes, outcomes], "
    "credit_data: [customers, customer_attributes, outcomes], "
    "movielens: [customers, items, item_tags, interactions]}}"
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What dbt knows of the project, all sources switched on."""
    data_dir = tmp_path_factory.mktemp("manifest")
    run_dbt(data_dir, "parse", "--vars", ALL_SOURCES)
    return json.loads((data_dir / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest: dict) -> dict[str, dict]:
    """Every model, seed and source of the project by id."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    return {
        unique_id: node
        for unique_id, node in nodes.items()
        if node["resource_type"] in ("model", "seed", "source")
    }


def room(node: dict) -> tuple[str, str]:
    """The room and the folder in it: ('staging', 'shop'), ('core', '')."""
    if node["resource_type"] != "model":
        return node["resource_type"], node.get("source_name", "")
    parts = Path(node["original_file_path"]).parts[1:-1]
    return parts[0], parts[1] if len(parts) > 1 else ""


def may_ref(child: dict, parent: dict) -> bool:
    (child_room, child_folder), (parent_room, parent_folder) = room(child), room(parent)
    is_same_folder = child_folder == parent_folder
    is_fit = "__fit" in parent["name"]
    is_score = parent["name"].endswith(("__scores", "__evaluation"))
    allowed = {
        "staging": parent_room == "source" and is_same_folder,
        "intermediate": parent_room == "staging" and is_same_folder,
        "core": parent_room in ("intermediate", "core")
        or (parent_room == "source" and parent["name"] == "landings"),
        "features": parent_room in ("core", "features"),
        "ml": parent_room in ("core", "features")
        or (parent_room == "ml" and (is_same_folder or is_score)),
        "marts": parent_room in ("core", "features", "marts")
        or (parent_room == "ml" and not is_fit),
    }
    return parent_room == "seed" or allowed[child_room]


def test_models_ref_only_the_rooms_that_they_may(models: dict[str, dict]) -> None:
    violations = [
        f"{child['name']} -> {models[parent_id]['name']}"
        for child in models.values()
        if child["resource_type"] == "model"
        for parent_id in child["depends_on"]["nodes"]
        if parent_id in models and not may_ref(child, models[parent_id])
    ]
    assert not violations


def test_the_rule_can_fail() -> None:
    def model(path: str) -> dict:
        name = Path(path).stem
        return {"resource_type": "model", "original_file_path": path, "name": name}

    mart = model("models/marts/customers/dim_customers.sql")
    assert not may_ref(mart, model("models/staging/shop/stg_shop__orders.sql"))
    assert not may_ref(mart, model("models/ml/segments/learn/ml_segments__fit.py"))
    features = model("models/features/feat_customers.sql")
    labels = model("models/ml/propensity/prepare/ml_propensity__labels.sql")
    assert not may_ref(features, labels)


def test_tasks_have_the_same_rooms_and_none_is_crowded(models: dict[str, dict]) -> None:
    folders = Counter(
        Path(node["original_file_path"]).parent
        for node in models.values()
        if node["resource_type"] == "model"
    )
    steps = {folder.parts[3] for folder in folders if len(folder.parts) > 3}
    assert steps == {"prepare", "learn", "score", "judge", "follow", "describe"}
    assert not [folder for folder, count in folders.items() if count > 12]


def test_industry_words_end_at_the_core(models: dict[str, dict]) -> None:
    sources = {n["source_name"] for n in models.values() if "source_name" in n}
    sources.discard("shop")  # also a plain English word
    for node in models.values():
        if node["resource_type"] == "model" and room(node)[0] not in (
            "staging",
            "intermediate",
        ):
            text = (PROJECT_DIR / node["original_file_path"]).read_text()
            assert not [name for name in sources if says(text, name)], node["name"]


def test_a_name_is_said_as_a_word() -> None:
    assert says("from stg_tea__sales", "tea")
    assert not says("take it instead", "tea")


def test_every_model_states_its_grain(models: dict[str, dict]) -> None:
    unstated = [
        node["name"]
        for node in models.values()
        if node["resource_type"] == "model"
        and not node["description"].startswith("One row per")
    ]
    assert not unstated


def test_every_model_has_a_key_test(manifest: dict, models: dict[str, dict]) -> None:
    keyed = {
        test["attached_node"]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and test.get("test_metadata", {}).get("name")
        in ("unique", "unique_combination")
    }
    unkeyed = [
        node["name"]
        for unique_id, node in models.items()
        if node["resource_type"] == "model" and unique_id not in keyed
    ]
    # Core takes these feeds over row by row, and tests the same keys there, once.
    feeds = ("__interactions", "__customers")
    assert not [
        name
        for name in unkeyed
        if not (name.startswith("int_") and name.endswith(feeds))
    ]


def test_public_models_are_contracted(models: dict[str, dict]) -> None:
    loose = [
        node["name"]
        for node in models.values()
        if node["resource_type"] == "model"
        and room(node)[0] in ("core", "marts", "intermediate")
        and not node["config"]["contract"]["enforced"]
    ]
    assert not loose


def test_no_personal_column_is_published(models: dict[str, dict]) -> None:
    personal = {
        column
        for node in models.values()
        if node["resource_type"] == "source"
        for column, about in node["columns"].items()
        if about["config"].get("meta", {}).get("personal") == "contact"
    }
    assert personal, "a source should declare its contact details"
    published = {
        column
        for node in models.values()
        if node["resource_type"] == "model" and room(node)[0] == "marts"
        for column in node["columns"]
    }
    assert not personal & published
