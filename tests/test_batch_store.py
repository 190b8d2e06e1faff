"""The dataset: what is scored again and what is not, what replaces what, whose file it is, what the views say."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from batch_fakes import RULES, CompanyEngine, HerePool, bring_up_to_date, job, report, write_reports
from office_files import archive

from tagger import Tagger, TaggerError
from tagger.batching import run, worker
from tagger.batching.inputs import find_files
from tagger.batching.run import score
from tagger.batching.schema import VERSION
from tagger.batching.settings import code_hash, make_settings
from tagger.batching.store import Store, dataset_rows
from tagger.output.rows import measurement_rows, sentence_rows
from tagger.taxonomy import load_taxonomy

TABLES = ("documents", "contents", "sentences", "measurements", "errors", "files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "in", 5)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.sqlite"


def query(out: Path, text: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(out)
    try:
        return connection.execute(text, values).fetchall()
    finally:
        connection.close()


def count(out: Path, table: str) -> int:
    return int(query(out, f"SELECT count(*) FROM {table}")[0][0])


def test_the_views_say_what_predict_says(seeds: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite"
    bring_up_to_date(Path(__file__).parent.parent / "seeds", out, RULES)
    connection = sqlite3.connect(out)
    connection.row_factory = sqlite3.Row
    for view, rows in (("measurement_view", measurement_rows), ("sentence_view", sentence_rows)):
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {view}")]
        expected = [row for document in seeds.values() for row in rows(document)]
        assert len(found) == len(expected) > 100
        for mine, its in zip(found, expected, strict=True):
            its["doc"] = str(Path(its["doc"]).absolute())
            assert {key: mine[key] for key in its} == its
    connection.close()


def test_numbers_have_their_exact_text_beside_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(
        "人口1234567890123456789012345人，发热0.10%，第99999999999999999999999名。\n"
    )
    bring_up_to_date(tmp_path / "in", tmp_path / "out", RULES)
    for number, text in query(
        tmp_path / "out", "SELECT number, number_text FROM measurement_view WHERE number IS NOT NULL"
    ):
        assert float(Decimal(text)) == number
    assert ("1234567890123456789012345",) in query(tmp_path / "out", "SELECT number_text FROM measurement_view")


def test_a_second_run_scores_nothing_and_changes_nothing(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    before = dataset_rows(out)
    steps = bring_up_to_date(folder, out, RULES)
    assert [step.skipped for step in steps] == [True] * 5
    assert dataset_rows(out) == before
    assert len(before["documents"]) == 5 and len(before["sentences"]) == 15


def test_a_new_file_is_scored_alone(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    (folder / "new.txt").write_text(report(77), encoding="utf-8")
    steps = bring_up_to_date(folder, out, RULES)
    assert sorted(step.skipped for step in steps) == [False] + [True] * 5
    assert sum(step.sentences for step in steps) == 3
    assert count(out, "documents") == 6


def test_a_changed_file_replaces_its_rows(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    (folder / "000.txt").write_text(report(88, 7), encoding="utf-8")
    bring_up_to_date(folder, out, RULES)
    fresh = out.with_name("fresh.sqlite")
    bring_up_to_date(folder, fresh, RULES)
    assert dataset_rows(out) == dataset_rows(fresh)
    assert count(out, "sentences") == 4 * 3 + 7


def test_equal_contents_are_scored_once_and_listed_twice(folder: Path, out: Path) -> None:
    (folder / "copy.txt").write_bytes((folder / "001.txt").read_bytes())
    steps = bring_up_to_date(folder, out, RULES)
    assert sum(step.sentences for step in steps) == 15
    assert count(out, "documents") == 6 and count(out, "contents") == 5
    assert count(out, "sentence_view") == 18
    names = query(out, "SELECT doc FROM sentence_view WHERE text LIKE '%100人%'")
    assert [Path(name).name for (name,) in names] == ["001.txt", "copy.txt"]
    # One of the two goes another way: the other keeps its rows.
    (folder / "001.txt").write_text(report(99), encoding="utf-8")
    bring_up_to_date(folder, out, RULES)
    assert count(out, "contents") == 6 and count(out, "sentence_view") == 18


def test_the_rows_of_a_text_under_two_names_say_which_file_each_is_from(folder: Path, out: Path) -> None:
    (folder / "copy.txt").write_bytes((folder / "001.txt").read_bytes())
    (folder / "many.zip").write_bytes(archive({"a.txt": (folder / "001.txt").read_bytes()}))
    bring_up_to_date(folder, out, RULES)
    files = {str(folder / name) for name in ("001.txt", "copy.txt", "many.zip")}
    for view in ("measurement_view", "sentence_view"):
        found = query(out, f"SELECT file, doc, text FROM {view}")
        own = [row for row in found if row[0] in files]
        assert {row[0] for row in own} == files and {row[1] for row in own if row[0].endswith("zip")} == {
            f"{folder / 'many.zip'}!/a.txt"
        }
        # As the README has it: each text once.
        once = query(
            out, f"SELECT file, text FROM {view} WHERE doc IN (SELECT min(doc) FROM document_view GROUP BY content)"
        )
        assert len(found) - len(once) == 2 * len(own) // 3


def test_a_file_that_takes_on_the_contents_another_gives_up_is_not_scored_again(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    (folder / "000.txt").rename(folder / "zzz.txt")
    (folder / "000.txt").write_text(report(66), encoding="utf-8")
    steps = bring_up_to_date(folder, out, RULES)
    assert sum(step.sentences for step in steps) == 3
    assert count(out, "errors") == 0 and count(out, "documents") == 6


def test_a_file_that_vanished_stays(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    (folder / "003.txt").unlink()
    bring_up_to_date(folder, out, RULES)
    assert count(out, "documents") == 5


def test_a_folder_that_cannot_be_read_is_a_failure_and_its_files_are_not_gone(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = write_reports(folder / "closed", 1)
    bring_up_to_date(folder, out, RULES)
    scandir = os.scandir

    def refuse(path: str) -> Any:
        if path == str(closed):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(closed))
    steps = bring_up_to_date(folder, out, RULES)
    [failed] = [failure for step in steps for failure in step.failures]
    assert failed == (str(closed), "the folder cannot be read; check its permissions")
    assert count(out, "errors") == 1
    store = Store(out, job(RULES)[1])
    assert store.others(find_files([str(folder)])) == []
    assert store.others([str(folder / "000.txt")])[-1] == str(closed / "000.txt")
    store.close()
    monkeypatch.undo()
    bring_up_to_date(folder, out, RULES)
    assert count(out, "errors") == 0 and count(out, "files") == 6


def test_other_settings_score_anew_and_replace(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    steps = bring_up_to_date(folder, out, CompanyEngine)
    assert not any(step.skipped for step in steps)
    assert count(out, "contents") == 5 and count(out, "sentences") == 15
    assert {engine for (engine,) in query(out, "SELECT engine FROM document_view")} == {"company"}


def test_another_state_of_the_code_or_of_the_keywords_is_another_setting(tmp_path: Path) -> None:
    for name, code in (("rules/topics.py", "a = 1"), ("model/engine.py", "b = 1"), ("reading/deep/lines.py", "c = 1")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code)
    before = {engine: code_hash(engine, tmp_path) for engine in ("rules", "model")}
    (tmp_path / "rules/topics.py").write_text("a = 2")
    assert code_hash("model", tmp_path) == before["model"] != before["rules"] != code_hash("rules", tmp_path)
    (tmp_path / "reading/deep/lines.py").write_text("c = 2")
    assert code_hash("model", tmp_path) != before["model"]
    taxonomy = load_taxonomy()
    first = taxonomy.topics[0]
    other = taxonomy._replace(topics=(first._replace(keywords={"新词": 1.0}), *taxonomy.topics[1:]))
    assert make_settings("rules", taxonomy).key != make_settings("rules", other).key
    assert make_settings("rules", taxonomy) == make_settings("rules", load_taxonomy())


def test_a_failure_is_listed_and_tried_again(folder: Path, out: Path) -> None:
    (folder / "000.txt").write_bytes(b"")
    (folder / "broken.txt").symlink_to("nowhere")
    steps = bring_up_to_date(folder, out, RULES)
    assert sum(bool(step.failures) for step in steps) == 2
    listed = query(out, "SELECT doc, reason FROM error_view")
    assert [(Path(doc).name, reason.split(";")[0]) for doc, reason in listed] == [
        ("000.txt", "the file is empty"),
        ("broken.txt", "no such file"),
    ]
    (folder / "000.txt").write_text(report(0), encoding="utf-8")
    (folder / "broken.txt").unlink()
    (folder / "broken.txt").write_text(report(5), encoding="utf-8")
    steps = bring_up_to_date(folder, out, RULES)
    assert sum(not step.skipped for step in steps) == 2
    assert count(out, "errors") == 0 and count(out, "documents") == 6


def test_a_report_in_which_nothing_is_left_to_score_is_a_failure(folder: Path, out: Path) -> None:
    (folder / "000.txt").write_text("- 1 -\n\n- 2 -\n", encoding="utf-8")
    (folder / "heads.csv").write_text("标题,内容\n", encoding="utf-8")
    bring_up_to_date(folder, out, RULES)
    listed = query(out, "SELECT doc, reason FROM error_view")
    assert sorted((Path(doc).name, reason.split(";")[0]) for doc, reason in listed) == [
        ("000.txt", "there is no sentence in it, only page furniture"),
        ("heads.csv", "holds a row of column names and nothing below it"),
    ]
    assert count(out, "documents") == 4


def test_a_good_file_that_breaks_gives_up_its_rows_and_one_that_cannot_be_opened_does_not(
    folder: Path, out: Path
) -> None:
    bring_up_to_date(folder, out, RULES)
    (folder / "000.txt").write_bytes(b"")
    (folder / "001.txt").unlink()
    (folder / "001.txt").symlink_to("nowhere")
    bring_up_to_date(folder, out, RULES)
    assert [Path(doc).name for (doc,) in query(out, "SELECT doc FROM document_view")] == [
        f"00{number}.txt" for number in (1, 2, 3, 4)
    ]
    assert count(out, "errors") == 2 and count(out, "contents") == 4


def test_any_grouping_gives_the_same_dataset(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):  # one paragraph each: the last of one and the first of the next look alike
        (folder / f"p{number}.txt").write_text(f"今年{number}项工作完成。全县{number}项工作推进。\n", encoding="utf-8")
    rows = []
    for number, (files, sentences) in enumerate(((16, 1024), (1, 1), (3, 4), (16, 5))):
        monkeypatch.setattr(run, "TASK_FILES", files)
        monkeypatch.setattr(worker, "CALL_SENTENCES", sentences)
        path = out.with_name(f"{number}.sqlite")
        bring_up_to_date(folder, path, CompanyEngine)
        rows.append(dataset_rows(path))
    assert rows[0] == rows[1] == rows[2] == rows[3]
    assert len(rows[0]["sentences"]) == 23


def test_tasks_are_cut_alike_whatever_is_done(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "TASK_FILES", 2)
    made, settings = job(CompanyEngine)
    files = find_files([str(folder)])
    store = Store(out, settings)
    first = HerePool(made)
    steps = score(files, store, first)
    next(steps)  # the first task is written, the run is stopped
    store.close()
    store = Store(out, settings)
    second = HerePool(made)
    list(score(files, store, second))
    store.close()
    whole = [[Path(item.path).name for item in task] for task in first.tasks + second.tasks]
    assert whole == [["000.txt", "001.txt"], ["002.txt", "003.txt"], ["004.txt"]]


def write_archive(folder: Path) -> Path:
    folder.mkdir()
    texts = {f"{number}.txt": report(number).encode() for number in range(7)}
    (folder / "many.zip").write_bytes(archive({**texts, "empty.txt": b"", "again.txt": texts["2.txt"]}))
    return folder


def test_an_archive_is_written_in_parts_and_ends_as_one_file(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_archive(tmp_path / "zip")
    whole = out.with_name("whole.sqlite")
    bring_up_to_date(folder, whole, RULES)
    monkeypatch.setattr(worker, "CALL_SENTENCES", 7)
    parts = [part for [part] in HerePool(job(RULES)[0]).run([(worker.Item(str(folder / "many.zip")),)])]
    assert [(part.done, len(part.documents)) for part in parts] == [(False, 3), (False, 3), (True, 8)]
    assert all(record.content is None for record in parts[-1].documents[:6])
    bring_up_to_date(folder, out, RULES)
    assert dataset_rows(out) == dataset_rows(whole)
    assert [Path(doc).name for (doc,) in query(out, "SELECT doc FROM error_view")] == ["empty.txt"]
    assert [reason for (reason,) in query(out, "SELECT reason FROM error_view")] == [
        "the file is empty; nothing to read"
    ]


def test_a_run_stopped_in_an_archive_goes_on_in_it(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_archive(tmp_path / "zip")
    bring_up_to_date(folder, out.with_name("whole.sqlite"), RULES)
    monkeypatch.setattr(worker, "CALL_SENTENCES", 7)
    made, settings = job(RULES)
    store = Store(out, settings)
    first = next(HerePool(made).run([(worker.Item(str(folder / "many.zip")),)]))
    store.put_texts(first[0].documents)  # the run is killed here
    store.close()
    assert count(out, "contents") == 3 and count(out, "documents") == count(out, "sentence_view") == 0
    steps = bring_up_to_date(folder, out, RULES)
    assert sum(step.sentences for step in steps) == 4 * 3  # one of the five is a copy of one that is there
    assert dataset_rows(out) == dataset_rows(out.with_name("whole.sqlite"))


def test_a_run_stopped_between_two_tasks_goes_on(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "TASK_FILES", 1)
    bring_up_to_date(folder, out.with_name("whole.sqlite"), RULES)
    made, settings = job(RULES)
    for _ in range(5):
        store = Store(out, settings)
        steps: Iterator[Any] = score(find_files([str(folder)]), store, HerePool(made))
        for step in steps:
            if not step.skipped:
                break
        store.close()
    assert count(out, "documents") == 5
    assert dataset_rows(out) == dataset_rows(out.with_name("whole.sqlite"))


def test_the_rows_of_a_task_are_written_all_or_none(folder: Path, out: Path) -> None:
    made, settings = job(RULES)
    store = Store(out, settings)
    [outcomes] = HerePool(made).run([tuple(worker.Item(path) for path in find_files([str(folder)]))])
    outcomes[-1].documents[0] = outcomes[-1].documents[0]._replace(measurements=[("too", "few")])
    with pytest.raises(sqlite3.Error):
        store.put([(outcome, "h") for outcome in outcomes])
    store.close()
    assert [count(out, table) for table in TABLES] == [0] * len(TABLES)


def test_a_text_is_kept_when_asked_and_offsets_count_in_it(folder: Path, out: Path) -> None:
    bring_up_to_date(folder, out, RULES)
    assert {text for (text,) in query(out, "SELECT text FROM contents")} == {None}
    bring_up_to_date(folder, out, RULES, keep_text=True)
    found = query(
        out,
        "SELECT substr(c.text, value_start + 1, value_end - value_start), value "
        "FROM measurements m JOIN contents c ON c.id = m.content",
    )
    assert len(found) == 30 and all(mine == its for mine, its in found)


def test_a_file_name_that_is_not_utf8_is_written_so_that_it_can_be(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (b"\xb1\xa8.txt", b"\xb1\xa9.txt"):
        path = Path(str(folder) + "/" + name.decode("utf-8", "surrogateescape"))
        path.write_text(report(name[1]), encoding="utf-8")
    bring_up_to_date(folder, out, RULES)
    assert count(out, "documents") == 2
    assert all(step.skipped for step in bring_up_to_date(folder, out, RULES))


def test_lone_surrogates_are_replaced_one_for_one(out: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    from tagger.reading.source import Source

    text = report(1) + "患者\ud8005人。\n"
    monkeypatch.setattr(worker, "load_all", lambda path, max_mb, lost: iter([Source(path, text, "utf-8", "0" * 64)]))
    bring_up_to_date(folder, out, RULES, keep_text=True)
    [(kept,)] = query(out, "SELECT text FROM contents")
    assert kept == text.replace("\ud800", "\ufffd")


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["CREATE TABLE mine (a)"], "is no dataset of tagger"),
        (["PRAGMA user_version = 3"], "is no dataset of tagger"),
        (["PRAGMA application_id = 1952540530", f"PRAGMA user_version = {VERSION + 1}"], "newer tagger"),
        (["PRAGMA application_id = 1952540530", f"PRAGMA user_version = {VERSION - 1}"], "older tagger"),
    ],
)
def test_another_database_is_left_as_it_is(out: Path, statements: list[str], words: str) -> None:
    connection = sqlite3.connect(out)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    before = out.read_bytes()
    with pytest.raises(TaggerError, match=words):
        Store(out, job(RULES)[1])
    assert out.read_bytes() == before


def test_another_file_is_left_as_it_is(out: Path) -> None:
    out.write_text("一份报告\n" * 100, encoding="utf-8")
    before = out.read_bytes()
    with pytest.raises(TaggerError, match="is no dataset of tagger"):
        Store(out, job(RULES)[1])
    assert out.read_bytes() == before


def test_a_file_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TaggerError, match="cannot be written"):
        Store(tmp_path / "no" / "folder" / "out.sqlite", job(RULES)[1])


def test_documents_tagged_together_are_tagged_as_alone() -> None:
    from tagger.reading import read

    tagger = Tagger(CompanyEngine())
    texts = ["今年完成工作。全县推进工作。\n", "全市完成工作。全省推进工作。\n", "", report(3)]
    together = tagger.tag_documents([read(text) for text in texts])
    alone = [tagger.tag(text) for text in texts]
    assert [[each.topic for each in document.sentences] for document in together] == [
        [each.topic for each in document.sentences] for document in alone
    ]
    assert [document.source for document in together] == [document.source for document in alone]
