import Trading
import Units

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
  /// One of the words of a type.
  static var word: SettingKind {
    let words = Value.allCases.map(\.rawValue)
    return SettingKind(
      expected: "one of \(words.joined(separator: ", "))", shape: .words(words)
    ) {
      text throws(SettingTextProblem) in
      guard let value = Value(rawValue: text) else { throw .unknownWord(words) }
      return value
    }
  }
}

extension SettingKind<Bool> {
  /// `true` or `false`; YAML's other spellings are refused.
  static var flag: SettingKind {
    SettingKind(expected: "true or false", shape: .flag) { text throws(SettingTextProblem) in
      switch text {
      case "true": true
      case "false": false
      default: throw .unknownWord(["true", "false"])
      }
    }
  }
}

extension SettingKind {
  /// Another kind, or the word `off`, which is nil.
  static func orOff<Wrapped>(_ kind: SettingKind<Wrapped>) -> SettingKind
  where Value == Wrapped? {
    SettingKind(expected: "\(kind.expected), or off", shape: .orOff(kind.shape)) {
      text throws(SettingTextProblem) in
      text == "off" ? nil : try kind.read(text)
    }
  }
}

extension SettingKind<String> {
  /// The name of an account: it becomes part of paths and of the names of variables.
  static var accountName: SettingKind {
    SettingKind(
      expected: "up to 16 lower-case letters, digits and dashes, beginning with a letter, "
        + "other than demo",
      shape: .text(pattern: "^(?!demo$|demo-)[a-z][a-z0-9-]{0,15}$")
    ) { text throws(SettingTextProblem) in
      let isPlain = text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
      // `demo` would make the live names of one account the demo names of another.
      guard isPlain, text.utf8.count <= 16, let first = text.first, first.isLetter, text != "demo",
        !text.hasPrefix("demo-")
      else { throw .notUnderstood }
      return text
    }
  }
}

extension SettingKind<InstrumentID> {
  /// The name of an instrument as the exchange writes it.
  static var instrument: SettingKind {
    SettingKind(
      expected: "an instrument such as BTC-USDT", shape: .text(pattern: "^[A-Z0-9]+-[A-Z0-9]+$")
    ) { text throws(SettingTextProblem) in
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      let isPlain = parts.allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
              || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          }
      }
      guard parts.count == 2, isPlain, let name = InstrumentID(text) else { throw .notUnderstood }
      return name
    }
  }
}

extension SettingKind<TimeOfDay> {
  /// A time of day in UTC, written `HH:MM`.
  static var timeOfDay: SettingKind {
    SettingKind(
      expected: "a time of day in UTC from 00:00 to 24:00, such as 02:00",
      shape: .text(pattern: "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
    ) {
      text throws(SettingTextProblem) in
      try timeOfDayFrom(text)
    }
  }
}

extension SettingKind<DayWindow> {
  /// A part of a day in UTC, written `HH:MM-HH:MM`; `24:00` is the end of the day.
  static var dayWindow: SettingKind {
    SettingKind(
      expected: "a part of the day in UTC such as 08:00-22:30",
      shape: .text(pattern: "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")
    ) {
      text throws(SettingTextProblem) in
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .notUnderstood }
      let from = try timeOfDayFrom(parts[0])
      let to = try timeOfDayFrom(parts[1])
      guard from < to else { throw .outside("backwards: it ends before it begins") }
      return DayWindow(from: from, to: to)
    }
  }
}

private func timeOfDayFrom(
  _ text: some StringProtocol
) throws(SettingTextProblem) -> TimeOfDay {
  let digits = text.utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
  let isDigit = 0...9
  // The colon follows the digits in ASCII, so it reads as ten.
  guard digits.count == 5, digits[2] == 10, isDigit.contains(digits[0]),
    isDigit.contains(digits[1]), (0...5).contains(digits[3]), isDigit.contains(digits[4])
  else { throw .notUnderstood }
  let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[3] * 10 + digits[4]
  guard minutes <= 1_440 else { throw .outside("after 24:00") }
  return TimeOfDay(minutes: minutes)
}
