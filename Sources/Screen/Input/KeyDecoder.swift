/// Turns the bytes a terminal sends into keys, whatever way they were cut into reads.
///
/// A value without a clock: after each `feed` the caller waits `patience` milliseconds for more
/// bytes and, if none came, calls `expire`. What is not understood is swallowed whole, so that the
/// tail of an unknown sequence is never taken for letters.
///
/// Source: ECMA-48 section 5.4; xterm control sequences (PC-style function keys, bracketed paste,
/// focus, SGR mouse); the kitty keyboard protocol.
public struct KeyDecoder: Sendable {
  /// Milliseconds after which a lone escape byte is the Esc key.
  public static let escapePatience = 50
  /// Milliseconds after which an unfinished sequence is given up.
  static let sequencePatience = 500
  /// Milliseconds after an Esc in which `[` may still belong to it, on a line that stutters.
  static let gracePatience = 100
  /// Milliseconds after which a paste without an end is taken as it is.
  static let pastePatience = 2000
  /// Bytes of a sequence after which the rest of it is swallowed unread.
  static let sequenceLimit = 64
  /// Bytes of a paste that are kept; what comes after them up to its end is dropped.
  static let pasteLimit = 1 << 20

  private enum State: Equatable {
    case ground
    case scalar(value: UInt32, missing: Int)
    case escape
    case grace
    case lateIntroducer(UInt8)
    case single
    case sequence
    case linuxFunction
    case legacyMouse(Int)
    case string(sawEscape: Bool)
    case paste
  }

  private var state = State.ground
  private var buffer: [UInt8] = []
  private var keys: [Key] = []

  /// A decoder at rest.
  public init() {}

  /// Milliseconds to wait for more bytes before `expire` is due; nil when nothing is unfinished.
  public var patience: Int? {
    switch state {
    case .ground: nil
    case .escape, .lateIntroducer: Self.escapePatience
    case .grace: Self.gracePatience
    case .scalar, .single, .sequence, .linuxFunction, .legacyMouse, .string: Self.sequencePatience
    case .paste: Self.pastePatience
    }
  }

