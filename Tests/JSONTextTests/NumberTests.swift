import JSONText
import Testing
import Units

/// Numbers of a JSON text: exact, or refused with the field and the place.
@Suite struct NumberTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("42", "42"), ("-1", "-1"), ("94321.5", "94321.5"),
    ("0.000000000000000001", "0.000000000000000001"), ("1.500", "1.5"),
    ("1.5000000000000000000000000", "1.5"), ("123456789012345678.9", "123456789012345678.9"),
    (
      "170141183460469231731.687303715884105727",
      "170141183460469231731.687303715884105727"
    ),
    ("-99999999.99999999", "-99999999.99999999"),
  ])
  func `takes plain decimal numbers bare and quoted`(_ text: String, _ value: String) throws {
    let expected = try Fixed(value)
    #expect(try Read.fixed(text, .bare) == expected)
    #expect(try Read.fixed(text, .either) == expected)
    #expect(try Read.fixed("\"\(text)\"", .quoted) == expected)
    #expect(try Read.fixed("\"\(text)\"", .either) == expected)
  }

  @Test(
    arguments: [
      ("NaN", .malformed(at: 0)),
      ("-NaN", .malformed(at: 1)),
      ("Infinity", .malformed(at: 0)),
      ("-Infinity", .malformed(at: 1)),
      ("1e400", .malformed(at: 1)),
      ("1E5", .malformed(at: 1)),
      ("0e1", .malformed(at: 1)),
      ("1,000", .malformed(at: 1)),
      ("", .empty),
      (" 1", .malformed(at: 0)),
      ("1 ", .malformed(at: 1)),
      ("0x10", .malformed(at: 1)),
      ("+1", .malformed(at: 0)),
      ("01", .malformed(at: 1)),
      ("-01", .malformed(at: 2)),
      ("00", .malformed(at: 1)),
      ("1.", .malformed(at: 2)),
      (".5", .malformed(at: 0)),
      ("-", .malformed(at: 1)),
      ("-.5", .malformed(at: 1)),
      ("1.5.2", .malformed(at: 3)),
      ("1_000", .malformed(at: 1)),
      ("١", .malformed(at: 0)),
      ("1\\u0030", .malformed(at: 1)),
      ("1e", .malformed(at: 1)),
      ("0.0000000000000000001", .tooManyPlaces),
      ("170141183460469231732", .outOfRange),
      ("-170141183460469231732", .outOfRange),
      ("999999999999999999999999999999999999999999999999999999999999", .outOfRange),
      ("--1", .malformed(at: 1)),
      ("1-", .malformed(at: 1)),
      ("null", .malformed(at: 0)),
      ("true", .malformed(at: 0)),
    ] as [(String, NumberProblem)])
  func `refuses everything else as a quoted number (B07)`(_ text: String, _ why: NumberProblem) {
    // The place of a letter is its own; what is wrong with the whole is at the first digit.
    var offset = 1
    if case .malformed(let at) = why { offset += at }
    for form in [JSONNumberForm.quoted, .either] {
      #expect(throws: JSONProblem(.number(why), offset: offset, field: nil)) {
        try Read.fixed("\"\(text)\"", form)
      }
    }
  }

  @Test(
    arguments: [
      ("NaN", .unexpectedByte(UInt8(ascii: "N")), 0),
      ("-NaN", .number(.malformed(at: 1)), 1),
      ("Infinity", .unexpectedByte(UInt8(ascii: "I")), 0),
      ("1e400", .number(.malformed(at: 1)), 1),
      ("1E5", .number(.malformed(at: 1)), 1),
      ("0e1", .number(.malformed(at: 1)), 1),
      ("0x10", .trailingBytes, 1),
      ("+1", .unexpectedByte(UInt8(ascii: "+")), 0),
      ("01", .number(.malformed(at: 1)), 1),
      ("-01", .number(.malformed(at: 2)), 2),
      ("1.", .ended, 2),
      (".5", .unexpectedByte(UInt8(ascii: ".")), 0),
      ("-", .ended, 1),
      ("1.5.2", .trailingBytes, 3),
      ("0.0000000000000000001", .number(.tooManyPlaces), 0),
      ("170141183460469231732", .number(.outOfRange), 0),
      ("null", .wrongKind(found: .null, expected: .number), 0),
      ("true", .wrongKind(found: .boolean, expected: .number), 0),
      ("\"1\"", .wrongKind(found: .string, expected: .number), 0),
      ("[1]", .wrongKind(found: .array, expected: .number), 0),
      ("{}", .wrongKind(found: .object, expected: .number), 0),
    ] as [(String, JSONProblem.Reason, Int)])
  func `refuses everything else as a bare number (B07)`(
    _ text: String, _ why: JSONProblem.Reason, _ offset: Int
  ) {
    #expect(throws: JSONProblem(why, offset: offset, field: nil)) { try Read.fixed(text, .bare) }
  }

  @Test func `names the field and the place of a bad number`() throws {
    let text = #"{"instId":"BTC-USDT","last":"1,000"}"#
    let problem = #expect(throws: JSONProblem.self) {
      try JSONScanner.read(Array(text.utf8)) { (json) throws(JSONProblem) in
        try json.beginObject()
        while let key = try json.nextKey() {
          if key == "last" { _ = try json.fixed(.quoted) } else { try json.skip() }
        }
      }
    }
    #expect(problem == JSONProblem(.number(.malformed(at: 1)), offset: 30, field: "last"))
    #expect(
      problem?.description
        == "byte 30 near \"last\": not a plain decimal number (character 2)")
  }

  @Test(arguments: [
    (#""""#, JSONProblem(.number(.empty), offset: 1, field: nil)),
    (#""1e5""#, JSONProblem(.number(.malformed(at: 1)), offset: 2, field: nil)),
    (
      #""0.0000000000000000001""#, JSONProblem(.number(.tooManyPlaces), offset: 1, field: nil)
    ),
    (
      #""170141183460469231732""#, JSONProblem(.number(.outOfRange), offset: 1, field: nil)
    ),
    (#""12"#, JSONProblem(.ended, offset: 3, field: nil)),
    ("7", JSONProblem(.wrongKind(found: .number, expected: .string), offset: 0, field: nil)),
    ("null", JSONProblem(.wrongKind(found: .null, expected: .string), offset: 0, field: nil)),
  ])
  func `says what is wrong with a quoted number`(_ text: String, _ expected: JSONProblem) {
    #expect(throws: expected) { try Read.fixed(text, .quoted) }
  }

  @Test func `an absent number is nil and an empty text only where quotes are allowed`() throws {
    #expect(
      try Read.value("null") { (j) throws(JSONProblem) in
        try j.numberIfPresent(as: Price.self)
      } == nil)
    #expect(
      try Read.value(#""""#) { (j) throws(JSONProblem) in
        try j.numberIfPresent(.either, as: Price.self)
      } == nil)
    #expect(
      try Read.value(#""7""#) { (j) throws(JSONProblem) in
        try j.numberIfPresent(.quoted, as: Price.self)
      } == 7)
    #expect(
      throws: JSONProblem(
        .wrongKind(found: .string, expected: .number), offset: 0, field: nil)
    ) {
      try Read.value(#""""#) { (j) throws(JSONProblem) in
        try j.numberIfPresent(.bare, as: Price.self)
      }
    }
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("7", 7), ("-9223372036854775808", Int64.min),
    ("9223372036854775807", Int64.max), ("1763200000113", 1_763_200_000_113),
    ("12345678", 12_345_678), ("123456789012345678", 123_456_789_012_345_678),
  ])
  func `reads whole numbers to the ends of their range`(_ text: String, _ value: Int64) throws {
    #expect(try Read.integer(text, .bare, Int64.self) == value)
    #expect(try Read.integer("\"\(text)\"", .quoted, Int64.self) == value)
  }

  @Test(
    arguments: [
      ("9223372036854775808", .notInRange, 1),
      ("-9223372036854775809", .notInRange, 1),
      ("18446744073709551616", .notInRange, 1),
      ("1.0", .notInRange, 1),
      ("1e3", .number(.malformed(at: 1)), 2),
      ("01", .number(.malformed(at: 1)), 2),
      ("99999999999999999999999999999999999999999", .notInRange, 1),
      ("-", .number(.malformed(at: 1)), 2),
      ("", .number(.empty), 1),
      (" 1", .number(.malformed(at: 0)), 1),
      ("1 ", .number(.malformed(at: 1)), 2),
      ("0x1", .number(.malformed(at: 1)), 2),
      ("1.", .notInRange, 1),
    ] as [(String, JSONProblem.Reason, Int)])
  func `refuses what is no whole number in range`(
    _ text: String, _ why: JSONProblem.Reason, _ offset: Int
  ) {
    #expect(throws: JSONProblem(why, offset: offset, field: nil)) {
      try Read.integer("\"\(text)\"", .either, Int64.self)
    }
  }

  @Test func `each whole number type has its own range`() throws {
    #expect(try Read.integer("18446744073709551615", .bare, UInt64.self) == UInt64.max)
    #expect(throws: JSONProblem(.notInRange, offset: 0, field: nil)) {
      try Read.integer("18446744073709551616", .bare, UInt64.self)
    }
    #expect(throws: JSONProblem(.notInRange, offset: 0, field: nil)) {
      try Read.integer("-1", .bare, UInt64.self)
    }
    #expect(try Read.integer("-128", .bare, Int8.self) == -128)
    #expect(throws: JSONProblem(.notInRange, offset: 0, field: nil)) {
      try Read.integer("128", .bare, Int8.self)
    }
  }

  @Test func `a time in the wrong unit is refused`() throws {
    #expect(
      try Read.value(#""1763200000113""#) { (j) throws(JSONProblem) in
        try j.timestamp(.quoted)
      } == Timestamp(milliseconds: 1_763_200_000_113))
    for text in ["1763200000", "1763200000113000", "0", "-1"] {
      #expect(throws: JSONProblem.self, "\(text)") {
        try Read.value(text) { (j) throws(JSONProblem) in try j.timestamp() }
      }
    }
  }
}

/// Reads a document of one value.
enum Read {
  static func value<Value>(
    _ text: String, _ body: (inout JSONScanner) throws(JSONProblem) -> Value
  ) throws(JSONProblem) -> Value {
    try JSONScanner.read(Array(text.utf8)) { (json) throws(JSONProblem) in
      let value = try body(&json)
      try json.finish()
      return value
    }
  }

  static func fixed(_ text: String, _ form: JSONNumberForm) throws(JSONProblem) -> Fixed {
    try value(text) { (json) throws(JSONProblem) in try json.fixed(form) }
  }

  static func integer<Integer: FixedWidthInteger>(
    _ text: String, _ form: JSONNumberForm, _ type: Integer.Type
  ) throws(JSONProblem) -> Integer {
    try value(text) { (json) throws(JSONProblem) in try json.integer(form, as: type) }
  }
}
