import Alerts
import Foundation
import TestSupport
import Testing
import Trading
import Units

/// Hundreds of rules, right and wrong, with what becomes of each: the rule in its own words and
/// whether it is true for some figures, or the sentence that says what is wrong and where.
@Suite struct CorpusTests {
  static let vocabulary = AlertVocabulary(
    instruments: ["BTC-USDT", "ETH-USDT", "SOL-USDT", "1000PEPE-USDT"].map {
      InstrumentID(trusted: $0)
    },
    missing: [.openInterest])

  static func lines() throws -> [String] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Corpus/conditions.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  static func inputs() throws -> [String] {
    try lines().filter { !$0.hasPrefix("# ") }.map(unescaped)
  }

  static func read(_ text: String) throws(ExpressionProblem) -> AlertRule {
    try AlertRule(text, vocabulary: vocabulary, defaults: .usual, now: Sample.start)
  }

  @Test func `each rule has its meaning or its sentence`() throws {
    var report = ""
    for line in try Self.lines() {
      guard !line.hasPrefix("# ") else {
        report += "\n\(line)\n"
        continue
      }
      report += line + "\n"
      do throws(ExpressionProblem) {
        let rule = try Self.read(Self.unescaped(line))
        report += "  = \(rule.text)\n"
        if case .expression(let expression) = rule.condition {
          let values = expression.readings.map { CorpusTests.figure($0) }
          let verdict = expression.isTrue(values)
          report += "  is \(verdict.map { "\($0)" } ?? "unknown")\n"
        }
      } catch {
        report += "  ! \(error)\n"
      }
    }
    #expect(try Golden.mismatch(report, "alert_conditions") == nil)
    #expect(try Self.inputs().count >= 500)
  }

  @Test func `a rule reads back as the same rule`() throws {
    for text in try Self.inputs() {
      guard
        let rule = Result(catching: { () throws(ExpressionProblem) in try Self.read(text) }).value
      else { continue }
      #expect(try Self.read(rule.text) == rule, "\(text)")
    }
  }

  @Test func `the help names every reading and every event`() {
    let help = Expression.help.joined(separator: "\n")
    for kind in ReadingKind.allCases { #expect(help.contains(kind.formText)) }
    for event in AlertEvent.allCases { #expect(help.contains("on \(event.rawValue)")) }
  }

  @Test func `every form in the help can be written`() throws {
    for kind in ReadingKind.allCases where kind != .openInterest {
      let tail = kind.type == .truth ? "" : " > 0"
      #expect(throws: Never.self) { try Self.read(kind.formText + tail) }
    }
  }

  /// Figures to compare with; some are unknown.
  static func figure(_ reading: AlertReading) -> Fixed? {
    switch reading.kind {
    case .last, .bid, .ask, .close, .high24h: reading.instrument == Sample.btc ? 65_010 : 2_990
    case .mark, .index, .low24h, .ema: reading.instrument == Sample.btc ? 64_990 : 3_010
    case .sma, .high, .low, .atr: 500
    case .funding, .spread, .move, .move24h: "-0.02"
    case .rsi: 28
    case .age, .fundingIn, .clockSkew: 45
    case .pnl, .dayPnL: -150
    case .pnlPercent, .marginUsed: 60
    case .position, .pnlR: 2
    case .naked, .linkDown: 1
    case .halted, .zone, .unproven: 0
    case .equity: 8_500
    case .liquidationPercent, .liquidationATR, .drawdown: 4
    case .volume24h, .volume, .volumeRatio, .openInterest, .liquidationPrice, .dayLossUsed: nil
    }
  }

  static func unescaped(_ line: String) -> String {
    switch line {
    case "\\e": return ""
    case "NEST31":
      return String(repeating: "(", count: 31) + "btc > 1" + String(repeating: ")", count: 31)
    case "NEST33":
      return String(repeating: "(", count: 33) + "btc > 1" + String(repeating: ")", count: 33)
    case "PARTS": return Array(repeating: "btc > 1", count: 60).joined(separator: " or ")
    case "LONG": return "btc > 1" + String(repeating: " ", count: 1_000)
    default: break
    }
    var text = line
    for (mark, character) in [("\\n", "\n"), ("\\t", "\t"), ("\\s", " ")] {
      text = text.replacingOccurrences(of: mark, with: character)
    }
    while let start = text.range(of: "\\u{"),
      let end = text[start.upperBound...].firstIndex(of: "}")
    {
      let scalar = UInt32(text[start.upperBound..<end], radix: 16).flatMap(Unicode.Scalar.init)
      text.replaceSubrange(start.lowerBound...end, with: scalar.map { String(Character($0)) } ?? "")
    }
    return text
  }
}

extension Result {
  var value: Success? {
    if case .success(let value) = self { value } else { nil }
  }
}
