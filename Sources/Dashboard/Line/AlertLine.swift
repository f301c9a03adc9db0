import Alerts
import Engine
import Trading
import Units

extension LineParser {
  /// A rule as it was typed; the language of rules has a reader of its own.
  static func alert(_ verb: LineWord, _ words: inout LineWords) throws(LineProblem) -> Line {
    guard let first = words.next else {
      throw LineProblem(at: words.end, text: "alert needs a rule, such as btc > 65000 once")
    }
    // The words of the second terminal.
    if words.take("remove") { return .removeAlert(try rule(&words)) }
    return .alert(words.rest(), at: first.at)
  }

  /// The number of a rule that is to go.
  static func rule(_ words: inout LineWords) throws(LineProblem) -> AlertRuleID {
    guard let word = words.take(), let number = UInt64(word.text) else {
      throw LineProblem(
        at: words.end, text: "which rule goes is said by its number; alerts lists them")
    }
    return AlertRuleID(number)
  }

  /// The name of an alert, or nothing for all that wait.
  static func acknowledged(_ words: inout LineWords) throws(LineProblem) -> AlertID? {
    guard let word = words.take() else { return nil }
    guard let id = AlertID(word.text) else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is no alert; they are named as 12.3")
    }
    return id
  }
}

extension DashboardModel {
  /// Returns the command that sets an alert, or what is wrong with its words and where.
  func alert(_ text: String, at start: Int) throws(LineProblem) -> Command {
    let alerts = snapshot.alerts
    let rule: AlertRule
    do throws(ExpressionProblem) {
      rule = try AlertRule(
        text, vocabulary: alerts.vocabulary, defaults: alerts.defaults, now: snapshot.at)
    } catch {
      throw LineProblem(at: start + error.column - 1, text: error.sentence)
    }
    let words = rule.text
    if let same = alerts.rules.first(where: { $0.text == words }) {
      throw LineProblem(at: start, text: "alert \(same.id) is the same")
    }
    return .addAlert(text)
  }

  func removal(of id: AlertRuleID) throws(LineProblem) -> Command {
    guard snapshot.alerts.rules.contains(where: { $0.id == id }) else {
      throw LineProblem(at: 0, text: "there is no alert \(id)")
    }
    return .removeAlert(id)
  }

  func acknowledgement(of id: AlertID?) throws(LineProblem) -> Command {
    let waiting = snapshot.alerts.waiting
    guard id.map({ id in waiting.contains { $0.id == id } }) ?? !waiting.isEmpty else {
      throw LineProblem(at: 0, text: id.map { "no alert \($0) waits" } ?? "no alert waits")
    }
    return .acknowledge(id)
  }
}
