"""What earlier servers left is listed once it was read back; what is damaged is named."""

from __future__ import annotations

import pytest

import optomag as om
from optomag.serve.asked import JobAsked
from optomag.serve.jobs import Jobs


def listed(out) -> dict[str, str]:
    jobs = Jobs(out)
    jobs.find_earlier()
    return {job.name: job.state for job in jobs.all()}


def test_they_are_listed_newest_first_and_can_be_used(leave_result, tmp_path):
    for name in ("001-design", "1000-design", "002-shape"):
        leave_result(tmp_path / name / "result")
    assert list(listed(tmp_path).items()) == [
        ("1000-design", "done"),
        ("002-shape", "done"),
        ("001-design", "done"),
    ]
    jobs = Jobs(tmp_path)
    jobs.find_earlier()
    job = jobs.finished("001-design")
    assert job.began == "1970-01-01T00:00:00+00:00"
    assert jobs.stop("001-design").state == "done"
    with pytest.raises(om.InvalidInputError, match="B_eff"):  # its source is taken, its options are not
        jobs.start(JobAsked(command="export", source="001-design", options={"quantity": ["B"]}))


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("export.json", "other", "It was changed since"),
        ("export.json", None, "manifest.json names it"),
        ("manifest.json", "{}", "must be one of this version"),
        ("manifest.json", "{", "manifest"),
    ],
)
def test_what_is_damaged_is_named_and_not_used(leave_result, tmp_path, file, text, told):
    result = tmp_path / "003-design" / "result"
    leave_result(result)
    (result / file).unlink()
    if text is not None:
        (result / file).write_text(text, encoding="utf-8")
    jobs = Jobs(tmp_path)
    jobs.find_earlier()
    (job,) = jobs.all()
    assert job.state == "damaged"
    assert told in job.sentence
    with pytest.raises(om.InvalidInputError, match="left a whole result; got 003-design, damaged"):
        jobs.start(JobAsked(command="export", source=job.name))


def test_what_was_never_finished_is_said_to_be_so(leave_result, tmp_path):
    leave_result(tmp_path / "001-scan" / "result")
    (tmp_path / "001-scan" / "result" / "manifest.json").unlink()
    (tmp_path / "002-shape" / "result").mkdir(parents=True)
    assert listed(tmp_path) == {"002-shape": "unfinished", "001-scan": "unfinished"}
    jobs = Jobs(tmp_path)
    jobs.find_earlier()
    with pytest.raises(om.InvalidInputError, match="got 002-shape, unfinished"):
        jobs.finished("002-shape")


def test_nothing_else_is_listed(leave_result, tmp_path):
    leave_result(tmp_path / "elsewhere")
    for name in ("mine", "004-rm", "04-scan", "005-scan"):
        (tmp_path / name).mkdir()
    (tmp_path / "006-scan").write_text("", encoding="utf-8")
    (tmp_path / "007-scan").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "008-scan").mkdir()
    (tmp_path / "008-scan" / "result").symlink_to(tmp_path / "elsewhere")
    assert listed(tmp_path) == {}
