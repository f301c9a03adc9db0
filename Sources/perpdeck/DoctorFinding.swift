import JSONText

/// What one check of the doctor found.
struct DoctorFinding {
  /// How bad it is.
  enum Verdict: String {
    /// As it should be.
    case good = "ok"
    /// Works, and should be known.
    case warning
    /// Something will not work.
    case bad = "FAIL"
    /// Could not be looked at.
    case skipped
  }

  /// What was looked at, in one word or two.
  let name: String
  /// How bad it is.
  let verdict: Verdict
  /// What was seen.
  let reason: String
  /// What to do next; nil when there is nothing to do.
  let next: String?

  static func good(_ name: String, _ reason: String) -> DoctorFinding {
    DoctorFinding(name: name, verdict: .good, reason: reason, next: nil)
  }

  static func warning(_ name: String, _ reason: String, next: String) -> DoctorFinding {
    DoctorFinding(name: name, verdict: .warning, reason: reason, next: next)
  }

  static func bad(_ name: String, _ reason: String, next: String) -> DoctorFinding {
    DoctorFinding(name: name, verdict: .bad, reason: reason, next: next)
  }

  static func skipped(_ name: String, _ reason: String) -> DoctorFinding {
    DoctorFinding(name: name, verdict: .skipped, reason: reason, next: nil)
  }
}

/// Everything that the doctor found.
struct DoctorReport {
  private(set) var findings: [DoctorFinding] = []

  mutating func add(_ finding: DoctorFinding) { findings.append(finding) }

  mutating func add(_ more: [DoctorFinding]) { findings += more }

  /// Whether nothing is in the way.
  var isGood: Bool { !findings.contains { $0.verdict == .bad } }

  /// The report for people.
  var text: String {
    let width = findings.map(\.name.count).max() ?? 0
    var lines: [String] = []
    for finding in findings {
      let name = finding.name + String(repeating: " ", count: width - finding.name.count)
      let word = finding.verdict.rawValue
      lines.append(
        "\(name)  \(word)\(String(repeating: " ", count: 9 - word.count))\(finding.reason)")
      if let next = finding.next {
        lines.append(String(repeating: " ", count: width + 11) + "-> \(next)")
      }
    }
    let bad = findings.count { $0.verdict == .bad }
    let warnings = findings.count { $0.verdict == .warning }
    lines.append(
      bad == 0
        ? "Nothing is in the way\(warnings == 0 ? "" : "; \(warnings) warnings")."
        : "\(bad) \(bad == 1 ? "check" : "checks") failed.")
    return lines.joined(separator: "\n")
  }

  /// The report for programs.
  func write(to writer: inout JSONWriter) {
    writer.member("ok", isGood)
    writer.key("checks")
    writer.beginArray()
    for finding in findings {
      writer.beginObject()
      writer.member("name", finding.name)
      writer.member("verdict", finding.verdict.rawValue.lowercased())
      writer.member("reason", finding.reason)
      writer.key("next")
      if let next = finding.next { writer.string(next) } else { writer.null() }
      writer.endObject()
    }
    writer.endArray()
  }
}
