import Alerts
import Trading
import Units

extension SettingKind<String> {
  /// One line of text.
  static var alertText: SettingKind {
    SettingKind(expected: "one line of text, up to 1000 characters") {
      text throws(SettingTextProblem) in
      guard text.count <= 1_000, text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
        throw .notUnderstood
      }
      return text
    }
  }
}

/// A rule in its own words, and what it means.
struct StatedAlertRule: Sendable {
  let text: String
  let rule: AlertRule
}

extension SettingKind<StatedAlertRule> {
  /// An alert rule that means something.
  static func alertRule(
    _ vocabulary: AlertVocabulary, _ defaults: AlertDefaults
  ) -> SettingKind {
    SettingKind(expected: "an alert rule such as btc > 65000 once") {
      text throws(SettingTextProblem) in
      do throws(ExpressionProblem) {
        // When it ends does not matter here.
        let rule = try AlertRule(
          text, vocabulary: vocabulary, defaults: defaults, now: .earliestPlausible)
        return StatedAlertRule(text: text, rule: rule)
      } catch {
        throw .within(line: error.line, column: error.column, sentence: error.sentence)
      }
    }
  }
}

extension SettingKind<AlertTopicVolume> {
  /// What an alert is about, and what a channel does with it: `fill silent`.
  static var topicVolume: SettingKind {
    let topics = AlertTopic.allCases.map(\.rawValue)
    let volumes = AlertVolumeSetting.allCases.map(\.rawValue)
    return SettingKind(
      expected: "an event and on, silent or off, such as fill silent",
      shape: .text(
        pattern: "^(\(topics.joined(separator: "|"))) (\(volumes.joined(separator: "|")))$")
    ) { text throws(SettingTextProblem) in
      let words = text.split(separator: " ").map(String.init)
      guard words.count == 2 else { throw .notUnderstood }
      guard let topic = AlertTopic(rawValue: words[0]) else { throw .unknownWord(topics) }
      guard let volume = AlertVolumeSetting(rawValue: words[1]) else {
        throw .unknownWord(volumes)
      }
      return AlertTopicVolume(topic, volume)
    }
  }
}

extension SettingKind<AlertPriceSetting> {
  /// The price that an instrument alone stands for.
  static var alertPrice: SettingKind {
    let words = ["last", "mark"] + TimeFrame.allCases.map { "close \($0.rawValue)" }
    return SettingKind(
      expected: "last, mark, or close and a time frame, such as close 15m", shape: .words(words)
    ) { text throws(SettingTextProblem) in
      switch text {
      case "last": return .last
      case "mark": return .mark
      default: break
      }
      guard text.hasPrefix("close "), let frame = TimeFrame(rawValue: String(text.dropFirst(6)))
      else { throw .unknownWord(words) }
      return .close(frame)
    }
  }
}
