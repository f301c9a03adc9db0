import JSONText
import Testing

/// The public JSONTestSuite cases, read in the two ways in which a document can be read.
@Suite struct ConformanceTests {
  @Test func `the table is complete`() {
    let initials = Conformance.cases.map { $0.name.prefix(2) }
    #expect(initials.count { $0 == "y_" } == 95)
    #expect(initials.count { $0 == "n_" } == 193)
    #expect(initials.count { $0 == "i_" } == 35)
    #expect(Set(Conformance.cases.map(\.name)).count == Conformance.cases.count)
  }

  @Test(arguments: Conformance.cases)
  func `skipping accepts and refuses what the suite says (H08)`(_ example: ConformanceCase) {
    let isAccepted = Walk.skipAccepts(example.bytes)
    if let expected = example.isAccepted { #expect(isAccepted == expected) }
  }

  @Test(arguments: Conformance.cases)
  func `reading member by member says the same as skipping`(_ example: ConformanceCase) {
    #expect(Walk.readAccepts(example.bytes) == Walk.skipAccepts(example.bytes))
  }

  @Test func `what the suite leaves open is decided for safety`() {
    // Numbers beyond any double are grammar; broken Unicode, UTF-16 and deep nesting are refused.
    let accepted = Conformance.cases.filter {
      $0.isAccepted == nil && Walk.skipAccepts($0.bytes)
    }
    #expect(accepted.allSatisfy { $0.name.hasPrefix("i_number_") })
    #expect(accepted.count == 10)
  }

  @Test(arguments: [
    ["C2"], ["DF"], ["ED", "A0"], ["F0", "80"], ["F0", "80", "80"], ["C2", "00"], ["C2", "7F"],
    ["C2", "C0"], ["C3", "C1"], ["C4", "F5"], ["E4", "80", "00"], ["E5", "80", "10"],
    ["E6", "80", "C0"], ["E7", "80", "F5"], ["E8", "00", "80"], ["F2", "00", "80", "80"],
    ["F0", "80", "00", "80"], ["F1", "80", "C0", "80"], ["F2", "80", "80", "00"],
    ["F3", "80", "80", "C0"], ["F4", "80", "80", "F5"], ["C0", "80"], ["C1", "90"],
    ["E0", "80", "80"], ["F0", "80", "80", "80"], ["F4", "90", "80", "80"],
    ["F5", "80", "80", "80"], ["FF", "80", "80", "80"],
  ])
  func `text that is not UTF-8 is refused`(_ digits: [String]) {
    let bad = digits.map { UInt8($0, radix: 16)! }
    #expect(!Walk.skipAccepts([0x22] + bad + [0x22]))
    #expect(!Walk.skipAccepts(Array("\"some text before ".utf8) + bad + Array(" after\"".utf8)))
  }
}

/// Two ways of reading a whole document.
enum Walk {
  static func skipAccepts(_ bytes: [UInt8]) -> Bool {
    accepts(bytes) { (json) throws(JSONProblem) in try json.skip() }
  }

  static func readAccepts(_ bytes: [UInt8]) -> Bool {
    accepts(bytes) { (json) throws(JSONProblem) in try read(&json) }
  }

  static func accepts(
    _ bytes: [UInt8], _ body: (inout JSONScanner) throws(JSONProblem) -> Void
  ) -> Bool {
    do throws(JSONProblem) {
      try JSONScanner.read(bytes) { (json) throws(JSONProblem) in
        try body(&json)
        try json.finish()
      }
      return true
    } catch {
      return false
    }
  }

  /// Reads one value through the calls that a decoder makes; texts are copied out.
  static func read(_ json: inout JSONScanner) throws(JSONProblem) {
    switch try json.peek() {
    case .object:
      try json.beginObject()
      while let key = try json.nextKey() {
        _ = String(key)
        try read(&json)
      }
    case .array:
      try json.beginArray()
      while try json.nextElement() { try read(&json) }
    case .string: _ = try json.text()
    case .number: try json.skip()
    case .boolean: _ = try json.boolean()
    case .null: #expect(try json.takeNull())
    }
  }
}
