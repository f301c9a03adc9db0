#!/usr/bin/env python3
"""Writes the manual page, from what the program's own parser says of its commands.

usage: manual.py PERPDECK > perpdeck.1
Page and help have one source, so that they cannot differ. Needs Python 3 alone.
"""
import json
import re
import subprocess
import sys

FILES = [
    ("./config, ~/.config/perpdeck", "The settings; perpdeck config init writes them."),
    ("./.env, ~/.config/perpdeck/.env", "The keys, mode 0600; see .env.example."),
    ("./data, ~/.local/share/perpdeck",
     "Below it a folder for each mode and account: journal.sqlite, perpdeck.log, control.sock."),
]
ENVIRONMENT = [
    ("PERPDECK_CONFIG, PERPDECK_DATA, PERPDECK_ENV_FILE", "Other places for the files above."),
    ("PERPDECK_RISK_LEVERAGE_MAXIMUM, ...", "A setting over that of the files."),
    ("BLOFIN_API_KEY, BLOFIN_API_SECRET, BLOFIN_API_PASSPHRASE", "The key of live."),
    ("BLOFIN_DEMO_API_KEY, ...", "The key of demo."),
    ("NO_COLOR", "No colors."),
]
STATUS = [("0", "It was done."), ("1", "It was not done; standard error says why and what to do."),
          ("64", "The arguments were not understood.")]


def plain(text):
    """A text that roff takes for nothing but text."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def paragraphs(text):
    """A discussion: sentences are filled, indented lines stay as they are."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = block.split("\n")
        while lines:
            is_kept = lines[0].startswith(" ")
            count = next((at for at, line in enumerate(lines) if line.startswith(" ") != is_kept),
                         len(lines))
            part, lines = lines[:count], lines[count:]
            if is_kept:
                text = plain("\n".join(line[2:] for line in part))
                yield f".PP\n.nf\n.RS 4\n{text}\n.RE\n.fi"
            elif part == ["EXAMPLES"]:
                yield ".PP\nExamples:"
            else:
                yield ".PP\n" + plain("\n".join(part))


def tagged(rows):
    return [f".TP\n.B {plain(name)}\n{plain(text)}" for name, text in rows]


def names(argument):
    shown = [("--" if name["kind"] == "long" else "-") + name["name"]
             for name in argument.get("names", [])]
    value = f" <{argument['valueName']}>" if argument["kind"] == "option" else ""
    return ", ".join(shown) + value if shown else f"<{argument['valueName']}>"


def options(command):
    rows = []
    for argument in command.get("arguments", []):
        if not argument["shouldDisplay"] or argument.get("valueName") in ("help", "version"):
            continue
        usual = argument.get("defaultValue")
        text = argument.get("abstract", "") + (f" (default: {usual})" if usual else "")
        rows.append((names(argument), text))
    return tagged(rows)


def synopsis(command):
    words = []
    for argument in command.get("arguments", []):
        if argument["kind"] == "positional" and argument["shouldDisplay"]:
            word = f"<{argument['valueName']}>" + (" ..." if argument["isRepeating"] else "")
            words.append(f"[{word}]" if argument["isOptional"] else word)
    return " ".join(words)


def sections(command, path):
    for inner in command.get("subcommands", []):
        if inner["commandName"] == "help" or not inner.get("shouldDisplay", True):
            continue
        name = " ".join([*path, inner["commandName"]])
        yield ".SS " + plain(f"{name} {synopsis(inner)}".strip())
        yield plain(inner.get("abstract", ""))
        yield from paragraphs(inner.get("discussion", ""))
        yield from options(inner)
        yield from sections(inner, [*path, inner["commandName"]])


def page(command, version):
    yield f'.TH PERPDECK 1 "" "PerpDeck {version}" "User Commands"'
    yield ".SH NAME\nperpdeck \\- " + plain(command["abstract"].rstrip("."))
    yield ".SH SYNOPSIS\n.B perpdeck\n[\\fIcommand\\fR] [\\fIoptions\\fR]"
    yield ".SH DESCRIPTION"
    yield from paragraphs(command["discussion"])
    yield ".SH COMMANDS"
    yield from sections(command, ["perpdeck"])
    for title, rows in (("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", STATUS)):
        yield f".SH {title}"
        yield from tagged(rows)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)

    def ask(option):
        return subprocess.run([sys.argv[1], option], capture_output=True, text=True,
                              check=True).stdout

    command = json.loads(ask("--experimental-dump-help"))["command"]
    print("\n".join(part for part in page(command, ask("--version").strip()) if part))


if __name__ == "__main__":
    main()
