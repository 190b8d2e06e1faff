"""The taxonomy as data: it loads, its hash says what predictions mean, and a faulty file is named."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tagger import TaggerError
from tagger.taxonomy import Taxonomy, default_path, load_taxonomy

BASE: dict[str, Any] = {
    "version": "1",
    "topics": [
        {"id": "a", "name": "甲", "covers": "一", "keywords": {3: ["词"], 1: ["字"]}},
        {"id": "b", "name": "乙"},
    ],
}


def written(folder: Path, content: dict[str, Any], name: str = "t.yaml") -> Taxonomy:
    path = folder / name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_taxonomy(path)


def test_the_taxonomy_has_17_topics_with_unique_ids_and_names() -> None:
    taxonomy = load_taxonomy()
    assert len(taxonomy.topics) == 17
    assert len({entry.id for entry in taxonomy.topics}) == len({entry.name for entry in taxonomy.topics}) == 17
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", entry.id) for entry in taxonomy.topics)
    assert all(entry.name and entry.covers for entry in taxonomy.topics)
    assert re.fullmatch(r"[0-9a-f]{64}", taxonomy.hash)


def test_a_topic_is_found_by_id() -> None:
    taxonomy = load_taxonomy()
    assert {entry.name for entry in taxonomy.topics} == {taxonomy.name(entry.id) for entry in taxonomy.topics}


def test_the_default_path_holds_the_default_taxonomy() -> None:
    assert load_taxonomy(default_path()) == load_taxonomy()


@pytest.mark.parametrize("change", [{"covers": "二"}, {"keywords": {2: ["别"]}}, {"keywords": {}}])
def test_the_hash_does_not_depend_on_covers_and_keywords(tmp_path: Path, change: dict[str, Any]) -> None:
    changed = copy.deepcopy(BASE)
    changed["topics"][0] |= change
    assert written(tmp_path, changed, "new.yaml").hash == written(tmp_path, BASE).hash
    assert written(tmp_path, changed, "new.yaml").topics != written(tmp_path, BASE).topics


@pytest.mark.parametrize("change", [{"id": "c"}, {"name": "丙"}])
def test_the_hash_depends_on_ids_and_names(tmp_path: Path, change: dict[str, Any]) -> None:
    changed = copy.deepcopy(BASE)
    changed["topics"][0] |= change
    assert written(tmp_path, changed, "new.yaml").hash != written(tmp_path, BASE).hash


def test_the_hash_depends_on_the_version_and_on_which_topics_there_are(tmp_path: Path) -> None:
    hashes = {
        written(tmp_path, BASE).hash,
        written(tmp_path, {**BASE, "version": "2"}, "version.yaml").hash,
        written(tmp_path, {**BASE, "topics": BASE["topics"][:1]}, "fewer.yaml").hash,
    }
    assert len(hashes) == 3


def test_the_version_is_what_the_file_says(tmp_path: Path) -> None:
    found = []
    for version in ("2026.1", "2026.10"):  # to YAML these are one number
        path = tmp_path / f"{version}.yaml"
        path.write_text(f"version: {version}\ntopics:\n- {{id: a, name: 甲}}\n", encoding="utf-8")
        try:
            found.append(load_taxonomy(path).version)
        except TaggerError:  # to ask for quotes is as good
            found.append(version)
    assert found == ["2026.1", "2026.10"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "just text",
        "- a\n- b",
        "topics: []",
        "version: '1'",
        "version: '1'\ntopics: {a: b}",
        "version: '1'\ntopics: []",
        "version:\ntopics: [{id: a, name: 甲}]",
        "version: '1'\ntopics: [a]",
        "version: '1'\ntopics: [{id: a}]",
        "version: '1'\ntopics: [{name: 甲}]",
        "version: '1'\ntopics: [{id: a, name: }]",
        "version: '1'\ntopics: [{id: , name: 甲}]",
        "version: '1'\ntopics: [{id: a, name: 甲, colour: red}]",
        "version: '1'\ntopics: [{id: a, name: 甲}, {id: a, name: 乙}]",
        "version: '1'\ntopics: [{id: Not_Lower, name: 甲}]",
        "version: '1'\ntopics: [{id: 甲, name: 甲}]",
        "version: '1'\ntopics: [{id: a b, name: 甲}]",
        "version: '1'\ntopics: [{id: a, name: 甲, keywords: {heavy: [词]}}]",
        "version: '1'\ntopics: [{id: a, name: 甲, keywords: {3: 词}}]",
        "version: '1'\ntopics: [{id: a, name: 甲, keywords: [词]}]",
        "version: '1'\ntopics: [{id: a, name: 甲, keywords: 词}]",
        "version: '1'\ntopics: [{id: a, name: 甲",
        "version: '1'\n\ttopics: []",
        "!!python/object/apply:os.getcwd []",
    ],
)
def test_a_faulty_file_is_a_one_line_error_that_names_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TaggerError, match=r"faulty\.yaml: ") as caught:
        load_taxonomy(path)
    assert "\n" not in str(caught.value)


def test_a_missing_or_binary_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"version: \xff\xfe\x00")
    for path in (tmp_path / "missing.yaml", tmp_path, binary):
        with pytest.raises(TaggerError, match=re.escape(str(path))):
            load_taxonomy(path)
