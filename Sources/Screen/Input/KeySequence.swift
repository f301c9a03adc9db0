/// The tables of the sequences that keys send.
enum KeySequence {
  /// The key of a control byte.
  static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x08, 0x7F: .backspace
    case 0x09: .tab
    case 0x0D: .enter
    case 0x00: .control(" ")
    default: .control(Character(Unicode.Scalar(byte < 0x1B ? byte | 0x60 : byte | 0x40)))
    }
  }

  /// The key of the last byte of `ESC O`.
  static func single(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x4D: .enter
    case 0x50...0x53: .function(Int(byte) - 0x4F)
    // The keypad in application mode sends its characters shifted by 0x40.
    case 0x6A...0x79: .character(Character(Unicode.Scalar(byte - 0x40)))
    default: navigation(byte)
    }
  }

  /// The key of a sequence `ESC [ parameters final`, or nil if it is none of ours.
  static func key(_ parameters: [UInt8], _ final: UInt8) -> Key? {
    if parameters.first == 0x3C { return mouse(parameters.dropFirst(), final) }
    guard let fields = fields(parameters[...]) else { return nil }
    switch final {
    case 0x49 where parameters.isEmpty: return .focusGained
    case 0x4F where parameters.isEmpty: return .focusLost
    case 0x5A: return .backTab
    case 0x75: return kitty(fields)
    case 0x7E: return numbered(fields)
    case 0x50...0x53 where fields.count == 2:
      return modified(.function(Int(final) - 0x4F), modifiers(fields))
    default: return navigation(final).flatMap { modified($0, modifiers(fields)) }
    }
  }

  private static func navigation(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x41: .up
    case 0x42: .down
    case 0x43: .right
    case 0x44: .left
    case 0x46: .end
    case 0x48: .home
    default: nil
    }
  }

  /// `CSI number ; modifiers ~`.
  private static func numbered(_ fields: [[Int]]) -> Key? {
    guard let number = fields.first?.first else { return nil }
    if number == 27, fields.count == 3, let code = fields[2].first {
      return character(code, modifiers(fields))
    }
    let key: Key? =
      switch number {
      case 1, 7: .home
      case 2: .insert
      case 3: .delete
      case 4, 8: .end
      case 5: .pageUp
      case 6: .pageDown
      case 11...15: .function(number - 10)
      case 17...21: .function(number - 11)
      case 23...26: .function(number - 12)
      case 28, 29: .function(number - 13)
      case 31...34: .function(number - 14)
      default: nil
      }
    return key.flatMap { modified($0, modifiers(fields)) }
  }

  /// `CSI code ; modifiers : event u` of the kitty protocol; releases are no keys.
  private static func kitty(_ fields: [[Int]]) -> Key? {
    guard let code = fields.first?.first else { return nil }
    if fields.count > 1, fields[1].count > 1, fields[1][1] == 3 { return nil }
    return character(code, modifiers(fields))
  }

  private static func character(_ code: Int, _ modifiers: Modifiers) -> Key? {
    switch code {
    case 13, 57414: return modified(.enter, modifiers)
    case 27: return modified(.escape, modifiers)
    case 9: return modifiers == .shift ? .backTab : modified(.tab, modifiers)
    case 127, 8: return modified(.backspace, modifiers)
    case 57376...57387: return modified(.function(code - 57376 + 13), modifiers)
    case 57399...57408: return modified(digit(code - 57399), modifiers)
    case 57409: return modified(.character("."), modifiers)
    case 57410: return modified(.character("/"), modifiers)
    case 57411: return modified(.character("*"), modifiers)
    case 57412: return modified(.character("-"), modifiers)
    case 57413: return modified(.character("+"), modifiers)
    case 57417...57426: return modified(keypad[code - 57417], modifiers)
    case 0xE000...0xF8FF: return nil
    default: break
    }
    guard code >= 0x20, code < 0x7F || code >= 0xA0, code <= 0x10FFFF,
      let scalar = Unicode.Scalar(UInt32(code))
    else { return nil }
    let character = Character(scalar)
    if modifiers.contains(.control) {
      let lowered = character.lowercased()
      return modifiers.contains(.alternate) ? nil : lowered.first.map { .control($0) }
    }
    if modifiers.contains(.alternate) { return .alternate(character) }
    return modifiers.isSubset(of: .shift) ? .character(character) : nil
  }

  private static func digit(_ value: Int) -> Key {
    .character(Character(Unicode.Scalar(UInt8(0x30 + value))))
  }

  private static let keypad: [Key] = [
    .left, .right, .up, .down, .pageUp, .pageDown, .home, .end, .insert, .delete,
  ]

  /// What a key means when modifiers are held; nil where that would be another key than the user's.
  private static func modified(_ key: Key, _ modifiers: Modifiers) -> Key? {
    if modifiers.isEmpty { return key }
    switch (key, modifiers) {
    case (.left, .control), (.left, .alternate): return .wordLeft
    case (.right, .control), (.right, .alternate): return .wordRight
    case (.delete, .control), (.delete, .alternate): return .deleteWord
    case (.backspace, .control), (.backspace, .alternate): return .control("w")
    case (.up, .shift), (.down, .shift), (.left, .shift), (.right, .shift), (.home, .shift),
      (.end, .shift), (.pageUp, .shift), (.pageDown, .shift), (.backspace, .shift),
      (.escape, .shift):
      return key
    case (.function(let number), .shift) where number <= 12: return .function(number + 12)
    case (.character, .shift): return key
    default: return nil
    }
  }

  private struct Modifiers: OptionSet {
    let rawValue: Int
    static let shift = Modifiers(rawValue: 1)
    static let alternate = Modifiers(rawValue: 2)
    static let control = Modifiers(rawValue: 4)
    /// Super, hyper and meta.
    static let other = Modifiers(rawValue: 56)
  }

  /// The modifiers in the second field, without the locks.
  private static func modifiers(_ fields: [[Int]]) -> Modifiers {
    guard fields.count > 1, let value = fields[1].first, value > 0 else { return [] }
    return Modifiers(rawValue: (value - 1) & 63)
  }

  /// `CSI < button ; column ; row M` (pressed) or `m` (released).
  private static func mouse(_ parameters: ArraySlice<UInt8>, _ final: UInt8) -> Key? {
    guard final == 0x4D || final == 0x6D, let fields = fields(parameters), fields.count == 3,
      let code = fields[0].first, let column = fields[1].first, let row = fields[2].first,
      column > 0, row > 0
    else { return nil }
    guard let action = action(code, isPressed: final == 0x4D) else { return nil }
    return .mouse(Mouse(action, at: Point(x: column - 1, y: row - 1)))
  }

  private static func action(_ code: Int, isPressed: Bool) -> Mouse.Action? {
    switch code & ~0b11100 {
    case 0: isPressed ? .press(.left) : .release(.left)
    case 1: isPressed ? .press(.middle) : .release(.middle)
    case 2: isPressed ? .press(.right) : .release(.right)
    case 32: .drag(.left)
    case 33: .drag(.middle)
    case 34: .drag(.right)
    case 64: .scrollUp
    case 65: .scrollDown
    default: nil
    }
  }

  /// The numbers between semicolons, each with its parts between colons; nil for other bytes.
  ///
  /// An empty number is zero; numbers above 9 digits are refused.
  private static func fields(_ bytes: ArraySlice<UInt8>) -> [[Int]]? {
    var fields: [[Int]] = [[0]]
    for byte in bytes {
      let field = fields.count - 1
      let part = fields[field].count - 1
      switch byte {
      case 0x30...0x39:
        let value = fields[field][part] * 10 + Int(byte) - 0x30
        guard value < 1_000_000_000 else { return nil }
        fields[field][part] = value
      case 0x3A: fields[field].append(0)
      case 0x3B: fields.append([0])
      default: return nil
      }
    }
    return fields
  }
}
