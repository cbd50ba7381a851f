"""The app of the command line, whose options say their help themselves."""

from __future__ import annotations

from cyclopts import App, ArgumentCollection, Parameter


class OptionsApp(App):
    """An app that reads no help out of docstrings: to parse sources takes ten times as long as the rest."""

    def assemble_argument_collection(
        self, *, default_parameter: Parameter | None = None, parse_docstring: bool = False
    ) -> ArgumentCollection:
        """Return the arguments of a command, with the help that they have of their own."""
        return super().assemble_argument_collection(default_parameter=default_parameter)
