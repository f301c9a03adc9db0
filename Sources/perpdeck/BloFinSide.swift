import ArgumentParser
import BloFin
import CandleCache
import Settings

extension BloFinHosts.Environment: ExpressibleByArgument {}

extension BloFinHosts.Environment {
  /// Takes an environment; nil for paper, of which BloFin knows nothing.
  init?(_ environment: TradingEnvironment) {
    switch environment {
    case .live: self = .live
    case .demo: self = .demo
    case .paper: return nil
    }
  }

  /// Where its candles are kept.
  var candles: CandleOrigin.Side {
    switch self {
    case .live: .live
    case .demo: .demo
    }
  }
}
