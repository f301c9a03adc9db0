import ArgumentParser
import Strategies
import Trading
import Units

/// The strategy and its settings on the command line.
struct StrategyOptions: ParsableArguments {
  /// What can be chosen.
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case emaCross = "ema-cross"
    case supplyDemand = "supply-demand"
    case confluence
  }

  @Option(help: "The strategy: ema-cross, supply-demand or confluence.")
  var strategy = Name.emaCross

  @Option(help: "ema-cross: candles of the fast average.")
  var fast = 12

  @Option(help: "ema-cross: candles of the slow average.")
  var slow = 26

  @Option(help: "ema-cross: the share of equity that is collateral of a position.")
  var share = "0.1"

  @Option(help: "ema-cross: the stop's distance as a fraction of the price; else none but margin.")
  var stop: String?

  @Option(help: "supply-demand, confluence: the share of equity that is lost at the stop.")
  var risk = "0.01"

  @Option(help: "confluence: the least agreement in percent.")
  var threshold = 70

  @Option(help: "supply-demand: the least confidence in a zone in percent.")
  var confidence = 60

  @Option(help: "supply-demand: the highest RSI of a long; a short mirrors it.")
  var strength = 45

  func validate() throws {
    for (name, period) in [("--fast", fast), ("--slow", slow)] where period < 1 {
      throw ValidationError("\(name) \(period): allowed is 1 or more")
    }
    guard (1...100).contains(threshold) else {
      throw ValidationError("--threshold \(threshold): allowed is 1 to 100")
    }
    for (name, percent) in [("--confidence", confidence), ("--strength", strength)]
    where !(0...100).contains(percent) {
      throw ValidationError("\(name) \(percent): allowed is 0 to 100")
    }
    _ = try make(.fifteenMinutes)
  }

  /// Whether its positions have a stop.
  var hasStop: Bool { strategy != .emaCross || stop != nil }

  /// The combinations of settings among which a walk-forward chooses, by name.
  var variants: [(name: String, options: StrategyOptions)] {
    var found: [(name: String, options: StrategyOptions)] = []
    switch strategy {
    case .emaCross:
      for fast in [5, 9, 12, 20] {
        for slow in [26, 50, 100, 200] {
          var copy = self
          (copy.fast, copy.slow) = (fast, slow)
          found.append(("fast=\(fast) slow=\(slow)", copy))
        }
      }
    case .supplyDemand:
      for confidence in [50, 60, 70] {
        for strength in [35, 45, 55] {
          var copy = self
          (copy.confidence, copy.strength) = (confidence, strength)
          found.append(("confidence=\(confidence) strength=\(strength)", copy))
        }
      }
    case .confluence:
      for threshold in [60, 65, 70, 75, 80] {
        var copy = self
        copy.threshold = threshold
        found.append(("threshold=\(threshold)", copy))
      }
    }
    return found
  }

  /// Makes the strategy for candles of a time frame.
  func make(_ frame: TimeFrame) throws -> any Strategy {
    switch strategy {
    case .emaCross:
      return EMACross(
        EMACross.Settings(
          fast: fast, slow: slow, marginShare: try Fraction.read(share, "--share"),
          stopDistance: try stop.map { try Fraction.read($0, "--stop") }))
    case .supplyDemand:
      // Zones of the next time frame that is at least four times as long.
      let zones = TimeFrame.allCases.first {
        $0.span.milliseconds >= 4 * frame.span.milliseconds
          && $0.span.milliseconds % frame.span.milliseconds == 0
      }
      guard let zones else {
        throw ValidationError("--strategy supply-demand: candles of \(frame.rawValue) are too long")
      }
      return SupplyDemand(
        SupplyDemand.Settings(
          zoneFrame: zones, entryFrame: frame, confidenceMinimum: confidence,
          strengthLimit: strength, riskShare: try Fraction.read(risk, "--risk")))
    case .confluence:
      return Confluence(
        Confluence.Settings(
          timeFrame: frame, thresholdPercent: threshold,
          riskShareMaximum: try Fraction.read(risk, "--risk")))
    }
  }
}
