import JSONText
import TestSupport
import Testing
import Units

/// A JSON value held in full, to compare what was written with what was read.
indirect enum Value: Equatable {
  case object([Member])
  case array([Value])
  case string(String)
  case number(Fixed)
  case boolean(Bool)
  case null

  struct Member: Equatable {
    let key: String
    let value: Value
  }
}

/// Documents drawn at random.
@Suite struct PropertyTests {
  @Test(arguments: Seeds.first(300))
  func `what is written is read back`(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let value = Self.draw(depth: 0, &random)
    var writer = JSONWriter()
    Self.write(value, to: &writer)
    let text = writer.bytes
    #expect(try Self.parse(text) == value)
    #expect(try Self.parse(Self.spaced(text, &random)) == value)
    #expect(Walk.skipAccepts(text))
  }

  @Test(arguments: Seeds.first(200))
  func `changed bytes never trap and both readers agree`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let value = Self.draw(depth: 0, &random)
    var writer = JSONWriter()
    Self.write(value, to: &writer)
    for _ in 0..<100 {
      var text = writer.bytes
      for _ in 0...random.below(3) { Self.mutate(&text, &random) }
      // An exact-size allocation would show a read beyond the end under the address sanitizer.
      #expect(Walk.skipAccepts(text) == Walk.readAccepts(text), "\(text)")
      _ = Walk.accepts(text) { (json) throws(JSONProblem) in _ = try json.fixed(.either) }
      _ = Walk.accepts(text) { (json) throws(JSONProblem) in
        _ = try json.integer(.either, as: Int64.self)
      }
    }
  }

  @Test(arguments: Seeds.first(50))
  func `a text cut anywhere is refused`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var writer = JSONWriter()
    writer.beginArray()
    Self.write(Self.draw(depth: 0, &random), to: &writer)
    writer.endArray()
    let text = writer.bytes
    for count in text.indices { #expect(!Walk.skipAccepts(Array(text[..<count])), "\(count)") }
  }

  static func draw(depth: Int, _ random: inout SeededRandom) -> Value {
    switch random.below(depth > 5 ? 4 : 6) {
    case 0: .null
    case 1: .boolean(random.oneIn(2))
    case 2: .number(drawNumber(&random))
    case 3: .string(drawText(&random))
    case 4: .array((0..<random.below(6)).map { _ in draw(depth: depth + 1, &random) })
    default:
      .object(
        (0..<random.below(6)).map { _ in
          Value.Member(key: drawText(&random), value: draw(depth: depth + 1, &random))
        })
    }
  }

  static func drawNumber(_ random: inout SeededRandom) -> Fixed {
    let bits = Int128(truncatingIfNeeded: random.next()) << 64 | Int128(random.next())
    return Fixed(raw: bits >> Int128(1 + random.below(127)))
  }

  static func drawText(_ random: inout SeededRandom) -> String {
    let samples = ["instId", "\"", "\\", "\n", "\u{1}", "é", "€", "😹", "/", "a", "0", " "]
    return (0..<random.below(7)).map { _ in samples[random.below(samples.count)] }.joined()
  }

  static func write(_ value: Value, to json: inout JSONWriter) {
    switch value {
    case .null: json.null()
    case .boolean(let flag): json.boolean(flag)
    case .number(let number): json.number(number)
    case .string(let text): json.string(text)
    case .array(let values):
      json.beginArray()
      for value in values { write(value, to: &json) }
      json.endArray()
    case .object(let members):
      json.beginObject()
      for member in members {
        json.key(member.key)
        write(member.value, to: &json)
      }
      json.endObject()
    }
  }

  static func parse(_ text: [UInt8]) throws(JSONProblem) -> Value {
    try JSONScanner.read(text) { (json) throws(JSONProblem) in
      let value = try read(&json)
      try json.finish()
      return value
    }
  }

  static func read(_ json: inout JSONScanner) throws(JSONProblem) -> Value {
    switch try json.peek() {
    case .null:
      _ = try json.takeNull()
      return .null
    case .boolean: return .boolean(try json.boolean())
    case .number: return .number(try json.fixed())
    case .string: return .string(try json.text())
    case .array:
      var values: [Value] = []
      try json.beginArray()
      while try json.nextElement() { values.append(try read(&json)) }
      return .array(values)
    case .object:
      var members: [Value.Member] = []
      try json.beginObject()
      while let key = try json.nextKey() {
        let name = String(key)
        members.append(Value.Member(key: name, value: try read(&json)))
      }
      return .object(members)
    }
  }

  /// Returns the text with white space around its structure.
  static func spaced(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var result: [UInt8] = []
    var isInString = false
    var isEscaped = false
    for byte in text {
      let isStructure = !isInString && "{}[],:".utf8.contains(byte)
      if isStructure, random.oneIn(2) { result.append(0x20) }
      result.append(byte)
      if isStructure, random.oneIn(2) { result.append(contentsOf: [0x0A, 0x09, 0x0D]) }
      if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
      isEscaped = isInString && byte == UInt8(ascii: "\\") && !isEscaped
    }
    return result
  }

  static func mutate(_ text: inout [UInt8], _ random: inout SeededRandom) {
    let interesting = Array("\"\\{}[],:0123456789-+.eEntfu \n".utf8) + [0, 0x7F, 0x80, 0xC3, 0xFF]
    let byte = interesting[random.below(interesting.count)]
    switch random.below(4) {
    case 0 where !text.isEmpty: text[random.below(text.count)] = byte
    case 1 where !text.isEmpty: text.remove(at: random.below(text.count))
    case 2 where !text.isEmpty: text.removeLast(random.below(text.count))
    default: text.insert(byte, at: random.below(text.count + 1))
    }
  }
}
