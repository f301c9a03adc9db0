"""What may stand in the bytes that the dashboard sends to a terminal: text, and its own sequences.

Nothing draws them here: an emulator forgives what a terminal obeys.
"""
import re
import unicodedata

# The modes that the dashboard switches: cursor keys, line wrap, cursor and its blinking, alternate
# screen, focus, paste, mouse, synchronized output.
PRIVATE = rb"\x1b\[\?(?:1|7|12|25|1000|1002|1004|1006|1049|2004|2026)(?:;(?:12|25))*[hl]"
OWN = re.compile(
    rb"(?:"
    + PRIVATE
    # Colors and attributes, moves, erasing, insertion, scrolling, the scroll region, repeating.
    + rb"|\x1b\[[\d;:]*[mABCDGHJKLMPSTXbdfr@]"
    # The kitty keyboard protocol, the stack of titles, resetting insertion and the keypad.
    + rb"|\x1b\[(?:>1u|<u)|\x1b\[2[23];0(?:;0)?t|\x1b\[4l|\x1b\[!p|\x1b[=>78M]|\x1b[()][0AB]"
    # The title of the window, which no control character stands in.
    + rb"|\x1b\]2;(?P<title>[^\x00-\x1f\x7f]*)\x07"
    + rb"|[\r\n\x08\x0e\x0f]"
    + rb")"
)
# Characters of two columns or none that the dashboard itself never draws, but may be told.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def foreign(data):
    """What stands in the bytes that is no text and no sequence of ours, each with its place."""
    found = []
    rest, place = data, 0
    while place < len(rest):
        own = OWN.match(rest, place)
        if own:
            found += unfit(own.group("title") or b"", place)
            place = own.end()
            continue
        byte = rest[place]
        if byte < 0x20 or byte == 0x7F:
            found.append((place, rest[place:place + 16]))
            place += 1
            continue
        end = place
        while end < len(rest) and rest[end] >= 0x20 and rest[end] != 0x7F:
            end += 1
        found += unfit(rest[place:end], place)
        place = end
    return found


def unfit(data, place):
    """What of a text is not UTF-8, or acts on a terminal in place of being shown."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return [(place + error.start, data[error.start:error.start + 16])]
    found = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        # Two marks on a letter are the most that any language needs here.
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in UNSEEN or marks > 2:
            found.append((place, character.encode()))
    return found


def prove():
    """Shows that what is foreign is found, and what is ours is not."""
    own = (b"\x1b[?1049h\x1b[22;0;0t\x1b[>1u\x1b[?25l\x1b[1;31m\x1b[38;5;4m\x1b[2;7Hab\x1b[5b"
           b"\x1b]2;PAPER perpdeck\x07\r\n\x1b(B\x1b[m" + "Größe ┃ é".encode())
    assert foreign(own) == [], foreign(own)
    for wrong in (b"\x1b]52;c;aGk=\x07", b"\x1b]0;x\x07", b"\x1b]8;;http://a\x07", b"\x1bPq\x1b\\",
                  b"\x07", b"\x7f", b"\x9b31m", "\u009b31m".encode(), "\u202eabc".encode(),
                  "a\u200bb".encode(), ("a" + "\u0301" * 3).encode(), b"\xff", b"\x1bc",
                  b"\x1b[6n", b"\x1b]2;a\x1b[31m\x07", b"\x1b[?1003h", b"\x1b[5i"):
        assert foreign(own + wrong + own), wrong

