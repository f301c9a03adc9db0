@testable import Dashboard

/// Reads any bytes as a command: never a trap, a mistake lies within the line, and what is
/// completed begins with what was typed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLine(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes else { return 0 }
  let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  do throws(LineProblem) {
    let line = try LineParser.parse(text)
    precondition(!line.description.isEmpty, "a command has words")
  } catch {
    precondition(error.at >= 0 && error.at <= max(text.count, LineWords.longest), "\(error)")
    precondition(!error.text.isEmpty, "a mistake has a sentence")
  }
  let completion = LineCompletion(text, markets: ["BTC", "ETH", "SOL"], templates: ["dip"])
  precondition(completion.applied(to: text).hasPrefix(text), "a completion keeps what was typed")
  return 0
}
