import Engine
import JSONText
import Risk
import Strategies
import Trading
import Units

/// What strategies do and why, for people and for programs.
///
/// In JSON times are milliseconds since 1970 and what is not known or not there is null.
nonisolated public struct StrategyReport: Sendable {
  private let snapshot: EngineSnapshot

  /// Reports what a snapshot shows.
  public init(_ snapshot: EngineSnapshot) { self.snapshot = snapshot }

  /// The strategies of an instrument, or all of them, in lines: of each what it wants, what it may
  /// do, and its conditions with their values, the first that fails marked by `>`.
  public func text(about instrument: InstrumentID?) -> String {
    let told = strategies(about: instrument).map { strategy in
      let frames = strategy.timeFrames.map(\.rawValue).joined(separator: " ")
      let head =
        "\(strategy.name): \(strategy.instrument) \(frames), \(strategy.state.rawValue)"
        + (strategy.obstacle.map { "; \($0)" } ?? "")
        + "; held now: \(snapshot.holding(of: strategy)); at its last candle:"
      return ([head] + strategy.lines.map { "  \($0)" }).joined(separator: "\n")
    }
    return (told.isEmpty ? [none(about: instrument)] : told).joined(separator: "\n") + "\n"
      + openings
  }

  /// The same as one JSON object.
  public func json(about instrument: InstrumentID?) -> String {
    var writer = JSONWriter(capacity: 2_048)
    writer.beginObject()
    writer.member("ok", true)
    writer.member("verb", "why")
    writer.member("mode", snapshot.modeWord.lowercased())
    writer.member("at", snapshot.at.milliseconds)
    writer.member("state", snapshot.trading.mode.rawValue)
    writer.member("ready", snapshot.readiness == .ready)
    writer.key("strategies")
    writer.beginArray()
    for strategy in strategies(about: instrument) { write(strategy, &writer) }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func strategies(about instrument: InstrumentID?) -> [StrategyLine] {
    guard let name = instrument?.text else { return snapshot.strategies }
    // The coin alone stands for its markets: BTC for BTC-USDT.
    return snapshot.strategies.filter {
      $0.instrument.text == name || $0.instrument.text.hasPrefix(name + "-")
    }
  }

  private func none(about instrument: InstrumentID?) -> String {
    guard let instrument, !snapshot.strategies.isEmpty else {
      return "no strategy is set up: strategies.yaml names none"
    }
    return "no strategy trades \(instrument)"
  }

  /// Whether anything new may be opened at all.
  private var openings: String {
    guard snapshot.readiness == .ready else {
      return "no new orders: \(snapshot.readiness.text)"
    }
    let trading = snapshot.trading
    return trading.mode == .running
      ? "the bot is running"
      : "the bot is in \(trading.mode.rawValue)"
        + (trading.reason.isEmpty ? "" : ": \(trading.reason)")
  }

  private func write(_ strategy: StrategyLine, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", strategy.name)
    writer.member("instrument", strategy.instrument.text)
    writer.key("timeFrames")
    writer.beginArray()
    for frame in strategy.timeFrames { writer.string(frame.rawValue) }
    writer.endArray()
    writer.member("state", strategy.state.rawValue)
    optional("obstacle", strategy.obstacle, &writer)
    writer.member("goal", strategy.goal)
    optional("waitsFor", strategy.failing, &writer)
    writer.key("conditions")
    writer.beginArray()
    for condition in strategy.explanation.conditions {
      writer.beginObject()
      writer.member("text", condition.text)
      writer.member("value", condition.value)
      writer.member("met", condition.isMet)
      writer.endObject()
    }
    writer.endArray()
    writer.key("notes")
    writer.beginArray()
    for note in strategy.explanation.notes { writer.string(note) }
    writer.endArray()
    writer.endObject()
  }

  private func optional(_ key: String, _ text: String?, _ writer: inout JSONWriter) {
    writer.key(key)
    if let text { writer.string(text) } else { writer.null() }
  }
}
