import Trading
import Units

/// Settlements of funding read from a file: CSV whose header names `timestamp_ms` first and either
/// `funding_rate` or a single column with `rate` in its name; rates may be written with an
/// exponent, such as 1.288e-05.
public enum FundingFile {
  /// Reads a file, plain or gzip; the settlements, oldest first.
  public static func read(path: String) throws(RecordingProblem) -> [FundingPoint] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return try points(FileContent.read(path, named: name), name: name)
  }

  /// Reads the content of a file; `name` is what problems call it.
  public static func points(
    _ content: [UInt8], name: String
  ) throws(RecordingProblem) -> [FundingPoint] {
    let plain = try FileContent.plain(content, named: name)
    var points: [FundingPoint] = []
    var column: Int?
    var line = 0
    for row in plain.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      var text = String(decoding: row, as: UTF8.self)
      if text.last == "\r" { text.removeLast() }
      if line == 1 {
        column = try rateColumn(text, name)
        continue
      }
      if text.isEmpty { continue }
      points.append(try point(text, column ?? 1, line, name, after: points.last?.time))
    }
    guard !points.isEmpty else { throw .noSettlements(file: name) }
    return points
  }

  /// Returns which column of a header has the rates that were charged.
  private static func rateColumn(
    _ header: String, _ name: String
  ) throws(RecordingProblem) -> Int {
    let names = header.split(separator: ",", omittingEmptySubsequences: false)
    let rates = names.indices.filter { names[$0].contains("rate") }
    guard names.first == "timestamp_ms", let first = rates.first else {
      throw .fundingHeader(file: name, found: shown(header[...]))
    }
    if rates.count == 1 { return first }
    // A predicted rate beside the one that was charged is another number.
    let named = rates.filter { names[$0] == "funding_rate" }
    guard named.count == 1 else {
      let columns = rates.map { shown(names[$0]) }.joined(separator: ", ")
      throw .fundingColumns(file: name, columns: columns)
    }
    return named[0]
  }

  /// Returns a text of a file for a message: short, and free of control characters.
  private static func shown(_ text: Substring) -> String {
    let safe = text.utf8.prefix(60).map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }
    return String(decoding: safe, as: UTF8.self)
  }

  private static func point(
    _ text: String, _ column: Int, _ line: Int, _ name: String, after last: Timestamp?
  ) throws(RecordingProblem) -> FundingPoint {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count > column else {
      throw .fundingFields(file: name, line: line, count: fields.count)
    }
    guard let milliseconds = Int64(fields[0]),
      milliseconds >= Timestamp.earliestPlausible.milliseconds,
      milliseconds <= Timestamp.latestPlausible.milliseconds
    else { throw .time(file: name, line: line, text: Self.shown(fields[0])) }
    // Recorded settlements carry a few milliseconds of their own; what counts is the minute.
    let time = Timestamp(milliseconds: milliseconds).start(of: .minutes(1))
    if let last {
      if time == last { throw .duplicate(file: name, line: line, time: time) }
      if time < last { throw .reversed(file: name, line: line, time: time) }
    }
    return FundingPoint(rate: Rate(try rate(fields[column], line, name)), time: time)
  }

  /// Reads a decimal number with or without an exponent; places beyond the eighteenth are cut.
  private static func rate(
    _ text: Substring, _ line: Int, _ name: String
  ) throws(RecordingProblem) -> Fixed {
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "e" || $0 == "E" })
    do throws(NumberProblem) {
      let mantissa = try Fixed(cut(parts[0]))
      guard parts.count == 2 else { return mantissa }
      guard let exponent = Int(parts[1]), exponent >= leastExponent, exponent <= 0 else {
        throw .malformed(at: parts[0].utf8.count)
      }
      var (raw, left) = (mantissa.raw, -exponent)
      while left > 0, raw != 0 {
        let tens = min(left, Fixed.places)
        raw /= Int128(Fixed.powerOfTen(tens))
        left -= tens
      }
      return Fixed(raw: raw)
    } catch {
      throw .number(file: name, line: line, column: "rate", problem: error)
    }
  }

  /// The least exponent that a binary number of 64 bits is written with.
  private static let leastExponent = -324

  /// Returns a text without the digits behind the eighteenth place; any other text as it is. The
  /// shortest text of a binary number has up to twenty places.
  private static func cut(_ text: Substring) -> Substring {
    guard let point = text.firstIndex(of: ".") else { return text }
    let places = text[text.index(after: point)...]
    let beyond = places.dropFirst(Fixed.places)
    guard !beyond.isEmpty, beyond.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return text
    }
    return text[..<beyond.startIndex]
  }
}
