import JSONText
import Testing
import Units

/// Objects, arrays, strings and the messages of the scanner.
@Suite struct ScannerTests {
  @Test(arguments: [
    (#""""#, ""), (#""asd""#, "asd"), (#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u30AF""#, "Aéク"), (#""\ud83d\ude39""#, "😹"),
    (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
    (#""π€𝄞""#, "π€𝄞"),
    (#""a long text without any escape at all""#, "a long text without any escape at all"),
    (#""a long text with one escape at its end\n""#, "a long text with one escape at its end\n"),
    (#""\u0000""#, "\u{0}"),
  ])
  func `decodes strings`(_ text: String, _ expected: String) throws {
    #expect(try Read.value(text) { (j) throws(JSONProblem) in try j.text() } == expected)
    // The same behind something, so that the word-wise path ends at every offset.
    for count in 0..<9 {
      let padding = String(repeating: " ", count: count)
      #expect(
        try Read.value(padding + text + padding) { (j) throws(JSONProblem) in
          try j.text()
        } == expected)
    }
  }

  @Test(arguments: [
    "", "a", "ab", "abc", "abcd", "abcde", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmno",
    "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmnopqrstuvwxyz",
  ])
  func `a key equals the literal that it spells and no other`(_ text: String) throws {
    try Read.value(#"{"\#(text)":1}"#) { (json) throws(JSONProblem) in
      try json.beginObject()
      let key = try json.nextKey()
      #expect(key.map { $0 == text } == true)
      #expect(key.map { Self.literals($0) } == [text])
      try json.skip()
      #expect(try json.nextKey() == nil)
    }
  }

  @Test func `an escaped key equals what it decodes to`() throws {
    try Read.value(#"{"inst\u0049d":1}"#) { (json) throws(JSONProblem) in
      try json.beginObject()
      guard let key = try json.nextKey() else { throw json.problem(.missing("instId")) }
      #expect(key == ("instId" as StaticString))
      #expect(key == ("instId" as String))
      #expect(!(key == ("instid" as StaticString)))
      #expect(!(key == (#"inst\u0049d"# as StaticString)))
      try json.skip()
      try json.skipRestOfObject()
    }
  }

  @Test func `reads a message member by member`() throws {
    let text = #"{"arg":{"channel":"books"},"data":[[1,"2"],[3.5,"4"]],"last":true,"none":null}"#
    var channel = ""
    var levels: [[Fixed]] = []
    var last = false
    try Read.value(text) { (json) throws(JSONProblem) in
      try json.beginObject()
      while let key = try json.nextKey() {
        switch key {
        case "arg":
          try json.beginObject()
          while let inner = try json.nextKey() {
            if inner == "channel" { channel = try json.text() } else { try json.skip() }
          }
        case "data":
          try json.beginArray()
          while try json.nextElement() {
            try json.beginArray()
            try json.requireElement()
            let first = try json.fixed(.either)
            try json.requireElement()
            levels.append([first, try json.fixed(.either)])
            try json.endArray()
          }
        case "last": last = try json.boolean()
        default: #expect(try json.takeNull())
        }
      }
    }
    #expect(channel == "books")
    #expect(levels == [["1", "2"], ["3.5", "4"]])
    #expect(last)
  }

  @Test func `skipping returns where the value stands`() throws {
    let text = #"{"a": [1, {"b": "x"}] , "c":-1.5e3}"#
    let ranges = try Read.value(text) { (json) throws(JSONProblem) in
      var ranges: [String] = []
      try json.beginObject()
      while try json.nextKey() != nil {
        ranges.append(String(decoding: try json.raw(), as: UTF8.self))
      }
      return ranges
    }
    #expect(ranges == [#"[1, {"b": "x"}]"#, "-1.5e3"])
  }

  @Test func `nesting is bounded for skipping and for reading alike`() {
    let limit = JSONScanner.maximumDepth
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let inner = open == "[" ? "" : "1"
      let deepest =
        String(repeating: open, count: limit) + inner + String(repeating: close, count: limit)
      #expect(Walk.skipAccepts(Array(deepest.utf8)))
      #expect(Walk.readAccepts(Array(deepest.utf8)))
      let tooDeep = Array((open + deepest + close).utf8)
      let field = open == "[" ? nil : "a"
      let place = limit * open.utf8.count
      #expect(throws: JSONProblem(.tooDeep, offset: place, field: field)) {
        try JSONScanner.read(tooDeep) { (json) throws(JSONProblem) in try json.skip() }
      }
      #expect(!Walk.readAccepts(tooDeep))
    }
  }

  @Test func `100,000 open brackets are refused without growing the stack (H08)`() {
    let problem = #expect(throws: JSONProblem.self) {
      try JSONScanner.read(Array(repeating: UInt8(ascii: "["), count: 100_000)) {
        (json) throws(JSONProblem) in try json.skip()
      }
    }
    #expect(problem == JSONProblem(.tooDeep, offset: 64, field: nil))
  }

  @Test(arguments: [
    ("", JSONProblem(.ended, offset: 0, field: nil)),
    ("<html>", JSONProblem(.unexpectedByte(UInt8(ascii: "<")), offset: 0, field: nil)),
    ("\u{FEFF}{}", JSONProblem(.unexpectedByte(0xEF), offset: 0, field: nil)),
    ("{} {}", JSONProblem(.trailingBytes, offset: 3, field: nil)),
    (#"{"a":1,}"#, JSONProblem(.unexpectedByte(UInt8(ascii: "}")), offset: 7, field: "a")),
    ("[1,]", JSONProblem(.unexpectedByte(UInt8(ascii: "]")), offset: 3, field: nil)),
    (#"{"a":nul}"#, JSONProblem(.unexpectedByte(UInt8(ascii: "}")), offset: 8, field: "a")),
    ("\"a\u{1}\"", JSONProblem(.controlCharacter(1), offset: 2, field: nil)),
    (#""\x""#, JSONProblem(.invalidEscape, offset: 1, field: nil)),
  ])
  func `says what is wrong with a document (H08)`(_ text: String, _ expected: JSONProblem) {
    #expect(throws: expected) {
      try Read.value(text) { (json) throws(JSONProblem) in _ = try json.skip() }
    }
  }

  @Test func `arrays of the wrong length are refused by name`() {
    let short = #expect(throws: JSONProblem.self) {
      try Read.value("[1]") { (json) throws(JSONProblem) in
        try json.beginArray()
        for _ in 0..<2 {
          try json.requireElement()
          try json.skip()
        }
      }
    }
    #expect(short == JSONProblem(.tooFewElements, offset: 3, field: nil))
    let long = #expect(throws: JSONProblem.self) {
      try Read.value("[1,2]") { (json) throws(JSONProblem) in
        try json.beginArray()
        try json.requireElement()
        try json.skip()
        try json.endArray()
      }
    }
    #expect(long == JSONProblem(.tooManyElements, offset: 3, field: nil))
  }

  @Test func `a loop that is left early is found out at the end`() {
    #expect(throws: JSONProblem(.unexpectedByte(UInt8(ascii: ",")), offset: 18, field: "c")) {
      try Read.value(#"{"a":{"b":1,"c":2},"d":3}"#) { (json) throws(JSONProblem) in
        try json.beginObject()
        while try json.nextKey() != nil {
          guard try json.peek() == .object else {
            try json.skip()
            continue
          }
          try json.beginObject()
          _ = try json.nextKey()
          try json.skip()
        }
      }
    }
  }

  @Test func `messages carry no control characters from the text`() {
    let problem = JSONProblem(
      .unknownValue("\u{1B}[2Jgone\u{202E}" + String(repeating: "x", count: 100)), offset: 3,
      field: "\u{7}bell")
    #expect(
      problem.description == "byte 3 near \"\u{FFFD}bell\": \"\u{FFFD}[2Jgone\u{FFFD}"
        + String(repeating: "x", count: 55) + "…\" is not known here")
  }

