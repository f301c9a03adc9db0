import Units

/// What a setting's text may be and what it means.
struct SettingKind<Value: Sendable>: Sendable {
  /// What is expected, as the end of a sentence.
  let expected: String
  /// The form of the text, for editors.
  let shape: SettingShape
  /// Reads a text.
  let read: @Sendable (String) throws(SettingTextProblem) -> Value

  init(
    expected: String, shape: SettingShape = .text(pattern: nil),
    read: @escaping @Sendable (String) throws(SettingTextProblem) -> Value
  ) {
    self.expected = expected
    self.shape = shape
    self.read = read
  }
}

/// Why a text is not a value of its kind.
enum SettingTextProblem: Error, Hashable, Sendable {
  /// It does not have the form.
  case notUnderstood
  /// It has the form and is beyond a bound; the text is such as `above 2 %`.
  case outside(String)
  /// It is none of the words.
  case unknownWord([String])
  /// Something in it is wrong, at a line and a column of the text, both from one on.
  case within(line: Int, column: Int, sentence: String)
}

extension SettingKind {
  /// Reads a number with something before or after it, and holds it against bounds.
  fileprivate static func bounded(
    _ what: String, _ range: ClosedRange<Value>, example: Value, shape: SettingShape,
    print: @escaping @Sendable (Value) -> String,
    read: @escaping @Sendable (String) -> Value?
  ) -> SettingKind where Value: Comparable {
    SettingKind(
      expected: """
        \(what) from \(print(range.lowerBound)) to \(print(range.upperBound)), \
        such as \(print(example))
        """, shape: shape
    ) { text throws(SettingTextProblem) in
      guard let value = read(text) else { throw .notUnderstood }
      if value < range.lowerBound { throw .outside("below \(print(range.lowerBound))") }
      if value > range.upperBound { throw .outside("above \(print(range.upperBound))") }
      return value
    }
  }
}

extension SettingKind<Rate> {
  /// A share, written as a percentage: `1 %` is 0.01. A bare number is refused, because it could
  /// be meant either way.
  static func percent(_ range: ClosedRange<Rate>, example: Rate) -> SettingKind {
    bounded(
      "a percentage", range, example: example, shape: .measure(units: ["%"]), print: percentText
    ) { text in
      guard let number = number(in: text, before: "%") else { return nil }
      // Exact or not at all: a hundredth of the last place would be lost.
      let share = number.divided(by: 100, .towardZero)
      return share.times(100) == number ? Rate(share) : nil
    }
  }

  /// A ratio, written as a bare number.
  static func ratio(_ range: ClosedRange<Rate>, example: Rate) -> SettingKind {
    bounded(
      "a number", range, example: example,
      shape: .number(range.lowerBound.description, range.upperBound.description, isWhole: false),
      print: \.description
    ) { text in
      fixed(text).map(Rate.init)
    }
  }
}

/// Returns a share as a percentage: 0.01 as `1 %`.
func percentText(_ rate: Rate) -> String { "\(rate.value.times(100)) %" }

extension SettingKind<Money> {
  /// An amount of USDT, written with its unit: `500 USDT`.
  static func money(_ range: ClosedRange<Money>, example: Money) -> SettingKind {
    bounded(
      "an amount", range, example: example, shape: .measure(units: ["USDT"]), print: moneyText
    ) { text in
      number(in: text, before: "USDT").map(Money.init)
    }
  }
}

/// Returns an amount with its unit.
func moneyText(_ money: Money) -> String { "\(money) USDT" }

extension SettingKind<Leverage> {
  /// A whole multiple, written with an x: `10x`.
  static func leverage(_ range: ClosedRange<Leverage>, example: Leverage) -> SettingKind {
    bounded(
      "a leverage", range, example: example, shape: .measure(units: ["x"]), print: leverageText
    ) { text in
      guard let number = number(in: text, before: "x"), number.isMultiple(of: 1) else {
        return nil
      }
      return Leverage(number)
    }
  }
}

/// Returns a leverage with its x.
func leverageText(_ leverage: Leverage) -> String { "\(leverage)x" }

extension SettingKind<Int> {
  /// A whole number.
  static func count(_ range: ClosedRange<Int>, example: Int) -> SettingKind {
    bounded(
      "a whole number", range, example: example,
      shape: .number("\(range.lowerBound)", "\(range.upperBound)", isWhole: true),
      print: \.description
    ) { text in
      // `Int` takes a plus sign and leading zeros; a setting does not.
      guard let number = fixed(text), let count = Int(text), Fixed(count) == number else {
        return nil
      }
      return count
    }
  }
}

/// Reads an exact number; nil for anything else.
private func fixed(_ text: some StringProtocol) -> Fixed? {
  var copy = String(text)
  let result = copy.withUTF8 { Fixed.parsing(UnsafeRawBufferPointer($0)) }
  switch result {
  case .success(let number): return number
  case .failure: return nil
  }
}

/// Reads `<number><unit>` or `<number> <unit>`.
private func number(in text: String, before unit: String) -> Fixed? {
  guard text.hasSuffix(unit) else { return nil }
  var digits = text.dropLast(unit.count)
  if digits.last == " " { digits.removeLast() }
  return fixed(digits)
}

extension SettingKind<TimeSpan> {
  /// A length of time, written with its unit: `250 ms`, `5 s`, `15 min`, `1 h`.
  static func span(_ range: ClosedRange<TimeSpan>, example: TimeSpan) -> SettingKind {
    bounded(
      "a time", range, example: example, shape: .measure(units: spanUnits.map(\.0)),
      print: spanText
    ) { text in
      for (unit, length) in spanUnits {
        guard let number = number(in: text, before: unit) else { continue }
        let milliseconds = number.multipliedIfInRange(by: Fixed(Int(length)), .towardZero)
        guard let milliseconds, milliseconds.isMultiple(of: 1),
          let whole = Int64(exactly: milliseconds.raw / Fixed.one.raw)
        else { return nil }
        return TimeSpan(milliseconds: whole)
      }
      return nil
    }
  }
}

/// The units of time, `ms` before `s`, which is its end.
private let spanUnits: [(String, Int64)] = [
  ("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000),
]

/// Returns a length of time in the largest unit that makes it whole.
func spanText(_ span: TimeSpan) -> String {
  for (unit, length) in spanUnits.reversed() where span.milliseconds % length == 0 {
    // Zero is whole in every unit and reads best in seconds.
    if span.milliseconds == 0 { return "0 s" }
    return "\(span.milliseconds / length) \(unit)"
  }
  return "\(span.milliseconds) ms"
}
