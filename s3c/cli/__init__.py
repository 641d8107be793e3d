"""The command line: arguments, exit codes, printing; nothing else.

Exit codes: 0, all is well; 1, the model or its run has errors, or `format --check` found a file
that is not in its layout, `compare` a difference, or `test` a check that fails; 2, the command line
is wrong, or a file cannot be read or written; 3, s3c itself failed.
"""

from __future__ import annotations

from importlib import import_module

import click

__all__ = ["main"]

# Each command is a module of this package, imported when it is used: `s3c --help` needs none.
_COMMANDS = {
    "run": "Simulate a model and show, save or plot the results.",
    "compile": "Compile a model to a Python module.",
    "check": "Look for errors in models without running them.",
    "lint": "Look for what is allowed in models, but often a slip.",
    "explain": "Explain a diagnostic code, with examples.",
    "test": "Test a model's reality checks.",
    "format": "Lay out model files in Vensim's own way.",
    "convert": "Write a model in another format: Vensim's or XMILE.",
    "compare": "Show where two results part: of models, or of exports.",
    "scenarios": "Run the scenarios of an experiment file, and compare them.",
    "sensitivity": "Make very many runs that differ in parameters, and tell how they spread.",
    "calibrate": "Fit constants of a model to an experiment's targets.",
    "optimize": "Seek the constants with which a payoff is the best.",
    "study": "Run a study file, and write its report: published and simulated, and claims.",
    "diagram": "Draw a model's stocks and flows, or its causes and feedback loops.",
    "show": "Show a model's variables, or one of them with its causes and uses.",
    "functions": "List the functions of the language, or explain one.",
}


class _Commands(click.Group):
    """Commands that are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f".{cmd_name}", __name__).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from s3c.runtime import VERSION

        click.echo(f"s3c {VERSION}")
        ctx.exit()


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all is well; 1 the model or its run has errors (or format --check found"
    " work, compare a difference, or test a check that fails); 2 the command line is wrong, or a"
    " file cannot be read or written; 3 s3c itself failed.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Print the version and leave.",
)  # fmt: skip
def main() -> None:
    """Compile stock-and-flow equation text (.mdl) and run it.

    Start with: s3c run models/s3.mdl --plot s3.png
    """
