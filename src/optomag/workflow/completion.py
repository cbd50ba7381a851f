"""What completes a command line in a shell: a script that the shell reads once, and then asks nobody."""

from __future__ import annotations

from typing import Literal

from cyclopts import App

from optomag.errors import refuse

COMPLETE_BASH = "complete -F _optomag optomag"
"""The last line of a script for bash, as cyclopts writes it."""

ZSH_CALL = """
if [[ $funcstack[1] == _optomag ]]; then
  _cyclopts_optomag "$@"
else
  compdef _cyclopts_optomag optomag
fi
"""
"""For zsh cyclopts only defines the function: it is called here, from a file in fpath or a sourced one."""


def completion_script(app: App, shell: Literal["bash", "zsh", "fish"]) -> str:
    """The script for a shell: commands, options, choices, and files where a path is asked for.

    For bash folders get a slash, names with blanks are one word, and files are offered where nothing else is.
    """
    script = app.generate_completion(prog_name="optomag", shell=shell)
    if shell == "zsh":
        return script + ZSH_CALL
    if shell != "bash":
        return script
    if COMPLETE_BASH not in script:
        refuse("cyclopts", "a version whose scripts for bash end with the function that completes", "another")
    whole = script.replace(COMPLETE_BASH, f"complete -o filenames -o default {COMPLETE_BASH[9:]}")
    return whole.replace("_optomag() {\n", "_optomag() {\n  local IFS=$'\\n'\n", 1)
