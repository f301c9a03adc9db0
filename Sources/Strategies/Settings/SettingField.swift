import Trading
import Units

/// One value of a strategy's settings as words say it: its name, how it is read and written.
struct SettingField<Settings>: Sendable {
  let name: String
  let meaning: String
  let allowed: String
  /// Takes a text; false when it is not allowed.
  let read: @Sendable (String, inout Settings) -> Bool
  /// The value as a text.
  let text: @Sendable (Settings) -> String

  /// How settings describe it whose values are the standard ones.
  func setting(_ standard: Settings) -> StrategySettings.Setting {
    StrategySettings.Setting(
      name: name, meaning: meaning, allowed: allowed, standard: text(standard))
  }

  /// A whole number.
  static func whole(
    _ name: String, _ meaning: String, _ range: ClosedRange<Int>,
    _ path: any WritableKeyPath<Settings, Int> & Sendable
  ) -> SettingField {
    SettingField(
      name: name, meaning: meaning, allowed: "\(range.lowerBound) to \(range.upperBound)",
      read: { text, settings in
        guard let number = Self.whole(text), range.contains(number) else { return false }
        settings[keyPath: path] = number
        return true
      }, text: { "\($0[keyPath: path])" })
  }

  /// A decimal number, such as a share of one.
  static func rate(
    _ name: String, _ meaning: String, _ range: ClosedRange<Rate>,
    _ path: any WritableKeyPath<Settings, Rate> & Sendable
  ) -> SettingField {
    SettingField(
      name: name, meaning: meaning, allowed: Self.text(range),
      read: { text, settings in
        guard case .success(let rate) = Self.rate(text), range.contains(rate) else { return false }
        settings[keyPath: path] = rate
        return true
      }, text: { "\($0[keyPath: path])" })
  }

  /// A decimal number or "off".
  static func rateOrOff(
    _ name: String, _ meaning: String, _ range: ClosedRange<Rate>,
    _ path: any WritableKeyPath<Settings, Rate?> & Sendable
  ) -> SettingField {
    SettingField(
      name: name, meaning: meaning, allowed: "\(Self.text(range)), or off",
      read: { text, settings in
        if text == "off" {
          settings[keyPath: path] = nil
          return true
        }
        guard case .success(let rate) = Self.rate(text), range.contains(rate) else { return false }
        settings[keyPath: path] = rate
        return true
      }, text: { $0[keyPath: path].map { "\($0)" } ?? "off" })
  }

  /// A time frame.
  static func frame(
    _ name: String, _ meaning: String, _ path: any WritableKeyPath<Settings, TimeFrame> & Sendable
  ) -> SettingField {
    SettingField(
      name: name, meaning: meaning, allowed: frames,
      read: { text, settings in
        guard let frame = TimeFrame(rawValue: text) else { return false }
        settings[keyPath: path] = frame
        return true
      }, text: { $0[keyPath: path].rawValue })
  }

  /// A time frame or "off".
  static func frameOrOff(
    _ name: String, _ meaning: String, _ path: any WritableKeyPath<Settings, TimeFrame?> & Sendable
  ) -> SettingField {
    SettingField(
      name: name, meaning: meaning, allowed: "\(frames), or off",
      read: { text, settings in
        let frame = TimeFrame(rawValue: text)
        guard frame != nil || text == "off" else { return false }
        settings[keyPath: path] = frame
        return true
      }, text: { $0[keyPath: path]?.rawValue ?? "off" })
  }

  /// "on" or "off".
  static func toggle(
    _ name: String, _ meaning: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable
  ) -> SettingField {
    SettingField(
      name: name, meaning: meaning, allowed: "on or off",
      read: { text, settings in
        guard text == "on" || text == "off" else { return false }
        settings[keyPath: path] = text == "on"
        return true
      }, text: { $0[keyPath: path] ? "on" : "off" })
  }

  private static var frames: String {
    TimeFrame.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// Digits alone, at most nine of them.
  static func whole(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func rate(_ text: String) -> Result<Rate, NumberProblem> {
    Result { () throws(NumberProblem) in try Rate(text: text) }
  }

  private static func text(_ range: ClosedRange<Rate>) -> String {
    "\(range.lowerBound) to \(range.upperBound)"
  }
}

/// Settings that words can state.
protocol TellableSettings {
  /// What can be said.
  static var fields: [SettingField<Self>] { get }
}

extension TellableSettings {
  /// Returns these settings with the named values.
  func told(
    _ values: [(name: String, text: String)], _ kind: StrategySettings.Kind
  ) throws(StrategySettingsProblem) -> Self {
    var settings = self
    for (place, value) in values.enumerated() {
      guard let field = Self.fields.first(where: { $0.name == value.name }) else {
        throw .unknownName(kind, name: value.name)
      }
      guard !values[..<place].contains(where: { $0.name == value.name }) else {
        throw .saidTwice(name: value.name)
      }
      guard field.read(value.text, &settings) else {
        throw .notAllowed(name: value.name, text: value.text, allowed: field.allowed)
      }
    }
    return settings
  }
}
