"""What is compiled before it is asked, and where it is kept."""

from __future__ import annotations

import pytest

from optomag.operating_system import WINDOWS
from optomag.serve import server, warm
from optomag.workflow import compiled_code
from optomag.workflow.serve_config import ServeConfig


def test_it_asks_for_what_is_usual_and_waits_for_other_work(monkeypatch):
    asked, looks = [], iter([True, True])
    monkeypatch.setattr(warm, "PAUSE", 0.0)
    monkeypatch.setattr(warm, "focus_answer", asked.append)
    monkeypatch.setattr(warm, "spot_answer", asked.append)
    warm.warm(lambda: next(looks, False))
    assert next(looks, None) is None, "it looked until there was none"
    assert len(asked) == 2 * len(warm.USUAL)
    for light in asked:
        light.design_config().lens.objective()


@pytest.mark.skipif(WINDOWS, reason="whose rights are not looked at")
def test_code_is_kept_beside_the_results_unless_others_may_write_there(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(compiled_code, "keep_compiled", kept.append)
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR", raising=False)
    tmp_path.chmod(0o755)
    assert server._kept(ServeConfig(out=tmp_path)) == tmp_path / server.COMPILED
    assert kept == [tmp_path / server.COMPILED]
    assert server._kept(ServeConfig(out=tmp_path, cache=tmp_path / "own")) == tmp_path / "own"
    tmp_path.chmod(0o775)
    assert server._kept(ServeConfig(out=tmp_path)) is None
    tmp_path.chmod(0o755)
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "elsewhere")
    assert server._kept(ServeConfig(out=tmp_path)) is None
