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
/// before `nil` or `false` makes ``finish()`` throw. Equal keys are handed out each time they
/// occur.
@frozen
public struct JSONScanner: ~Copyable {
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let count: Int
  @usableFromInline var position = 0
  @usableFromInline var depth = 0
  /// Whether an object or array was just entered, so that no comma precedes the next member.
  @usableFromInline var isAtStart = false
  /// Where the opening quote of the last key stands, for messages; -1 before the first.
  @usableFromInline var lastKey = -1

  /// Starts at the first byte. The bytes must stay valid while the scanner is used.
  @inlinable
  public init(_ bytes: UnsafeRawBufferPointer) {
    let nothing: StaticString = ""
    base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nothing.utf8Start
    count = bytes.count
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

  /// Returns what kind of value comes next, without reading it.
  @inlinable
  public mutating func peek() throws(JSONProblem) -> JSONKind {
    let byte = try significantByte()
    guard let kind = JSONKind.starting(with: byte) else { try failUnexpected() }
    return kind
  }

  /// Enters an object; read its members with ``nextKey()``.
  @inlinable
  public mutating func beginObject() throws(JSONProblem) {
    try begin(UInt8(ascii: "{"), .object)
  }

  /// Returns the next key of the object, or nil once at its end. The value comes next.
  public mutating func nextKey() throws(JSONProblem) -> JSONString? {
    guard try nextMember(closing: UInt8(ascii: "}")) else { return nil }
    guard try significantByte() == UInt8(ascii: "\"") else { try failUnexpected() }
    let start = position
    let key = try scanString()
    guard try significantByte() == UInt8(ascii: ":") else { try failUnexpected() }
    position &+= 1
    lastKey = start
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
    guard try nextElement() else { try fail(.tooFewElements) }
  }

  /// Leaves an array that must have no further element.
  @inlinable
  public mutating func endArray() throws(JSONProblem) {
    guard try !nextElement() else { try fail(.tooManyElements) }
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
  public mutating func finish() throws(JSONProblem) {
    guard !isFinished() else { return }
    guard position > 0, depth == 0 else { try failUnexpected() }
    try fail(.trailingBytes)
  }

  /// Returns whether the document is complete and nothing but white space follows it.
  public mutating func isFinished() -> Bool {
    skipWhiteSpace()
    return position > 0 && depth == 0 && position == count
  }

  /// Returns a problem at the present place, for what only the caller can judge.
  public func problem(_ reason: JSONProblem.Reason) -> JSONProblem {
    problem(reason, at: position)
  }
}

extension JSONScanner {
  /// Skips white space and returns the byte at the position, which stays unread.
  @inlinable @inline(__always)
  mutating func significantByte() throws(JSONProblem) -> UInt8 {
    if position < count {
      let byte = base[position]
      if byte > 0x20 { return byte }
    }
    return try significantByteAfterWhiteSpace()
  }

  @inline(never) @usableFromInline
  mutating func significantByteAfterWhiteSpace() throws(JSONProblem) -> UInt8 {
    skipWhiteSpace()
    guard position < count else { try fail(.ended) }
    return base[position]
  }

  private mutating func skipWhiteSpace() {
    while position < count {
      switch base[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
      default: return
      }
    }
  }

  @inlinable @inline(__always)
  mutating func begin(_ opening: UInt8, _ kind: JSONKind) throws(JSONProblem) {
    guard try significantByte() == opening else { try failWrongKind(kind) }
    guard depth < Self.maximumDepth else { try fail(.tooDeep) }
    depth &+= 1
    position &+= 1
    isAtStart = true
  }

  /// Moves past the comma to the next member, or past the closing bracket.
  ///
  /// A closing bracket after a comma starts no value, so the read of the member refuses it.
  @inlinable @inline(__always)
  mutating func nextMember(closing: UInt8) throws(JSONProblem) -> Bool {
    precondition(depth > 0, "an object or array is entered before its members are read")
    let byte = try significantByte()
    if byte == UInt8(ascii: ","), !isAtStart {
      position &+= 1
      return true
    }
    if byte == closing {
      position &+= 1
      depth &-= 1
      isAtStart = false
      return false
    }
    guard isAtStart else { try failUnexpected() }
    isAtStart = false
    return true
  }

  @inline(never) @usableFromInline
  func fail(_ reason: JSONProblem.Reason) throws(JSONProblem) -> Never {
    throw problem(reason, at: position)
  }

  @inline(never) @usableFromInline
  func fail(_ reason: JSONProblem.Reason, at offset: Int) throws(JSONProblem) -> Never {
    throw problem(reason, at: offset)
  }

  /// Refuses the byte at the position, or the end of the text.
  @inline(never) @usableFromInline
  func failUnexpected() throws(JSONProblem) -> Never {
    try fail(position < count ? .unexpectedByte(base[position]) : .ended)
  }

  /// Refuses what stands at the position where another kind of value is wanted.
  @inline(never) @usableFromInline
  func failWrongKind(_ expected: JSONKind) throws(JSONProblem) -> Never {
    guard position < count, let found = JSONKind.starting(with: base[position]) else {
      try failUnexpected()
    }
    try fail(.wrongKind(found: found, expected: expected))
  }

  func problem(_ reason: JSONProblem.Reason, at offset: Int) -> JSONProblem {
    JSONProblem(reason, offset: offset, field: lastKeyText())
  }

  /// Returns a copy of the last key; it was checked when it was read.
  private func lastKeyText() -> String? {
    guard lastKey >= 0 else { return nil }
    var key = JSONScanner(UnsafeRawBufferPointer(start: base, count: count))
    key.position = lastKey
    do throws(JSONProblem) {
      return try key.text()
    } catch {
      preconditionFailure("a key is checked before it is remembered")
    }
  }
}
