import Glibc
import Simulation
import Strategies
import Synchronization
import Trading
import Units

/// Results of one sweep in a file, so that a sweep that was stopped goes on where it was.
///
/// The first line says what the results belong to: a digest of everything but the settings that
/// the sweep varies. Then one line for each combination: name, trades, final equity, deepest fall,
/// and how the logarithm of the equity grew over each stretch, with spaces between; where
/// something kept the strategies from opening, also the most frequent denial and how often it was
/// given, when they were stopped, how many openings were not made since, and why.
public final class SweepStore: Sendable {
  /// What the file had when it was opened.
  public let results: [String: SweepResult]
  private let path: String
  private let descriptor: CInt
  private let failure = Mutex<String?>(nil)

  /// The first word of a store, with the version of its form.
  private static let format = "perpdeck-sweep-2"
  /// How the first word of a store of any form begins.
  private static let anyFormat = "perpdeck-sweep-"
  /// The largest store that is read, in bytes: far above the results of any sweep.
  private static let sizeLimit = 1 << 28

  /// Opens a store for results of the digest, or makes an empty one.
  ///
  /// The last line of a killed run may be cut off and is left out. Throws when the file cannot be
  /// read and written, is none of this form, holds results of something else, has a line that is
  /// not sound, or is in use by another sweep.
  public init(path: String, digest: UInt64) throws(SweepStoreProblem) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw .unusable(path: path, reason: Self.reason) }
    do throws(SweepStoreProblem) {
      let text = try Self.content(descriptor, path)
      let header = "\(Self.format) \(String(digest, radix: 16))"
      results = try Self.results(text, header, path)
      if text.isEmpty {
        try Self.write(header + "\n", descriptor, path)
      } else if let end = text.lastIndex(of: "\n") {
        let whole = text[...end].utf8.count
        guard whole == text.utf8.count || ftruncate(descriptor, whole) == 0 else {
          throw .unusable(path: path, reason: Self.reason)
        }
      }
    } catch {
      Self.release(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { Self.release(descriptor) }

  /// Lets others have the file, also where a child that begins at this moment still has it open.
  private static func release(_ descriptor: CInt) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Adds a result. What cannot be written is told by ``problem``.
  public func append(_ result: SweepResult) {
    let growth = result.growth.map { "\($0)" }.joined(separator: " ")
    let line =
      "\(result.name),\(result.tradeCount),\(result.finalEquity),\(result.drawdown),"
      + "\(growth)\(result.remarks.fields),end\n"
    do throws(SweepStoreProblem) {
      try Self.write(line, descriptor, path)
    } catch {
      failure.withLock { $0 = $0 ?? error.description }
    }
  }

  /// Why results are missing in the file, nil when all were written.
  public var problem: String? { failure.withLock { $0 } }

  private static func results(
    _ text: String, _ header: String, _ path: String
  ) throws(SweepStoreProblem) -> [String: SweepResult] {
    guard !text.isEmpty else { return [:] }
    var known: [String: SweepResult] = [:]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // Behind the last end of a line stands nothing, or what a killed run began.
    lines.removeLast()
    guard let first = lines.first, first.hasPrefix(anyFormat) else {
      throw .noStore(path: path)
    }
    guard first == header else { throw .otherRun(path: path) }
    for (place, line) in lines.enumerated().dropFirst() {
      guard let result = SweepResult(line: line) else {
        throw .line(path: path, line: place + 1, text: String(line.prefix(60)))
      }
      known[result.name] = result
    }
    return known
  }

  private static func content(
    _ descriptor: CInt, _ path: String
  ) throws(SweepStoreProblem) -> String {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unusable(path: path, reason: reason) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= sizeLimit else {
      throw .noStore(path: path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(done))
      }
      guard count > 0 else { throw .unusable(path: path, reason: reason) }
      done += count
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(
    _ text: String, _ descriptor: CInt, _ path: String
  ) throws(SweepStoreProblem) {
    let bytes = Array(text.utf8)
    // One call, so that lines of several threads do not mix.
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard count == bytes.count else {
      throw .unusable(path: path, reason: count < 0 ? reason : "no space left")
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

extension SweepResult {
  /// Reads a line of a store; nil when it is not sound.
  init?(line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 6, fields.last == "end", !fields[0].isEmpty,
      let remarks = RunRemarks(fields: fields[5..<fields.count - 1]),
      let trades = Int(fields[1]), trades >= 0,
      let drawdown = Double(fields[3]), drawdown.isFinite, drawdown >= 0
    else { return nil }
    let steps = fields[4].split(separator: " ", omittingEmptySubsequences: false)
    let growth = fields[4].isEmpty ? [] : steps.compactMap { Float($0) }.filter(\.isFinite)
    guard fields[4].isEmpty || growth.count == steps.count else { return nil }
    do throws(NumberProblem) {
      self.init(
        name: String(fields[0]), tradeCount: trades, finalEquity: try Money(text: fields[2]),
        drawdown: drawdown, growth: growth)
      self.remarks = remarks
    } catch {
      return nil
    }
  }
}

/// Why a store cannot be used.
public enum SweepStoreProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// It cannot be read, written or made.
  case unusable(path: String, reason: String)
  /// It is a file of another kind.
  case noStore(path: String)
  /// Its results are of other inputs.
  case otherRun(path: String)
  /// A line is no result.
  case line(path: String, line: Int, text: String)
  /// Another sweep writes it.
  case inUse(path: String)

  public var description: String {
    switch self {
    case .unusable(let path, let reason): "--store \(path): \(reason); name another file"
    case .noStore(let path):
      "--store \(path): is no store of a sweep, and stays as it is; name a new file"
    case .otherRun(let path):
      "--store \(path): holds results of other candles, costs, limits or settings; name a new file"
    case .line(let path, let line, let text):
      "\(path):\(line): no result of a sweep: \(text); remove the line or name a new file"
    case .inUse(let path): "--store \(path): another sweep writes it; name another file"
    }
  }
}

extension BacktestPlan {
  /// A digest of the candles, costs, limits and whatever else the plan says, but for the settings
  /// of the strategies; `settings` are those that a sweep does not vary.
  public func digest(settings: String) -> UInt64 {
    var hasher = StableHasher()
    hasher.combine(settings)
    for feed in feeds {
      hasher.combine("\(feed.listing)")
      hasher.combine(feed.table.tick)
      hasher.combine(feed.table.rows.count)
      for row in feed.table.rows {
        hasher.combine(row.openTime)
        hasher.combine(
          UInt64(UInt32(bitPattern: row.open)) << 32 | UInt64(UInt32(bitPattern: row.high)))
        hasher.combine(
          UInt64(UInt32(bitPattern: row.low)) << 32 | UInt64(UInt32(bitPattern: row.close)))
        hasher.combine(row.volume)
      }
      let points = funding[feed.listing.id] ?? []
      hasher.combine(points.count)
      for point in points {
        hasher.combine(point.time)
        hasher.combine(point.rate)
      }
    }
    for strategy in strategies {
      hasher.combine("\(strategy.name) \(strategy.instrument) \(strategy.marginMode)")
      for frame in strategy.timeFrames { hasher.combine(frame.rawValue) }
    }
    hasher.combine("\(limits)")
    hasher.combine("\(dayOffset) \(fees) \(slippage) \(latency) \(deposit)")
    hasher.combine("\(leverage) \(marginMode)")
    return hasher.value
  }
}
