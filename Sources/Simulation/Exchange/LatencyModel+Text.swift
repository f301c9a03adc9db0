import Units

/// Why a text or a file is no latency.
public struct LatencyProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, where, and what is allowed.
  public let description: String
}

extension LatencyModel {
  /// The longest way that makes sense, in milliseconds: an hour.
  public static let longest: Int64 = 3_600_000

  /// The most recorded delays that are read.
  static let mostRecorded = 1_000_000

  /// Reads a latency, the same both ways: `80` (milliseconds, fixed), `40..120` (even between the
  /// two), or the path of a file with one recorded delay in milliseconds on each line, from which
  /// every way is drawn. Blank lines and lines that begin with `#` count for nothing.
  public init(text: String, seed: UInt64) throws(LatencyProblem) {
    let way: Way
    if let span = Self.span(text) {
      way = .fixed(span)
    } else if let range = Self.range(text) {
      way = range
    } else if text.contains(where: { $0.isLetter || $0 == "/" }) {
      way = .recorded(try Self.recorded(path: text))
    } else {
      throw LatencyProblem(
        description: "\(text): allowed is a number of milliseconds from 0 to \(Self.longest), a "
          + "range such as 40..120, or a file with a number on each line")
    }
    self.init(outward: way, inward: way, seed: seed)
  }

  private static func span(_ text: some StringProtocol) -> TimeSpan? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(text), number <= longest
    else { return nil }
    return .milliseconds(number)
  }

  private static func range(_ text: String) -> Way? {
    let ends = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2, let least = span(ends[0]), let most = span(ends[1]), least <= most
    else { return nil }
    return .between(least, most)
  }

  private static func recorded(path: String) throws(LatencyProblem) -> [TimeSpan] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let content: [UInt8]
    do throws(RecordingProblem) {
      content = try FileContent.read(path, named: name)
    } catch {
      throw LatencyProblem(description: "\(error)")
    }
    return try recorded(content, named: name)
  }

  static func recorded(_ content: [UInt8], named name: String) throws(LatencyProblem) -> [TimeSpan]
  {
    var spans: [TimeSpan] = []
    let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (place, bytes) in lines.enumerated() {
      let blank: [UInt8] = [0x20, 0x09, 0x0D]
      let line = String(
        decoding: bytes.drop { blank.contains($0) }.reversed().drop { blank.contains($0) }
          .reversed(), as: UTF8.self)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard let span = span(line) else {
        throw LatencyProblem(
          description: "\(name):\(place + 1): \(line.prefix(20)) is no whole number of "
            + "milliseconds from 0 to \(longest)")
      }
      guard spans.count < mostRecorded else {
        throw LatencyProblem(description: "\(name): more than \(mostRecorded) delays")
      }
      spans.append(span)
    }
    guard !spans.isEmpty else {
      throw LatencyProblem(description: "\(name) holds no delay: one a line, in milliseconds")
    }
    return spans
  }
}

extension LatencyModel.Way: CustomStringConvertible {
  /// The delay in words.
  public var description: String {
    switch self {
    case .fixed(let span): "\(span.milliseconds) ms"
    case .between(let least, let most): "\(least.milliseconds) to \(most.milliseconds) ms"
    case .recorded(let spans):
      "\(spans.count) recorded delays of \(spans.min()?.milliseconds ?? 0) to "
        + "\(spans.max()?.milliseconds ?? 0) ms"
    }
  }

  /// Whether nothing is ever delayed.
  public var isZero: Bool { self == .fixed(.zero) }
}
