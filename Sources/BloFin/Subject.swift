import JSONText
import Trading

/// The instrument that a message is about, with its name ready for comparison.
nonisolated struct Subject: Sendable {
  /// Which one, in our own form.
  let instrument: InstrumentID
  private let name: [UInt8]

  init(_ instrument: InstrumentID) {
    self.instrument = instrument
    name = Array(instrument.text.utf8)
  }

  /// Returns whether a text of a message is the instrument's name.
  @inline(__always)
  func isNamed(_ text: JSONString) -> Bool {
    guard text.bytes.count == name.count else { return false }
    for index in name.indices where text.bytes[index] != name[index] { return false }
    return true
  }
}
