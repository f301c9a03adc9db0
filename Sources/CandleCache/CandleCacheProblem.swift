/// Why a file of the candle cache is not used. Nothing is lost by it: the exchange has the candles.
public enum CandleCacheProblem: Error, Sendable, Hashable {
  /// The content is not what was written.
  case damaged(path: String, reason: String)
  /// The file has a form that this program does not read.
  case otherVersion(path: String, found: Int)
  /// The file holds other candles than its place says.
  case belongsToOther(path: String, found: String, wanted: String)
  /// The file cannot be read, or is one that nobody should read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
}

extension CandleCacheProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .damaged(let path, let reason):
      "The candle cache \(path) is damaged (\(reason)): \(Self.consequence)"
    case .otherVersion(let path, let found):
      "The candle cache \(path) was written by another version of perpdeck (form \(found), not "
        + "\(CandleCoding.version)): \(Self.consequence)"
    case .belongsToOther(let path, let found, let wanted):
      "The candle cache \(path) holds \(found) and not \(wanted): \(Self.consequence)"
    case .unreadable(let path, let reason):
      "The candle cache \(path) cannot be read (\(reason)): \(Self.consequence)"
    case .unwritable(let path, let reason):
      "The candle cache \(path) cannot be written (\(reason)): the next start asks the exchange "
        + "for all past candles. Make its folder writable or choose another with --data."
    }
  }

  private static let consequence =
    "nothing of it is used, and what the exchange says next is written in its place."
}