  /// Takes bytes and returns the keys they complete.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
    for byte in bytes { take(byte) }
    defer { keys.removeAll(keepingCapacity: true) }
    return keys
  }

  /// Says that no byte came for `patience` milliseconds; returns the keys that this settles.
  public mutating func expire() -> [Key] {
    switch state {
    case .escape:
      state = .grace
      return [.escape]
    case .lateIntroducer(let byte):
      state = .ground
      return [.character(Character(Unicode.Scalar(byte)))]
    case .paste:
      state = .ground
      return [finishedPaste(dropping: 0)]
    case .ground, .grace, .scalar, .single, .sequence, .linuxFunction, .legacyMouse, .string:
      state = .ground
      buffer.removeAll(keepingCapacity: true)
      return []
    }
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .ground: takeInGround(byte)
    case .scalar(let value, let missing): takeContinuation(byte, value, missing)
    case .escape: takeAfterEscape(byte)
    case .grace:
      if byte == 0x5B || byte == 0x4F {
        state = .lateIntroducer(byte)
      } else {
        state = .ground
        takeInGround(byte)
      }
    case .lateIntroducer(let introducer):
      state = introducer == 0x5B ? .sequence : .single
      take(byte)
    case .single:
      state = .ground
      if let key = KeySequence.single(byte) { keys.append(key) }
    case .sequence: takeInSequence(byte)
    case .linuxFunction:
      state = .ground
      if (0x41...0x45).contains(byte) { keys.append(.function(Int(byte) - 0x40)) }
    case .legacyMouse(let missing): state = missing > 1 ? .legacyMouse(missing - 1) : .ground
    case .string(let sawEscape): takeInString(byte, sawEscape)
    case .paste: takeInPaste(byte)
    }
  }

  private mutating func takeInGround(_ byte: UInt8) {
    switch byte {
    case 0x1B: state = .escape
    case 0x00..<0x20, 0x7F: keys.append(KeySequence.control(byte))
    case 0x20..<0x7F: keys.append(.character(Character(Unicode.Scalar(byte))))
    case 0x8F: state = .single
    case 0x9B: state = .sequence
    case 0xC2...0xDF: state = .scalar(value: UInt32(byte & 0x1F), missing: 1)
    case 0xE0...0xEF: state = .scalar(value: UInt32(byte & 0x0F), missing: 2)
    case 0xF0...0xF4: state = .scalar(value: UInt32(byte & 0x07), missing: 3)
    default: break
    }
  }

  /// Takes one of the trailing bytes of a character; a malformed character is swallowed.
  private mutating func takeContinuation(_ byte: UInt8, _ value: UInt32, _ missing: Int) {
    guard byte & 0xC0 == 0x80 else {
      state = .ground
      takeInGround(byte)
      return
    }
    let value = value << 6 | UInt32(byte & 0x3F)
    if missing > 1 {
      let isOverlong = (missing == 2 && value < 0x20) || (missing == 3 && value < 0x10)
      state = isOverlong ? .ground : .scalar(value: value, missing: missing - 1)
      return
    }
    state = .ground
    guard let scalar = Unicode.Scalar(value), value >= 0xA0 else { return }
    keys.append(.character(Character(scalar)))
  }

  private mutating func takeAfterEscape(_ byte: UInt8) {
    switch byte {
    case 0x5B: state = .sequence
    case 0x4F: state = .single
    case 0x50, 0x5D, 0x5F: state = .string(sawEscape: false)
    case 0x1B: keys.append(.escape)
    case 0x7F, 0x08:
      state = .ground
      keys.append(.control("w"))
    case 0x20..<0x7F:
      state = .ground
      keys.append(.alternate(Character(Unicode.Scalar(byte))))
    case 0x00..<0x20:
      // Esc and a key that acts, in one read of a slow line: the Esc stands, the act does not.
      state = .ground
      keys.append(.escape)
    default:
      state = .ground
      takeInGround(byte)
    }
  }

  private mutating func takeInSequence(_ byte: UInt8) {
    switch byte {
    case 0x5B where buffer.isEmpty: state = .linuxFunction
    case 0x20..<0x40:
      if buffer.count < Self.sequenceLimit { buffer.append(byte) }
    case 0x40..<0x7F:
      state = .ground
      let isTooLong = buffer.count == Self.sequenceLimit
      let parameters = buffer
      buffer.removeAll(keepingCapacity: true)
      if !isTooLong { finishSequence(parameters, byte) }
    default:
      buffer.removeAll(keepingCapacity: true)
      state = .ground
      takeInGround(byte)
    }
  }

  private mutating func finishSequence(_ parameters: [UInt8], _ final: UInt8) {
    if final == 0x7E, parameters == [0x32, 0x30, 0x30] {
      state = .paste
    } else if final == 0x4D, parameters.isEmpty {
      state = .legacyMouse(3)
    } else if let key = KeySequence.key(parameters, final) {
      keys.append(key)
    }
  }

  /// Swallows the answer to a question (OSC, DCS, APC) up to BEL or ST.
  private mutating func takeInString(_ byte: UInt8, _ sawEscape: Bool) {
    if byte == 0x07 || byte == 0x9C || (sawEscape && byte == 0x5C) {
      state = .ground
    } else {
      state = .string(sawEscape: byte == 0x1B)
    }
  }

  private mutating func takeInPaste(_ byte: UInt8) {
    buffer.append(byte)
    if byte == 0x7E, buffer.suffix(Self.pasteEnd.count) == Self.pasteEnd {
      state = .ground
      keys.append(finishedPaste(dropping: Self.pasteEnd.count))
    } else if buffer.count >= Self.pasteLimit + 4096 {
      buffer.removeSubrange(Self.pasteLimit..<(buffer.count - Self.pasteEnd.count))
    }
  }

  private mutating func finishedPaste(dropping tail: Int) -> Key {
    let kept = buffer.dropLast(tail).prefix(Self.pasteLimit)
    defer { buffer = [] }
    return .paste(String(decoding: kept, as: UTF8.self))
  }

  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
}
