import Trading

/// A push in the spelling that the exchange uses: where its argument and its data stand.
///
/// `{"arg":{…},"data":…}` or `{"arg":{…},"action":"…","data":…}`, nothing between the parts. What
/// is spelled differently is no push frame and is read member by member. Nothing here is checked
/// beyond the frame: the argument must be looked up and the data must be read to its end.
nonisolated struct PushFrame {
  /// The bytes of the argument, braces included.
  let argument: UnsafeRawBufferPointer
  /// What the push does.
  let action: PushAction
  /// The bytes of the data.
  let data: UnsafeRawBufferPointer

  /// Finds the parts; nil for another spelling.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard Self.has("{\"arg\":{", bytes, at: 0), bytes[bytes.count - 1] == UInt8(ascii: "}") else {
      return nil
    }
    let start = 7
    var end = start
    // An argument holds texts only, and none of ours has a brace in it.
    while bytes[end] != UInt8(ascii: "}") { end += 1 }
    end += 1
    var position = end
    if Self.has(",\"data\":", bytes, at: position) {
      action = .none
      position += 8
    } else if Self.has(",\"action\":\"update\",\"data\":", bytes, at: position) {
      action = .update
      position += 26
    } else if Self.has(",\"action\":\"snapshot\",\"data\":", bytes, at: position) {
      action = .snapshot
      position += 28
    } else {
      return nil
    }
    guard position < bytes.count else { return nil }
    argument = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    data = UnsafeRawBufferPointer(rebasing: bytes[position..<bytes.count - 1])
  }

  @inline(__always)
  private static func has(
    _ part: StaticString, _ bytes: UnsafeRawBufferPointer, at start: Int
  ) -> Bool {
    let count = part.utf8CodeUnitCount
    guard start + count <= bytes.count else { return false }
    var offset = 0
    while offset + 8 <= count {
      guard
        UnsafeRawPointer(part.utf8Start).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          == bytes.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
      else { return false }
      offset += 8
    }
    while offset < count {
      guard part.utf8Start[offset] == bytes[start + offset] else { return false }
      offset += 1
    }
    return true
  }
}
