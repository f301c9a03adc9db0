import Units

/// Writes JSON into bytes, in the order it is told; commas take care of themselves.
///
/// The server's own encoder: it knows nothing of the client's decoders.
struct RowWriter {
  /// What has been written.
  private(set) var bytes: [UInt8] = []

  /// Starts with room for so many bytes.
  init(capacity: Int = 512) {
    bytes.reserveCapacity(capacity)
  }

  /// Writes `{`, the members and `}`.
  mutating func object(_ members: (inout RowWriter) -> Void) {
    open(UInt8(ascii: "{"))
    members(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  /// Writes `[`, the elements and `]`.
  mutating func array(_ elements: (inout RowWriter) -> Void) {
    open(UInt8(ascii: "["))
    elements(&self)
    bytes.append(UInt8(ascii: "]"))
  }

  /// Writes an array with one element for each member of a sequence.
  mutating func array<Elements: Sequence>(
    of elements: Elements, _ element: (inout RowWriter, Elements.Element) -> Void
  ) {
    array { writer in
      for value in elements { element(&writer, value) }
    }
  }

  /// Writes the name of a member; its value must follow.
  mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// Writes the name of a member that is not known beforehand; its value must follow.
  mutating func name(text: String) {
    string(text)
    bytes.append(UInt8(ascii: ":"))
  }

  /// Writes `null`.
  mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes a whole number as a JSON number.
  mutating func number(_ value: Int) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Writes an exact number as a JSON number, as short as it goes.
  mutating func number(_ value: Fixed) {
    separate()
    value.append(to: &bytes)
  }

  /// Writes a truth value as JSON's own.
  mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Writes a text with every character that needs it escaped.
  mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 { append(escaping: byte) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes an exact number as text with at least `places` decimals.
  mutating func text(_ value: Fixed, places: Int = 0) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    value.append(to: &bytes, minimumPlaces: places)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a moment as text: milliseconds since 1970 UTC.
  mutating func text(_ time: Timestamp) {
    string(String(time.milliseconds))
  }

  /// Writes JSON that is already encoded.
  mutating func raw(_ encoded: [UInt8]) {
    separate()
    bytes.append(contentsOf: encoded)
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
  }

  /// Puts a comma where one value follows another: the last byte tells.
  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): return
    case .some: bytes.append(UInt8(ascii: ","))
    }
  }

  private mutating func append(escaping byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
    case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
    case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
    case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
    case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
    case 0..<0x20:
      let digits = String(byte, radix: 16)
      bytes.append(contentsOf: "\\u00".utf8)
      if digits.utf8.count == 1 { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: digits.utf8)
    default: bytes.append(byte)
    }
  }
}

/// How a decimal text is spelled: BloFin mixes both inside one object.
///
/// Source: BloFin reference, value types; recorded payloads.
enum DecimalStyle {
  /// As short as it goes: `102000.1`, `0`.
  case short
  /// Padded to eighteen places: `68.110000000000000000`.
  case padded

  /// How many decimals are written at least.
  var places: Int {
    switch self {
    case .short: 0
    case .padded: Fixed.places
    }
  }
}

/// How the exchange spells that there is nothing.
enum NothingStyle {
  /// `null`.
  case null
  /// `""`.
  case empty
  /// `"0"`.
  case zero
  /// The member is missing.
  case missing
}

// Members: a name and its value in one call, so that a row reads like the reference's table.
extension RowWriter {
  /// Writes a member with a text.
  mutating func member(_ name: StaticString, _ text: String) {
    self.name(name)
    string(text)
  }

  /// Writes a member with a text or, for nil, what stands for nothing.
  mutating func member(_ name: StaticString, _ text: String?, else nothing: NothingStyle) {
    if let text { return member(name, text) }
    member(name, nothing: nothing)
  }

  /// Writes a member with a decimal text.
  mutating func member(_ name: StaticString, _ unit: some FixedUnit, _ style: DecimalStyle = .short)
  {
    self.name(name)
    text(unit.value, places: style.places)
  }

  /// Writes a member with a decimal text or, for nil, what stands for nothing.
  mutating func member(
    _ name: StaticString, _ unit: (some FixedUnit)?, _ style: DecimalStyle = .short,
    else nothing: NothingStyle
  ) {
    if let unit { return member(name, unit, style) }
    member(name, nothing: nothing)
  }

  /// Writes a member with a moment as text.
  mutating func member(_ name: StaticString, _ time: Timestamp) {
    self.name(name)
    text(time)
  }

  /// Writes a member with the text `true` or `false`.
  mutating func member(_ name: StaticString, text flag: Bool) {
    self.name(name)
    string(flag ? "true" : "false")
  }

  /// Writes a member with a JSON number.
  mutating func member(_ name: StaticString, number: Int) {
    self.name(name)
    self.number(number)
  }

  /// Writes a member that stands for nothing, in the spelling named.
  mutating func member(_ name: StaticString, nothing: NothingStyle) {
    switch nothing {
    case .null:
      self.name(name)
      null()
    case .empty: member(name, "")
    case .zero: member(name, "0")
    case .missing: return
    }
  }
}
