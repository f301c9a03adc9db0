import Screen

/// Decodes any bytes as keys: never a trap, and in whatever pieces they come the same keys.
///
/// The first byte says how long the pieces are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeys(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 1 else { return 0 }
  let all = Array(UnsafeBufferPointer(start: bytes, count: count))
  let (size, input) = (Int(all[0] % 16) + 1, Array(all[1...]))
  var whole = KeyDecoder()
  var wholeKeys = whole.feed(input)
  var pieces = KeyDecoder()
  var pieceKeys: [Key] = []
  var start = 0
  while start < input.count {
    let end = min(start + size, input.count)
    pieceKeys += pieces.feed(Array(input[start..<end]))
    start = end
  }
  // What waits for more bytes gives up after a while, in a bounded number of steps.
  for _ in 0...input.count {
    guard whole.patience != nil else { break }
    wholeKeys += whole.expire()
  }
  for _ in 0...input.count {
    guard pieces.patience != nil else { break }
    pieceKeys += pieces.expire()
  }
  precondition(whole.patience == nil && pieces.patience == nil, "bytes wait for ever")
  precondition(wholeKeys == pieceKeys, "\(wholeKeys) and in pieces \(pieceKeys)")
  for key in wholeKeys { precondition(!key.description.isEmpty, "a key has a name") }
  return 0
}
