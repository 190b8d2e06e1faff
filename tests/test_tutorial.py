"""The tutorial on a changed taxonomy does what it says, command by command as the README has it, on a copy of the shipped data.

Only the retraining, which takes minutes on all of it, is done on a few of its files.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Every topic of the new taxonomy is in the first, which is trained on; the added one in the last too, which is held out.
FEW = ("G04_liaowan_workpoints", "B5_weihu_friendly", "000", "B8_hechuan_smart")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section() -> str:
    (found,) = re.findall(r"^## When the taxonomy changes\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    return str(found)


def step(command: str) -> str:
    """A command as the script runs it; what stands in front of each lets the output of one be told from that of the next."""
    if " retrain " not in command:
        return f"echo '>>>'; {command}"
    few = " ".join(f"! -name {name}.tagged" for name in FEW)
    # Code 1 is the gate: on so few held-out sentences one that moves may be more than a point (tests/test_retraining.py has it).
    return f"find trial/gold/authored trial/gold/seeds -name '*.tagged' {few} -delete; echo '>>>'; {command} || [ $? -eq 1 ]"


def test_the_commands_run_as_they_stand(tmp_path: Path) -> None:
    for name in ("data", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    blocks = re.findall(r"^```sh\n(.*?)^```$", section(), re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    script = ['tagger() { "$PYTHON" -m tagger "$@"; }', *map(step, commands)]
    path = os.pathsep.join(each for each in (str(ROOT), os.environ.get("PYTHONPATH")) if each)
    result = subprocess.run(
        ["bash", "-ec", "\n".join(script)],
        cwd=tmp_path,
        # Threads of torch that wait for each other on busy cores take several times as long as one.
        env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    said = dict(zip(commands, result.stdout.split(">>>\n")[1:], strict=True))
    (asked,) = re.findall(r"here (\d+) of 8,014", section())
    (listed,) = (text for command, text in said.items() if " migrate " in command)
    assert listed.startswith(f"{asked} sentences for a person to look at (")
    assert "trial: not changed yet" in listed
    (merged,) = (text for command, text in said.items() if "merge-review" in command)
    assert merged.startswith("trial: taxonomy 2026.1 -> 2027.1; ")
    assert "145 files, 8014 sentences: 0 faults" in said["tagger data check trial/gold"]
    assert "taxonomy 2027.1, 18 topics, 1 migrations: 0 faults" in said["tagger taxonomy check trial/taxonomy.yaml"]
    (carried,) = (text for command, text in said.items() if " retrain " in command)
    assert "| digital_health (added) |" in carried and "trial-model: the model for taxonomy 2027.1" in carried
    (worked_out,) = (text for command, text in said.items() if " diff " in command)
    assert worked_out.startswith("m001_again.yaml: 4 operations")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "seeds"]