  /// The literals that the key is equal to.
  private static func literals(_ key: JSONString) -> [String] {
    var found: [String] = []
    if key == ("" as StaticString) { found.append("") }
    if key == ("a" as StaticString) { found.append("a") }
    if key == ("ab" as StaticString) { found.append("ab") }
    if key == ("abc" as StaticString) { found.append("abc") }
    if key == ("abd" as StaticString) { found.append("abd") }
    if key == ("abcd" as StaticString) { found.append("abcd") }
    if key == ("abcde" as StaticString) { found.append("abcde") }
    if key == ("abcdefg" as StaticString) { found.append("abcdefg") }
    if key == ("abcdefgh" as StaticString) { found.append("abcdefgh") }
    if key == ("abcdefgi" as StaticString) { found.append("abcdefgi") }
    if key == ("abcdefghi" as StaticString) { found.append("abcdefghi") }
    if key == ("abcdefghijklmno" as StaticString) { found.append("abcdefghijklmno") }
    if key == ("abcdefghijklmnop" as StaticString) { found.append("abcdefghijklmnop") }
    if key == ("abcdefghijklmnopq" as StaticString) { found.append("abcdefghijklmnopq") }
    if key == ("abcdefghijklmnoqq" as StaticString) { found.append("abcdefghijklmnoqq") }
    if key == ("abcdefghijklmnopqrstuvwxyz" as StaticString) {
      found.append("abcdefghijklmnopqrstuvwxyz")
    }
    if key == ("abcdefghXjklmnopqrstuvwxyz" as StaticString) { found.append("other") }
    return found
  }
}
