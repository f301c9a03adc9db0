import Alerts
import Trading
import Units

private let vocabulary = AlertVocabulary(
  instruments: ["BTC-USDT", "ETH-USDT", "SOL-USDT", "1000PEPE-USDT"],
  missing: AlertVocabulary.untold)
private let now = Timestamp(year: 2026, month: 3, day: 4, hour: 12)

private func read(_ text: String) throws(ExpressionProblem) -> AlertRule {
  try AlertRule(text, vocabulary: vocabulary, defaults: .usual, now: now)
}

/// Reads any bytes as an alert rule: never a trap, a mistake has a place within the text and a
/// sentence of one line, and what is read says itself in words that read back as the same rule.
/// What it decides is decided for any figures, and slack never turns a true condition false.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAlerts(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes else { return 0 }
  let input = UnsafeBufferPointer(start: bytes, count: count)
  let text = String(decoding: input, as: UTF8.self)
  let rule: AlertRule
  do throws(ExpressionProblem) {
    rule = try read(text)
  } catch {
    let lines = text.unicodeScalars.count { $0 == "\n" } + 1
    precondition((1...lines).contains(error.line), "\(error)")
    precondition((1...text.unicodeScalars.count + 1).contains(error.column), "\(error)")
    precondition(error.sentence.unicodeScalars.allSatisfy { $0.value >= 32 }, "\(error)")
    return 0
  }
  do throws(ExpressionProblem) {
    let again = try read(rule.text)
    precondition(again == rule, "\(rule.text) reads back as \(again.text)")
  } catch {
    preconditionFailure("\(rule.text) does not read back: \(error)")
  }
  if case .expression(let expression) = rule.condition { decide(expression, rule.rearm, input) }
  return 0
}

/// Asks a condition for figures drawn from the input: unknown ones, huge ones, zero.
private func decide(
  _ expression: Expression, _ rearm: AlertDistance, _ input: UnsafeBufferPointer<UInt8>
) {
  var random = SeededRandom(seed: input.reduce(0) { $0 &* 31 &+ UInt64($1) })
  for _ in 0..<8 {
    let values = expression.readings.map { _ -> Fixed? in
      switch random.below(6) {
      case 0: nil
      case 1: Fixed(raw: random.oneIn(2) ? .max : .min)
      case 2: 0
      default: Fixed(random.within(-100...100_000))
      }
    }
    let verdict = expression.isTrue(values)
    precondition(verdict == expression.isTrue(values), "the same figures, the same verdict")
    // Out of range is unknown, which is no verdict.
    if verdict == true, let held = expression.isTrue(values, slack: rearm) {
      precondition(held, "\(expression) is true and not held for \(values)")
    }
  }
}
