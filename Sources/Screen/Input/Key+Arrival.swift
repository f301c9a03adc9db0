extension Key {
  /// Why a key by this name never arrives, as the end of a sentence; nil for a key that does.
  ///
  /// Terminals know no Ctrl or Alt as such: Ctrl with a letter is a control byte, and Alt with a
  /// character is Esc and then the character, where some characters begin a sequence instead.
  public var absence: String? {
    switch self {
    case .control("h"): "a terminal sends it as Backspace"
    case .control("i"): "a terminal sends it as Tab"
    case .control("j"): "a terminal sends it for a line feed, as in pasted text"
    case .control("m"): "a terminal sends it as Enter"
    case .control("["): "a terminal sends it as Esc"
    case .control(let character): Self.controls.contains(character) ? nil : "no terminal sends it"
    case .alternate(let character):
      "O[]P_".contains(character)
        ? "Esc and then \(character) is how other keys begin"
        : character.isASCII ? nil : "a terminal sends it without Alt"
    case .character, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .insert, .delete,
      .backspace, .wordLeft, .wordRight, .deleteWord, .tab, .backTab, .enter, .escape, .function,
      .paste, .focusGained, .focusLost, .mouse:
      nil
    }
  }

  /// What a terminal has a control byte of its own for.
  private static let controls: Set<Character> = Set("abcdefgklnopqrstuvwxyz \\]^_")
}
