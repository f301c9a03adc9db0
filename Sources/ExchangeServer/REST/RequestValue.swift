import JSONText

/// A value of a request's JSON body or of a stream command.
indirect enum RequestValue: Hashable, Sendable {
  case object([String: RequestValue])
  case array([RequestValue])
  case text(String)
  /// A number in its own digits.
  case number(String)
  case boolean(Bool)
  case null

  /// Reads one whole JSON document.
  init(_ bytes: [UInt8]) throws(JSONProblem) {
    self = try JSONScanner.read(bytes) { (scanner) throws(JSONProblem) in
      let value = try RequestValue(&scanner)
      try scanner.finish()
      return value
    }
  }

  private init(_ scanner: inout JSONScanner) throws(JSONProblem) {
    switch try scanner.peek() {
    case .object:
      var members: [String: RequestValue] = [:]
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        let name = String(key)
        members[name] = try RequestValue(&scanner)
      }
      self = .object(members)
    case .array:
      var elements: [RequestValue] = []
      try scanner.beginArray()
      while try scanner.nextElement() { elements.append(try RequestValue(&scanner)) }
      self = .array(elements)
    case .string: self = .text(try scanner.text())
    case .number: self = .number(String(decoding: try scanner.raw(), as: UTF8.self))
    case .boolean: self = .boolean(try scanner.boolean())
    case .null:
      try scanner.skip()
      self = .null
    }
  }

  /// Writes the value as JSON, members in the order of their names.
  func encode(to writer: inout RowWriter) {
    switch self {
    case .object(let members):
      writer.object { writer in
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
          writer.name(text: name)
          value.encode(to: &writer)
        }
      }
    case .array(let elements): writer.array(of: elements) { $1.encode(to: &$0) }
    case .text(let text): writer.string(text)
    case .number(let digits): writer.raw(Array(digits.utf8))
    case .boolean(let flag): writer.bool(flag)
    case .null: writer.null()
    }
  }
}
