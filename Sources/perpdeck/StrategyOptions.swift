import ArgumentParser
import Strategies
import Trading

/// The strategy and its settings on the command line: what is not said keeps its standard value.
struct StrategyOptions: ParsableArguments {
  /// What can be chosen.
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case emaCross = "ema-cross"
    case supplyDemand = "supply-demand"
    case confluence
  }

  @Option(help: "The strategy: ema-cross, supply-demand or confluence.")
  var strategy = Name.emaCross

  @Option(help: .meaning("fast"))
  var fast: String?

  @Option(help: .meaning("slow"))
  var slow: String?

  @Option(help: .meaning("share"))
  var share: String?

  @Option(help: .meaning("stop"))
  var stop: String?

  @Option(help: .meaning("risk"))
  var risk: String?

  @Option(help: .meaning("rewardToRisk"))
  var rewardToRisk: String?

  @Option(help: .meaning("threshold"))
  var threshold: String?

  @Option(
    help: """
      confluence: how much each analyser counts, such as trend=20,zone=5; of trend, momentum, \
      flow, strength, zone, structure, profile, wave and divergence, and of those that count \
      nothing unless they are named: level (support and resistance), session (volume profile of \
      the day, for candles of up to 1d) and bands (momentum readings for either side).
      """)
  var weights: String?

  @Option(help: .meaning("profileCandles"))
  var profileCandles: String?

  @Option(help: .meaning("confidence"))
  var confidence: String?

  @Option(help: .meaning("touches"))
  var touches: String?

  @Option(help: .meaning("strength"))
  var strength: String?

  @Option(help: .meaning("momentum"))
  var momentum: String?

  @Option(help: .meaning("volume"))
  var volume: String?

  @Option(help: .meaning("session"))
  var session: String?

  @Option(help: .meaning("cooldown"))
  var cooldown: String?

  @Option(help: .meaning("entryFrame"))
  var entryFrame: String?

  @Option(help: .meaning("zoneFrame"))
  var zoneFrame: String?

  @Option(help: .meaning("trendFrame"))
  var trendFrame: String?

  @Option(help: .meaning("fastFrom"))
  var fastFrom: String?

  func validate() throws {
    do throws(StrategySettingsProblem) {
      _ = try made(.fifteenMinutes)
    } catch {
      switch error {
      // Whether time frames fit can only be said with the candles at hand.
      case .candlesTooLong, .framesDoNotFit: return
      case .notAllowed("fastFrom", _, _) where fastFrom.map(Self.isOff) == false: return
      case .unknownKind, .unknownName, .saidTwice, .notAllowed, .noWeight:
        throw ValidationError(sentence(error))
      }
    }
  }

  /// Whether its positions have a stop.
  var hasStop: Bool { strategy != .emaCross || stop != nil && stop != "off" }

  /// The combinations of settings among which a walk-forward chooses, by name.
  var variants: [(name: String, options: StrategyOptions)] {
    var found: [(name: String, options: StrategyOptions)] = []
    switch strategy {
    case .emaCross:
      for fast in [5, 9, 12, 20] {
        for slow in [26, 50, 100, 200] {
          var copy = self
          (copy.fast, copy.slow) = ("\(fast)", "\(slow)")
          found.append(("fast=\(fast) slow=\(slow)", copy))
        }
      }
    case .supplyDemand:
      for confidence in [50, 60, 70] {
        for strength in [35, 45, 55] {
          var copy = self
          (copy.confidence, copy.strength) = ("\(confidence)", "\(strength)")
          found.append(("confidence=\(confidence) strength=\(strength)", copy))
        }
      }
    case .confluence:
      for threshold in [60, 65, 70, 75, 80] {
        var copy = self
        copy.threshold = "\(threshold)"
        found.append(("threshold=\(threshold)", copy))
      }
    }
    return found
  }

  /// What was said of the settings among which a walk-forward chooses.
  var saidOfVariants: [(name: String, text: String)] {
    let chosen: [(name: String, text: String?)] =
      switch strategy {
      case .emaCross: [("--fast", fast), ("--slow", slow)]
      case .supplyDemand: [("--confidence", confidence), ("--strength", strength)]
      case .confluence: [("--threshold", threshold)]
      }
    return chosen.compactMap { name, text in text.map { (name, $0) } }
  }

  /// Makes the strategy for candles of a time frame.
  func make(_ frame: TimeFrame) throws -> any Strategy {
    do throws(StrategySettingsProblem) {
      return try made(frame)
    } catch {
      throw ValidationError(sentence(error))
    }
  }

  private func made(_ frame: TimeFrame) throws(StrategySettingsProblem) -> any Strategy {
    try StrategySettings.make(kind: strategy.rawValue, values: try values(), timeFrame: frame)
  }

  /// What was said, by the names of the settings.
  private func values() throws(StrategySettingsProblem) -> [(name: String, text: String)] {
    let said: [(name: String, text: String?)] = [
      ("fast", fast), ("slow", slow), ("share", share), ("stop", stop), ("risk", risk),
      ("rewardToRisk", rewardToRisk), ("threshold", threshold),
      ("profileCandles", profileCandles), ("confidence", confidence), ("touches", touches),
      ("strength", strength), ("momentum", momentum), ("volume", volume), ("session", session),
      ("cooldown", cooldown), ("entryFrame", entryFrame), ("zoneFrame", zoneFrame),
      ("trendFrame", trendFrame), ("fastFrom", fastFrom),
    ]
    var values = said.compactMap { name, text in text.map { (name: name, text: $0) } }
    for pair in weights?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
      let parts = pair.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw .notAllowed(
          name: "weights", text: String(pair), allowed: "NAME=NUMBER, such as trend=20,zone=5")
      }
      values.append((parts[0] + Self.weightEnding, parts[1]))
    }
    return values
  }

  /// How the names of weights among the settings end.
  private static let weightEnding = "Weight"

  private static func isOff(_ text: String) -> Bool { text == "off" }

  /// What is wrong in the words of the command line.
  private func sentence(_ problem: StrategySettingsProblem) -> String {
    switch problem {
    case .unknownName(let kind, let name):
      let names = StrategySettings.settings(of: kind).map(\.name)
      guard name.hasSuffix(Self.weightEnding), weights != nil, kind == .confluence else {
        let options = Set(names.map(Self.option)).sorted().joined(separator: ", ")
        return "\(Self.option(name)) is not for \(kind.rawValue), which takes \(options)"
      }
      let weights = names.filter { $0.hasSuffix(Self.weightEnding) }.map(Self.weight)
      return "--weights \(Self.weight(name)): there are \(weights.joined(separator: ", "))"
    case .notAllowed(let name, let text, let allowed):
      let said = name.hasSuffix(Self.weightEnding) ? "\(Self.weight(name))=\(text)" : text
      return "\(Self.option(name)) \(said): allowed is \(allowed)"
    case .saidTwice(let name): return "\(Self.option(name)): \(Self.weight(name)) is said twice"
    case .unknownKind, .candlesTooLong, .framesDoNotFit, .noWeight: return "\(problem)"
    }
  }

  /// The name of a weight without its ending.
  private static func weight(_ name: String) -> String {
    name.hasSuffix(weightEnding) ? String(name.dropLast(weightEnding.count)) : name
  }

  /// The option that sets a value.
  private static func option(_ name: String) -> String {
    guard !name.hasSuffix(weightEnding) else { return "--weights" }
    return name.reduce(into: "--") { text, letter in
      text += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
    }
  }
}

extension ArgumentHelp {
  /// Returns for which strategies a value is, what it means, and its standard.
  fileprivate static func meaning(_ name: String) -> ArgumentHelp {
    var kinds: [String] = []
    var found: StrategySettings.Setting?
    for kind in StrategySettings.Kind.allCases {
      guard let setting = StrategySettings.settings(of: kind).first(where: { $0.name == name })
      else { continue }
      kinds.append(kind.rawValue)
      found = found ?? setting
    }
    guard let found else { preconditionFailure("no strategy has a setting \(name)") }
    let followers = ["entryFrame", "zoneFrame", "trendFrame"]
    let standard = followers.contains(name) ? "follows from the candles" : found.standard
    return ArgumentHelp(
      "\(kinds.joined(separator: ", ")): \(found.meaning) (default: \(standard)).")
  }
}
