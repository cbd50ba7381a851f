"""One folder, one result: whole or not there, and every file of it known by its fingerprint.

A run writes into a folder of its own beside the files that are there. When all is written and on the disk,
that folder takes one name in one step: from then on the result is the new one, before it is the old one. What
remains, moving the files to their places and removing those that only the old result had, is done again by
whoever opens the folder next, should it be interrupted. `manifest.json` names the result's kind and each of
its files by SHA-256, itself included, and comes last.

Files that no manifest names belong to somebody else, and so do those whose bytes were changed since: nothing
here writes over them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from optomag.errors import InvalidInputError, refuse, require_kind, require_path, require_yes_or_no
from optomag.io.files import (
    json_value,
    read_json,
    require_file,
    require_writable_folder,
    sha256_of,
    storage_errors,
    write_json,
)
from optomag.io.manifest import NAME, machine, version
from optomag.io.safe_name import inside
from optomag.io.unfinished import PART_PREFIX, unfinished
from optomag.operating_system import flush, is_link, move

ARRIVED = ".new-result"
"""Name of the folder of a result that is complete and on its way to its place."""

_PART = "result"

_STALE = f"{PART_PREFIX}stale.json"
"""In a result on its way: names and fingerprints of what only the former result has."""


_COMMANDS = "optomag "
"""How the makers begin that are commands, whose configuration says how to make the result once more."""

_OF_THE_FILES = {"version", "machine", "started", "duration_seconds", "files", "sha256"}
"""Entries of a manifest that say who wrote its files, not what they are."""


@dataclass(eq=False)
class ResultWriter:
    """A result that is being written.

    Attributes
    ----------
    folder : Path
        Where it will be.
    path : Path
        Where to write its files, under the names that they will have.
    former : mapping or None
        Manifest of the result that it will replace.
    kind, command : str
    kept : tuple of str
        Names in `folder` with which the run goes on where an earlier one stopped; they belong to the result.
    identity : str or None
        Fingerprint of what it is, where two of its kind can be told apart by one.
    """

    folder: Path
    path: Path
    former: Mapping[str, Any] | None
    kind: str
    command: str
    kept: tuple[str, ...] = ()
    identity: str | None = None
    _content: dict[str, Any] = field(default_factory=dict, init=False)

    def seal(
        self,
        *,
        config: Mapping[str, Any],
        seed: int | None,
        started: float,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Say what made the result: its last file, `manifest.json`.

        Parameters
        ----------
        config : mapping
            The full configuration, as plain JSON values.
        seed : int or None
            Where all random numbers of the run started.
        started : float [s]
            `time.time()` at the start of the run.
        extra : mapping, optional
            Further entries.

        Raises
        ------
        StorageError
            Where a file cannot be read or written.
        """
        files = {name: sha256_of(self.path / name) for name in _names(self.path)}
        for kept in self.kept:
            for name in _names(self.folder / kept, within=kept):
                files.setdefault(name, sha256_of(self.folder / name))
        content = {
            "format": self.kind,
            "version": version(),
            "command": self.command,
            "config": config,
            "seed": seed,
            "machine": machine(),
            "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
            "duration_seconds": round(time.time() - started, 3),
            "files": dict(sorted(files.items())),
            **({} if self.identity is None else {"identity": self.identity}),
            **(extra or {}),
        }
        content |= self._making()
        write_json(self.path / NAME, {**content, "sha256": seal_of(content)})
        self._content = json_value(content)

    def _making(self) -> dict[str, Any]:
        """How a command made it, where `save` writes the same once more: the command then goes on with it."""
        former = self.former or {}
        made = str(former.get("command")).startswith(_COMMANDS) and not self.command.startswith(_COMMANDS)
        if not made or self.identity is None or former.get("identity") != self.identity:
            return {}
        return {key: value for key, value in former.items() if key not in _OF_THE_FILES}

    @property
    def sealed(self) -> bool:
        """Whether the manifest is written."""
        return bool(self._content)

    def replaced(self) -> str | None:
        """One sentence on the result that goes, or None where there was none or one of the same making."""
        former, made_by = self.former, ("command", "config", "seed")
        if former is None or all(former.get(key) == self._content.get(key) for key in made_by):
            return None
        return f"replaces the result of {former.get('command')} of {former.get('started')}"


