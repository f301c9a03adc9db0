import Units

/// Reads a JSON text value by value, in the order in which it stands, straight from borrowed bytes.
///
/// Strict by RFC 8259: no comments, no trailing commas, no byte-order mark, UTF-8 only, at most
/// ``maximumDepth`` nested values. Nothing is allocated unless a text is copied out. Read one
/// document and then call ``finish()``:
///
/// ```swift
/// try json.beginObject()
/// while let key = try json.nextKey() {
///   switch key {
///   case "last": last = try json.number(.quoted)
///   default: try json.skip()
///   }
/// }
/// try json.finish()
/// ```
///
/// Each key and each element must be followed by reading or skipping its value. A loop that is left
/// before `nil` or `false` makes ``finish()`` throw. Equal keys are handed out each time they occur.
@frozen
public struct JSONScanner: ~Copyable {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  /// How many bytes have been read.
  @usableFromInline var position = 0
  @usableFromInline var depth = 0
  /// Whether an object or array was just entered, so that no comma precedes the next member.
  @usableFromInline var isAtStart = false
  /// Where the last key stands, for messages.
  @usableFromInline var lastKey: JSONString?

  /// Starts at the first byte. The bytes must stay valid while the scanner is used.
  @inlinable
  public init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Hands a scanner over the bytes of an array to `body` and returns its result.
  @inlinable
  public static func read<Value, Problem: Error>(
    _ bytes: [UInt8], _ body: (inout JSONScanner) throws(Problem) -> Value
  ) throws(Problem) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(Problem) in
      var scanner = JSONScanner(UnsafeRawBufferPointer(buffer))
      return try body(&scanner)
    }
  }

  /// How many objects and arrays may stand inside each other. Exchange messages need about six.
  @inlinable
  public static var maximumDepth: Int { 64 }

  /// How many bytes have been read.
  @inlinable
  public var offset: Int { position }

  /// Returns what kind of value comes next, without reading it.
  @inlinable
  public mutating func peek() throws(JSONProblem) -> JSONKind {
    let byte = try significantByte()
    guard let kind = JSONKind.starting(with: byte) else { throw problem(.unexpectedByte(byte)) }
    return kind
  }

  /// Enters an object; read its members with ``nextKey()``.
  @inlinable
  public mutating func beginObject() throws(JSONProblem) {
    try begin(UInt8(ascii: "{"), .object)
  }

  /// Returns the next key of the object, or nil once at its end. The value comes next.
  @inlinable
  public mutating func nextKey() throws(JSONProblem) -> JSONString? {
    guard try nextMember(closing: UInt8(ascii: "}")) else { return nil }
    let byte = try significantByte()
    guard byte == UInt8(ascii: "\"") else { throw problem(.unexpectedByte(byte)) }
    let key = try scanString()
    let separator = try significantByte()
    guard separator == UInt8(ascii: ":") else { throw problem(.unexpectedByte(separator)) }
    position &+= 1
    lastKey = key
    return key
  }

  /// Enters an array; read its elements after ``nextElement()``.
  @inlinable
  public mutating func beginArray() throws(JSONProblem) {
    try begin(UInt8(ascii: "["), .array)
  }

  /// Returns whether the array has another element, which then comes next; false once at its end.
  @inlinable
  public mutating func nextElement() throws(JSONProblem) -> Bool {
    try nextMember(closing: UInt8(ascii: "]"))
  }

  /// Moves to the next element of an array that must have one.
  @inlinable
  public mutating func requireElement() throws(JSONProblem) {
    guard try nextElement() else { throw problem(.tooFewElements) }
  }

  /// Leaves an array that must have no further element.
  @inlinable
  public mutating func endArray() throws(JSONProblem) {
    guard try !nextElement() else { throw problem(.tooManyElements) }
  }

  /// Leaves an array whatever elements are left; they are checked and skipped.
  @inlinable
  public mutating func skipRestOfArray() throws(JSONProblem) {
    while try nextElement() { try skip() }
  }

  /// Leaves an object whatever members are left; they are checked and skipped.
  @inlinable
  public mutating func skipRestOfObject() throws(JSONProblem) {
    while try nextKey() != nil { try skip() }
  }

  /// Checks that the document is complete and that nothing but white space follows it.
  @inlinable
  public mutating func finish() throws(JSONProblem) {
    skipWhiteSpace()
    guard position > 0, depth == 0 else {
      throw problem(position < bytes.count ? .unexpectedByte(bytes[position]) : .ended)
    }
    guard position == bytes.count else { throw problem(.trailingBytes) }
  }

  /// Returns a problem at the present place, for what only the caller can judge.
  @inline(never)
  public func problem(_ reason: JSONProblem.Reason) -> JSONProblem {
    problem(reason, at: position)
  }

  @inline(never) @usableFromInline
  func problem(_ reason: JSONProblem.Reason, at offset: Int) -> JSONProblem {
    JSONProblem(reason, offset: offset, field: lastKey.map { String($0) })
  }
}

extension JSONScanner {
  /// Skips white space and returns the byte at the position, which stays unread.
  @inlinable @inline(__always)
  mutating func significantByte() throws(JSONProblem) -> UInt8 {
    if position < bytes.count {
      let byte = bytes[position]
      if byte > 0x20 { return byte }
    }
    skipWhiteSpace()
    guard position < bytes.count else { throw problem(.ended) }
    return bytes[position]
  }

  @usableFromInline
  mutating func skipWhiteSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
      default: return
      }
    }
  }

  @inlinable @inline(__always)
  mutating func begin(_ opening: UInt8, _ kind: JSONKind) throws(JSONProblem) {
    guard try significantByte() == opening else { throw wrongKind(kind) }
    guard depth < Self.maximumDepth else { throw problem(.tooDeep) }
    depth &+= 1
    position &+= 1
    isAtStart = true
  }

  /// Moves past the comma to the next member, or past the closing bracket.
  @inlinable @inline(__always)
  mutating func nextMember(closing: UInt8) throws(JSONProblem) -> Bool {
    precondition(depth > 0, "an object or array was entered before its members are read")
    let byte = try significantByte()
    if byte == closing {
      position &+= 1
      depth &-= 1
      isAtStart = false
      return false
    }
    if isAtStart {
      isAtStart = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw problem(.unexpectedByte(byte)) }
    position &+= 1
    // What follows is a member: a closing bracket here is a trailing comma, which no value starts
    // with, so the read of the member refuses it.
    return true
  }

  /// Returns the problem of finding another kind of value than `expected` at the position.
  @inline(never) @usableFromInline
  func wrongKind(_ expected: JSONKind) -> JSONProblem {
    guard position < bytes.count else { return problem(.ended) }
    guard let found = JSONKind.starting(with: bytes[position]) else {
      return problem(.unexpectedByte(bytes[position]))
    }
    return problem(.wrongKind(found: found, expected: expected))
  }
}
