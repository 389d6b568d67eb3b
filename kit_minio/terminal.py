"""Ce que disent les commandes : en couleurs, mots entiers, dans un terminal ; en texte ailleurs.

``say`` écrit une phrase ; ``Commands`` et ``Command`` sont les commandes de click, rangées en
parties, aidées en français, et dont chaque erreur est une phrase.
"""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import sys
import time
from collections.abc import Iterable
from textwrap import fill
from types import FrameType
from typing import Any

import click

from helpers.errors import Explanation, explain, system_cause

STUDENT, TEACHER, AUTHOR = "Étudiant", "Enseignant", "Auteur"
_PATIENCE_SECONDS = 3.0  # laissées au rangement, entre deux Ctrl-C
_TONES = {"✓": "green", "!": "yellow", "✗": "red", "→": "cyan"}
_MARKED = re.compile(r"(?P<indent> *)(?P<mark>[✓!✗→] )?(?P<bullet>[-•] )?")


def say(text: object = "", err: bool = False) -> None:
    """Écrit une phrase, ou plusieurs lignes.

    Args:
        text: la phrase ; un signe (✓ ! ✗ →) qui commence une ligne donne sa couleur.
        err: l'écrit sur la sortie d'erreur.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is None or not stream.isatty():
        print(text, file=stream, flush=True)
        return
    from rich.console import Console

    console = Console(stderr=err, highlight=False, markup=False, emoji=False)
    for line in str(text).split("\n"):
        console.print(_laid_out(line, console.width), soft_wrap=True)


def _laid_out(line: str, width: int) -> Any:
    """Renvoie une ligne à cette largeur : la suite est en retrait, son signe en couleur."""
    from rich.text import Text

    start = _MARKED.match(line)
    if not line.strip() or start is None:
        return Text(line)
    # rich couperait à une espace insécable, et au milieu d'une adresse plus longue que la ligne.
    wrapped = fill(
        line,
        width=width,
        subsequent_indent=" " * start.end(),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
    text = Text(wrapped)
    if mark := start["mark"]:
        text.stylize(_TONES[mark.strip()], start.start("mark"), start.end("mark"))
    return text


class Between(click.IntRange):
    """Un entier, dont l'aide dit les bornes en français."""

    def _describe_range(self) -> str:
        if self.max is None:
            return f"à partir de {self.min}"
        return f"de {self.min} à {self.max}"


class Help(click.HelpFormatter):
    """L'aide de click, dont les titres et les noms ressortent ; click ôte les couleurs ailleurs."""

    def write_heading(self, heading: str) -> None:
        """Écrit un titre."""
        self.write(f"{'':>{self.current_indent}}{_painted(f'{heading}:', bold=True)}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], *widths: Any, **more: Any) -> None:
        """Écrit des noms et ce qu'ils font, en deux colonnes."""
        painted = [(_painted(name, fg="cyan"), text) for name, text in rows]
        super().write_dl(painted, *widths, **more)


def _painted(text: str, **style: Any) -> str:
    return text if "NO_COLOR" in os.environ else click.style(text, **style)


class Context(click.Context):
    """Le contexte d'une commande, avec cette aide."""

    formatter_class = Help


class Command(click.Command):
    """Une commande, dans la partie de l'aide où on la cherche.

    Args:
        section: le titre de cette partie.
    """

    context_class = Context

    def __init__(self, *arguments: Any, section: str = TEACHER, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.section = section


class Commands(click.Group):
    """Un groupe de commandes où toute erreur connue est une phrase, jamais une trace."""

    command_class = Command
    context_class = Context

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("subcommand_metavar", "COMMANDE [ARGUMENTS]…")
        super().__init__(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Renvoie les commandes dans l'ordre où elles sont écrites."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Écrit les commandes, partie par partie."""
        sections: dict[str, list[tuple[str, str]]] = {STUDENT: [], TEACHER: [], AUTHOR: []}
        for name, command in self.commands.items():
            section = getattr(command, "section", TEACHER)
            sections[section].append((name, command.get_short_help_str(limit=200)))
        for title, rows in sections.items():
            if rows:
                with formatter.section(f"{title}\u00a0"):
                    formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Exécute la commande ; une erreur expliquée devient un message et le code 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            explanation = _of_the_system(error) or explain(error, code=False)
            if explanation is None:
                raise
            say(f"✗ {explanation}", err=True)
            sys.exit(1)


def _of_the_system(error: Exception) -> Explanation | None:
    """Renvoie l'explication d'un fichier que le système refuse de lire ou d'écrire."""
    if not isinstance(error, OSError) or not error.filename or error.errno == errno.ENOSPC:
        return None
    return Explanation(
        f"Le système refuse l'accès à {error.filename} ({system_cause(error)}).",
        "Vérifiez que ce fichier existe, que vous pouvez y écrire et qu'aucun programme ne "
        "l'emploie, puis relancez la commande.",
    )


class _Interruption:
    """Ctrl-C : interrompt la commande, une fois ; répété aussitôt, il couperait le rangement."""

    def __init__(self) -> None:
        self._last = -_PATIENCE_SECONDS

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if time.monotonic() - self._last >= _PATIENCE_SECONDS:
            self._last = time.monotonic()
            raise KeyboardInterrupt


def run(commands: click.Group, name: str) -> None:
    """Exécute la commande demandée, puis met fin au programme ; dit les erreurs de click.

    Args:
        commands: les commandes.
        name: celle que la personne a tapée, avant ses arguments.
    """
    code: object = 1
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Interruption())
    try:
        code = commands.main(prog_name=name, standalone_mode=False)
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        say(text.getvalue().rstrip(), err=True)
        code = error.exit_code
    except click.Abort:
        say("Interrompu.", err=True)
    finally:  # Python attend encore ses fils : qu'un autre Ctrl-C finisse tout, sans un mot
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code if isinstance(code, int) else 0)