@contextlib.contextmanager
def new_result(
    folder: str | os.PathLike[str],
    *,
    kind: str,
    command: str,
    writes: Iterable[str],
    kept: Iterable[str] = (),
    name: str = "out",
    identity: str | None = None,
    replace: bool = True,
) -> Iterator[ResultWriter]:
    """Write a result to a folder, whole or not at all.

    Parameters
    ----------
    folder : path
        Made where it is missing. A former result of the same kind is replaced when the block succeeds.
    kind : str
        The manifest's "format", such as "optomag-design".
    command : str
        What makes the result, such as "optomag design".
    writes : iterable of str
        Every name that the block may write into the folder, folders by their own name.
    kept : iterable of str
        Names in the folder that a resumable run has written there itself, such as a store.
    name : str
        What messages call the folder.
    identity : str, optional
        Fingerprint of what the result is, as `optomag.io.fingerprint.identity_of` makes it.
    replace : bool, default True
        Whether a former result of another identity may go. `save` asks here; commands ask before they begin
        (`optomag.workflow.former_results`).

    Yields
    ------
    ResultWriter
        Its `path` is where to write. `seal` must be called last.

    Raises
    ------
    InvalidInputError
        Before anything is written: if the folder cannot be written to, holds a result of another kind, one of
        another identity that may not go, a file of that result that was changed since, or somebody else's
        file under one of the names.
    StorageError
        Where the file system refuses; what was there stays.
    """
    if not require_kind("command", command, str, "a line of text").isprintable():
        refuse("command", "a line of text", ascii(command))
    kept, writes = tuple(kept), tuple(writes)
    asked: Any = {"kind": kind, "command": command, "writes": writes, "kept": kept, "name": name}
    asked |= {"identity": identity, "replace": replace}
    place, former = require_free(folder, **asked)
    with contextlib.ExitStack() as held:
        with storage_errors(place):
            part = held.enter_context(unfinished(place / _PART))
            part.mkdir()
        writer = ResultWriter(place, part, former, kind, command, kept, identity)
        yield writer
        if not writer.sealed:
            raise RuntimeError("a result must be sealed before it is complete")
        _, last = require_free(folder, **asked)  # once more: the block may have taken hours
        _require_room(place, part, writes, _own_files(last, (*writes, *kept)), name)
        coming = _files_of(read_json(part / NAME))
        stale = {k: v for k, v in _own_files(last, (*writes, *kept)).items() if k not in coming}
        write_json(part / _STALE, stale)
        with storage_errors(place):
            _flush_all(part)
            move(part, place / ARRIVED)
            flush(place)
    settle(place)


