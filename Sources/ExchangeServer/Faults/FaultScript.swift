import Glibc
import JSONText
import Units

/// A fault plan for a whole run: rules and acts, one JSON object a line.
///
/// What a plan leaves to chance (`percent` and `within`) follows the server's seed, so that a run
/// can be repeated.
public struct FaultScript: Sendable, Hashable {
  /// One rule or act and its time.
  struct Line: Sendable, Hashable {
    /// The members, as the door takes them.
    let members: [String: RequestValue]
    /// When it comes into force or happens, after the start.
    let delay: TimeSpan
    /// It comes up to so much later, by chance.
    let spread: TimeSpan
    /// It comes again and again, so far apart; nil: once.
    let interval: TimeSpan?

    /// Whether it is a rule about calls or pushes; else it is an act.
    var isRule: Bool { members["match"] != nil }

    /// What the log of calls names it by.
    var title: String {
      switch members["match"] ?? members["do"] {
      case .text(let text)?: text
      case nil, .some: "?"
      }
    }
  }

  /// The largest plan that is read, in bytes.
  static let largestFile = 1 << 20

  /// The shortest time between two comings of a line: the turn of the server's clock.
  static let shortestInterval = TimeSpan.milliseconds(10)

  /// The lines in their order.
  let lines: [Line]

  /// Reads a plan from a file; throws the first line that makes no sense.
  public init(path: String) throws(ServerProblem) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let file = fopen(path, "rb") else {
      throw .faultPlan(file: name, line: nil, String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Self.largestFile + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else {
      throw .faultPlan(file: name, line: nil, String(cString: strerror(errno)))
    }
    guard count <= Self.largestFile else {
      throw .faultPlan(file: name, line: nil, "larger than \(Self.largestFile) bytes")
    }
    try self.init(Array(bytes[..<count]), named: name)
  }

  /// Reads a plan from its text. Blank lines and lines that begin with `#` count for nothing.
  init(_ text: [UInt8], named name: String) throws(ServerProblem) {
    var lines: [Line] = []
    for (place, bytes) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      guard let first = bytes.first(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }),
        first != UInt8(ascii: "#")
      else { continue }
      do throws(APIProblem) {
        lines.append(try Line(bytes))
      } catch {
        throw .faultPlan(file: name, line: place + 1, error.message)
      }
    }
    self.lines = lines
  }
}

extension FaultScript.Line {
  fileprivate init(_ bytes: ArraySlice<UInt8>) throws(APIProblem) {
    let value: RequestValue
    do throws(JSONProblem) {
      value = try RequestValue(Array(bytes))
    } catch {
      throw .malformedBody
    }
    guard case .object(let members) = value else { throw .malformedBody }
    let parameters = Parameters(members)
    delay = try parameters.span("at") ?? .zero
    spread = try parameters.span("within") ?? .zero
    interval = try parameters.span("every")
    if let interval, interval < FaultScript.shortestInterval { throw .wrong("every") }
    self.members = members
    if isRule {
      _ = try FaultRule(parameters)
    } else {
      _ = try FaultAct(parameters)
    }
  }
}

extension ServedExchange {
  /// Follows a plan: each line comes in its time.
  func follow(_ script: FaultScript) {
    for line in script.lines {
      if line.isRule, line.delay == .zero, line.spread == .zero, line.interval == nil {
        meet(line)
      } else {
        plan(line, after: startedAt + line.delay)
      }
    }
  }

  private func plan(_ line: FaultScript.Line, after moment: Timestamp) {
    let late = faults.chance(below: line.spread)
    agenda.add(at: moment + late) { [weak self] in
      guard let self else { return }
      self.meet(line)
      if let interval = line.interval { self.plan(line, after: moment + interval) }
    }
  }

  /// Puts a rule into force or does an act. What cannot be done now, such as liquidating where
  /// there is no position, is left out; the log of calls tells.
  private func meet(_ line: FaultScript.Line) {
    var code = "0"
    do throws(APIProblem) {
      let parameters = Parameters(line.members)
      if line.isRule {
        try faults.add(FaultRule(parameters))
      } else {
        try FaultAct(parameters).perform(on: self)
      }
    } catch {
      code = error.code
    }
    guard configuration.hasFaultDoor else { return }
    calls.add(CallLog.Entry(time: clock(), method: "FAULT", path: line.title, code: code))
  }
}