def settle(folder: Path) -> None:
    """Finish what an interrupted run, or nobody yet, has done: a complete result moves to its place.

    Raises
    ------
    StorageError
        Where the file system refuses; the next call goes on.
    """
    arrived = folder / ARRIVED
    if is_link(arrived) or not arrived.is_dir():
        return
    # Somebody else may settle at the same time: what has gone from here has arrived there.
    gone = contextlib.suppress(FileNotFoundError)
    with storage_errors(folder):
        coming, stale = _arriving(arrived / NAME), _arriving(arrived / _STALE)
        if coming is not None and not _is_sealed(coming):
            refuse("result on its way", "as it was written", arrived / NAME, f"Delete the folder {arrived}.")
        if coming is not None and stale is not None:
            for name in _names(arrived):
                if name != NAME:
                    target = inside(folder, name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with gone:
                        move(arrived / name, target)
            for name, digest in stale.items():
                _remove_unchanged(folder, name, digest)
            _flush_folders(folder, _files_of(coming))
            with gone:
                move(arrived / NAME, folder / NAME)
            flush(folder)
        shutil.rmtree(arrived, ignore_errors=True)


def _arriving(path: Path) -> Any:
    """Content of a JSON file of a result on its way; None where it has arrived already."""
    try:
        content = read_json(path, name="result on its way")
    except InvalidInputError:
        if not os.path.lexists(path):
            return None
        content = None
    if not isinstance(content, dict):
        refuse("result on its way", "complete JSON files", path, f"Delete the folder {path.parent}.")
    return content


@dataclass(frozen=True, eq=False)
class SavedResult:
    """A result as it lies in a folder; made by `open_result`.

    Attributes
    ----------
    folder : Path
    manifest : dict
        What made it, and the fingerprint of each file.
    """

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The manifest's "format"."""
        return str(self.manifest["format"])

    @property
    def files(self) -> dict[str, str]:
        """Names and SHA-256 of all files."""
        return _files_of(self.manifest)

    def has(self, name: str) -> bool:
        """Whether the result has a file of that name."""
        return name in self.files

    def path(self, name: str) -> Path:
        """The file of that name, its bytes compared with its fingerprint.

        Raises
        ------
        InvalidInputError
            If the result has no such file, the name leads out of the folder or through a link, or the file is
            missing or has other bytes than were written.
        """
        if name not in self.files:
            refuse("result", f"one with {name}", self.folder, f"{NAME} does not name it.")
        path = require_file(inside(self.folder, name), name="file of a result", advice=f"{NAME} names it.")
        for each in (name, *map(str, Path(name).parents[:-1])):
            if is_link(self.folder / each):
                refuse("file of a result", "there without a link", self.folder / each, "Copy the file there.")
        if sha256_of(path) != self.files[name]:
            rule = f"the one that {NAME} describes"
            refuse("file of a result", rule, path, "It was changed since; make the result again.")
        return path

    def json(self, name: str) -> Any:
        """Content of a JSON file of the result; raises as `path` does."""
        return read_json(self.path(name), name=name)

    def record(self, name: str, *, version: int) -> dict[str, Any]:
        """Content of the JSON file that says all of the result, in its own format and of that version.

        Raises
        ------
        InvalidInputError
            As `path` does, or if the file is of another format or version.
        """
        content = self.json(name)
        found = (content.get("format"), content.get("version")) if isinstance(content, dict) else None
        if found != (self.kind, version):
            rule = f"of format {self.kind}, version {version}"
            refuse(name, rule, self.folder / name, "Make it again with this version.")
        return content

    def require_whole(self) -> SavedResult:
        """The result itself, all its files compared with their fingerprints; raises as `path` does."""
        for name in self.files:
            self.path(name)
        return self


def open_result(
    folder: str | os.PathLike[str], *, kind: str | Collection[str] | None = None, name: str = "folder"
) -> SavedResult:
    """The result in a folder.

    Parameters
    ----------
    folder : path
    kind : str or several, optional
        Which formats will do; by default any.
    name : str
        What messages call it.

    Raises
    ------
    InvalidInputError
        If there is none, its manifest is damaged, edited or of a former version, or it is of another kind.
    StorageError
        Where it cannot be read.
    """
    place = require_path(name, folder)
    if place.is_dir():
        settle(place)
    advice = "Make it again with this version." if (place / NAME).is_file() else ""
    require_file(place / NAME, name=f"{NAME} of the {name}", advice="No result of optomag is there.")
    content = read_json(place / NAME, name="manifest")
    if not isinstance(content, dict) or not content.keys() >= {"format", "sha256", "files"}:
        refuse("manifest", "one of this version, with format, files and sha256", place / NAME, advice)
    if not _is_sealed(content):
        refuse("manifest", "as it was written", place / NAME, "It was changed since; make the result again.")
    kinds = () if kind is None else (kind,) if isinstance(kind, str) else tuple(kind)
    if kinds and content["format"] not in kinds:
        refuse(name, f"of format {' or '.join(kinds)}", f"{place} of format {content['format']}")
    return SavedResult(place, content)


def what_lies_in(folder: str | os.PathLike[str]) -> str:
    """Fingerprint of the result in a folder: of what it is, or of its files where its kind has no such one.

    Raises
    ------
    InvalidInputError, StorageError
        As `open_result` does.
    """
    found = open_result(folder)
    identity = found.manifest.get("identity")
    return identity if isinstance(identity, str) else seal_of({"files": found.files})


def require_free(
    folder: str | os.PathLike[str],
    *,
    kind: str,
    command: str,
    writes: Iterable[str],
    kept: Iterable[str] = (),
    name: str = "out",
    identity: str | None = None,
    replace: bool = True,
) -> tuple[Path, Mapping[str, Any] | None]:
    """The folder, made where it is missing, and the manifest of the former result that may be replaced there.

    Parameters and errors are those of `new_result`, which asks the same: for long work that is to be refused
    before it starts.
    """
    replace = require_yes_or_no("replace", replace)
    place, kept, writes = require_writable_folder(folder, name=name), tuple(kept), tuple(writes)
    settle(place)
    elsewhere = "Choose another folder, or move it away."
    for entry in sorted({NAME, *writes, *kept}):
        for link in _links(place / entry):
            refuse(name, "a folder without links in the place of results", link, elsewhere)
    former = read_json(place / NAME, name="manifest") if (place / NAME).exists() else None
    if former is not None:
        content = former if isinstance(former, dict) else {}
        known = content.get("format")
        # Manifests of former versions say nothing but the command.
        same = known == kind if known is not None else content.get("command") == command
        if not same:
            found = f"{place} with one of {known or content.get('command') or 'another program'}"
            refuse(name, f"a folder without a result, or with a former one of {kind}", found, elsewhere)
        if known is not None and not _is_sealed(content):
            refuse(
                name, "a folder whose files are as they were written", f"an edited {place / NAME}", elsewhere
            )
        if not replace and (identity is None or content.get("identity") != identity):
            found = f"{place} with another {kind}, of {content.get('command')}"
            advice = "Choose another folder, or replace it by replace=True."
            refuse(name, "a folder without a result, or with this very one", found, advice)
    recorded = _own_files(former, (*writes, *kept))
    for file, digest in recorded.items():
        path = _safe(place, file)
        resumable = any(file == each or file.startswith(f"{each}/") for each in kept)
        if path is not None and path.is_file() and not resumable and sha256_of(path) != digest:
            rule = "a folder whose files are as they were written"
            refuse(name, rule, f"an edited {path}", elsewhere)
    for entry in sorted(writes):  # what lies in folders of these names may stay there
        if (place / entry).is_file() and entry not in recorded and entry != NAME:
            refuse(name, f"free for {entry}", f"somebody else's {place / entry}", elsewhere)
    return place, former


def _require_room(
    place: Path, part: Path, writes: Collection[str], recorded: Collection[str], name: str
) -> None:
    """Refuse what would keep the files of `part` from their places, before any of them moves."""
    for file in _names(part):
        parents = [place / each for each in Path(file).parents[:-1]]
        if file != NAME and Path(file).parts[0] not in writes:
            raise RuntimeError(f"{file} is none of the names that the result may write")
        if (place / file).is_file() and file not in recorded and file != NAME:
            refuse(name, f"free for {file}", f"somebody else's {place / file}", "Move it away.")
        if (place / file).is_dir():
            refuse(name, f"free for the file {file}", f"the folder {place / file}", "Move it away.")
        for parent in parents:
            if parent.exists() and not parent.is_dir():
                refuse(name, f"free for a folder {parent.name}", f"the file {parent}", "Move it away.")


def _own_files(manifest: Any, names: Collection[str]) -> dict[str, str]:
    """Names and fingerprints of the files that belong to a result of which `names` are the parts."""
    files = _files_of(manifest)
    if isinstance(manifest, dict) and _is_sealed(manifest):
        return files
    # Manifests of former versions list whatever changed during the run, somebody else's files too.
    return {name: digest for name, digest in files.items() if name.partition("/")[0] in names}


def _remove_unchanged(folder: Path, name: str, digest: str) -> None:
    """Remove a file that is as it was written, and the folders that are empty without it."""
    path = _safe(folder, name)
    if path is None or is_link(path) or not path.is_file() or sha256_of(path) != digest:
        return
    path.unlink(missing_ok=True)
    for parent in path.relative_to(folder).parents[:-1]:
        with contextlib.suppress(OSError):  # somebody else's files keep it
            (folder / parent).rmdir()


def _flush_all(part: Path) -> None:
    for parent, _, files in os.walk(part):
        for file in files:
            flush(Path(parent, file))
        flush(Path(parent))


def _flush_folders(folder: Path, names: Iterable[str]) -> None:
    for parent in sorted({inside(folder, name).parent for name in names}):
        if parent.is_dir():
            flush(parent)


def _names(path: Path, *, within: str = "") -> Iterator[str]:
    """Files at or below a path, by their names within a folder; links and unfinished files are left out."""
    prefix = f"{within}/" if within else ""
    if is_link(path):
        return
    if path.is_file():
        yield within or path.name
    elif path.is_dir():
        for parent, folders, files in os.walk(path):
            folders.sort()
            for file in sorted(files):
                whole = Path(parent, file)
                if not is_link(whole) and not file.startswith(PART_PREFIX):
                    yield prefix + whole.relative_to(path).as_posix()


def _links(path: Path) -> Iterator[Path]:
    """Links at or below a path."""
    if is_link(path):
        yield path
        return
    for parent, folders, files in os.walk(path):
        yield from (Path(parent, name) for name in sorted(folders + files) if is_link(Path(parent, name)))


def _files_of(manifest: Any) -> dict[str, str]:
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict):
        return {}
    return {name: digest for name, digest in files.items() if isinstance(digest, str)}


def _safe(folder: Path, name: str) -> Path | None:
    try:
        return inside(folder, name)
    except InvalidInputError:
        return None


def _is_sealed(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is as it was written."""
    return manifest.get("sha256") == seal_of({k: v for k, v in manifest.items() if k != "sha256"})


def require_plain(name: str, value: Any) -> None:
    """Refuse what is no mapping that a manifest can hold."""
    rule = "a mapping of plain values, as JSON has them"
    if not isinstance(value, Mapping):
        refuse(name, rule, value)
    try:
        json.dumps(json_value(value), allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        refuse(name, rule, value)


def seal_of(content: Mapping[str, Any]) -> str:
    """Fingerprint of a manifest's other content: what it says of itself."""
    plain = json.dumps(json_value(content), sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()
